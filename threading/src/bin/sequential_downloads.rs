//! Downloads several files one after the other.
//!
//! While the program waits for one file, it does nothing else, so the list takes
//! as long as all its downloads together.
//! This is the baseline for the I/O-bound example of document 002.
//! Twin: `downloads` starts a thread per URL.
//!
//!     cargo run -p threading --bin sequential_downloads [URL]...

use std::process::ExitCode;

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
    let downloads = Downloading::parse().prepare()?;
    let client = downloads.blocking_client()?;

    for (i, url) in downloads.urls.iter().enumerate() {
        let file = downloads.file(format!("file{i}"));
        downloads.report_if_failed(url, download(&client, url, &file));
    }

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
