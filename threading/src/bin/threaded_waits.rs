//! Waits a second in many threads at the same time.
//!
//! A thread that sleeps uses no CPU, but it has a stack and a place in the
//! kernel's tables. Notice what ten times as many cost. Document 002 calls this
//! high-volume I/O; its twins are `process_waits` and `async_waits`. If it ends
//! early, it has met a limit: `vm.max_map_count`, `kernel.pid_max`, `ulimit -u` or
//! `-v`, or the control group's `pids.max`.
//!
//!     cargo run -p threading --bin threaded_waits [N]

use std::time::Duration;
use std::{fs, thread};

use common::Failure;
use common::arguments::Waiting;
use common::timing::Stopwatch;

fn main() -> Result<(), Failure> {
    let Waiting { n } = common::parse!();
    // A thread takes up to five memory mappings, and Rust aborts the whole
    // program if it gets some of them and not all.
    let mappings = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    let mappings = mappings.trim().parse().unwrap_or(u32::MAX);
    if n > mappings / 5 {
        let why = format!("max_map_count is {mappings}");
        return Err(Failure::new(format!("could not start {n} threads: {why}")));
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
