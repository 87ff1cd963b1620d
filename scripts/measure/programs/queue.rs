//! Hands numbers over between two threads, tasks or processes (the model).
//!
//! Threads and tasks use a channel that holds 100 numbers; the tasks run on an event loop
//! with one thread. Processes use a pipe: each number is written and read alone.
//!
//!     cargo run --release -p measure --bin queue MODEL [N]

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::time::Instant;
use std::{env, thread};

use anyhow::{Result, bail};
use multiprocessing::Process;
use tokio::runtime::Builder;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let model = arguments.next().unwrap_or_default();
    let n: u64 = arguments.next().map_or(Ok(100_000), |n| n.parse())?;

    let start = Instant::now();
    let sum = match &*model {
        "threads" => threads(n),
        "tasks" => Builder::new_current_thread().build()?.block_on(tasks(n)),
        "processes" => processes(n)?,
        _ => bail!("name a model: threads, tasks or processes"),
    };

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Sum: {sum}");
    Ok(())
}

fn threads(n: u64) -> u64 {
    let (sender, receiver) = mpsc::sync_channel(100);
    thread::spawn(move || {
        for item in 1..=n {
            sender.send(item).expect("the receiver waits for the end");
        }
    });
    receiver.iter().sum()
}

async fn tasks(n: u64) -> u64 {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(100);
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
}

fn processes(n: u64) -> Result<u64> {
    let (mut reader, mut writer) = io::pipe()?;
    let producer =
        Process::start(move || (1..=n).try_for_each(|item| writer.write_all(&item.to_ne_bytes())))?;
    let (mut sum, mut item) = (0, [0; 8]);
    for _ in 0..n {
        reader.read_exact(&mut item)?;
        sum += u64::from_ne_bytes(item);
    }
    producer.join()?;
    Ok(sum)
}
