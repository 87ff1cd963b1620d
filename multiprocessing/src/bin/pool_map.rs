//! Maps a CPU-bound task over four inputs in a pool of processes.
//!
//! The processes use several cores, but starting them takes time: with a limit of
//! 10 000, `sequential_map` is faster.
//! Translates the pool example of document 002.
//! Twins: `sequential_map` is the baseline; `threaded_map` uses threads.
//!
//!     cargo run -p multiprocessing --bin pool_map [LIMIT]

use std::time::Instant;

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;
use multiprocessing::Pool;

fn main() -> anyhow::Result<()> {
    let limit = Mapping::parse().limit;
    let start = Instant::now();

    // As in the document, the task adds up the numbers below `limit` and ignores its input.
    let inputs = [1, 2, 3, 4];
    let mut pool = Pool::new(num_cpus::get(), |x| cpu_bound_task(x, limit))?;
    let results = pool.map(&inputs)?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
    Ok(())
}
