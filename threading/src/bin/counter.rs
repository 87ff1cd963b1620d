//! Counts in a thread beside `main`.
//!
//! `main` goes on, and waits only when it calls `join`. So its first line can appear
//! before or among the numbers. If the thread panicked (like an exception in Python),
//! `join` would return an error, and `expect` would end the program.
//! Translates the first threading example of document 002.
//!
//!     cargo run -p threading --bin counter

use std::thread;
use std::time::Duration;

fn main() {
    let thread = thread::spawn(counter);
    println!("Main program is running while the thread is executing");
    thread.join().expect("counter does not panic");
    println!("Thread has finished");
}

fn counter() {
    for i in 0..10 {
        println!("{i}");
        thread::sleep(Duration::from_millis(1));
    }
}
