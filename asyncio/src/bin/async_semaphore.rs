//! Fetches six URLs, at most two at the same time.
//!
//! Each of the six futures needs a permit to fetch, and the semaphore has two. So the
//! program takes 3 s: not 1 s, and not 6 s. Dropping a permit gives it to the next
//! future. This is Python's `asyncio.Semaphore`.
//! Twin: `threaded_workers` starts only two threads, because each costs a stack.
//!
//!     cargo run -p asyncio --bin async_semaphore

use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let permits = Semaphore::new(2);

    let futures = (1..=6).map(|i| fetch_data(format!("http://example.com/{i}"), &permits));
    join_all(futures).await;

    println!("All fetches are finished");
}

async fn fetch_data(url: String, permits: &Semaphore) {
    let _permit = permits.acquire().await.expect("the semaphore is never closed");
    println!("Fetching {url}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("Finished fetching {url}");
}
