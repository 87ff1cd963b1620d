//! Downloads several files at the same time, one thread per URL.
//!
//! The downloads overlap, so the list takes about as long as its slowest file.
//! The threads only wait: `reqwest::blocking` sends and receives for all of them
//! on one hidden thread, which runs an event loop. This translates the I/O-bound
//! example of document 002. Its twin `sequential_downloads` starts no threads.
//!
//!     cargo run -p threading --bin downloads [URL]...

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, bail};
use clap::Parser;
use common::download::{Arguments, Destination, Url, reason};
use common::site;
use reqwest::blocking::Client;

fn main() -> Result<ExitCode> {
    // Without URLs, this program starts itself once more, to be the web site.
    site::serve_if_copy();
    let downloads = Arguments::parse().prepare()?;
    let client = &downloads.blocking_client()?;

    let mut failed = 0;
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (url, file) in &downloads.files {
            threads.push((url, scope.spawn(move || download(client, url, file))));
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

fn download(client: &Client, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
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
