//! `fetch_data`, but `main` awaits only the third task.
//! Which lines does it print, and how long does it take?
//!
//!     cargo run -p asyncio --example one_awaited

use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    tokio::spawn(fetch_data(2, "Source 1"));
    tokio::spawn(fetch_data(3, "Source 2"));
    let task3 = tokio::spawn(fetch_data(1, "Source 3"));

    println!("{}", task3.await?);
    Ok(())
}

async fn fetch_data(simulated_delay: u64, name: &str) -> String {
    println!("Starting to fetch data from {name}");
    tokio::time::sleep(Duration::from_secs(simulated_delay)).await;
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
