//! Wrong on purpose: downloads several files at the same time, with a client
//! for each thread.
//!
//! A client of reqwest's has a hidden thread with an event loop, and its own
//! connections: made anew for each URL, nothing is shared. The right twin
//! `downloads` clones one.
//!
//!     cargo run --release -p measure --bin client_per_thread [URL]...

use std::process::ExitCode;
use std::thread;

use common::download::{Destination, Downloads, report};
use common::{Failure, say};

fn main() -> Result<ExitCode, Failure> {
    let downloads = &Downloads::new(common::parse!())?;

    let downloaded = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (url, file) in downloads.files() {
            let task = move || report(url, download(downloads, url, &file));
            match thread::Builder::new().spawn_scoped(scope, task) {
                Ok(thread) => threads.push(thread),
                Err(error) => drop(report(url, Err(error.into()))),
            }
        }
        // A thread that panicked has said so and has downloaded nothing.
        let outcomes = threads.into_iter().map(|thread| thread.join().unwrap_or(false));
        outcomes.filter(|downloaded| *downloaded).count()
    });

    say!("All downloads are finished");
    Ok(downloads.finish(downloaded))
}

fn download(downloads: &Downloads, url: &str, file: &Destination) -> Result<(), Failure> {
    say!("Downloading {url}");
    let response = downloads.new_blocking_client()?.get(url).send()?;
    let part = file.receive(response)?;
    say!("Downloaded {url}");
    part.save()?;
    say!("Saved {file}");
    Ok(())
}
