//! Wrong on purpose: fetches from three sources one after the other.
//!
//! A future does nothing until it is awaited or spawned. Nothing is spawned
//! here, so the second fetch starts when the first has ended: 2 + 3 + 1 = 6 s,
//! a staircase. The right twin is `fetch_data`, which spawns its tasks.
//!
//!     cargo run -p asyncio --bin fetch_data_awaited

use std::time::Duration;

use common::Failure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let [task1, task2, task3] = [(2, "Source 1"), (3, "Source 2"), (1, "Source 3")]
        .map(|(simulated_delay, name)| fetch_data(simulated_delay, name));

    let results = [task1.await, task2.await, task3.await];
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
