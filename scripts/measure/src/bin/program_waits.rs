//! Waits a second in each of N copies of this program at the same time.
//!
//! The copies are loaded anew, where those of `process_waits` are forked and
//! share what they do not change. Notice the memory.
//!
//!     cargo run --release -p measure --bin program_waits [N]

use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{env, thread};

use clap::Parser;
use common::Failure;
use common::timing::Stopwatch;

/// Waits a second in N programs at once
#[derive(Parser)]
struct Arguments {
    /// How many; 0 waits itself, which is what those that are started do
    #[arg(default_value_t = 50)]
    n: usize,
}

fn main() -> Result<ExitCode, Failure> {
    let Arguments { n } = Arguments::parse();
    if n == 0 {
        thread::sleep(Duration::from_secs(1));
        return Ok(ExitCode::SUCCESS);
    }
    let own = env::current_exe()?;
    let stopwatch = Stopwatch::start();

    let start = |_| Command::new(&own).arg("0").spawn();
    let programs: Vec<_> = (0..n).map(start).collect::<Result<_, _>>()?;
    for mut program in programs {
        let status = program.wait()?;
        if !status.success() {
            return Err(Failure::new(format!("a started program failed: {status}")));
        }
    }

    println!("All waits are finished");
    stopwatch.report();
    Ok(ExitCode::SUCCESS)
}
