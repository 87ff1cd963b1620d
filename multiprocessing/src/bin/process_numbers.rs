//! Prints the numbers 0 to 4 in two processes at the same time, one a second.
//!
//! It translates the multiprocessing example of document 001. Each process
//! waits in its own sleep, so both are done after 5 seconds. Which of the two
//! prints first can change from second to second. Its twins are
//! `threaded_numbers` and `async_numbers`.
//!
//!     cargo run -p multiprocessing --bin process_numbers

use std::thread;
use std::time::Duration;

use common::Failure;
use multiprocessing::Process;

fn main() -> Result<(), Failure> {
    let process1 = Process::start(print_numbers)?;
    let process2 = Process::start(print_numbers)?;

    process1.join()?;
    process2.join()?;
    Ok(())
}

fn print_numbers() {
    for i in 0..5 {
        println!("{i}");
        thread::sleep(Duration::from_secs(1));
    }
}
