//! What the four download programs share: their arguments, the client with its
//! limits, and the rule that a file gets its name when it is complete.

use std::error::Error;
use std::fs::{self, Permissions};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use std::{env, fmt};

use anyhow::{Result, anyhow, ensure};
use bytesize::ByteSize;
use clap::Parser;
use reqwest::retry;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use tempfile::NamedTempFile;

use crate::descriptors;
use crate::site::Site;

/// Downloads files, and names them file0, file1, ... in the order of their URLs
#[derive(Parser)]
pub struct Arguments {
    /// What to download; without URLs and --from, three files from a web site on loopback
    #[arg(value_name = "URL")]
    urls: Vec<String>,
    /// A file with more URLs, one per line; - is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The directory for the files, created if it does not exist
    #[arg(long, value_name = "DIR", default_value = "downloads")]
    into: PathBuf,
    /// The longest time to connect
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time_limit)]
    pub connect_timeout: Duration,
    /// The longest time without progress
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time_limit)]
    pub stall_timeout: Duration,
    /// The longest time for a whole download
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = time_limit)]
    pub timeout: Duration,
    /// The largest size of a file
    #[arg(long, value_name = "SIZE", default_value = "1GiB")]
    max_size: ByteSize,
}

/// Downloads files, and names them file0, file1, ... in the order of their URLs
#[derive(Parser)]
pub struct BoundedArguments {
    /// The arguments of all download programs.
    #[command(flatten)]
    pub downloads: Arguments,
    /// How many downloads run at the same time
    #[arg(long, value_name = "N", default_value = "64")]
    pub at_once: NonZeroUsize,
}

fn time_limit(text: &str) -> Result<Duration> {
    let time = humantime::parse_duration(text)?;
    let range = Duration::from_millis(1)..=Duration::from_hours(24);
    ensure!(range.contains(&time), "a time from 1ms to 1day is needed");
    Ok(time)
}

/// What a program is asked to download.
pub struct Downloads {
    /// Each URL, and the file that it goes to.
    pub files: Vec<(Url, Destination)>,
    /// The arguments, with the limits for the client.
    pub arguments: Arguments,
    site: Option<Site>,
}

impl Arguments {
    /// Reads the list of URLs, creates the directory, and starts the loopback
    /// site if there are no URLs.
    pub fn prepare(mut self) -> Result<Downloads> {
        let mut site = None;
        if let Some(from) = &self.from {
            let list = read_list(from)
                .map_err(|error| anyhow!("cannot read {}: {error}", from.display()))?;
            self.urls.extend(list);
        } else if self.urls.is_empty() {
            let site = site.insert(Site::start()?);
            self.urls.extend(["/file1.pdf", "/file2.pdf", "/file3.jpg"].map(|path| site.url(path)));
        }
        fs::create_dir_all(&self.into)
            .map_err(|error| anyhow!("cannot create {}: {error}", self.into.display()))?;

        // A thread per URL needs two descriptors each.
        descriptors::raise_limit();

        let max_size = self.max_size.as_u64();
        let file = |(i, url)| {
            (Url(url), Destination { path: self.into.join(format!("file{i}")), max_size })
        };
        let files = std::mem::take(&mut self.urls).into_iter().enumerate().map(file).collect();
        Ok(Downloads { files, arguments: self, site })
    }
}

