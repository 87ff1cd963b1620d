//! Counts to a limit four times, one after the other on one thread.
//!
//! It is the baseline that document 002 measures its threads against, in Python
//! and in C++. Its twin `threaded_counter` counts in four threads.
//!
//!     cargo run -p threading --bin sequential_counter [LIMIT]

use common::arguments::Counting;
use common::timing::Stopwatch;
use common::work::counter;

fn main() {
    let Counting { limit } = common::parse!();

    let stopwatch = Stopwatch::start();
    for _ in 0..4 {
        counter(limit);
    }

    println!("All threads are finished");
    stopwatch.report();
}
