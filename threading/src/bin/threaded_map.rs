//! Maps a CPU-bound task over four inputs, one thread per input.
//!
//! The threads run on as many cores as there are, as the processes of `pool_map`
//! do, and their results need no pipe: they are in the memory of `main` already.
//! It puts the pool example of document 002 on threads; `sequential_map` is the
//! baseline.
//!
//!     cargo run -p threading --bin threaded_map [LIMIT]

use std::thread;

use common::arguments::Mapping;
use common::timing::Stopwatch;
use common::work::cpu_bound_task;

fn main() {
    let Mapping { limit } = common::parse!();
    let stopwatch = Stopwatch::start();

    let inputs = [1, 2, 3, 4];
    let results = thread::scope(|scope| {
        // The task ignores its input, as the document's does.
        let threads = inputs.map(|_x| scope.spawn(|| cpu_bound_task(limit)));
        threads.map(|thread| thread.join().expect("cpu_bound_task does not panic"))
    });

    stopwatch.report();
    println!("Results: {results:?}");
}
