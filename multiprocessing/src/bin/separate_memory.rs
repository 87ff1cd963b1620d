//! Changes a variable in two processes and looks at it in `main`.
//!
//! Each process starts as a copy of its parent, memory and all, so the variable
//! has the same address in all three. Yet each has its own: what one counts, the
//! others do not see, and there is nothing to lock. They run one after the
//! other for the order of the lines alone. In the twin `shared_memory` all see
//! one variable.
//!
//!     cargo run -p multiprocessing --bin separate_memory

use common::Failure;
use multiprocessing::Process;

fn main() -> Result<(), Failure> {
    let mut counter = 0;

    for _ in 0..2 {
        let process = Process::start(|| {
            counter += 1;
            println!("Process: counter at {:p} is {counter}", &raw const counter);
        })?;
        process.join()?;
    }

    println!("Main:    counter at {:p} is {counter}", &raw const counter);
    Ok(())
}
