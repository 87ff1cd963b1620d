//! Fetches from three sources and prints each result as soon as it is there.
//!
//! Joining the threads in turn would hold back the result of Source 3 until Source
//! 1 has one. A channel delivers in the order in which the threads send.
//! This is Python's `as_completed`.
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
        // The loop ends when no thread has a sender any more, and `main` has none.
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
