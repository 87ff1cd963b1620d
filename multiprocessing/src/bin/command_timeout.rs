//! Runs a separate program, `sleep 5`, and kills it after 2.5 s.
//!
//! `Command`, from the standard library, is like Python's `subprocess`, but it cannot wait
//! with a time limit. So `main` asks again and again whether the program has ended.
//! `kill` ends only that program. If that program has started others, they go on.
//! Twin: `process_timeout` runs a function instead of a program.
//!
//!     cargo run -p multiprocessing --bin command_timeout

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

fn main() -> anyhow::Result<()> {
    let mut program = Command::new("sleep").arg("5").spawn()?;

    let end = Instant::now() + Duration::from_millis(2500);
    while program.try_wait()?.is_none() {
        if Instant::now() >= end {
            println!("Timed out after 2.5 s");
            program.kill()?;
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }

    println!("The program ended with {}", program.wait()?);
    Ok(())
}
