//! Downloads several files at the same time, one thread per URL.
//!
//! A thread that waits for the network uses no CPU, so the list takes about as
//! long as its slowest download. It translates the I/O-bound example of
//! document 002; its twin `sequential_downloads` waits for each file in turn.
//!
//! The threads wait, but do no I/O themselves: reqwest's blocking client, which
//! they share, does it for all on one hidden thread with an event loop,
//! `reqwest-internal-sync-runtime`, and looks up each host name on one more. A
//! library that really blocks, as Python's requests does, would be `ureq`.
//!
//!     cargo run -p threading --bin downloads [URL]...

use std::process::ExitCode;
use std::thread;

use common::download::{Destination, Downloads, report};
use common::{Failure, say};

fn main() -> Result<ExitCode, Failure> {
    let downloads = Downloads::new(common::parse!())?;

    let downloads = &downloads;
    let downloaded = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (url, file) in downloads.files() {
            let task = move || report(url, download(downloads, url, &file));
            match thread::Builder::new().spawn_scoped(scope, task) {
                Ok(thread) => threads.push((url, thread)),
                Err(error) => _ = report(url, Err(error.into())),
            }
        }
        let outcomes = threads.into_iter().map(|(url, thread)| {
            let panicked = |_| report(url, Err(Failure::new("the thread panicked")));
            thread.join().unwrap_or_else(panicked)
        });
        outcomes.filter(|downloaded| *downloaded).count()
    });

    say!("All downloads are finished");
    Ok(downloads.finish(downloaded))
}

fn download(downloads: &Downloads, url: &str, file: &Destination) -> Result<(), Failure> {
    say!("Downloading {url}");
    let response = downloads.blocking_client()?.get(url).send()?;
    let part = file.receive(response)?;
    say!("Downloaded {url}");
    part.save()?;
    say!("Saved {file}");
    Ok(())
}
