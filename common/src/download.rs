//! Shared by the four download programs: the list of URLs and files, and the rule that
//! a file gets its name when it is complete.

use std::fmt;
use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use anyhow::{Result, anyhow, ensure};
use tempfile::NamedTempFile;

use crate::arguments::Downloading;
use crate::site::Site;

/// The downloads that a program is asked for.
pub struct Downloads {
    /// The URLs, in the order in which they were given.
    pub urls: Vec<Url>,
    /// The arguments, with the limits for the client.
    pub arguments: Downloading,
    pub(crate) site: Option<Site>,
    failed: AtomicUsize,
}

impl Downloading {
    /// Reads the list of URLs, creates the directory, and starts the loopback
    /// site if there are no URLs.
    pub fn prepare(mut self) -> Result<Downloads> {
        let mut site = None;
        if let Some(from) = &self.from {
            let list = fs::read(if from == "-" { Path::new("/dev/stdin") } else { from })
                .map_err(|error| anyhow!("cannot read {}: {error}", from.display()))?;
            let list = String::from_utf8_lossy(&list);
            let lines = list.trim_start_matches('\u{feff}').lines().map(str::trim);
            self.urls.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
        } else if self.urls.is_empty() {
            let site = site.insert(Site::start()?);
            self.urls.extend(["/file1.pdf", "/file2.pdf", "/file3.jpg"].map(|path| site.url(path)));
        }
        fs::create_dir_all(&self.into)
            .map_err(|error| anyhow!("cannot create {}: {error}", self.into.display()))?;
        // With a thread per URL, each thread needs two descriptors.
        rlimit::increase_nofile_limit(u64::MAX)?;
        let urls = self.urls.drain(..).map(Url).collect();
        Ok(Downloads { urls, arguments: self, site, failed: AtomicUsize::new(0) })
    }
}

impl Downloads {
    /// The file of this name, in the directory of the downloads.
    pub fn file(&self, name: String) -> Destination {
        let Downloading { into, max_size, .. } = &self.arguments;
        Destination { path: into.join(name), max_size: max_size.as_u64() }
    }

    /// Prints why a download failed, if it did, and counts it.
    pub fn report_if_failed(&self, url: &Url, result: Result<()>) {
        if let Err(error) = result {
            println!("Failed to download {url}: {}", reason(error));
            self.failed.fetch_add(1, Relaxed);
        }
    }

    /// Prints how many downloads succeeded and failed. If any failed, the status is a failure.
    pub fn print_counts(&self) -> ExitCode {
        let failed = self.failed.load(Relaxed);
        println!("{} downloaded, {failed} failed", self.urls.len() - failed);
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Why a download failed, in the words of the root cause.
pub fn reason(error: anyhow::Error) -> String {
    match error.downcast_ref::<reqwest::Error>() {
        // The root cause is a "deadline" in one place and an "operation" in another.
        Some(error) if error.is_connect() && error.is_timeout() => "connection timed out".into(),
        Some(_) => error.root_cause().to_string(),
        None => error.to_string(),
    }
}

/// A URL as it was given. It is printed without its login, which may have a password.
pub struct Url(String);

impl Url {
    /// The URL with its login.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.trim_start_matches(|c| c != ':').trim_start_matches([':', '/', '\\']);
        let start = self.0.len() - host.len();
        let end = host.find(['/', '\\', '?', '#']).map_or(self.0.len(), |at| start + at);
        match self.0[start..end].rsplit_once('@') {
            Some((_, host)) => write!(f, "{}***@{host}{}", &self.0[..start], &self.0[end..]),
            None => f.write_str(&self.0),
        }
    }
}

/// The file for a download, and the largest size that it may have.
pub struct Destination {
    path: PathBuf,
    max_size: u64,
}

impl Destination {
    /// Receives the body of a response into a temporary file beside the final one.
    pub fn receive(&self, body: impl Read) -> Result<NamedTempFile> {
        let mut part = self.part()?;
        let copied = io::copy(&mut body.take(self.max_size.saturating_add(1)), &mut part);
        let received = part.as_file().metadata()?.len();
        copied.map_err(|error| cut(error, received))?;
        ensure!(received <= self.max_size, "larger than {} bytes", self.max_size);
        Ok(part)
    }

    /// The same in a task.
    pub async fn receive_async(&self, mut response: reqwest::Response) -> Result<NamedTempFile> {
        let mut part = self.part()?;
        let mut received = 0;
        while let Some(bytes) = response.chunk().await.map_err(|e| cut(e, received))? {
            received += bytes.len() as u64;
            ensure!(received <= self.max_size, "larger than {} bytes", self.max_size);
            part.write_all(&bytes)?;
        }
        Ok(part)
    }

    /// Gives the complete file its name, and replaces an older file of that name.
    pub fn save(&self, part: NamedTempFile) -> Result<()> {
        let saved = part.persist(&self.path);
        saved.map(drop).map_err(|error| anyhow!("cannot save {self}: {}", error.error))
    }

    fn part(&self) -> io::Result<NamedTempFile> {
        tempfile::Builder::new()
            .prefix(self.path.file_name().unwrap_or_default())
            .suffix(".part")
            // The umask applies, as for any new file.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(self.path.parent().unwrap_or(Path::new(".")))
    }
}

fn cut(error: impl Into<anyhow::Error>, received: u64) -> anyhow::Error {
    anyhow!("{} after {received} bytes", error.into().root_cause())
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}
