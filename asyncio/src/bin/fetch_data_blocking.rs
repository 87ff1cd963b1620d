//! Wrong on purpose: fetches from three sources and blocks the event loop.
//!
//! `std::thread::sleep` puts the only thread to sleep, so no other task can run.
//! The tasks are spawned, but the program takes 2 + 3 + 1 = 6 s.
//! Twin: `fetch_data` awaits the event loop's own sleep and takes 3 s.
//!
//!     cargo run -p asyncio --bin fetch_data_blocking

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
    std::thread::sleep(Duration::from_secs(simulated_delay));
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
