//! Wrong on purpose: fetches from three sources one after the other.
//!
//! A future does nothing until it is awaited or spawned. Nothing is spawned here,
//! so each fetch starts when the one before it has ended: 2 + 3 + 1 = 6 s.
//! Twin: `fetch_data` spawns its tasks and takes 3 s.
//!
//!     cargo run -p asyncio --bin fetch_data_awaited

use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let future1 = fetch_data(2, "Source 1");
    let future2 = fetch_data(3, "Source 2");
    let future3 = fetch_data(1, "Source 3");

    let results = [future1.await, future2.await, future3.await];
    for result in results {
        println!("{result}");
    }
}

async fn fetch_data(simulated_delay: u64, name: &str) -> String {
    println!("Starting to fetch data from {name}");
    tokio::time::sleep(Duration::from_secs(simulated_delay)).await;
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
