//! Wrong on purpose: a time limit of 2.5 s for a thread that blocks.
//!
//! `timeout` gives up waiting, but the thread goes on: it has no `.await` where it
//! could stop. `abort` has no effect once it runs, and the runtime waits for it at
//! the end. The function must look at a flag itself, as in `threaded_timeout`, or run
//! in a process that can be killed, as in `process_timeout`.
//! Twin: `async_timeout`.
//!
//!     cargo run -p asyncio --bin blocking_timeout

use std::thread;
use std::time::Duration;

use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut thread = tokio::task::spawn_blocking(fetch_parts);
    let limit = Duration::from_millis(2500);

    if timeout(limit, &mut thread).await.is_err() {
        println!("Timed out after 2.5 s");
        thread.abort();
        println!("main returns");
    }
}

fn fetch_parts() {
    for i in 1..=5 {
        thread::sleep(Duration::from_secs(1));
        println!("Fetched part {i} of 5");
    }
}
