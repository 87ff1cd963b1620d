//! Cancels a task in the middle of its work, and lets it clean up.
//!
//! `abort` stops the task at the `.await` where it waits and drops what it owns, so
//! cleaning up belongs in `Drop`: it is Python's `finally`. Awaiting the task then
//! returns an error. This is Python's `task.cancel()`, but the task cannot catch it,
//! and `Drop` cannot await.
//! Twin: `async_timeout` stops a future that is not spawned.
//!
//!     cargo run -p asyncio --bin async_cancel

use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = tokio::spawn(fetch_parts());
    tokio::time::sleep(Duration::from_millis(2500)).await;

    task.abort();
    println!("Cancelled after 2.5 s");
    if task.await.is_err_and(|error| error.is_cancelled()) {
        println!("The task was cancelled");
    }
}

async fn fetch_parts() {
    let _connection = Connection;
    for i in 1..=5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        println!("Fetched part {i} of 5");
    }
}

struct Connection;

impl Drop for Connection {
    fn drop(&mut self) {
        println!("Closed the connection");
    }
}
