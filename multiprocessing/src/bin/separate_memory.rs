//! Changes a variable in two processes and reads it in `main`.
//!
//! Each process starts as a copy of its parent. The variable has the same address
//! in all three, but each process has its own value, so it needs no lock. To share
//! one value, they must map the same memory (`mmap` with `MAP_SHARED`) and change it
//! with atomics. It is easier to send values, with a pipe or a `Pool`.
//! Twin: in `shared_memory`, the threads share one variable.
//!
//!     cargo run -p multiprocessing --bin separate_memory

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let mut counter = 0;

    for _ in 0..2 {
        let process = Process::start(|| {
            counter += 1;
            println!("Process: counter at {:p} is {counter}", &counter);
        })?;
        // Joined one after the other, only to keep the output in order.
        process.join()?;
    }

    println!("Main:    counter at {:p} is {counter}", &counter);
    Ok(())
}
