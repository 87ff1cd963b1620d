//! Changes a variable in a child process and looks at it in both.
//!
//! The child starts as a copy of its parent, memory and all, so the variable
//! has the same address in both. Yet it is a copy: what the child counts, the
//! parent does not see. In the twin `shared_memory`, threads do see it, and so
//! have to take turns.
//!
//!     cargo run -p multiprocessing --bin separate_memory

use common::Failure;
use multiprocessing::Process;

fn main() -> Result<(), Failure> {
    let mut counter = 0;

    let process = Process::start(|| {
        counter += 1;
        println!("Child:  counter at {:p} is {counter}", &raw const counter);
    })?;
    process.join()?;

    println!("Parent: counter at {:p} is {counter}", &raw const counter);
    Ok(())
}
