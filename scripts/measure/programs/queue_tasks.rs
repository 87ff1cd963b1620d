//! Hands numbers from one task to another, through a channel that holds 100.
//!
//! Both are on an event loop of one thread. The twins are `queue_threads` and
//! `queue_processes`.
//!
//!     cargo run --release -p measure --bin queue_tasks [N]

use std::env;
use std::time::Instant;

use tokio::runtime::Builder;
use tokio::sync::mpsc;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let runtime = Builder::new_current_thread().build()?;
    let start = Instant::now();

    let sum = runtime.block_on(async {
        let (sender, mut receiver) = mpsc::channel(100);
        tokio::spawn(async move {
            for item in 1..=n {
                sender.send(item).await.expect("the receiver waits for the end");
            }
        });
        let mut sum = 0;
        while let Some(item) = receiver.recv().await {
            sum += item;
        }
        sum
    });

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Sum: {sum}");
    Ok(())
}
