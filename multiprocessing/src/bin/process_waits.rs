//! Waits a second in each of N processes at the same time.
//!
//! A process that waits uses no CPU, but memory, and time to start: this is
//! what documents 000 and 002 mean by heavyweight. Its twins `threaded_waits`
//! and `async_waits` wait in threads and in tasks.
//!
//!     cargo run -p multiprocessing --bin process_waits [N]

use std::thread::sleep;
use std::time::Duration;

use clap::Parser;
use common::Failure;
use common::timing::Stopwatch;
use multiprocessing::Process;

#[derive(Parser)]
#[command(about = "Waits a second in each of N processes at the same time")]
struct Arguments {
    /// How many processes wait
    #[arg(default_value_t = 1_000)]
    n: usize,
}

fn main() -> Result<(), Failure> {
    let Arguments { n } = Arguments::parse();

    let stopwatch = Stopwatch::start();
    let mut processes = Vec::new();
    for started in 0..n {
        // Those that have started are killed as the vector is dropped.
        let process = Process::start(wait).map_err(|error| {
            Failure::new(format!("only {started} of {n} processes started: {error}"))
        })?;
        processes.push(process);
    }
    for process in processes {
        process.join()?;
    }

    println!("All waits are finished");
    stopwatch.report();
    Ok(())
}

fn wait() {
    sleep(Duration::from_secs(1));
}
