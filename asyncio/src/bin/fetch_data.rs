//! Fetches from three sources at the same time, in three tasks on one thread.
//!
//! `tokio::spawn` makes a task, which runs as soon as `main` awaits anything, as
//! with Python's `create_task`. `try_join_all` waits for all, as `gather` does:
//! the results come in the order of the tasks, whichever ends first. It takes as
//! long as the slowest source, 3 s. It translates the example of document 000,
//! which is in 002 too; the wrong twins are `fetch_data_awaited` and
//! `fetch_data_blocking`.
//!
//!     cargo run -p asyncio --bin fetch_data

use std::time::Duration;

use common::Failure;
use futures::future::try_join_all;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let [task1, task2, task3] = [(2, "Source 1"), (3, "Source 2"), (1, "Source 3")]
        .map(|(simulated_delay, name)| tokio::spawn(fetch_data(simulated_delay, name)));

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
