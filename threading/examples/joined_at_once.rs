//! `threaded_numbers`, but `main` joins the first thread before it starts the second.
//! How long does it take, and in which order do the numbers come?
//!
//!     cargo run -p threading --example joined_at_once

use std::thread;
use std::time::Duration;

fn main() {
    let thread1 = thread::spawn(print_numbers);
    thread1.join().expect("print_numbers does not panic");
    let thread2 = thread::spawn(print_numbers);

    thread2.join().expect("print_numbers does not panic");
}

fn print_numbers() {
    for i in 0..5 {
        println!("{i}");
        thread::sleep(Duration::from_secs(1));
    }
}
