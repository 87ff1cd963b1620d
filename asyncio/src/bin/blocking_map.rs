//! Maps a CPU-bound task over four inputs on threads beside the event loop.
//!
//! `spawn_blocking` runs each task on a thread, like Python's `asyncio.to_thread`.
//! The event loop stays free, so the ticker keeps ticking. This suits a few jobs:
//! tokio may start 512 such threads. For many jobs, use a bounded pool (rayon).
//! Puts the pool example of document 002 on tokio.
//! Twin: `async_map` blocks the event loop.
//!
//!     cargo run -p asyncio --bin blocking_map [LIMIT]

use std::time::{Duration, Instant};

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;
use futures::future::try_join_all;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let limit = Mapping::parse().limit;
    let ticker = tokio::spawn(ticker());
    let start = Instant::now();

    let inputs = [1, 2, 3, 4];
    let tasks = inputs.map(|x| tokio::task::spawn_blocking(move || cpu_bound_task(x, limit)));
    let results = try_join_all(tasks).await?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
    ticker.await?;
    Ok(())
}

async fn ticker() {
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        println!("Tick");
    }
}
