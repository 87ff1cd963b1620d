//! Fetches from three sources at the same time; the second one fails.
//!
//! The other processes run on, as they would after an abort (see `crash`).
//! `wait` says how each one ended. In a `Pool`, a panic stops no task that has begun,
//! but when a worker dies, the pool kills the others.
//! Twins: `threaded_failure` and `async_failure`.
//!
//!     cargo run -p multiprocessing --bin process_failure

use std::thread;
use std::time::Duration;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let process1 = Process::start(|| fetch_data(2, "Source 1"))?;
    let process2 = Process::start(|| fetch_data(1, "Source 2"))?;
    let process3 = Process::start(|| fetch_data(3, "Source 3"))?;

    println!("Source 1: the process {}", process1.wait()?);
    println!("Source 2: the process {}", process2.wait()?);
    println!("Source 3: the process {}", process3.wait()?);
    Ok(())
}

fn fetch_data(simulated_delay: u64, name: &str) {
    println!("Starting to fetch data from {name}");
    thread::sleep(Duration::from_secs(simulated_delay));
    if name == "Source 2" {
        panic!("no answer");
    }
    println!("Finished fetching data from {name}");
}
