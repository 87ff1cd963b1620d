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

    let mut items = 1..=8;
    while let (Some(item1), Some(item2)) = (items.next(), items.next()) {
        let process1 = Process::start(|| work(item1))?;
        let process2 = Process::start(|| work(item2))?;
        // Wait for both before the first `?`, which would kill the other process.
        let (end1, end2) = (process1.join(), process2.join());
        end1?;
        end2?;
        if interrupted.load(Relaxed) {
            break;
        }
    }

    let not_started: Vec<u32> = items.collect();
    println!("Not started: {not_started:?}");
    Ok(if not_started.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(130) })
}

fn work(item: u32) {
    println!("Working on item {item}");
    thread::sleep(Duration::from_secs(1));
    println!("Saved item {item}");
}
