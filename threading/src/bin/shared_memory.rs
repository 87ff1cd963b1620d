//! Changes a variable in two threads and looks at it in `main`.
//!
//! Threads share their memory, so the variable has one address and one value,
//! and whoever changes it must hold its lock: what the compiler refuses without
//! one is in `threading/src/lib.rs`. In the twin `separate_memory` each process
//! has a variable of its own.
//!
//!     cargo run -p threading --bin shared_memory

use std::sync::Mutex;
use std::thread;

fn main() {
    let counter = Mutex::new(0);

    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut counter = counter.lock().expect("no thread panics");
                *counter += 1;
                println!("Thread: counter at {:p} is {counter}", &raw const *counter);
            });
        }
    });

    let counter = counter.lock().expect("no thread panics");
    println!("Main:   counter at {:p} is {counter}", &raw const *counter);
}
