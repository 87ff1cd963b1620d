//! Starts tasks that do nothing, one after the other, each until its end.
//!
//! What is timed is a task on an event loop of one thread: spawned, run and
//! awaited. The twins are `start_threads`, `start_processes` and
//! `start_programs`.
//!
//!     cargo run --release -p measure --bin start_tasks [N]

use std::time::Instant;

use clap::Parser;
use tokio::runtime::Builder;

/// Starts N tasks, one after the other
#[derive(Parser)]
struct Arguments {
    /// How many
    #[arg(default_value_t = 100_000)]
    n: u64,
}

fn main() -> anyhow::Result<()> {
    let Arguments { n } = Arguments::parse();
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
