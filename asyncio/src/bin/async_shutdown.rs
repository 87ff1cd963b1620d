//! Ends on Ctrl-C without losing work that has begun: eight items, two at once.
//!
//! `select!` waits for the next task or for Ctrl-C, whichever comes first. After
//! Ctrl-C no new item starts; those in work are finished and saved. `main` reports
//! what is saved and what was not started, with status 130. (Python's `asyncio.run`
//! cancels `main` instead.)
//! Twins: `threaded_shutdown` and `process_shutdown`.
//!
//!     cargo run -p asyncio --bin async_shutdown

use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let mut ctrl_c = signal(SignalKind::interrupt())?;
    let mut items = 1..=8;
    let (mut tasks, mut saved, mut interrupted) = (JoinSet::new(), Vec::new(), false);

    loop {
        while tasks.len() < 2
            && !interrupted
            && let Some(item) = items.next()
        {
            tasks.spawn(work(item));
        }
        tokio::select! {
            result = tasks.join_next() => match result {
                Some(item) => saved.push(item?),
                None => break,
            },
            _ = ctrl_c.recv() => interrupted = true,
        }
    }

    saved.sort_unstable();
    let not_started: Vec<u32> = items.collect();
    if interrupted {
        println!("Interrupted");
    }
    println!("Saved: {saved:?}");
    println!("Not started: {not_started:?}");
    Ok(if interrupted { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

async fn work(item: u32) -> u32 {
    println!("Working on item {item}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("Saved item {item}");
    item
}
