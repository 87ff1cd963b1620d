//! Creates a pool of two processes, maps four trivial inputs, and drops it.
//!
//! Timed: the cost of a pool that is made for little work.
//!
//!     cargo run --release -p measure --bin pool_cycles [N]

use std::env;
use std::time::Instant;

use anyhow::ensure;
use multiprocessing::Pool;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(100), |n| n.parse())?;

    let start = Instant::now();
    for _ in 0..n {
        let mut pool = Pool::new(2, |x: u64| x)?;
        let results = pool.map(&[1, 2, 3, 4])?;
        ensure!(results == [1, 2, 3, 4], "mapped to {results:?}");
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Started {n}");
    Ok(())
}
