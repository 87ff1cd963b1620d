//! Waits a second in many tasks at the same time, on one thread.
//!
//! A task that sleeps is some hundred bytes and an entry in the timer of the
//! event loop. Notice what ten times as many cost. Document 002 calls this
//! high-volume I/O; its twins are `threaded_waits` and `process_waits`. What
//! `sleep` returns is a future, which can be spawned as it is. Its time runs from
//! the call on, where that of Python's `asyncio.sleep` begins with the first turn
//! of its task.
//!
//!     cargo run -p asyncio --bin async_waits [N]

use std::time::Duration;

use common::Failure;
use common::arguments::Waiting;
use common::timing::Stopwatch;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let Waiting { n } = common::parse!();
    let stopwatch = Stopwatch::start();

    let tasks: Vec<_> = (1..=n).map(|_| tokio::spawn(sleep(Duration::from_secs(1)))).collect();
    for task in tasks {
        task.await?;
    }

    println!("All waits are finished");
    stopwatch.report();
    Ok(())
}
