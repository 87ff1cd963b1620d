//! Stops at the first error, in two ways: do the other fetches still finish?
//!
//! A task whose handle is dropped runs on, as with Python's `gather`. A `JoinSet`
//! aborts its tasks when it is dropped, as Python's `TaskGroup` does after an error.
//! (A future that is not spawned stops when it is dropped, as in `async_timeout`.)
//! Twin: `async_failure` waits for all results.
//!
//!     cargo run -p asyncio --bin async_first_error

use std::time::Duration;

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use tokio::task::JoinSet;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("Tasks:");
    // The `?` is for a task that panics; the result of its fetch is returned as it is.
    let tasks = fetches().map(tokio::spawn).map(async |task| task.await?);
    println!("{}", try_join_all(tasks).await.expect_err("Source 2 fails"));
    // Time for the other fetches to finish, if they run on.
    sleep(Duration::from_secs(3)).await;

    println!("Tasks of a JoinSet:");
    println!("{}", join_all(JoinSet::from_iter(fetches())).await.expect_err("Source 2 fails"));
    sleep(Duration::from_secs(3)).await;
}

async fn join_all(mut tasks: JoinSet<Result<()>>) -> Result<()> {
    while let Some(result) = tasks.join_next().await {
        result??;
    }
    Ok(())
}

fn fetches() -> [impl Future<Output = Result<()>>; 3] {
    [(2, "Source 1"), (1, "Source 2"), (3, "Source 3")].map(|(delay, name)| fetch_data(delay, name))
}

async fn fetch_data(simulated_delay: u64, name: &str) -> Result<()> {
    println!("Starting to fetch data from {name}");
    sleep(Duration::from_secs(simulated_delay)).await;
    ensure!(name != "Source 2", "Failed to fetch data from {name}: no answer");
    println!("Finished fetching data from {name}");
    Ok(())
}
