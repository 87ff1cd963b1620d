//! `fetch_urls`, but each fetch holds one lock while it waits.
//! In which order do the lines come, and how long does it take?
//!
//!     cargo run -p asyncio --example one_connection

use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Mutex;

static CONNECTION: Mutex<()> = Mutex::const_new(());

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let urls = ["http://example.com", "http://example.org", "http://example.net"];
    let futures = urls.map(fetch_data);
    join_all(futures).await;
}

async fn fetch_data(url: &str) {
    println!("Fetching {url}");
    let _connection = CONNECTION.lock().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("Finished fetching {url}");
}