fn read_list(from: &Path) -> io::Result<Vec<String>> {
    let list = fs::read(if from == Path::new("-") { Path::new("/dev/stdin") } else { from })?;
    let list = String::from_utf8_lossy(&list);
    let lines = list.trim_start_matches('\u{feff}').lines().map(str::trim);
    Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

impl Downloads {
    /// A client for tasks.
    pub fn client(&self) -> Result<reqwest::Client> {
        Ok(self.client_builder()?.read_timeout(self.arguments.stall_timeout).build()?)
    }

    /// A client for threads.
    pub fn blocking_client(&self) -> Result<reqwest::blocking::Client> {
        // The blocking client's own timeout limits each read. The one of the
        // builder limits the whole download.
        let builder = reqwest::blocking::ClientBuilder::from(self.client_builder()?);
        Ok(builder.timeout(self.arguments.stall_timeout).build()?)
    }

    /// Prints the last line. The status is a failure if any download failed.
    pub fn finish(&self, failed: usize) -> ExitCode {
        println!("{} downloaded, {failed} failed", self.files.len() - failed);
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn client_builder(&self) -> Result<reqwest::ClientBuilder> {
        let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if let Some(file) = env::var_os("SSL_CERT_FILE") {
            // As in curl, these replace the usual authorities.
            let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
            let certificates: Vec<_> =
                certificates.map_err(|error| anyhow!("cannot read SSL_CERT_FILE: {error}"))?;
            roots = RootCertStore::empty();
            roots.add_parsable_certificates(certificates);
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();

        // A server may close a kept connection just when the next request is sent. Then
        // the GET is sent again, as curl and browsers do. reqwest does not say which
        // connections were kept, but before the first answer there are none.
        let kept = AtomicBool::new(false);
        let again = retry::for_host(AnyHost).no_budget().max_retries_per_request(3);
        let again = again.classify_fn(move |attempt| match attempt.error() {
            Some(error) if kept.load(Relaxed) && closed_before_answer(error) => attempt.retryable(),
            error => {
                kept.fetch_or(error.is_none(), Relaxed);
                attempt.success()
            }
        });
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(self.arguments.connect_timeout)
            .timeout(self.arguments.timeout)
            .retry(again);
        // The environment's proxies may be on another machine, with a loopback of its own.
        Ok(if self.site.is_some() { builder.no_proxy() } else { builder })
    }
}

struct AnyHost;

impl PartialEq<&str> for AnyHost {
    fn eq(&self, _: &&str) -> bool {
        true
    }
}

fn closed_before_answer(error: &(dyn Error + 'static)) -> bool {
    let connecting = |error: &reqwest::Error| error.is_connect();
    let closed = |cause: &(dyn Error + 'static)| {
        let kind = cause.downcast_ref().map(io::Error::kind);
        matches!(kind, Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe))
            || cause.downcast_ref().is_some_and(hyper::Error::is_incomplete_message)
    };
    !error.downcast_ref().is_some_and(connecting) && anyhow::Chain::new(error).any(closed)
}

/// Why a download failed, in the words of the root cause.
pub fn reason(error: &anyhow::Error) -> String {
    match error.downcast_ref::<reqwest::Error>() {
        // The root cause is a "deadline" in one place and an "operation" in another.
        Some(error) if error.is_connect() && error.is_timeout() => "connection timed out".into(),
        _ => error.root_cause().to_string(),
    }
}

/// A URL as it was given. It is printed without its password.
pub struct Url(String);

impl Url {
    /// The URL with its password.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after_scheme = self.0.split_once("://").map_or(&*self.0, |(_, rest)| rest);
        let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
        match authority.rsplit_once('@').and_then(|(login, _)| login.split_once(':')) {
            Some((_, password)) => {
                f.write_str(&self.0.replacen(&format!(":{password}@"), ":***@", 1))
            }
            None => self.0.fmt(f),
        }
    }
}

/// Where a download goes, and how large it may get.
pub struct Destination {
    path: PathBuf,
    max_size: u64,
}

impl Destination {
    /// Receives the body of a response into a temporary file beside the final one.
    pub fn receive(&self, body: impl Read) -> Result<NamedTempFile> {
        let mut part = self.part()?;
        let mut body =
            BufReader::with_capacity(64 * 1024, body.take(self.max_size.saturating_add(1)));
        let copied = io::copy(&mut body, &mut part);
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
        part.persist(&self.path).map(drop).map_err(|error| self.cannot_write(error.error))
    }

    fn part(&self) -> Result<NamedTempFile> {
        tempfile::Builder::new()
            .prefix(self.path.file_name().unwrap_or_default())
            .suffix(".part")
            // Less the umask, as for any new file.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(self.path.parent().unwrap_or(Path::new(".")))
            .map_err(|error| self.cannot_write(error))
    }

    fn cannot_write(&self, error: io::Error) -> anyhow::Error {
        anyhow!("cannot write {self}: {}", anyhow::Error::from(error).root_cause())
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
