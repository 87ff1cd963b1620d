//! Maps a CPU-bound task over four inputs in tasks on all cores.
//!
//! Without `flavor = "current_thread"`, tokio's event loop has a thread per core, and
//! the tasks compute in parallel. A task that computes still blocks its thread and
//! the tasks that wait for that thread. `async_rayon_map` avoids this.
//! Twins: `rayon_map` and `pool_map`; `async_map` is the same on one thread.
//!
//!     cargo run -p asyncio --bin async_parallel_map [LIMIT]

use std::time::Instant;

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;
use futures::future::try_join_all;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let limit = Mapping::parse().limit;
    let start = Instant::now();

    let inputs = [1, 2, 3, 4];
    let tasks = inputs.map(|x| tokio::spawn(async move { cpu_bound_task(x, limit) }));
    let results = try_join_all(tasks).await?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
    Ok(())
}
