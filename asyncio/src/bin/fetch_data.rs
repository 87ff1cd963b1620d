//! Fetches from three sources at the same time, in three tasks on one thread.
//!
//! `tokio::main` runs `main` on an event loop on one thread (`current_thread`), like
//! Python's `asyncio.run`. `spawn` starts a task, like `create_task`. `try_join_all`
//! waits for all tasks, like `gather`, and returns the results in the order of the tasks.
//! The sleeps overlap, so the program takes 3 s, not 6.
//! Translates the example of documents 000 and 002.
//! Twins, wrong on purpose: `fetch_data_awaited` and `fetch_data_blocking`.
//!
//!     cargo run -p asyncio --bin fetch_data

use std::time::Duration;

use futures::future::try_join_all;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let task1 = tokio::spawn(fetch_data(2, "Source 1"));
    let task2 = tokio::spawn(fetch_data(3, "Source 2"));
    let task3 = tokio::spawn(fetch_data(1, "Source 3"));

    let results = try_join_all([task1, task2, task3]).await?;
    for result in results {
        println!("{result}");
    }
    Ok(())
}

async fn fetch_data(simulated_delay: u64, name: &str) -> String {
    println!("Starting to fetch data from {name}");
    tokio::time::sleep(Duration::from_secs(simulated_delay)).await;
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
