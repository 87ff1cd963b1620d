//! Hands items from a process that produces them to `main`, through a pipe.
//!
//! A pipe carries bytes, so each item needs a frame: here it is a line. The item is
//! formatted, copied into the kernel, copied out and parsed; in a channel, it only
//! changes its owner. A pipe is bounded by bytes, not by items (see `full_pipe`). It
//! ends when all copies of its writing end are closed.
//! Twins: `threaded_queue` and `async_queue`.
//!
//!     cargo run -p multiprocessing --bin process_queue

use std::io::{self, BufRead, BufReader, PipeWriter, Write};
use std::thread;
use std::time::Duration;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let (reader, writer) = io::pipe()?;
    // Now only the producer has the writing end. If main kept a copy, the loop below would
    // never end.
    let producer = Process::start(move || produce(writer))?;

    for line in BufReader::new(reader).lines() {
        let item: u32 = line?.parse()?;
        println!("Took item {item}");
        thread::sleep(Duration::from_millis(500));
    }
    println!("The queue has ended");
    producer.join()?;
    Ok(())
}

fn produce(mut queue: PipeWriter) -> io::Result<()> {
    for item in 1..=6 {
        writeln!(queue, "{item}")?;
        println!("Put item {item}");
    }
    Ok(())
}
