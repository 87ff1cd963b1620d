//! Starts copies of this program, and waits for each before it starts the next.
//!
//! Timed: a program that is loaded anew, as by Python's `spawn`. The twin
//! `start_processes` forks instead. The twins `start_threads` and `start_tasks`
//! start less.
//!
//!     cargo run --release -p measure --bin start_programs [N]

use std::env;
use std::process::Command;
use std::time::Instant;

use anyhow::ensure;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(100), |n| n.parse())?;
    // The copies end here.
    if n == 0 {
        return Ok(());
    }
    let own = env::current_exe()?;

    let start = Instant::now();
    for _ in 0..n {
        let status = Command::new(&own).arg("0").status()?;
        ensure!(status.success(), "a started program failed: {status}");
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Started {n}");
    Ok(())
}
