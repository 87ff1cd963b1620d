//! Waits a second in many tasks at the same time, on one thread.
//!
//! A task that sleeps is some hundred bytes and an entry in the timer of the
//! event loop. Notice what ten times as many cost. Document 002 calls this
//! high-volume I/O; its twins are `threaded_waits` and `process_waits`. What is
//! spawned need not be an `async fn`: `sleep` returns a future, too. Its second
//! counts from the call, where Python's counts from the task's first turn.
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
