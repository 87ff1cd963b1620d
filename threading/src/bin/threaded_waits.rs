//! Waits a second in many threads at the same time.
//!
//! A thread that sleeps uses no CPU, but it has a stack and a place in the
//! kernel's tables. Notice what ten times as many cost. Document 002 calls this
//! high-volume I/O; its twins are `process_waits` and `async_waits`. If it ends
//! early, it has met a limit: `vm.max_map_count`, `kernel.pid_max`, `ulimit -u` or
//! `-v`, or the control group's `pids.max`.
//!
//!     cargo run -p threading --bin threaded_waits [N]

use std::thread;
use std::time::Duration;

use common::Failure;
use common::arguments::Waiting;
use common::timing::Stopwatch;
use threading::room::check_room;

fn main() -> Result<(), Failure> {
    let Waiting { n } = common::parse!();
    let stopwatch = Stopwatch::start();

    let mut threads = Vec::new();
    for i in 1..=n {
        let thread = check_room(threads.len()).and_then(|()| thread::Builder::new().spawn(wait));
        threads.push(thread.map_err(|error| {
            Failure::new(format!("could not start thread {i} of {n}: {error}"))
        })?);
    }
    for thread in threads {
        thread.join().expect("wait does not panic");
    }

    println!("All waits are finished");
    stopwatch.report();
    Ok(())
}

fn wait() {
    thread::sleep(Duration::from_secs(1));
}
