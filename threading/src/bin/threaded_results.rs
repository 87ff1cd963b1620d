//! Fetches from three sources at the same time, and takes each result when it comes.
//!
//! A channel delivers the results in the order in which the threads send them: 3, 1,
//! 2. Joining the threads in turn would hold back Source 3 until Source 1 is there.
//! This is Python's `concurrent.futures.as_completed`.
//! Twins: `process_results` and `async_results`.
//!
//!     cargo run -p threading --bin threaded_results

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() {
    let (sender, results) = mpsc::channel();
    // The scope ends with a panic if one of its threads did.
    thread::scope(|scope| {
        for (delay, name) in [(2, "Source 1"), (3, "Source 2"), (1, "Source 3")] {
            let sender = sender.clone();
            scope.spawn(move || sender.send(fetch_data(delay, name)));
        }
        // The loop below ends when all senders are dropped, so `main` drops its own.
        drop(sender);
        for result in results {
            println!("{result}");
        }
    });
}

fn fetch_data(simulated_delay: u64, name: &str) -> String {
    println!("Starting to fetch data from {name}");
    thread::sleep(Duration::from_secs(simulated_delay));
    format!("Data from {name}")
}
