//! Reads a file many times with `std::fs`, on the event loop.
//!
//! The call blocks the event loop, but only for a short time: the file is in memory.
//! For a small file, this is faster than handing the call to another thread.
//! Twin: `tokio_files`.
//!
//!     cargo run -p asyncio --bin std_files [N]

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
        bytes += std::fs::read(file.path())?.len();
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Read {bytes} bytes");
    Ok(())
}
