//! What the four download programs have in common: their arguments, the client,
//! the rule for files, and the report. How downloads are started, waited for
//! and collected is the lesson, and stays in the programs.

use std::fs;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use bytesize::ByteSize;
use clap::Parser;
use humantime::Duration;
use reqwest::Proxy;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::site::{self, Site};
use crate::{Failure, say};

mod client;
mod file;

pub use file::{Destination, Part};

/// The arguments of a download program.
#[derive(Parser)]
pub struct Arguments {
    /// What to download; without any, three files from a site on loopback
    #[arg(value_name = "URL")]
    urls: Vec<String>,
    /// A file with more URLs, one a line; - is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The directory for file0, file1, ..., in the order of the URLs; it must
    /// exist unless it is the default
    #[arg(long, value_name = "DIR", default_value = DIRECTORY)]
    into: PathBuf,
    #[command(flatten)]
    limits: Limits,
}

/// The arguments of a download program that bounds how many run at once.
#[derive(Parser)]
pub struct BoundedArguments {
    #[command(flatten)]
    arguments: Arguments,
    /// How many downloads run at the same time
    #[arg(long, value_name = "N", default_value = "64")]
    at_once: NonZeroUsize,
}

/// Beyond these a download fails.
#[derive(clap::Args, Clone, Copy)]
struct Limits {
    /// The time to connect
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time_limit)]
    connect_timeout: Duration,
    /// The time until an answer begins, redirects included, and the time in
    /// which nothing more of it arrives
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time_limit)]
    stall_timeout: Duration,
    /// The time for a download as a whole
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = time_limit)]
    timeout: Duration,
    /// The size of a file
    #[arg(long, value_name = "SIZE", default_value = "1GiB")]
    max_size: ByteSize,
}

/// Where the files go unless `--into` says otherwise.
const DIRECTORY: &str = "downloads";

/// What a download program is asked to do.
pub struct Downloads {
    urls: Vec<String>,
    into: PathBuf,
    limits: Limits,
    proxies: Vec<Proxy>,
    client: Mutex<Option<reqwest::Client>>,
    blocking_client: Mutex<Option<reqwest::blocking::Client>>,
    /// Serves the URLs that stand in for those that were not given.
    _site: Option<Site>,
}

impl Downloads {
    /// What the arguments ask for. To be called first in `main`, see
    /// [`site::serve_if_copy`].
    ///
    /// # Errors
    ///
    /// If the list of URLs cannot be read, a proxy variable of the environment
    /// holds no URL, or the loopback site does not start.
    pub fn new(arguments: Arguments) -> Result<Downloads, Failure> {
        site::serve_if_copy();
        let Arguments { mut urls, from, into, limits } = arguments;
        let proxies = client::proxies()?;
        raise_descriptor_limit();
        let mut site = None;
        if let Some(from) = from {
            let list = read_list(&from);
            urls.extend(list.map_err(|error| {
                Failure::new(format!("cannot read {}: {error}", from.display()))
            })?);
        } else if urls.is_empty() {
            let site = site.insert(Site::start()?);
            urls.extend(["/file1.pdf", "/file2.pdf", "/file3.jpg"].map(|path| site.url(path)));
        }
        if into == Path::new(DIRECTORY) {
            fs::create_dir_all(&into)
                .map_err(|error| Failure::new(format!("cannot create {DIRECTORY}: {error}")))?;
        }
        // A URL has none of these; it would break the line that it is printed on.
        urls.iter_mut().for_each(|url| url.retain(|c| !c.is_control()));
        Ok(Downloads {
            urls,
            into,
            limits,
            proxies,
            client: Mutex::default(),
            blocking_client: Mutex::default(),
            _site: site,
        })
    }

    /// The same, and the value of `--at-once`.
    ///
    /// # Errors
    ///
    /// As [`Downloads::new`].
    pub fn bounded(arguments: BoundedArguments) -> Result<(Downloads, usize), Failure> {
        let BoundedArguments { arguments, at_once } = arguments;
        Ok((Downloads::new(arguments)?, at_once.get()))
    }

    /// Each URL with the file it goes to: `file0`, `file1`, ... Names come from
    /// the order alone, so that no URL can choose one, or that of another.
    pub fn files(&self) -> impl Iterator<Item = (&str, Destination)> {
        // Beyond what the system allows a file, a signal would end the program.
        let allowed = getrlimit(Resource::Fsize).current.unwrap_or(u64::MAX);
        let max_size = self.limits.max_size.as_u64().min(allowed);
        self.urls.iter().enumerate().map(move |(i, url)| {
            let path = self.into.join(format!("file{i}"));
            (url.as_str(), Destination::new(path, max_size))
        })
    }

    /// The last line, and the status of the program: a failure if any of the
    /// downloads is not among those that succeeded.
    pub fn finish(&self, downloaded: usize) -> ExitCode {
        let failed = self.urls.len() - downloaded;
        say!("{downloaded} downloaded, {failed} failed");
        ExitCode::from(u8::from(failed > 0))
    }
}

/// Prints why a download failed, if it did, and returns whether it succeeded.
pub fn report(url: &str, outcome: Result<(), Failure>) -> bool {
    if let Err(failure) = &outcome {
        let error = failure.downcast_ref::<reqwest::Error>();
        if error.is_some_and(|error| error.is_connect() && error.is_timeout()) {
            // reqwest and hyper both watch the time, each with words of its own.
            say!("Failed to download {url}: connection timed out");
        } else {
            say!("Failed to download {url}: {}", failure.root_cause());
        }
    }
    outcome.is_ok()
}

/// One URL a line. One that is no text is spoilt, and the list is not.
fn read_list(from: &Path) -> io::Result<Vec<String>> {
    let list = match from.to_str() {
        Some("-") => io::stdin().lock().bytes().collect(),
        _ => fs::read(from),
    };
    let text = String::from_utf8_lossy(&list?).into_owned();
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// A thread per URL needs two descriptors each, and most systems allow 1 024 of
/// them until a program asks for the rest of what it may have.
fn raise_descriptor_limit() {
    let limit = getrlimit(Resource::Nofile);
    // Where it is refused, the downloads that find no descriptor say so.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// A time from 1 ms, as less is no time, to a day, as more is no limit.
fn time_limit(text: &str) -> Result<Duration, String> {
    let time: Duration = text.parse().map_err(|error| format!("{error}"))?;
    if (1..=86_400_000).contains(&time.as_millis()) {
        Ok(time)
    } else {
        Err("a time from 1ms to 1day is needed".to_owned())
    }
}
