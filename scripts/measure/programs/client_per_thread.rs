//! Wrong on purpose: downloads several files at the same time, with a client
//! for each thread.
//!
//! Each client has a hidden thread with an event loop, and connections of its own.
//! The right twin `downloads` shares one client.
//!
//!     cargo run --release -p measure --bin client_per_thread [URL]...

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, bail};
use clap::Parser;
use common::download::{Arguments, Destination, Downloads, Url, reason};
use common::site;

fn main() -> Result<ExitCode> {
    // Without URLs, this program starts itself once more, to be the web site.
    site::serve_if_copy();
    let downloads = &Arguments::parse().prepare()?;

    let mut failed = 0;
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (url, file) in &downloads.files {
            threads.push((url, scope.spawn(move || download(downloads, url, file))));
        }
        for (url, thread) in threads {
            if let Err(error) = thread.join().unwrap() {
                println!("Failed to download {url}: {}", reason(&error));
                failed += 1;
            }
        }
    });

    println!("All downloads are finished");
    Ok(downloads.finish(failed))
}

fn download(downloads: &Downloads, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let client = downloads.blocking_client()?;
    let response = client.get(url.as_str()).send()?;
    if response.status() == 200 {
        let part = file.receive(response)?;
        println!("Downloaded {url}");
        file.save(part)?;
        println!("Saved {file}");
        Ok(())
    } else {
        bail!("HTTP {}", response.status())
    }
}
