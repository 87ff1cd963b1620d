//! Fetches five parts of 1 s each, with a time limit of 2.5 s for all of them.
//!
//! A process can be killed at any moment, whatever it does: here in the middle of
//! part 3. It cannot clean up, and its files may stay half-written.
//! Twins: `threaded_timeout` and `async_timeout`; `command_timeout` runs a program.
//!
//!     cargo run -p multiprocessing --bin process_timeout

use std::thread;
use std::time::Duration;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let process = Process::start(fetch_parts)?;

    if !process.wait_timeout(Duration::from_millis(2500))? {
        println!("Timed out after 2.5 s");
        process.kill();
    }
    println!("The process {}", process.wait()?);
    Ok(())
}

fn fetch_parts() {
    for part in 1..=5 {
        thread::sleep(Duration::from_secs(1));
        println!("Fetched part {part} of 5");
    }
}
