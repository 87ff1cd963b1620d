//! Starts this program again and again, one after the other, each until its end.
//!
//! What is timed is a program that is loaded anew, as Python's `spawn` does,
//! where `start_processes` forks. The twins `start_threads` and `start_tasks`
//! start less.
//!
//!     cargo run --release -p measure --bin start_programs [N]

use std::env;
use std::process::{Command, ExitCode};

use clap::Parser;
use common::Failure;
use common::timing::Stopwatch;

/// Starts N programs, one after the other
#[derive(Parser)]
struct Arguments {
    /// How many; 0 ends at once, which is what those that are started do
    #[arg(default_value_t = 100)]
    n: u64,
}

fn main() -> Result<ExitCode, Failure> {
    let Arguments { n } = Arguments::parse();
    if n == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let own = env::current_exe()?;

    let stopwatch = Stopwatch::start();
    for _ in 0..n {
        let status = Command::new(&own).arg("0").status()?;
        if !status.success() {
            return Err(Failure::new(format!("a started program failed: {status}")));
        }
    }

    stopwatch.report();
    println!("Started {n}");
    Ok(ExitCode::SUCCESS)
}
