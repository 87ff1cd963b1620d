//! Downloads several files at the same time, one thread per URL.
//!
//! The downloads overlap, so the list takes about as long as its slowest file. Each
//! thread asks `reqwest::blocking` for a file and waits. (Inside, this library has one
//! more thread, with an event loop, which sends and receives for all of them.)
//! Translates the I/O-bound example of document 002.
//! Twin: `sequential_downloads` starts no threads.
//!
//!     cargo run -p threading --bin downloads [URL]...

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use clap::Parser;
use common::arguments::Downloading;
use common::download::{Destination, Url};
use reqwest::blocking::Client;

fn main() -> Result<ExitCode> {
    // If you give no URLs, `prepare` (below) starts this program a second time, as a web server.
    // In that second process, the next line serves the files and never returns. In the process
    // that you start, it does nothing.
    common::site::serve_if_started_as_server();
    // References (`&`): the closures below copy these, and all threads use the same two values.
    let downloads = &Downloading::parse().prepare()?;
    let client = &downloads.blocking_client()?;

    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (i, url) in downloads.urls.iter().enumerate() {
            let file = downloads.file(format!("file{i}"));
            let work = move || downloads.report_if_failed(url, download(client, url, &file));
            threads.push(scope.spawn(work));
        }
        for thread in threads {
            thread.join().expect("download does not panic");
        }
    });

    println!("All downloads are finished");
    Ok(downloads.print_counts())
}

fn download(client: &Client, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let response = client.get(url.as_str()).send()?;
    ensure!(response.status() == 200, "HTTP {}", response.status());
    let temporary = file.receive(response)?;
    println!("Downloaded {url}");
    file.save(temporary)?;
    println!("Saved {file}");
    Ok(())
}
