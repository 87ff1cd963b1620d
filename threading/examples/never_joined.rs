//! `threaded_counter`, but `main` drops the threads' handles and does not join them.
//! Which lines does it print, and how long does it take?
//!
//!     cargo run -p threading --example never_joined [LIMIT]

use std::thread;
use std::time::Instant;

use clap::Parser;
use common::arguments::Counting;
use common::work::counter;

fn main() {
    let limit = Counting::parse().limit;

    let start = Instant::now();
    let mut threads = Vec::new();
    for _ in 0..4 {
        threads.push(thread::spawn(move || counter(limit)));
    }
    drop(threads);

    println!("All threads are finished");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
}
