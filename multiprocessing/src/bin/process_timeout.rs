//! Fetches five parts of a second each, with a time limit of 2.5 s.
//!
//! A process can be killed at any moment, whatever it does: here in the middle of
//! part 3. It cannot clean up, and what it was writing stays half-written. A `Pool`
//! with a time limit kills its workers when a task takes too long; a `Process` of your
//! own has `kill`.
//! Twins: `threaded_timeout` and `async_timeout`.
//!
//!     cargo run -p multiprocessing --bin process_timeout

use std::thread;
use std::time::Duration;

use multiprocessing::{Cause, Error, Pool};

fn main() -> anyhow::Result<()> {
    let mut pool = Pool::new(1, fetch_parts)?.time_limit(Duration::from_millis(2500));
    match pool.map(&[5]) {
        Err(Error::Pool(failure)) if matches!(failure.cause, Cause::TaskTimedOut(_)) => {
            println!("Timed out after 2.5 s");
            println!("The process was killed");
        }
        Ok(_) => println!("Fetched all parts"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn fetch_parts(parts: u32) -> u32 {
    for part in 1..=parts {
        thread::sleep(Duration::from_secs(1));
        println!("Fetched part {part} of {parts}");
    }
    parts
}
