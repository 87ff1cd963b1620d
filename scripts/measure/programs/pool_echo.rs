//! Sends arguments of 10 MiB through a pool of four processes and back.
//!
//! Timed: one `map` in a pool whose workers are running. It shows the cost of
//! sending bytes.
//!
//!     cargo run --release -p measure --bin pool_echo [N]

use std::env;
use std::time::Instant;

use anyhow::bail;
use multiprocessing::Pool;
use serde_bytes::ByteBuf;

/// The size of an argument in bytes.
const SIZE: usize = 10 * 1024 * 1024;

fn main() -> anyhow::Result<()> {
    let n: usize = env::args().nth(1).map_or(Ok(16), |n| n.parse())?;
    let argument = |i: usize| ByteBuf::from(vec![(i % 251) as u8; SIZE]);
    let arguments: Vec<ByteBuf> = (0..n).map(argument).collect();
    let mut pool = Pool::new(4, |bytes: ByteBuf| bytes)?.chunk_size(1)?;
    // The first map starts the workers.
    pool.map(&[(); 4].map(|()| ByteBuf::new()))?;

    let start = Instant::now();
    let results = pool.map(&arguments)?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    if results != arguments {
        bail!("what came back is not what was sent");
    }
    let bytes: usize = results.iter().map(|bytes| bytes.len()).sum();
    println!("Echoed {bytes} bytes");
    Ok(())
}
