//! Fetches from three sources at the same time; the second one fails.
//!
//! `join_all` waits for all of them and returns each result or error, in the order
//! of the futures. An error does not stop the others; a panic would, because all of
//! them are one task. This is Python's `gather(return_exceptions=True)`;
//! `async_first_error` stops at the first error.
//! Twins: `threaded_failure` and `process_failure`.
//!
//!     cargo run -p asyncio --bin async_failure

use std::time::Duration;

use anyhow::{Result, ensure};
use futures::future::join_all;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let future1 = fetch_data(2, "Source 1");
    let future2 = fetch_data(1, "Source 2");
    let future3 = fetch_data(3, "Source 3");

    let results = join_all([future1, future2, future3]).await;
    for result in results {
        match result {
            Ok(data) => println!("{data}"),
            Err(error) => println!("{error}"),
        }
    }
}

async fn fetch_data(simulated_delay: u64, name: &str) -> Result<String> {
    println!("Starting to fetch data from {name}");
    tokio::time::sleep(Duration::from_secs(simulated_delay)).await;
    ensure!(name != "Source 2", "Failed to fetch data from {name}: no answer");
    println!("Finished fetching data from {name}");
    Ok(format!("Data from {name}"))
}
