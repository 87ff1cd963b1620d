//! Maps a CPU-bound task over four inputs on a bounded pool beside the event loop.
//!
//! Rayon's pool has a thread per core, for any number of inputs. One more thread
//! waits for it (`spawn_blocking`), so the event loop stays free and the ticker keeps
//! ticking. This is Python's `run_in_executor` with a pool.
//! Twins: `blocking_map` starts a thread per input; `rayon_map` has no event loop.
//!
//!     cargo run -p asyncio --bin async_rayon_map [LIMIT]

use std::time::{Duration, Instant};

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;
use rayon::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let limit = Mapping::parse().limit;
    let ticker = tokio::spawn(ticker());
    let start = Instant::now();

    let inputs = [1, 2, 3, 4];
    let map = move || inputs.into_par_iter().map(|x| cpu_bound_task(x, limit)).collect();
    let results: Vec<u64> = tokio::task::spawn_blocking(map).await?;

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
