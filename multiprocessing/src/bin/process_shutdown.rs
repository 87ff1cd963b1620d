//! Works on eight items, two at once, until they are done or you press Ctrl-C.
//!
//! Ctrl-C sends SIGINT to the whole process group, so to each child process, too.
//! The children inherit the handler, which only sets a flag: they survive, and save
//! their items. The parent looks at the flag before it starts two more. It says which
//! items were not started; if there are any, its status is 130.
//! Twins: `threaded_shutdown` and `async_shutdown`.
//!
//!     cargo run -p multiprocessing --bin process_shutdown

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use multiprocessing::Process;
use signal_hook::consts::SIGINT;

fn main() -> anyhow::Result<ExitCode> {
    // Set before the first process starts: a child without a handler would be killed.
    let interrupted = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGINT, Arc::clone(&interrupted))?;

    let items: Vec<u32> = (1..=8).collect();
    let mut pairs = items.chunks(2);
    while !interrupted.load(Relaxed) {
        let Some(pair) = pairs.next() else { break };
        let mut processes = Vec::new();
        for item in pair {
            processes.push(Process::start(|| work(*item))?);
        }
        // Wait for all before the first `?`, which would kill the others.
        let ends: Vec<_> = processes.into_iter().map(Process::join).collect();
        for end in ends {
            end?;
        }
    }

    let not_started: Vec<&u32> = pairs.flatten().collect();
    println!("Not started: {not_started:?}");
    Ok(if not_started.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(130) })
}

fn work(item: u32) {
    println!("Working on item {item}");
    thread::sleep(Duration::from_secs(1));
    println!("Saved item {item}");
}
