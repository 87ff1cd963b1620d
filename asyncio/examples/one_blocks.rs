//! `fetch_data`, but Source 1 blocks the event loop while it waits.
//! How long does it take: 3, 5 or 6 s?
//!
//!     cargo run -p asyncio --example one_blocks

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
    match name {
        "Source 1" => std::thread::sleep(Duration::from_secs(simulated_delay)),
        _ => tokio::time::sleep(Duration::from_secs(simulated_delay)).await,
    }
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
