//! Wrong on purpose: two threads increment one atomic.
//!
//! The threads run at the same time, and yet each waits for the other: a core
//! that increments must own the cache line. The right twin `separate_counts`
//! gives each thread a count of its own and adds them up at the end.
//!
//!     cargo run --release -p measure --bin shared_atomic [N]

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use clap::Parser;
use common::timing::Stopwatch;

/// Increments N times in each of two threads
#[derive(Parser)]
struct Arguments {
    /// How often each thread increments
    #[arg(default_value_t = 5_000_000)]
    n: u64,
}

fn main() {
    let Arguments { n } = Arguments::parse();
    let count = &AtomicU64::new(0);

    let stopwatch = Stopwatch::start();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(move || increment(count, n));
        }
    });

    stopwatch.report();
    println!("Count: {}", count.load(Ordering::Relaxed));
}

fn increment(count: &AtomicU64, n: u64) {
    for _ in 0..n {
        count.fetch_add(1, Ordering::Relaxed);
    }
}
