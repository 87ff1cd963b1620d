//! Only to be measured: `downloads` with `ureq`, a client that really blocks.
//!
//! Each thread sends its own request and receives its own answer. In `downloads`,
//! an event loop on a hidden thread does that for all threads.
//!
//!     cargo run --release -p measure --bin ureq_downloads [URL]...

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, bail};
use clap::Parser;
use common::download::{Arguments, Destination, Url, reason};
use common::site;
use ureq::Agent;

fn main() -> Result<ExitCode> {
    // Without URLs, this program starts itself once more, to be the web site.
    site::serve_if_copy();
    let downloads = Arguments::parse().prepare()?;
    let client = &Agent::config_builder()
        .timeout_connect(Some(downloads.arguments.connect_timeout))
        .timeout_recv_response(Some(downloads.arguments.stall_timeout))
        .timeout_global(Some(downloads.arguments.timeout))
        .http_status_as_error(false)
        // Only the loopback site is measured.
        .proxy(None)
        .build()
        .new_agent();

    let mut failed = 0;
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (url, file) in &downloads.files {
            threads.push((url, scope.spawn(move || download(client, url, file))));
        }
        for (url, thread) in threads {
            if let Err(error) = thread.join().unwrap() {
                println!("Failed to download {url}: {}", reason(&error));
                failed += 1;
            }
        }
    });

    println!("All downloads are finished");
    Ok(downloads.finish(failed))
}

fn download(client: &Agent, url: &Url, file: &Destination) -> Result<()> {
    println!("Downloading {url}");
    let response = client.get(url.as_str()).call()?;
    if response.status() == 200 {
        let part = file.receive(response.into_body().into_reader())?;
        println!("Downloaded {url}");
        file.save(part)?;
        println!("Saved {file}");
        Ok(())
    } else {
        bail!("HTTP {}", response.status())
    }
}
