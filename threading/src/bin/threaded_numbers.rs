//! Prints the numbers 0 to 4 in two threads at the same time.
//!
//! Each thread sleeps for a second after each number. The sleeps overlap, so the
//! program takes 5 s, not 10.
//! Translates the threading example of document 001.
//! Twins: `process_numbers` and `async_numbers`.
//!
//!     cargo run -p threading --bin threaded_numbers

use std::thread;
use std::time::Duration;

fn main() {
    let thread1 = thread::spawn(print_numbers);
    let thread2 = thread::spawn(print_numbers);

    thread1.join().expect("print_numbers does not panic");
    thread2.join().expect("print_numbers does not panic");
}

fn print_numbers() {
    for i in 0..5 {
        println!("{i}");
        thread::sleep(Duration::from_secs(1));
    }
}
