//! Maps many trivial inputs in a pool of two processes.
//!
//! Timed: one `map` in a pool whose workers are running. It shows the cost of
//! sending an input there and a result back.
//!
//!     cargo run --release -p measure --bin pool_inputs [N] [CHUNK_SIZE]

use std::env;
use std::time::Instant;

use multiprocessing::Pool;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(20_000), |n| n.parse())?;
    // Without it, the pool chooses how many inputs go to a worker at once.
    let chunk_size: Option<usize> = env::args().nth(2).map(|size| size.parse()).transpose()?;
    let inputs: Vec<u64> = (0..n).collect();
    let mut pool = Pool::new(2, |x: u64| x + 1)?;
    if let Some(size) = chunk_size {
        pool = pool.chunk_size(size)?;
    }
    // The first map starts the workers.
    pool.map(&[0, 1, 2, 3])?;

    let start = Instant::now();
    let results = pool.map(&inputs)?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Sum: {}", results.iter().sum::<u64>());
    Ok(())
}
