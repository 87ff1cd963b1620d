//! Works on eight items, two at once, until they are done or you press Ctrl-C.
//!
//! The handler of the signal only sets a flag, which each thread looks at before it
//! takes an item. So after Ctrl-C no new item starts, and the items in work are
//! finished and saved. `main` says which items were not started; if there are any, its
//! status is 130. (Python raises `KeyboardInterrupt` in `main` instead.)
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
    let work_on_all = || {
        while !interrupted.load(Relaxed) {
            let next = items.lock().expect("no thread panics").next();
            let Some(item) = next else { return };
            work(item);
        }
    };
    thread::scope(|scope| {
        scope.spawn(work_on_all);
        scope.spawn(work_on_all);
    });

    let not_started: Vec<u32> = items.into_inner()?.collect();
    println!("Not started: {not_started:?}");
    Ok(if not_started.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(130) })
}

fn work(item: u32) {
    println!("Working on item {item}");
    thread::sleep(Duration::from_secs(1));
    println!("Saved item {item}");
}
