//! Two threads increment a count each; the counts are added up at the end.
//!
//! They are atomics too, so that the wrong twin `shared_atomic` differs by
//! nothing but the sharing, and they lie in different cache lines, because each
//! is on its thread's own stack.
//!
//!     cargo run --release -p measure --bin separate_counts [N]

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

    let stopwatch = Stopwatch::start();
    let count: u64 = thread::scope(|scope| {
        let threads = [0, 1].map(|_| {
            scope.spawn(move || {
                let count = AtomicU64::new(0);
                increment(&count, n);
                count.into_inner()
            })
        });
        let counts = threads.map(|thread| thread.join().expect("a count does not panic"));
        counts.iter().sum()
    });

    stopwatch.report();
    println!("Count: {count}");
}

fn increment(count: &AtomicU64, n: u64) {
    for _ in 0..n {
        count.fetch_add(1, Ordering::Relaxed);
    }
}
