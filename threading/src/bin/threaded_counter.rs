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
use common::arguments::Counting;
use common::work::counter;

fn main() {
    let limit = Counting::parse().limit;

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
