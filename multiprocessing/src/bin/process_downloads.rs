//! Downloads several files at the same time, one process per URL.
//!
//! The processes run in batches. Each makes its own client, because a fork does not
//! copy the client's hidden thread. The parent prints why a process failed, or what
//! killed it.
//! Puts the I/O-bound example of document 002 in processes.
//! Twin: `sequential_downloads` downloads one file after the other.
//!
//!     cargo run -p multiprocessing --bin process_downloads [URL]...

use std::process::ExitCode;

use anyhow::{Result, bail, ensure};
use clap::Parser;
use common::arguments::BoundedDownloading;
use common::download::{Destination, Downloads, Url, reason};
use multiprocessing::{Error, Exit, Process};

fn main() -> Result<ExitCode> {
    // If you give no URLs, `prepare` (below) starts this program a second time, as a web server.
    // In that second process, the next line serves the files and never returns. In the process
    // that you start, it does nothing.
    common::site::serve_if_started_as_server();
    let BoundedDownloading { downloads, at_once } = BoundedDownloading::parse();
    let downloads = &downloads.prepare()?;

    let urls: Vec<_> = downloads.urls.iter().enumerate().collect();
    for batch in urls.chunks(at_once.get()) {
        let mut processes = Vec::new();
        for &(i, url) in batch {
            let file = downloads.file(format!("file{i}"));
            let work = || download(downloads, url, &file).map_err(reason);
            processes.push((url, Process::start(work)));
        }
        for (url, process) in processes {
            downloads.report_if_failed(url, wait(url, process));
        }
    }

    println!("All downloads are finished");
    Ok(downloads.print_counts())
}

fn download(downloads: &Downloads, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let client = downloads.blocking_client()?;
    let response = client.get(url.as_str()).send()?;
    ensure!(response.status() == 200, "HTTP {}", response.status());
    let temporary = file.receive(response)?;
    println!("Downloaded {url}");
    file.save(temporary)?;
    println!("Saved {file}");
    Ok(())
}

fn wait(url: &Url, process: Result<Process, Error>) -> Result<()> {
    match process?.wait()? {
        Exit::Status(0) => Ok(()),
        Exit::Failed(reason) => bail!(reason),
        exit => bail!("the process for {url} {exit}"),
    }
}
