//! Maps a CPU-bound task over four inputs in a pool of processes.
//!
//! It translates the pool of document 002. The processes run on as many cores
//! as there are, but each must be started first: with a LIMIT of 10 000 the
//! twin `sequential_map`, which does without, is faster. `threaded_map` needs
//! no processes for the same.
//!
//!     cargo run -p multiprocessing --bin pool_map [LIMIT]

use common::Failure;
use common::arguments::Mapping;
use common::timing::Stopwatch;
use common::work::cpu_bound_task;
use multiprocessing::Pool;

fn main() -> Result<(), Failure> {
    let Mapping { limit } = common::parse!();
    let stopwatch = Stopwatch::start();

    let inputs = [1, 2, 3, 4];
    // The task ignores its input, as the document's does.
    let mut pool = Pool::new(num_cpus::get(), |_x| cpu_bound_task(limit))?;
    let results = pool.map(&inputs)?;

    stopwatch.report();
    println!("Results: {results:?}");
    Ok(())
}
