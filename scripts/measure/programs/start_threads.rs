//! Starts threads that do nothing, one after the other, each until its end.
//!
//! What is timed is a thread alone: `start_processes`, `start_programs` and
//! `start_tasks` are the same for the other units.
//!
//!     cargo run --release -p measure --bin start_threads [N]

use std::thread;

use clap::Parser;
use common::Failure;
use common::timing::Stopwatch;

/// Starts N threads, one after the other
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
        let thread = thread::Builder::new().spawn(|| {})?;
        thread.join().expect("nothing is there to panic");
    }

    stopwatch.report();
    println!("Started {n}");
    Ok(())
}
