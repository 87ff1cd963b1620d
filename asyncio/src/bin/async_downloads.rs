//! Downloads several files at the same time, all on one thread.
//!
//! Each download is a future. While one waits for the network, the event loop runs
//! another. The files are written with `std::fs`, in small pieces: `tokio::fs` would
//! hand each piece to a pool of threads. (A host name lookup does occupy a thread.)
//! This puts the I/O-bound example of document 002 on an event loop. Its twin
//! `sequential_downloads` downloads one file after the other.
//!
//!     cargo run -p asyncio --bin async_downloads [URL]...

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use common::download::{BoundedArguments, Destination, Url, reason};
use common::site;
use futures::stream::{self, StreamExt};
use reqwest::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    // Without URLs, this program starts itself once more, to be the web site.
    site::serve_if_copy();
    let BoundedArguments { downloads, at_once } = BoundedArguments::parse();
    let downloads = downloads.prepare()?;
    let client = &downloads.client()?;

    let mut failed = 0;
    let mut results = stream::iter(&downloads.files)
        .map(async |(url, file)| (url, download(client, url, file).await))
        .buffer_unordered(at_once.get());
    while let Some((url, result)) = results.next().await {
        if let Err(error) = result {
            println!("Failed to download {url}: {}", reason(&error));
            failed += 1;
        }
    }

    println!("All downloads are finished");
    Ok(downloads.finish(failed))
}

async fn download(client: &Client, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let response = client.get(url.as_str()).send().await?;
    if response.status() == 200 {
        let part = file.receive_async(response).await?;
        println!("Downloaded {url}");
        file.save(part)?;
        println!("Saved {file}");
        Ok(())
    } else {
        bail!("HTTP {}", response.status())
    }
}
