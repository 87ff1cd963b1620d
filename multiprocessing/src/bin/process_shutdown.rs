//! Works on eight items, two at once, until they are done or you press Ctrl-C.
//!
//! Ctrl-C sends SIGINT to the whole process group, so to each child process, too.
//! The children inherit the handler, which only sets a flag: they survive, and save
//! their items. The parent starts no new item, waits, and reports what was saved and
//! what was not started; its status is 130.
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
    let (mut processes, mut saved) = (Vec::new(), Vec::new());
    loop {
        while processes.len() < 2
            && !interrupted.load(Relaxed)
            && let Some(item) = items.next()
        {
            processes.push((item, Process::start(|| work(item))?));
        }
        if processes.is_empty() {
            break;
        }
        let ended = Process::wait_any(processes.iter().map(|(_, process)| process))?;
        let (item, process) = processes.remove(ended);
        match process.join() {
            Ok(()) => saved.push(item),
            Err(error) => println!("Failed to save item {item}: {error}"),
        }
    }

    saved.sort_unstable();
    let not_started: Vec<u32> = items.collect();
    if interrupted.load(Relaxed) {
        println!("Interrupted");
    }
    println!("Saved: {saved:?}");
    println!("Not started: {not_started:?}");
    Ok(if interrupted.load(Relaxed) { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

fn work(item: u32) {
    println!("Working on item {item}");
    thread::sleep(Duration::from_secs(1));
    println!("Saved item {item}");
}
