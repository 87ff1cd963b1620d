//! Maps a CPU-bound task over four inputs beside the event loop.
//!
//! `spawn_blocking` runs each on a thread of its own, Python's
//! `asyncio.to_thread`: threads again, on as many cores as there are, and the
//! event loop stays free, so that the ticker ticks. It puts the pool example of
//! document 002 on tokio; the wrong twin is `async_map`.
//!
//!     cargo run -p asyncio --bin blocking_map [LIMIT]

use std::time::Duration;

use common::Failure;
use common::arguments::Mapping;
use common::timing::Stopwatch;
use common::work::cpu_bound_task;
use futures::future::try_join_all;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let Mapping { limit } = common::parse!();
    let ticker = tokio::spawn(ticker());
    let stopwatch = Stopwatch::start();

    let inputs = [1, 2, 3, 4];
    // The task ignores its input, as the document's does.
    let tasks = inputs.map(|_x| tokio::task::spawn_blocking(move || cpu_bound_task(limit)));
    let results = try_join_all(tasks).await?;

    stopwatch.report();
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
