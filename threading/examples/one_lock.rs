//! `threaded_counter`, but each thread holds one lock while it counts.
//! How many cores do the four threads use?
//!
//!     cargo run -p threading --example one_lock [LIMIT]

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use clap::Parser;
use common::arguments::Counting;
use common::work::counter;

static LOCK: Mutex<()> = Mutex::new(());

fn main() {
    let limit = Counting::parse().limit;

    let start = Instant::now();
    let mut threads = Vec::new();
    for _ in 0..4 {
        threads.push(thread::spawn(move || {
            let _guard = LOCK.lock().expect("counter does not panic");
            counter(limit);
        }));
    }
    for thread in threads {
        thread.join().expect("counter does not panic");
    }

    println!("All threads are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
}
