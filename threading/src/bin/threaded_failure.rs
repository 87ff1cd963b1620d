//! Fetches from three sources at the same time; the second one fails.
//!
//! A panic ends only its own thread. The others run on, and `join` returns the panic
//! as an error.
//! In Python, `future.exception()` of `concurrent.futures` returns it.
//! Twins: `process_failure` and `async_failure`.
//!
//!     cargo run -p threading --bin threaded_failure

use std::thread;
use std::time::Duration;

fn main() {
    let thread1 = thread::spawn(|| fetch_data(2, "Source 1"));
    let thread2 = thread::spawn(|| fetch_data(1, "Source 2"));
    let thread3 = thread::spawn(|| fetch_data(3, "Source 3"));

    for (name, thread) in [("Source 1", thread1), ("Source 2", thread2), ("Source 3", thread3)] {
        match thread.join() {
            Ok(data) => println!("{data}"),
            Err(panic) => {
                let reason: &&str = panic.downcast_ref().expect("fetch_data panics with a text");
                println!("Failed to fetch data from {name}: {reason}");
            }
        }
    }
}

fn fetch_data(simulated_delay: u64, name: &str) -> String {
    println!("Starting to fetch data from {name}");
    thread::sleep(Duration::from_secs(simulated_delay));
    if name == "Source 2" {
        panic!("no answer");
    }
    println!("Finished fetching data from {name}");
    format!("Data from {name}")
}
