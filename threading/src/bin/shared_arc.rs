//! Counts in three threads that outlive the function that started them.
//!
//! `start_counting` returns before its threads have counted, so they cannot borrow
//! its count as the threads of `shared_memory` do. Each `Arc` owns a share of it, and
//! the last one that is dropped frees it. In Python, every value is shared like this.
//! Twin: `shared_rc` shares a count on one thread, where it needs no lock.
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
