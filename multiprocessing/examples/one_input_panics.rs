//! `pool_map`, but the task panics for the input 3; then the same pool maps again.
//! What happens to the other three results, and to the pool?
//!
//!     cargo run -p multiprocessing --example one_input_panics [LIMIT]

use std::time::Instant;

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;
use multiprocessing::{Error, Pool};

fn main() -> anyhow::Result<()> {
    let limit = Mapping::parse().limit;
    let start = Instant::now();

    // As in the document, the task adds up the numbers below `limit` and ignores its input.
    let inputs = [1, 2, 3, 4];
    let mut pool = Pool::new(num_cpus::get(), |x| {
        assert!(x != 3, "no task for 3");
        cpu_bound_task(x, limit)
    })?;
    if let Err(Error::Pool(failure)) = pool.map(&inputs) {
        println!("Error: {:?}", failure.cause);
    }
    let results = pool.map(&[1, 2, 4])?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
    Ok(())
}
