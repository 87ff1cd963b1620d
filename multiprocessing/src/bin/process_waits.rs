//! Waits a second in many processes at the same time.
//!
//! A process that waits uses no CPU, but memory, and time to start: this is
//! what documents 000 and 002 mean by heavyweight. Its twins `threaded_waits`
//! and `async_waits` wait in threads and in tasks.
//!
//!     cargo run -p multiprocessing --bin process_waits [N]

use std::thread;
use std::time::Duration;

use common::Failure;
use common::arguments::Waiting;
use common::timing::Stopwatch;
use multiprocessing::Process;

fn main() -> Result<(), Failure> {
    let Waiting { n } = common::parse!();
    let stopwatch = Stopwatch::start();

    let mut processes = Vec::new();
    for i in 1..=n {
        // Those that have started are killed as the vector is dropped.
        let process = Process::start(wait);
        processes.push(process.map_err(|error| {
            Failure::new(format!("could not start process {i} of {n}: {error}"))
        })?);
    }
    for process in processes {
        process.join()?;
    }

    println!("All waits are finished");
    stopwatch.report();
    Ok(())
}

fn wait() {
    thread::sleep(Duration::from_secs(1));
}
