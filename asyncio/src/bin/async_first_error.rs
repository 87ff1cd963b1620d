//! Stops at the first error, in three ways: what becomes of the other fetches?
//!
//! Futures that are not spawned are dropped: they stop at their `.await`. Tasks are
//! detached when their handles are dropped: they run on, as in Python's `gather`. A
//! `JoinSet` aborts its tasks when it is dropped, like Python's `TaskGroup`.
//! Twin: `async_failure` waits for all results.
//!
//!     cargo run -p asyncio --bin async_first_error

use std::time::Duration;

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("Futures:");
    report(try_join_all(fetches()).await).await;

    println!("Tasks:");
    let tasks = fetches().map(tokio::spawn);
    // The `?` is for a task that panics; the result of its fetch is returned as it is.
    report(try_join_all(tasks.map(async |task| task.await?)).await).await;

    println!("Tasks of a JoinSet:");
    report(join_all_of(JoinSet::from_iter(fetches())).await).await;
}

async fn join_all_of(mut tasks: JoinSet<Result<String>>) -> Result<Vec<String>> {
    let mut results = Vec::new();
    while let Some(result) = tasks.join_next().await {
        results.push(result??);
    }
    Ok(results)
}

/// Prints the error, and gives the other fetches the time to finish if they run on.
async fn report(result: Result<Vec<String>>) {
    println!("{}", result.expect_err("Source 2 fails"));
    tokio::time::sleep(Duration::from_secs(3)).await;
}

fn fetches() -> [impl Future<Output = Result<String>>; 3] {
    [(2, "Source 1"), (1, "Source 2"), (3, "Source 3")].map(|(delay, name)| fetch_data(delay, name))
}

async fn fetch_data(simulated_delay: u64, name: &str) -> Result<String> {
    println!("Starting to fetch data from {name}");
    tokio::time::sleep(Duration::from_secs(simulated_delay)).await;
    ensure!(name != "Source 2", "Failed to fetch data from {name}: no answer");
    println!("Finished fetching data from {name}");
    Ok(format!("Data from {name}"))
}
