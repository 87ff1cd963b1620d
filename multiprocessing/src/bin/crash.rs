//! Crashes in a thread, in a task and in a process: what else ends?
//!
//! A panic ends only its thread, task or process, and the caller that joins it gets
//! the error. An abort, a segmentation fault or the out-of-memory killer ends a whole
//! process, with all of its threads and tasks. Only other processes go on.
//! Each case runs in a process of its own, so `main` can report how that process ended.
//!
//!     cargo run -p multiprocessing --bin crash

use std::process::abort;
use std::thread;

use anyhow::Result;
use multiprocessing::{Process, Status};

fn main() -> Result<()> {
    report("A panic in a thread", || crash_in_thread(|| panic!("no more paper")))?;
    report("A panic in a task", || crash_in_task(|| panic!("no more paper")))?;
    report("A panic in a process", || crash_in_process(|| panic!("no more paper")))?;
    report("An abort in a thread", || crash_in_thread(|| abort()))?;
    report("An abort in a task", || crash_in_task(|| abort()))?;
    report("An abort in a process", || crash_in_process(|| abort()))?;
    Ok(())
}

fn report<R: Status>(what: &str, program: fn() -> R) -> Result<()> {
    println!("{what}");
    println!("  The program {}", Process::start(program)?.wait()?);
    Ok(())
}

fn crash_in_thread(crash: fn()) {
    if thread::spawn(crash).join().is_err() {
        println!("  The thread panicked");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn crash_in_task(crash: fn()) {
    if tokio::spawn(async move { crash() }).await.is_err() {
        println!("  The task panicked");
    }
}

fn crash_in_process(crash: fn()) -> Result<()> {
    println!("  The process {}", Process::start(crash)?.wait()?);
    Ok(())
}
