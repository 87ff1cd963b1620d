//! Downloads several files one after the other, on one thread.
//!
//! While one answer is on its way nothing else happens, so the list takes as
//! long as all its downloads together. It is the baseline for the I/O-bound
//! example of document 002; its twin `downloads` starts a thread per URL.
//!
//!     cargo run -p threading --bin sequential_downloads [URL]...

use std::process::ExitCode;

use common::download::{Destination, Downloads, report};
use common::{Failure, say};

fn main() -> Result<ExitCode, Failure> {
    let downloads = Downloads::new(common::parse!())?;

    let mut downloaded = 0;
    for (url, file) in downloads.files() {
        downloaded += usize::from(report(url, download(&downloads, url, &file)));
    }

    say!("All downloads are finished");
    Ok(downloads.finish(downloaded))
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
