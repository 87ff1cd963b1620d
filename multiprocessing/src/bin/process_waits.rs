//! Waits for a second in many processes at the same time.
//!
//! A process that sleeps uses no CPU time, but it needs memory, and starting it
//! takes time. This is what documents 000 and 002 call heavyweight.
//! Twins: `threaded_waits` and `async_waits`.
//!
//!     cargo run -p multiprocessing --bin process_waits [N]

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use clap::Parser;
use common::arguments::Waiting;
use multiprocessing::Process;

fn main() -> Result<()> {
    let n = Waiting::parse().n;

    let start = Instant::now();
    let mut processes = Vec::new();
    for i in 1..=n {
        processes.push(Process::start(wait).map_err(|e| {
            anyhow!("could not start process {i} of {n}: {e}; use fewer, or raise ulimit -u")
        })?);
    }
    for process in processes {
        process.join()?;
    }

    println!("All waits are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    Ok(())
}

fn wait() {
    thread::sleep(Duration::from_secs(1));
}
