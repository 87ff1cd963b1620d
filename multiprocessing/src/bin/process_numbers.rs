//! Prints the numbers 0 to 4 in two processes at the same time.
//!
//! Each process sleeps for a second after each number. The sleeps overlap, so the
//! program takes 5 s, not 10.
//! Translates the multiprocessing example of document 001.
//! Twins: `threaded_numbers` and `async_numbers`.
//!
//!     cargo run -p multiprocessing --bin process_numbers

use std::thread;
use std::time::Duration;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
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
