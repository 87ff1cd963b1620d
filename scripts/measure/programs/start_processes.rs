//! Starts processes that do nothing, one after the other, each until its end.
//!
//! What is timed is a `Process`: a checked fork, and its join. The twins are
//! `start_threads`, `start_programs` and `start_tasks`.
//!
//!     cargo run --release -p measure --bin start_processes [N]

use std::time::Instant;

use clap::Parser;
use multiprocessing::Process;

/// Starts N processes, one after the other
#[derive(Parser)]
struct Arguments {
    /// How many
    #[arg(default_value_t = 1_000)]
    n: u64,
}

fn main() -> anyhow::Result<()> {
    let Arguments { n } = Arguments::parse();

    let start = Instant::now();
    for _ in 0..n {
        let process = Process::start(|| {})?;
        process.join()?;
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Started {n}");
    Ok(())
}
