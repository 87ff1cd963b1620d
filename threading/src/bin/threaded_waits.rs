//! Waits for a second in many threads at the same time.
//!
//! A thread that sleeps uses no CPU time, but it needs a stack and a place in the
//! kernel's tables. Compare 1 000 threads with 10 000.
//! Puts the high-volume I/O of document 002 on threads.
//! Twins: `process_waits` and `async_waits`.
//!
//!     cargo run -p threading --bin threaded_waits [N]

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use clap::Parser;
use common::arguments::Waiting;

fn main() -> Result<()> {
    let n = Waiting::parse().n;
    let most = most_threads();
    ensure!(n <= most, "could not start {n} threads: use {most}, or raise vm.max_map_count");

    let start = Instant::now();
    let mut threads = Vec::new();
    for i in 1..=n {
        threads.push(thread::Builder::new().spawn(wait).map_err(|e| {
            anyhow!("could not start thread {i} of {n}: {e}; use fewer, or raise ulimit -u")
        })?);
    }
    for thread in threads {
        thread.join().expect("wait does not panic");
    }

    println!("All waits are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    Ok(())
}

// On Linux, a thread needs four memory mappings. If too few are left, it aborts
// the whole program. The program needs some mappings, too: hence five.
fn most_threads() -> u32 {
    let limit = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    limit.trim().parse().unwrap_or(u32::MAX) / 5
}

fn wait() {
    thread::sleep(Duration::from_secs(1));
}
