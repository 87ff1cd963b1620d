//! Waits for a second in many tasks at the same time, on one thread.
//!
//! A task that sleeps is a few hundred bytes of memory and an entry in the event
//! loop's timer. Compare 1 000 tasks with 100 000.
//! Puts the high-volume I/O of document 002 on an event loop.
//! Twins: `threaded_waits` and `process_waits`.
//!
//!     cargo run -p asyncio --bin async_waits [N]

use std::time::{Duration, Instant};

use clap::Parser;
use common::arguments::Waiting;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let n = Waiting::parse().n;

    let start = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..n {
        tasks.push(tokio::spawn(wait()));
    }
    for task in tasks {
        task.await?;
    }

    println!("All waits are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    Ok(())
}

async fn wait() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}
