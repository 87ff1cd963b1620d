//! Fetches from three sources, two at once, and takes each result when it comes.
//!
//! `map_unordered` returns the results in the order in which they arrive: 1, 3, 2.
//! `map` waits for all of them. The pool has two processes, so Source 3 starts when
//! Source 1 has been fetched. Many inputs go to the workers in chunks; with
//! `chunk_size(1)`, this is Python's `pool.imap_unordered`.
//! Twins: `threaded_results` and `async_results`.
//!
//!     cargo run -p multiprocessing --bin process_results

use std::thread;
use std::time::Duration;

use multiprocessing::Pool;

fn main() -> anyhow::Result<()> {
    let inputs = [(2, "Source 1"), (4, "Source 2"), (1, "Source 3")]
        .map(|(delay, name)| (delay, name.to_owned()));
    let mut pool = Pool::new(2, fetch_data)?;

    for result in pool.map_unordered(&inputs)? {
        let (_index, data) = result?;
        println!("{data}");
    }
    Ok(())
}

fn fetch_data((simulated_delay, name): (u64, String)) -> String {
    println!("Starting to fetch data from {name}");
    thread::sleep(Duration::from_secs(simulated_delay));
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
