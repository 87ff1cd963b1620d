//! Crashes in a thread, in a task and in a process: what else goes down?
//!
//! A panic ends only its thread, task or process, and `join` reports it. An abort
//! ends its whole process, with all threads and tasks. So does a segmentation
//! fault, or the out-of-memory killer. Only other processes go on.
//! Each crash happens in a process of its own, so `main` can report it.
//!
//!     cargo run -p multiprocessing --bin crash

use std::process::abort;
use std::thread;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    report("A panic in a thread", || crash_in_thread(panic))?;
    report("A panic in a task", || crash_in_task(panic))?;
    report("A panic in a process", || crash_in_process(panic))?;
    report("An abort in a thread", || crash_in_thread(|| abort()))?;
    report("An abort in a task", || crash_in_task(|| abort()))?;
    report("An abort in a process", || crash_in_process(|| abort()))?;
    Ok(())
}

fn report(what: &str, program: fn() -> anyhow::Result<()>) -> anyhow::Result<()> {
    println!("{what}");
    let process = Process::start(|| match program() {
        Ok(()) => println!("  The rest of the program goes on"),
        Err(error) => println!("  {error}"),
    })?;
    println!("  The program {}", process.wait()?);
    Ok(())
}

fn crash_in_thread(crash: fn()) -> anyhow::Result<()> {
    if thread::spawn(crash).join().is_err() {
        println!("  The thread panicked");
    }
    Ok(())
}

fn crash_in_task(crash: fn()) -> anyhow::Result<()> {
    let event_loop = tokio::runtime::Builder::new_current_thread().build()?;
    let task = event_loop.spawn(async move { crash() });
    if event_loop.block_on(task).is_err() {
        println!("  The task panicked");
    }
    Ok(())
}

fn crash_in_process(crash: fn()) -> anyhow::Result<()> {
    let process = Process::start(crash)?;
    println!("  The process {}", process.wait()?);
    Ok(())
}

fn panic() {
    panic!("no more paper");
}
