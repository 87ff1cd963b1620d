//! Starts threads that do nothing, and waits for each before it starts the next.
//!
//! Timed: a thread alone. The twins `start_processes`, `start_programs` and
//! `start_tasks` do the same with the other units.
//!
//!     cargo run --release -p measure --bin start_threads [N]

use std::env;
use std::thread;
use std::time::Instant;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(1_000), |n| n.parse())?;

    let start = Instant::now();
    for _ in 0..n {
        thread::Builder::new().spawn(|| {})?.join().expect("nothing is there to panic");
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Started {n}");
    Ok(())
}
