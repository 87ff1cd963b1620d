//! Maps a CPU-bound task over four inputs with rayon's pool of threads.
//!
//! `par_iter` is Rust's counterpart of Python's `Pool.map`: rayon has one thread
//! per core, a thread that is free takes the next inputs, and the results are in
//! the order of the inputs. `threaded_map` starts a thread per input, which a
//! million inputs would not survive.
//! Twins: `sequential_map` is the baseline; `pool_map` uses processes.
//!
//!     cargo run -p threading --bin rayon_map [LIMIT]

use std::time::Instant;

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;
use rayon::prelude::*;

fn main() {
    let limit = Mapping::parse().limit;
    let start = Instant::now();

    let inputs = [1, 2, 3, 4];
    let results: Vec<u64> = inputs.par_iter().map(|&x| cpu_bound_task(x, limit)).collect();

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
}
