//! Fetches five parts of 1 s each, with a time limit of 2.5 s for all of them.
//!
//! No thread can stop another one, in Rust or in Python. `recv_timeout` only gives
//! up waiting. The thread runs on until it looks at a flag, so it completes part 3. A
//! thread that never looks runs until `main` returns.
//! Twins: `process_timeout` and `async_timeout`.
//!
//!     cargo run -p threading --bin threaded_timeout

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);

fn main() {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(fetch_parts()));

    if receiver.recv_timeout(Duration::from_millis(2500)).is_err() {
        println!("Timed out after 2.5 s");
        STOP.store(true, Relaxed);
        let part = receiver.recv().expect("fetch_parts does not panic");
        println!("The thread stopped after part {part}");
    }
}

fn fetch_parts() -> u32 {
    for part in 1..=5 {
        thread::sleep(Duration::from_secs(1));
        println!("Fetched part {part} of 5");
        if STOP.load(Relaxed) {
            return part;
        }
    }
    5
}
