//! Wrong on purpose: maps a CPU-bound task over four inputs on the event loop.
//!
//! A task that computes and never awaits keeps the one thread to itself: the
//! four run one after the other, no faster than `sequential_map`, and the ticker
//! beside them, which would tick every millisecond, ticks when they are done. It
//! puts the pool example of document 002 on an event loop; the right twin is
//! `blocking_map`.
//!
//!     cargo run -p asyncio --bin async_map [LIMIT]

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
    let tasks = inputs.map(|_x| tokio::spawn(async move { cpu_bound_task(limit) }));
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
