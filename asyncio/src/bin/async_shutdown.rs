//! Works on eight items, two at once, until they are done or you press Ctrl-C.
//!
//! Ctrl-C ends the stream of items, so no new item starts, and the items in work are
//! finished and saved. `main` says which items were not started; if there are any, its
//! status is 130. (Python's `asyncio.run` cancels `main` instead.)
//! Twins: `threaded_shutdown` and `process_shutdown`.
//!
//!     cargo run -p asyncio --bin async_shutdown

use std::process::ExitCode;
use std::time::Duration;

use futures::stream::{self, StreamExt};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let mut ctrl_c = signal(SignalKind::interrupt())?;

    let mut items = 1..=8;
    let until_ctrl_c = stream::iter(&mut items).take_until(ctrl_c.recv());
    until_ctrl_c.for_each_concurrent(2, work).await;

    let not_started: Vec<u32> = items.collect();
    println!("Not started: {not_started:?}");
    Ok(if not_started.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(130) })
}

async fn work(item: u32) {
    println!("Working on item {item}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("Saved item {item}");
}
