//! Shares a count with threads that outlive the function that starts them.
//!
//! `shared_memory` lends its count to threads, which a scope joins in time. Here
//! `start_counting` returns first, so the count must belong to nobody alone: each
//! `Arc` owns a share of it, and the last one to be dropped frees it.
//! In Python, every value is shared in this way.
//!
//!     cargo run -p threading --bin shared_arc

use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

fn main() {
    let (count, threads) = start_counting();
    println!("start_counting has returned");

    for thread in threads {
        thread.join().expect("no thread panics");
    }
    println!("Count: {}", count.lock().expect("no thread panics"));
}

fn start_counting() -> (Arc<Mutex<u32>>, Vec<JoinHandle<()>>) {
    let count = Arc::new(Mutex::new(0));
    let mut threads = Vec::new();
    for _ in 0..3 {
        let count = Arc::clone(&count);
        threads.push(thread::spawn(move || {
            thread::sleep(Duration::from_secs(1));
            *count.lock().expect("no thread panics") += 1;
            println!("A thread has counted");
        }));
    }
    (count, threads)
}
