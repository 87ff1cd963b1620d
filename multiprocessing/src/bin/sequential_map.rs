//! Maps a CPU-bound task over four inputs, one after the other.
//!
//! This is the baseline for the process pool of document 002.
//! Twins: `pool_map` and `threaded_map`.
//!
//!     cargo run -p multiprocessing --bin sequential_map [LIMIT]

use std::time::Instant;

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;

fn main() {
    let limit = Mapping::parse().limit;
    let start = Instant::now();

    let inputs = [1, 2, 3, 4];
    let results = inputs.map(|x| cpu_bound_task(x, limit));

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
}
