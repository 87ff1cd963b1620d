//! Only to be measured: `downloads` with `ureq`, a client that really blocks.
//!
//! Each thread sends its own request and receives its own answer. In `downloads`,
//! an event loop on a hidden thread does that for all threads.
//!
//!     cargo run --release -p measure --bin ureq_downloads [URL]...

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use clap::Parser;
use common::arguments::Downloading;
use common::download::{Destination, Url};
use ureq::Agent;

fn main() -> Result<ExitCode> {
    // `prepare` (below) may start a copy of this program. In the copy, this runs the web server.
    common::site::serve_if_started_as_server();
    let downloads = &Downloading::parse().prepare()?;
    let client = &Agent::config_builder()
        .http_status_as_error(false)
        // Only the loopback site is measured.
        .proxy(None)
        .build()
        .new_agent();

    thread::scope(|scope| {
        for (i, url) in downloads.urls.iter().enumerate() {
            let file = downloads.file(format!("file{i}"));
            let work = move || downloads.report_if_failed(url, download(client, url, &file));
            scope.spawn(work);
        }
    });

    println!("All downloads are finished");
    Ok(downloads.print_counts())
}

fn download(client: &Agent, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let response = client.get(url.as_str()).call()?;
    ensure!(response.status() == 200, "HTTP {}", response.status());
    let temporary = file.receive(response.into_body().into_reader())?;
    println!("Downloaded {url}");
    file.save(temporary)?;
    println!("Saved {file}");
    Ok(())
}
