//! Downloads several files at the same time, one process per URL.
//!
//! Each process makes a client of its own: a client has a hidden thread, which a
//! fork does not copy. Each says itself what became of its download; of one that
//! was killed only the parent can tell. This puts the I/O-bound example of
//! document 002 in processes; its twin `sequential_downloads` waits for each file
//! in turn.
//!
//!     cargo run -p multiprocessing --bin process_downloads [URL]...

use std::process::ExitCode;

use common::download::{Destination, Downloads, report};
use common::{Failure, say};
use multiprocessing::{Exit, Process};

fn main() -> Result<ExitCode, Failure> {
    let (downloads, at_once) = Downloads::bounded(common::parse!())?;

    let mut downloaded = 0;
    let mut running = Vec::new();
    for (url, file) in downloads.files() {
        match Process::start(|| u8::from(!report(url, download(&downloads, url, &file)))) {
            Ok(process) => running.push((url, process)),
            Err(error) => _ = report(url, Err(error.into())),
        }
        if running.len() == at_once {
            downloaded += usize::from(join_any(&mut running)?);
        }
    }
    while !running.is_empty() {
        downloaded += usize::from(join_any(&mut running)?);
    }

    say!("All downloads are finished");
    Ok(downloads.finish(downloaded))
}

fn join_any(running: &mut Vec<(&str, Process)>) -> Result<bool, Failure> {
    let processes = running.iter().map(|(_, process)| process);
    // Without the descriptors to watch them all, any will do.
    let ended = Process::wait_any(processes).unwrap_or(0);
    let (url, process) = running.swap_remove(ended);
    match process.wait()? {
        Exit::Status(status) => Ok(status == 0),
        exit => Ok(report(url, Err(Failure::new(format!("the process for {url} {exit}"))))),
    }
}

fn download(downloads: &Downloads, url: &str, file: &Destination) -> Result<(), Failure> {
    say!("Downloading {url}");
    let response = downloads.blocking_client()?.get(url).send()?;
    let part = file.receive(response)?;
    say!("Downloaded {url}");
    part.save()?;
    say!("Saved {file}");
    Ok(())
}
