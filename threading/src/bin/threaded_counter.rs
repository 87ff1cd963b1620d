//! Counts to a limit in four threads at the same time.
//!
//! Rust has no global interpreter lock, so the threads run on as many cores as
//! there are. It translates the C++ threads of document 002 (and its Python
//! threads, which could not do this). The twin `sequential_counter` counts one
//! after the other; `gil_counter` makes the threads take turns.
//!
//!     cargo run -p threading --bin threaded_counter [LIMIT]

use std::thread;

use common::arguments::Counting;
use common::timing::Stopwatch;
use common::work::counter;

fn main() {
    let Counting { limit } = common::parse!();

    let stopwatch = Stopwatch::start();
    // The scope ends when all of its threads have.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| counter(limit));
        }
    });

    println!("All threads are finished");
    stopwatch.report();
}
