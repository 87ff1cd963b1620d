//! Fetches three URLs at the same time, in three futures of one task.
//!
//! Nothing is spawned: `join_all` polls the futures in turn, all in the task of
//! `main`, so they wait together and take 2 s. (Python's `gather` makes a task of
//! each coroutine first.) It translates the second asyncio example of document
//! 001, `gather` over coroutines; `fetch_data` shows the other way, tasks that are
//! spawned.
//!
//!     cargo run -p asyncio --bin fetch_urls

use std::time::Duration;

use futures::future::join_all;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let urls = ["http://example.com", "http://example.org", "http://example.net"];
    let futures = urls.map(fetch_data);
    join_all(futures).await;
}

async fn fetch_data(url: &str) {
    println!("Fetching {url}");
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("Finished fetching {url}");
}
