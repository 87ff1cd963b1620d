//! Reads a file many times with `tokio::fs`.
//!
//! An event loop cannot wait for a file, so `tokio::fs` hands each call to a pool of
//! threads. That keeps the event loop free, and takes longer.
//! Twin: `std_files`.
//!
//!     cargo run -p asyncio --bin tokio_files [N]

use std::time::Instant;

use clap::Parser;

/// Reads a small file many times
#[derive(Parser)]
struct Arguments {
    /// How many times
    #[arg(default_value_t = 5_000)]
    n: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let n = Arguments::parse().n;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), [b'x'; 1000])?;

    let start = Instant::now();
    let mut bytes = 0;
    for _ in 0..n {
        bytes += tokio::fs::read(file.path()).await?.len();
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Read {bytes} bytes");
    Ok(())
}
