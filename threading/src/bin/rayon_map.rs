//! Maps a CPU-bound task over four inputs with rayon's pool of threads.
//!
//! `par_iter` is Rust's counterpart of Python's `Pool.map`: the pool has a thread per
//! core, for any number of inputs. A thread that has no more inputs takes some from the
//! others. The results are in the order of the inputs. `threaded_map` has a thread per
//! input instead.
//! Twins: `sequential_map` (on one core), `pool_map` and `async_parallel_map`.
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
