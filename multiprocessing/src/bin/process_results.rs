//! Fetches from three sources at the same time, and takes each result when it comes.
//!
//! `map_unordered` returns the results in the order in which they arrive: 3, 1, 2.
//! `map` waits for all of them. A pool also limits how many processes run at once:
//! here to 3, for any number of inputs. This is Python's `pool.imap_unordered`.
//! Twins: `threaded_results` and `async_results`.
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
