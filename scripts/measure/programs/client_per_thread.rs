//! Wrong on purpose: downloads several files at the same time, with a client
//! for each thread.
//!
//! Each client has a hidden thread with an event loop, and connections of its own.
//! The right twin `downloads` shares one client.
//!
//!     cargo run --release -p measure --bin client_per_thread [URL]...

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use clap::Parser;
use common::arguments::Downloading;
use common::download::{Destination, Downloads, Url};

fn main() -> Result<ExitCode> {
    // Without URLs, this program starts itself once more, to be the web site.
    common::site::serve_if_copy();
    let downloads = &Downloading::parse().prepare()?;

    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (url, file) in &downloads.files {
            threads
                .push(scope.spawn(move || downloads.report(url, download(downloads, url, file))));
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });

    println!("All downloads are finished");
    Ok(downloads.finish())
}

fn download(downloads: &Downloads, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let client = downloads.blocking_client()?;
    let response = client.get(url.as_str()).send()?;
    ensure!(response.status() == 200, "HTTP {}", response.status());
    let part = file.receive(response)?;
    println!("Downloaded {url}");
    file.save(part)?;
    println!("Saved {file}");
    Ok(())
}
