//! Works on eight items, two at once, until they are done or you press Ctrl-C.
//!
//! After Ctrl-C, no new item starts, and the items in work are finished and saved.
//! Then the program reports what was saved and what was not started, and its status
//! is 130. The handler of the signal only sets a flag, which each thread looks at
//! before it takes an item. (Python raises `KeyboardInterrupt` in `main` instead.)
//! Twins: `process_shutdown` and `async_shutdown`.
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
