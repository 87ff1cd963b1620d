//! Hands numbers from one process to another, through a pipe.
//!
//! Each number is written and read alone, as if it were ready at another time than
//! the others. The twins are `queue_threads` and `queue_tasks`.
//!
//!     cargo run --release -p measure --bin queue_processes [N]

use std::env;
use std::io::{self, Read, Write};
use std::time::Instant;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let n: u64 = env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let start = Instant::now();

    let (mut reader, mut writer) = io::pipe()?;
    let producer =
        Process::start(move || (1..=n).try_for_each(|item| writer.write_all(&item.to_ne_bytes())))?;
    let (mut sum, mut item) = (0, [0; 8]);
    for _ in 0..n {
        reader.read_exact(&mut item)?;
        sum += u64::from_ne_bytes(item);
    }
    producer.join()?;

    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    println!("Sum: {sum}");
    Ok(())
}
