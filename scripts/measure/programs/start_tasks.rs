//! Starts tasks that do nothing, and waits for each before it starts the next.
//!
//! Timed: a task on an event loop of one thread is spawned, run and
//! awaited. The twins are `start_threads`, `start_processes` and
//! `start_programs`.
//!
//!     cargo run --release -p measure --bin start_tasks [N]

use std::env;
use std::time::Instant;

use tokio::runtime::Builder;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let runtime = Builder::new_current_thread().build()?;

    let start = Instant::now();
    runtime.block_on(async {
        for _ in 0..n {
            tokio::spawn(async {}).await?;
        }
        anyhow::Ok(())
    })?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Started {n}");
    Ok(())
}
