//! Two threads increment a count each; `main` adds them up at the end.
//!
//! Each count is on its thread's own stack, so the threads do not wait for each
//! other. The counts are atomic because the optimizer would replace a plain loop by
//! one addition.
//! Twin, wrong on purpose: `shared_atomic`.
//!
//!     cargo run -p threading --bin separate_counts [N]

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

    let thread1 = thread::spawn(move || increment(n));
    let thread2 = thread::spawn(move || increment(n));
    let count1 = thread1.join().expect("increment does not panic");
    let count2 = thread2.join().expect("increment does not panic");

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Count: {}", count1 + count2);
}

fn increment(n: u64) -> u64 {
    let count = AtomicU64::new(0);
    for _ in 0..n {
        count.fetch_add(1, Relaxed);
    }
    count.into_inner()
}
