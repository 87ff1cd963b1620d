//! Counts in four threads that must hold one lock to count, as under a GIL.
//!
//! CPython's threads share the global interpreter lock, and the one that has it
//! hands it over every 5 ms (`sys.setswitchinterval`). So one thread counts at a
//! time, and four are no faster than `sequential_counter`. It translates the
//! Python threads of document 002; its twin `threaded_counter` has no lock.
//!
//!     cargo run -p threading --bin gil_counter [LIMIT]

use std::thread;

use common::arguments::Counting;
use common::timing::Stopwatch;
use common::work;
use threading::gil::{Arguments, Gil};

fn main() {
    let Arguments { counting: Counting { limit }, switch_interval, log } = common::parse!();
    let gil = Gil::new(*switch_interval);

    let stopwatch = Stopwatch::start();
    // The scope ends when all of its threads have.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| counter(limit, &gil));
        }
    });

    println!("All threads are finished");
    stopwatch.report();
    if log {
        eprint!("{}", gil.log());
    }
}

fn counter(limit: u64, gil: &Gil) {
    let mut left = limit;
    while left > 0 {
        let turn = gil.acquire();
        while left > 0 {
            // To ask the clock at each count would take longer than the counting.
            let step = left.min(100_000);
            work::counter(step);
            left -= step;
            if turn.is_over() {
                break;
            }
        }
    }
}
