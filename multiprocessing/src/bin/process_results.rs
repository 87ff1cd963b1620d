//! Fetches from three sources in processes and prints each result as it comes.
//!
//! `map` returns when all results are there. `map_unordered` is an iterator that
//! yields each result as soon as it has arrived, with the index of its input. The
//! pool also limits how many run at once: here to 3. This is Python's
//! `imap_unordered`. Twin: `threaded_results`.
//!
//!     cargo run -p multiprocessing --bin process_results

use std::thread;
use std::time::Duration;

use multiprocessing::Pool;

fn main() -> anyhow::Result<()> {
    let inputs = [(2, "Source 1".to_owned()), (3, "Source 2".into()), (1, "Source 3".into())];
    let mut pool = Pool::new(3, fetch_data)?;

    for result in pool.map_unordered(&inputs)? {
        let (_index, data) = result?;
        println!("{data}");
    }
    Ok(())
}

fn fetch_data((simulated_delay, name): (u64, String)) -> String {
    println!("Starting to fetch data from {name}");
    thread::sleep(Duration::from_secs(simulated_delay));
    format!("Data from {name}")
}
