//! `pool_map`, but its pool has one worker.
//! How long does it take, and which processes compute?
//!
//!     cargo run -p multiprocessing --example one_worker [LIMIT]

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
    let mut pool = Pool::new(1, |x| cpu_bound_task(x, limit))?;
    let results = pool.map(&inputs)?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
    Ok(())
}
