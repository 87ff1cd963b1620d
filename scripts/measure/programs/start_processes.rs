//! Starts processes that do nothing, one after the other, each until its end.
//!
//! What is timed is a `Process`: a checked fork, and its join. The twins are
//! `start_threads`, `start_programs` and `start_tasks`.
//!
//!     cargo run --release -p measure --bin start_processes [N]

use clap::Parser;
use common::Failure;
use common::timing::Stopwatch;
use multiprocessing::Process;

/// Starts N processes, one after the other
#[derive(Parser)]
struct Arguments {
    /// How many
    #[arg(default_value_t = 1_000)]
    n: u64,
}

fn main() -> Result<(), Failure> {
    let Arguments { n } = Arguments::parse();

    let stopwatch = Stopwatch::start();
    for _ in 0..n {
        let process = Process::start(|| {})?;
        process.join()?;
    }

    stopwatch.report();
    println!("Started {n}");
    Ok(())
}
