//! Counts to a limit in four threads at the same time.
//!
//! Rust has no global interpreter lock (GIL), so the threads use several cores.
//! Translates the C++ threads of document 002.
//! Twins: `sequential_counter` is the baseline; `gil_counter` adds a lock.
//!
//!     cargo run -p threading --bin threaded_counter [LIMIT]

use std::thread;
use std::time::Instant;

use clap::Parser;
use common::work::counter;

/// Counts to a limit four times
#[derive(Parser)]
struct Arguments {
    /// How far each of the four counts goes
    #[arg(default_value_t = 1_000_000_000)]
    limit: u64,
}

fn main() {
    let limit = Arguments::parse().limit;

    let start = Instant::now();
    let mut threads = Vec::new();
    for _ in 0..4 {
        threads.push(thread::spawn(move || counter(limit)));
    }
    for thread in threads {
        thread.join().expect("counter does not panic");
    }

    println!("All threads are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
}
