//! Wrong on purpose: the parent waits for the child, and the child for a reader.
//!
//! A pipe holds 64 KiB, as a rule. A process that writes more waits until another
//! process reads. If the reader first waits for the writer's end, both wait for ever.
//! The same happens with Python's `Queue`. The way out: read first, then join. Here a
//! time limit ends the wait.
//!
//!     cargo run -p multiprocessing --bin full_pipe

use std::io::{self, Write};
use std::time::Duration;

use multiprocessing::Process;

fn main() -> anyhow::Result<()> {
    let (mut reader, mut writer) = io::pipe()?;
    let process = Process::start(move || writer.write_all(&[b'x'; 1024 * 1024]))?;

    // `process.join()` would wait for ever here.
    if !process.wait_timeout(Duration::from_secs(3))? {
        println!("Without a reader: no end after 3 s, a deadlock");
    }

    let count = io::copy(&mut reader, &mut io::sink())?;
    process.join()?;
    println!("With a reader: the process has written {count} bytes and has ended");
    Ok(())
}
