//! Starts processes that do nothing, and waits for each before it starts the next.
//!
//! Timed: a `Process`, which is a checked fork and its join. The twins are
//! `start_threads`, `start_programs` and `start_tasks`.
//!
//!     cargo run --release -p measure --bin start_processes [N]

use std::env;
use std::time::Instant;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(1_000), |n| n.parse())?;

    let start = Instant::now();
    for _ in 0..n {
        Process::start(|| {})?.join()?;
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Started {n}");
    Ok(())
}
