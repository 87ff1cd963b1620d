//! Crashes in a thread, in a task and in a process: what does each take along?
//!
//! A panic ends the thread, the task or the process that it happens in, and the
//! one that joins it is told. An abort (like a segmentation fault, or the kernel
//! that needs the memory) ends the whole process, with all of its threads and
//! tasks: only another process is out of its reach. So each of the six programs
//! here runs in a `Process`, and somebody is left to report its end. (A `Process`
//! prints no message about a panic: the one that joins it is told.)
//!
//!     cargo run -p multiprocessing --bin crash

use std::process::abort;
use std::thread;

use common::Failure;
use multiprocessing::Process;
use tokio::runtime;

fn main() -> Result<(), Failure> {
    report("A panic in a thread", || crash_in_thread(panic))?;
    report("A panic in a task", || crash_in_task(panic))?;
    report("A panic in a process", || crash_in_process(panic))?;
    report("An abort in a thread", || crash_in_thread(|| abort()))?;
    report("An abort in a task", || crash_in_task(|| abort()))?;
    report("An abort in a process", || crash_in_process(|| abort()))?;
    Ok(())
}

fn report(what: &str, program: fn() -> Result<(), Failure>) -> Result<(), Failure> {
    println!("{what}");
    let process = Process::start(|| match program() {
        Ok(()) => println!("  The rest of the program goes on"),
        Err(failure) => println!("  {failure}"),
    })?;
    println!("  The program {}", process.wait()?);
    Ok(())
}

fn crash_in_thread(crash: fn()) -> Result<(), Failure> {
    if thread::spawn(crash).join().is_err() {
        println!("  The thread panicked");
    }
    Ok(())
}

fn crash_in_task(crash: fn()) -> Result<(), Failure> {
    let event_loop = runtime::Builder::new_current_thread().build()?;
    let task = event_loop.spawn(async move { crash() });
    if event_loop.block_on(task).is_err() {
        println!("  The task panicked");
    }
    Ok(())
}

fn crash_in_process(crash: fn()) -> Result<(), Failure> {
    let process = Process::start(crash)?;
    println!("  The process {}", process.wait()?);
    Ok(())
}

fn panic() {
    panic!("no more paper");
}
