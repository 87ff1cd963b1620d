//! Fetches from three sources at the same time, and takes each result when it comes.
//!
//! A `JoinSet` returns the results of its tasks in the order in which they end: 3, 1,
//! 2. This is Python's `asyncio.as_completed`. The program `fetch_data` waits for all of
//! them.
//! Twins: `threaded_results` and `process_results`.
//!
//!     cargo run -p asyncio --bin async_results

use std::time::Duration;

use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(fetch_data(2, "Source 1"));
    tasks.spawn(fetch_data(3, "Source 2"));
    tasks.spawn(fetch_data(1, "Source 3"));

    while let Some(result) = tasks.join_next().await {
        println!("{}", result?);
    }
    Ok(())
}

async fn fetch_data(simulated_delay: u64, name: &str) -> String {
    println!("Starting to fetch data from {name}");
    tokio::time::sleep(Duration::from_secs(simulated_delay)).await;
    format!("Data from {name}")
}
