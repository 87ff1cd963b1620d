//! Starts tasks that do nothing, one after the other, each until its end.
//!
//! What is timed is a task on an event loop of one thread: spawned, run and
//! awaited. The twins are `start_threads`, `start_processes` and
//! `start_programs`.
//!
//!     cargo run --release -p measure --bin start_tasks [N]

use clap::Parser;
use common::Failure;
use common::timing::Stopwatch;
use tokio::runtime::Builder;

/// Starts N tasks, one after the other
#[derive(Parser)]
struct Arguments {
    /// How many
    #[arg(default_value_t = 100_000)]
    n: u64,
}

fn main() -> Result<(), Failure> {
    let Arguments { n } = Arguments::parse();
    let runtime = Builder::new_current_thread().build()?;

    let stopwatch = Stopwatch::start();
    runtime.block_on(async {
        for _ in 0..n {
            tokio::spawn(async {}).await?;
        }
        Ok::<_, Failure>(())
    })?;

    stopwatch.report();
    println!("Started {n}");
    Ok(())
}
