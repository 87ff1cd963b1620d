//! Reads a file over and over with `tokio::fs`.
//!
//! Files have no non-blocking calls that an event loop could wait for, so each
//! call goes to a pool of threads and back. The twin `std_files` reads with
//! `std::fs` on the one thread there is.
//!
//!     cargo run --release -p measure --bin tokio_files [N]

use std::path::Path;

use clap::Parser;
use common::Failure;
use common::timing::Stopwatch;
use tempfile::NamedTempFile;
use tokio::runtime::Builder;

/// Reads a file N times
#[derive(Parser)]
struct Arguments {
    /// How often
    #[arg(default_value_t = 5_000)]
    n: u64,
}

fn main() -> Result<(), Failure> {
    let Arguments { n } = Arguments::parse();
    let file = NamedTempFile::new()?;
    std::fs::write(file.path(), [b'x'; 1000])?;
    let runtime = Builder::new_current_thread().build()?;

    let stopwatch = Stopwatch::start();
    let bytes = runtime.block_on(read(file.path(), n))?;

    stopwatch.report();
    println!("Read {bytes} bytes");
    Ok(())
}

async fn read(path: &Path, n: u64) -> Result<usize, Failure> {
    let mut bytes = 0;
    for _ in 0..n {
        bytes += tokio::fs::read(path).await?.len();
    }
    Ok(bytes)
}
