//! Fetches six URLs, at most two at the same time.
//!
//! Two threads take their URLs from one channel. Each takes the next one when its last
//! fetch has finished. So the program takes 3 s: not 1 s, and not 6 s. This is Python's
//! `ThreadPoolExecutor(max_workers=2)`, but a fetch that panics ends its thread.
//! Twin: `async_semaphore` starts all fetches, and lets two of them run.
//!
//!     cargo run -p threading --bin threaded_workers

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

fn main() {
    let (sender, receiver) = mpsc::channel();
    for i in 1..=6 {
        sender.send(format!("http://example.com/{i}")).expect("the receiver is there");
    }
    // Without a sender, an empty channel ends the threads instead of making them wait.
    drop(sender);

    let urls = Mutex::new(receiver);
    thread::scope(|scope| {
        scope.spawn(|| fetch_all(&urls));
        scope.spawn(|| fetch_all(&urls));
    });
    println!("All fetches are finished");
}

fn fetch_all(urls: &Mutex<Receiver<String>>) {
    loop {
        // In a `while let`, the lock would be held until the end of the loop body.
        let next = urls.lock().expect("no thread panics").recv();
        let Ok(url) = next else { return };
        fetch_data(&url);
    }
}

fn fetch_data(url: &str) {
    println!("Fetching {url}");
    thread::sleep(Duration::from_secs(1));
    println!("Finished fetching {url}");
}
