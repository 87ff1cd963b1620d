//! Wrong on purpose: fetches from three sources and blocks the event loop.
//!
//! The tasks are spawned, but `std::thread::sleep` puts the one thread to sleep
//! that runs them all. No task starts before the one before it has ended, so it
//! takes 2 + 3 + 1 = 6 s. The right twin is `fetch_data`, which awaits the sleep
//! of the event loop instead.
//!
//!     cargo run -p asyncio --bin fetch_data_blocking

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
    std::thread::sleep(Duration::from_secs(simulated_delay));
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
