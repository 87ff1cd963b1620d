//! Wrong on purpose: two threads increment one atomic count.
//!
//! No increment is lost, but the threads wait for each other: a core must own the
//! cache line of the count to change it.
//! Twin: `separate_counts` gives each thread a count of its own, and is faster.
//!
//!     cargo run -p threading --bin shared_atomic [N]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

use clap::Parser;

/// Increments a count many times in two threads
#[derive(Parser)]
struct Arguments {
    /// How many times each thread increments
    #[arg(default_value_t = 5_000_000)]
    n: u64,
}

fn main() {
    let n = Arguments::parse().n;
    let start = Instant::now();

    let count = AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| increment(&count, n));
        scope.spawn(|| increment(&count, n));
    });

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Count: {}", count.into_inner());
}

fn increment(count: &AtomicU64, n: u64) {
    for _ in 0..n {
        count.fetch_add(1, Relaxed);
    }
}
