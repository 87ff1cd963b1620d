//! Hands work from a producer to a consumer, in two processes, through a pipe.
//!
//! A pipe carries bytes, so each item has a frame: here it is a line. Each item is
//! formatted, copied into the kernel, copied out of it and parsed. In a channel, it
//! only changes its owner. A pipe is bounded by bytes, not by items (`full_pipe`).
//! The queue ends when no process has the writing end any more.
//!
//!     cargo run -p multiprocessing --bin process_queue

use std::io::{self, BufRead, BufReader, PipeWriter, Write};
use std::thread;
use std::time::Duration;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let (reader, writer) = io::pipe()?;
    // `move` takes the writing end from `main`, which would else wait for itself.
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
