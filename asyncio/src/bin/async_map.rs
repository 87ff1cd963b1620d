//! Wrong on purpose: maps a CPU-bound task over four inputs on the event loop.
//!
//! A task that computes and never awaits keeps the only thread. The four tasks run
//! one after the other, and the ticker cannot tick until all four have finished.
//! Puts the pool example of document 002 on an event loop.
//! Twin: `blocking_map` keeps the event loop free.
//!
//!     cargo run -p asyncio --bin async_map [LIMIT]

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
    let tasks = inputs.map(|x| tokio::spawn(async move { cpu_bound_task(x, limit) }));
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
