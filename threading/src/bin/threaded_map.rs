//! Maps a CPU-bound task over four inputs, one thread per input.
//!
//! The threads use several cores, as the processes of `pool_map` do. The results
//! need no pipe, because threads share their memory.
//! Puts the pool example of document 002 on threads.
//! Twins: `sequential_map` is the baseline; `pool_map` uses processes.
//!
//!     cargo run -p threading --bin threaded_map [LIMIT]

use std::thread;
use std::time::Instant;

use clap::Parser;
use common::arguments::Mapping;
use common::work::cpu_bound_task;

fn main() {
    let limit = Mapping::parse().limit;
    let start = Instant::now();

    let inputs = [1, 2, 3, 4];
    let threads = inputs.map(|x| thread::spawn(move || cpu_bound_task(x, limit)));
    let results = threads.map(|thread| thread.join().expect("cpu_bound_task does not panic"));

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Results: {results:?}");
}
