//! Changes a variable in two threads and reads it in `main`.
//!
//! Threads share their memory, so the variable has one address and one value.
//! Twin: in `separate_memory`, each process has its own.
//!
//!     cargo run -p threading --bin shared_memory

use std::sync::Mutex;
use std::thread;

fn main() {
    // The race that document 001 warns of does not compile in Rust (error E0499):
    //     let mut counter = 0;
    //     scope.spawn(|| counter += 1);
    //     scope.spawn(|| counter += 1);
    let counter = Mutex::new(0);

    // A scope joins its threads before it ends, so they may borrow `counter`.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut counter = counter.lock().expect("no thread panics");
                *counter += 1;
                println!("Thread: counter at {:p} is {counter}", &*counter);
            });
        }
    });

    let counter = counter.lock().expect("no thread panics");
    println!("Main:   counter at {:p} is {counter}", &*counter);
}
