//! Downloads several files at the same time, one process per URL.
//!
//! Each process prints its own result and makes its own client: a fork does not
//! copy the client's hidden thread. If a process is killed, the parent reports it.
//! This puts the I/O-bound example of document 002 in processes. Its twin
//! `sequential_downloads` downloads one file after the other.
//!
//!     cargo run -p multiprocessing --bin process_downloads [URL]...

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use common::download::{BoundedArguments, Destination, Downloads, Url, reason};
use common::site;
use multiprocessing::{Exit, Process};

fn main() -> Result<ExitCode> {
    // Without URLs, this program starts itself once more, to be the web site.
    site::serve_if_copy();
    let BoundedArguments { downloads, at_once } = BoundedArguments::parse();
    let downloads = downloads.prepare()?;

    let mut failed = 0;
    for batch in downloads.files.chunks(at_once.get()) {
        let mut processes = Vec::new();
        for (url, file) in batch {
            let process = Process::start(|| {
                let Err(error) = download(&downloads, url, file) else { return 0 };
                println!("Failed to download {url}: {}", reason(&error));
                1
            });
            processes.push((url, process));
        }
        for (url, process) in processes {
            match process.and_then(Process::wait) {
                Ok(Exit::Status(0)) => continue,
                // The process itself has printed the reason.
                Ok(Exit::Status(_)) => {}
                Ok(exit) => println!("Failed to download {url}: the process for {url} {exit}"),
                Err(error) => println!("Failed to download {url}: {error}"),
            }
            failed += 1;
        }
    }

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
