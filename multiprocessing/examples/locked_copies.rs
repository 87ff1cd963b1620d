//! `separate_memory`, but a lock protects the counter, as in `shared_memory`.
//! Which value does `main` see at the end?
//!
//!     cargo run -p multiprocessing --example locked_copies

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let counter = std::sync::Mutex::new(0);

    for _ in 0..2 {
        let process = Process::start(|| {
            let mut counter = counter.lock().expect("no process panics");
            *counter += 1;
            println!("Process: counter at {:p} is {counter}", &*counter);
        })?;
        // Joined one after the other, only to keep the output in order.
        process.join()?;
    }

    let counter = counter.lock().expect("no process panics");
    println!("Main:    counter at {:p} is {counter}", &*counter);
    Ok(())
}
