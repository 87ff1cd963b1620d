//! Waits a second in many threads at the same time.
//!
//! A thread that sleeps uses no CPU, but it has a stack and a place in the
//! kernel's tables. Notice what ten times as many cost. Document 002 calls this
//! high-volume I/O; its twins are `process_waits` and `async_waits`. If it ends
//! early, there is a limit: `vm.max_map_count`, of which it leaves a fifth to all
//! but the threads, `kernel.pid_max`, `ulimit -u` or `-v`, or the control group's
//! `pids.max`.
//!
//!     cargo run -p threading --bin threaded_waits [N]

use std::time::Duration;
use std::{fs, thread};

use clap::Parser;
use common::Failure;
use common::arguments::Waiting;
use common::timing::Stopwatch;

fn main() -> Result<(), Failure> {
    let Waiting { n } = Waiting::parse();
    // Each has four areas of memory, and without its last two Rust aborts it all.
    let areas = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    let areas = areas.trim().parse().unwrap_or(u32::MAX);
    if n > areas / 5 {
        return Err(Failure::new(format!("could not start {n} threads: max_map_count is {areas}")));
    }
    let stopwatch = Stopwatch::start();

    let mut threads = Vec::new();
    for i in 1..=n {
        let thread = thread::Builder::new().spawn(wait);
        threads.push(thread.map_err(|error| {
            Failure::new(format!("could not start thread {i} of {n}: {error}"))
        })?);
    }
    for thread in threads {
        thread.join().expect("wait does not panic");
    }

    println!("All waits are finished");
    stopwatch.report();
    Ok(())
}

fn wait() {
    thread::sleep(Duration::from_secs(1));
}
