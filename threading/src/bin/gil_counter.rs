//! Counts in four threads that must hold one lock to count, as under a GIL.
//!
//! CPython's threads share the global interpreter lock, and the one that has it
//! hands it over every 5 ms (`sys.setswitchinterval`). So one thread counts at a
//! time, and four are no faster than `sequential_counter`. It translates the
//! Python threads of document 002; its twin `threaded_counter` has no lock.
//!
//!     cargo run -p threading --bin gil_counter [LIMIT]

use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use common::arguments::Counting;
use common::timing::Stopwatch;
use common::work;
use threading::gil::Gil;

#[derive(Parser)]
#[command(about = "Counts from 0 to LIMIT, four times, under one lock")]
struct Arguments {
    #[command(flatten)]
    counting: Counting,
    /// How long a thread keeps the lock
    #[arg(long, value_name = "TIME", default_value = "5ms")]
    switch_interval: humantime::Duration,
    /// Prints each turn to standard error when all have finished
    #[arg(long)]
    log: bool,
}

fn main() {
    let Arguments { counting: Counting { limit }, switch_interval, log } = Arguments::parse();
    let gil = &Gil::default();

    let stopwatch = Stopwatch::start();
    thread::scope(|scope| {
        for i in 1..=4 {
            scope.spawn(move || counter(i, limit, gil, *switch_interval));
        }
    });

    println!("All threads are finished");
    stopwatch.report();
    if log {
        eprint!("{}", gil.log());
    }
}

fn counter(thread: usize, limit: u64, gil: &Gil, switch_interval: Duration) {
    let mut left = limit;
    while left > 0 {
        gil.acquire();
        let acquired = Instant::now();
        while left > 0 && acquired.elapsed() < switch_interval {
            let step = left.min(100_000);
            work::counter(step);
            left -= step;
        }
        gil.release(thread);
    }
}
