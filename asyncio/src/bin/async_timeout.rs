//! Fetches five parts of 1 s each, with a time limit of 2.5 s for all of them.
//!
//! When the time is over, `timeout` drops the future. The future stops at the
//! `.await` of part 3 and never runs again; parts 1 and 2 are done and stay. This is
//! Python's `asyncio.wait_for`. A future that does not await cannot be stopped.
//! Twins: `threaded_timeout`, `process_timeout`, and `blocking_timeout` for a thread.
//!
//!     cargo run -p asyncio --bin async_timeout

use std::time::Duration;

use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut part = 0;
    let limit = Duration::from_millis(2500);

    if timeout(limit, fetch_parts(&mut part)).await.is_err() {
        println!("Timed out after 2.5 s");
        println!("The future was dropped in part {part}");
    }
}

async fn fetch_parts(part: &mut u32) {
    for i in 1..=5 {
        *part = i;
        tokio::time::sleep(Duration::from_secs(1)).await;
        println!("Fetched part {i} of 5");
    }
}
