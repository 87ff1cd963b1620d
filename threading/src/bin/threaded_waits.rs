//! Waits a second in many threads at the same time.
//!
//! A thread that sleeps uses no CPU, but it has a stack and a place in the
//! kernel's tables. Notice what ten times as many cost. Document 002 calls this
//! high-volume I/O; its twins are `process_waits` and `async_waits`. If it ends
//! early, there is a limit: `vm.max_map_count`, `kernel.pid_max`, `ulimit -u` or
//! `-v`, or the control group's `pids.max`.
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
    let room = room();
    if n > room {
        let what = format!("could not start {n} threads: vm.max_map_count has room for {room}");
        return Err(Failure::new(what));
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

/// How many threads there is room for on Linux: each has four areas of memory. A
/// new thread asks for the last two itself, and Rust aborts if it gets none.
fn room() -> u32 {
    let areas = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    // The program and its allocator have some hundred areas, too.
    areas.trim().parse().map_or(u32::MAX, |areas: u32| areas.saturating_sub(2_000) / 4)
}
