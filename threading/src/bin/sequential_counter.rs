//! Counts to a limit four times, one count after the other.
//!
//! This is the baseline for the counting threads of document 002.
//! Twins: `threaded_counter` and `gil_counter`.
//!
//!     cargo run -p threading --bin sequential_counter [LIMIT]

use std::time::Instant;

use clap::Parser;
use common::arguments::Counting;
use common::work::counter;

fn main() {
    let limit = Counting::parse().limit;

    let start = Instant::now();
    for _ in 0..4 {
        counter(limit);
    }

    println!("All counts are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
}
