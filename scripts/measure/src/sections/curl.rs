//! Downloads beside curl, from nginx on loopback.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::site::content;
use tempfile::TempDir;

use crate::answer::Answer;
use crate::maker::{Maker, Scale};
use crate::section::Section;
use crate::trouble::Trouble;
use crate::workload::{Entry, Workload};

use super::io::saved;

/// How long nginx may take until it answers.
const UNTIL_READY: Duration = Duration::from_secs(10);
/// The most that is written at once, in bytes; a multiple of 8.
const PIECE: usize = 1024 * 1024;

/// The files of each workload: what they are called, how many, how large.
const SMALL: (&str, usize, usize) = ("small", 1_000, 10_000);
const LARGE: (&str, usize, usize) = ("large", 20, 20_000_000);
const HUGE: (&str, usize, usize) = ("huge", 1, 1024 * 1024 * 1024);

/// nginx with files on a port of 127.0.0.1. It ends when this is dropped.
pub struct Nginx {
    port: u16,
    server: Child,
    /// Holds the files, and the lists of them.
    directory: TempDir,
}

impl Nginx {
    /// Starts it, if nginx and curl are there; otherwise the notes say which is
    /// not.
    ///
    /// # Errors
    ///
    /// If the files cannot be written, or nginx does not answer.
    pub fn start(scale: Scale, notes: &mut Vec<String>) -> Result<Option<Nginx>, Trouble> {
        let mut there = true;
        for (name, argument) in [("curl", "--version"), ("nginx", "-v")] {
            match version(name, argument) {
                Some(version) => notes.push(version),
                None => {
                    notes.push(format!(
                        "{name} is not installed: downloads beside curl are left out"
                    ));
                    there = false;
                }
            }
        }
        if !there {
            return Ok(None);
        }
        start(scale).map(Some).map_err(Trouble::own("cannot start nginx"))
    }

    /// The programs beside curl, for each size of files.
    pub fn workloads(&self, maker: &Maker<'_>) -> Result<Vec<Workload>, Trouble> {
        let workload = |files| {
            self.workload(maker, files).map_err(Trouble::own("cannot write a list of URLs"))
        };
        files(maker.scale).iter().map(|&files| workload(files)).collect()
    }

    fn workload(
        &self,
        maker: &Maker<'_>,
        (name, count, size): (&str, usize, usize),
    ) -> io::Result<Workload> {
        let paths: Vec<String> = (0..count).map(|i| format!("/{name}{i}")).collect();
        let urls: Vec<String> =
            paths.iter().map(|path| format!("http://127.0.0.1:{}{path}", self.port)).collect();
        let list = self.directory.path().join(format!("{name}.urls"));
        fs::write(&list, urls.join("\n"))?;
        let config = self.directory.path().join(format!("{name}.curl"));
        let mut text = String::new();
        for (i, url) in urls.iter().enumerate() {
            writeln!(text, "url = \"{url}\"\noutput = \"downloads/file{i}\"")
                .map_err(io::Error::other)?;
        }
        fs::write(&config, text)?;

        let answer = saved(&urls, &paths, size);
        let curl = Answer { files: answer.files.clone(), ..Answer::default() };
        let curl_arguments = [
            "--silent",
            "--show-error",
            "--fail",
            "--noproxy",
            "*",
            "--parallel",
            "--parallel-max",
            "64",
            "--create-dirs",
            "--config",
            &config.display().to_string(),
        ]
        .map(str::to_owned);
        let from = ["--from".to_owned(), list.display().to_string()];
        let title = format!("Downloading from nginx: {count} files of {size} bytes");
        let mut workload = Workload::new(Section::Curl, format!("downloads-{name}"), title);
        workload.usual = Duration::from_millis(1_000);
        workload.entries = ["async_downloads", "downloads"]
            .map(|program| maker.program(program, &from, answer.clone()))
            .to_vec();
        workload.entries.insert(
            0,
            Entry::new("curl", found("curl").unwrap_or_default(), &curl_arguments, curl).peer(),
        );
        Ok(workload)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It has nothing to finish, and nobody is there to tell.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What is downloaded; the largest only where there is time.
fn files(scale: Scale) -> &'static [(&'static str, usize, usize)] {
    match scale {
        Scale::Full => &[SMALL, LARGE, HUGE],
        _ => &[SMALL, LARGE],
    }
}

fn start(scale: Scale) -> io::Result<Nginx> {
    let directory = tempfile::Builder::new().prefix("measure-").tempdir()?;
    let root = directory.path().join("site");
    fs::create_dir(&root)?;
    for &(name, count, size) in files(scale) {
        for i in 0..count {
            write_file(&root, &format!("{name}{i}"), size)?;
        }
    }
    // Free now, and nobody else's in the moment until nginx takes it.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let config = directory.path().join("nginx.conf");
    fs::write(&config, configuration(directory.path(), port))?;
    let mut server = Command::new("nginx")
        .arg("-p")
        .arg(directory.path())
        .arg("-c")
        .arg(&config)
        .args(["-e", "stderr"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let until = Instant::now() + UNTIL_READY;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if let Some(status) = server.try_wait()? {
            return Err(io::Error::other(format!("it ended: {status}")));
        }
        if Instant::now() > until {
            server.kill()?;
            server.wait()?;
            return Err(io::Error::other("it does not answer"));
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(Nginx { port, server, directory })
}

/// One process in the foreground, which writes nothing but what it must, and
/// that into its own directory.
fn configuration(directory: &Path, port: u16) -> String {
    let directory = directory.display();
    format!(
        "daemon off;
master_process off;
pid {directory}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 100000;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        root {directory}/site;
    }}
}}
"
    )
}

/// A file with the bytes that the loopback site would serve under its name.
fn write_file(root: &Path, name: &str, size: usize) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(root.join(name))?);
    for offset in (0..size).step_by(PIECE) {
        let piece = content(&format!("/{name}"), offset as u64, PIECE.min(size - offset));
        file.write_all(&piece)?;
    }
    file.flush()
}

/// Where a program is that is looked for in the usual places; nginx is often
/// where only root looks, and is started by its name.
fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|f| f.is_file())
}

/// The first line of what a program says about its version, on either output.
fn version(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).lines().next().map(str::to_owned)
}
