//! Hands items from a task that produces them to `main`, through a bounded queue.
//!
//! The queue holds two items. When it is full, `send` waits, so a fast producer
//! cannot fill the memory. The queue ends when it is empty and its last sender
//! is dropped. Python's `asyncio.Queue(maxsize=2)` needs an end marker or `shutdown()`.
//! Twins: `threaded_queue` and `process_queue`.
//!
//!     cargo run -p asyncio --bin async_queue

use std::time::Duration;

use tokio::sync::mpsc::{self, Sender};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let (sender, mut receiver) = mpsc::channel(2);
    let producer = tokio::spawn(produce(sender));

    while let Some(item) = receiver.recv().await {
        println!("Took item {item}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    println!("The queue has ended");

    producer.await?
}

async fn produce(sender: Sender<u32>) -> anyhow::Result<()> {
    for item in 1..=6 {
        sender.send(item).await?;
        println!("Put item {item}");
    }
    // `sender` is dropped here, which ends the queue.
    Ok(())
}
