//! Downloads several files at the same time, all on one thread.
//!
//! Each download is a future; while one waits for the network, the event loop
//! runs another. It puts the I/O-bound example of document 002 on an event loop;
//! its twin `sequential_downloads` waits for each file in turn.
//!
//! Two things block. The files are written with `std::fs`, piece by piece as they
//! arrive: `tokio::fs` is a pool of threads. And to look up a host name takes a
//! thread for as long; the URLs of the loopback site have none.
//!
//!     cargo run -p asyncio --bin async_downloads [URL]...

use std::future::ready;
use std::process::ExitCode;

use common::download::{Destination, Downloads, report};
use common::{Failure, say};
use futures::stream::{self, StreamExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Failure> {
    let (downloads, at_once) = Downloads::bounded(common::parse!())?;

    let outcomes = stream::iter(downloads.files())
        .map(async |(url, file)| report(url, download(&downloads, url, &file).await))
        .buffer_unordered(at_once);
    let downloaded = outcomes.filter(|downloaded| ready(*downloaded)).count().await;

    say!("All downloads are finished");
    Ok(downloads.finish(downloaded))
}

async fn download(downloads: &Downloads, url: &str, file: &Destination) -> Result<(), Failure> {
    say!("Downloading {url}");
    let response = downloads.client()?.get(url).send().await?;
    let part = file.receive_async(response).await?;
    say!("Downloaded {url}");
    part.save()?;
    say!("Saved {file}");
    Ok(())
}
