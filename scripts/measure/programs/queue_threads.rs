//! Hands numbers from one thread to another, through a channel that holds 100.
//!
//! The twins are `queue_tasks` and `queue_processes`.
//!
//!     cargo run --release -p measure --bin queue_threads [N]

use std::env;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let start = Instant::now();

    let (sender, receiver) = mpsc::sync_channel(100);
    thread::spawn(move || {
        for item in 1..=n {
            sender.send(item).expect("the receiver waits for the end");
        }
    });
    let sum: u64 = receiver.iter().sum();

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Sum: {sum}");
    Ok(())
}
