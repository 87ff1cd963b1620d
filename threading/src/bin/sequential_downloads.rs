//! Downloads several files one after the other.
//!
//! While one file is on its way nothing else happens, so the list takes as long
//! as all its downloads together. This is the baseline for the I/O-bound example
//! of document 002. Its twin `downloads` starts a thread per URL.
//!
//!     cargo run -p threading --bin sequential_downloads [URL]...

use std::process::ExitCode;

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
    for (url, file) in &downloads.files {
        if let Err(error) = download(client, url, file) {
            println!("Failed to download {url}: {}", reason(&error));
            failed += 1;
        }
    }

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
