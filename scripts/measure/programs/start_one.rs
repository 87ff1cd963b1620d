//! Starts threads, processes, programs or tasks (the model) that do nothing. Each of them
//! has ended before the next one starts.
//!
//! A process is a fork. A program is a process that loads its file anew, as with Python's
//! `spawn`. The tasks run on an event loop with one thread.
//!
//!     cargo run --release -p measure --bin start_one MODEL [N]

use std::process::Command;
use std::time::Instant;
use std::{env, thread};

use anyhow::{Result, bail, ensure};
use multiprocessing::Process;
use tokio::runtime::Builder;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let model = arguments.next().unwrap_or_default();
    let n: u64 = arguments.next().map_or(Ok(100), |n| n.parse())?;

    let start = Instant::now();
    match &*model {
        "threads" => threads(n)?,
        "processes" => processes(n)?,
        "programs" => programs(n)?,
        "tasks" => tasks(n)?,
        // A program that `programs` has started.
        "nothing" => return Ok(()),
        _ => bail!("name what to start: threads, processes, programs or tasks"),
    }

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Started {n}");
    Ok(())
}

fn threads(n: u64) -> Result<()> {
    for _ in 0..n {
        thread::Builder::new().spawn(|| {})?.join().expect("nothing is there to panic");
    }
    Ok(())
}

fn processes(n: u64) -> Result<()> {
    for _ in 0..n {
        Process::start(|| {})?.join()?;
    }
    Ok(())
}

fn programs(n: u64) -> Result<()> {
    let own = env::current_exe()?;
    for _ in 0..n {
        let status = Command::new(&own).arg("nothing").status()?;
        ensure!(status.success(), "a started program failed: {status}");
    }
    Ok(())
}

fn tasks(n: u64) -> Result<()> {
    Builder::new_current_thread().build()?.block_on(async {
        for _ in 0..n {
            tokio::spawn(async {}).await?;
        }
        Ok(())
    })
}
