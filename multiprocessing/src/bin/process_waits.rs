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
use common::arguments::Waiting;
use common::timing::Stopwatch;
use multiprocessing::Process;

fn main() -> Result<(), Failure> {
    let Waiting { n } = Waiting::parse();
    let stopwatch = Stopwatch::start();

    // Where one cannot start, those that have are killed as they are dropped.
    let processes: Vec<Process> = (0..n).map(|_| Process::start(wait)).collect::<Result<_, _>>()?;
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
