//! Downloads several files at the same time, one process per URL.
//!
//! Each process has a client of its own, so nothing is shared that could be
//! slow or fail for all; that is paid for with a process and a connection per
//! file. It puts the I/O-bound example of document 002 in processes; its twin
//! `downloads` starts a thread per URL.
//!
//!     cargo run -p multiprocessing --bin process_downloads [URL]...

use std::process::ExitCode;

use common::download::{Destination, Downloads, report};
use common::{Failure, say};
use multiprocessing::{Exit, Process};
use reqwest::blocking::Client;

fn main() -> Result<ExitCode, Failure> {
    let (downloads, at_once) = Downloads::from_args_bounded()?;

    let mut downloaded = 0;
    let (mut urls, mut processes) = (Vec::new(), Vec::new());
    for (url, file) in downloads.files() {
        if processes.len() == at_once {
            downloaded += usize::from(join_any(&mut urls, &mut processes)?);
        }
        let task = || {
            let client = downloads.blocking_client();
            let outcome = client.and_then(|client| download(&client, url, &file));
            u8::from(!report(url, outcome))
        };
        match Process::start(task) {
            Ok(process) => {
                urls.push(url);
                processes.push(process);
            }
            Err(error) => drop(report(url, Err(error.into()))),
        }
    }
    while !processes.is_empty() {
        downloaded += usize::from(join_any(&mut urls, &mut processes)?);
    }

    say!("All downloads are finished");
    Ok(downloads.finish(downloaded))
}

/// Waits for the first process to end, and returns whether it has downloaded.
fn join_any(urls: &mut Vec<&str>, processes: &mut Vec<Process>) -> Result<bool, Failure> {
    let i = Process::wait_any(processes)?;
    let url = urls.swap_remove(i);
    match processes.swap_remove(i).wait()? {
        Exit::Status(0) => Ok(true),
        // It has said why.
        Exit::Status(1) => Ok(false),
        exit => Ok(report(url, Err(Failure::new(format!("the process for {url} {exit}"))))),
    }
}

fn download(client: &Client, url: &str, file: &Destination) -> Result<(), Failure> {
    say!("Downloading {url}");
    let response = client.get(url).send()?;
    let part = file.receive(response)?;
    say!("Downloaded {url}");
    part.save()?;
    say!("Saved {file}");
    Ok(())
}
