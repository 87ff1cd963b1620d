//! Downloads several files at the same time, all on one thread.
//!
//! While one download waits for the network, the event loop runs another. The files
//! are written with `std::fs`, in small pieces: `tokio::fs` would hand each piece to
//! a pool of threads. (A host name lookup does occupy a thread.)
//! Puts the I/O-bound example of document 002 on an event loop.
//! Twin: `sequential_downloads` downloads one file after the other.
//!
//!     cargo run -p asyncio --bin async_downloads [URL]...

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Parser;
use common::arguments::BoundedDownloading;
use common::download::{Destination, Url};
use futures::stream::{self, StreamExt};
use reqwest::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    // If you give no URLs, `prepare` (below) starts this program a second time, as a web server.
    // In that second process, the next line serves the files and never returns. In the process
    // that you start, it does nothing.
    common::site::serve_if_started_as_server();
    let BoundedDownloading { downloads, at_once } = BoundedDownloading::parse();
    let downloads = downloads.prepare()?;
    let client = downloads.client()?;

    stream::iter(downloads.urls.iter().enumerate())
        .for_each_concurrent(at_once.get(), async |(i, url)| {
            let file = downloads.file(format!("file{i}"));
            downloads.report_if_failed(url, download(&client, url, &file).await);
        })
        .await;

    println!("All downloads are finished");
    Ok(downloads.print_counts())
}

async fn download(client: &Client, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let response = client.get(url.as_str()).send().await?;
    ensure!(response.status() == 200, "HTTP {}", response.status());
    let temporary = file.receive_async(response).await?;
    println!("Downloaded {url}");
    file.save(temporary)?;
    println!("Saved {file}");
    Ok(())
}
