//! Fetches three URLs at the same time, in three futures on one thread.
//!
//! Nothing is spawned: `join_all` polls the three futures in turn, so their sleeps
//! overlap and the program takes 2 s. (Python's `gather` makes tasks of them.)
//! Translates the second asyncio example of document 001.
//! Twin: `fetch_data` spawns its tasks.
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
