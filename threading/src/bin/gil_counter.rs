//! Counts in four threads that share one lock, as Python's threads do.
//!
//! CPython's global interpreter lock (GIL) lets one thread run at a time, so four
//! threads are no faster than one. The lock changes hands every 5 ms. This lock serves
//! the threads in the order in which they ask; CPython's does not.
//! Translates the Python threads of document 002.
//! Twins: `threaded_counter` has no lock; `sequential_counter` is the baseline.
//!
//!     cargo run -p threading --bin gil_counter [LIMIT]

use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use common::arguments::Counting;
use parking_lot::{Mutex, MutexGuard};

/// Counts to a limit four times
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    counting: Counting,
    /// How long a thread keeps the lock
    #[arg(long, value_name = "TIME", default_value = "5ms", value_parser = humantime::parse_duration)]
    switch_interval: Duration,
}

static GIL: Mutex<()> = Mutex::new(());

fn main() {
    let Arguments { counting, switch_interval } = Arguments::parse();

    let start = Instant::now();
    let mut threads = Vec::new();
    for _ in 0..4 {
        threads.push(thread::spawn(move || counter(counting.limit, switch_interval)));
    }
    for thread in threads {
        thread.join().expect("counter does not panic");
    }

    println!("All threads are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
}

fn counter(limit: u64, switch_interval: Duration) {
    let mut gil = GIL.lock();
    let mut since = Instant::now();
    // In steps, because reading the clock takes longer than counting by one.
    for i in (0..limit).step_by(100_000) {
        common::work::counter((limit - i).min(100_000));
        if since.elapsed() >= switch_interval {
            // Hands the lock to the next thread, and waits for another turn.
            MutexGuard::bump(&mut gil);
            since = Instant::now();
        }
    }
}
