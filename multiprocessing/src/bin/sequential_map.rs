//! Maps a CPU-bound task over four inputs, one after the other in one process.
//!
//! It is the baseline that document 002 measures its pool against. Its twin
//! `pool_map` does the same in a pool of processes.
//!
//!     cargo run -p multiprocessing --bin sequential_map [LIMIT]

use common::Failure;
use common::arguments::Mapping;
use common::timing::Stopwatch;
use common::work::cpu_bound_task;

fn main() -> Result<(), Failure> {
    let Mapping { limit } = common::parse!();
    let stopwatch = Stopwatch::start();

    let inputs = [1, 2, 3, 4];
    // The task ignores its input, as the document's does.
    let results = inputs.map(|_x| cpu_bound_task(limit));

    stopwatch.report();
    println!("Results: {results:?}");
    Ok(())
}
