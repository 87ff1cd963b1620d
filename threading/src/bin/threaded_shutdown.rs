//! Works on eight items, two at once, until they are done or you press Ctrl-C.
//!
//! Ctrl-C sends SIGINT, which would end the program in the middle of two items. Here
//! a handler only sets a flag: each thread finishes its item and takes no other.
//! Then `main` reports what was saved and what was not started, with status 130.
//!
//!     cargo run -p threading --bin threaded_shutdown

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use signal_hook::consts::SIGINT;

fn main() -> anyhow::Result<ExitCode> {
    let interrupted = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGINT, Arc::clone(&interrupted))?;

    let items = Mutex::new(1..=8);
    let saved = Mutex::new(Vec::new());
    let work_on_all = || {
        while !interrupted.load(Relaxed) {
            let next = items.lock().expect("no thread panics").next();
            let Some(item) = next else { return };
            work(item);
            saved.lock().expect("no thread panics").push(item);
        }
    };
    thread::scope(|scope| {
        scope.spawn(work_on_all);
        scope.spawn(work_on_all);
    });

    let mut saved = saved.into_inner()?;
    saved.sort_unstable();
    let not_started: Vec<u32> = items.into_inner()?.collect();
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
