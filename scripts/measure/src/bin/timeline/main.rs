//! Runs a program unchanged, watches it from outside, and draws which of its
//! threads and tasks ran when.
//!
//!     scripts/timeline.sh [--svg FILE] [--json FILE] PROGRAM [ARGUMENTS]...
//!     scripts/timeline.sh [--svg FILE] --from FILE

#![forbid(unsafe_code)]

mod axis;
mod names;
mod output;
mod picture;
mod recording;
mod sampler;
mod signals;
mod slices;
mod svg;
mod tasks;
mod terminal;
mod trouble;
mod watch;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use measure::report::file;

use crate::picture::Picture;
use crate::recording::{End, Recording};
use crate::signals::Signals;
use crate::terminal::Style;
use crate::trouble::Trouble;

/// Runs a program unchanged, watches it from outside, and draws who ran when
///
/// What the program prints is passed on; its exit status is passed on too, or
/// 128 and the number of the signal that ended it. Lines such as "Downloading X"
/// and "Downloaded X" become the bars of tasks. A program that keeps its lines
/// back when its output is no terminal shows them late: try python3 -u, or
/// stdbuf -oL.
#[derive(Parser)]
#[command(
    name = "timeline.sh",
    verbatim_doc_comment,
    override_usage = "timeline.sh [--svg FILE] [--json FILE] PROGRAM [ARGUMENTS]...\n       \
                      timeline.sh [--svg FILE] --from FILE"
)]
struct Arguments {
    /// Also draw a picture into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Keep what was seen in this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw what --json has kept, and run nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "command"])]
    from: Option<PathBuf>,
    /// A program of the workspace, or any other, and its arguments
    #[arg(
        value_name = "PROGRAM",
        required_unless_present = "from",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<OsString>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(status) => status,
        Err(trouble) => {
            let mut stderr = io::stderr().lock();
            // Nobody is left to hear that this failed.
            drop(writeln!(stderr, "timeline: {trouble}"));
            trouble.status()
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Trouble> {
    let (svg, json) = (arguments.svg.as_deref(), arguments.json.as_deref());
    if svg.is_some() && svg == json {
        return Err(Trouble::Usage("--svg and --json name the same file".to_owned()));
    }
    // A long run is not made in vain.
    for path in svg.into_iter().chain(json) {
        file::check(path)
            .map_err(|error| Trouble::Usage(format!("cannot write {}: {error}", path.display())))?;
    }
    if let Some(from) = &arguments.from {
        let recording = Recording::read(from)?;
        keep(&recording, svg, json)?;
        print(&recording)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some((program, rest)) = arguments.command.split_first() else {
        return Err(Trouble::Usage("there is no program to run".to_owned()));
    };
    if let Some(option) =
        rest.iter().find(|a| ["--svg", "--json"].map(OsStr::new).contains(&a.as_os_str()))
    {
        let option = option.to_string_lossy();
        eprintln!("timeline: {option} comes after the program and is left to it");
    }
    let signals = Signals::block()?;
    let name = program.to_string_lossy();
    let recording = watch::watch(&name, &find(program)?, rest, &signals)?;
    keep(&recording, svg, json)?;
    // From here on nothing is left that an end at once could spoil.
    signals.unblock()?;
    print(&recording)?;
    Ok(status(recording.end))
}

/// The program of the workspace that has this name, or else what the system
/// finds by it.
fn find(program: &OsStr) -> Result<PathBuf, Trouble> {
    let own = std::env::current_exe().map_err(Trouble::system("cannot find the programs"))?;
    let beside = own.with_file_name(program);
    let is_name = Path::new(program).file_name() == Some(program);
    Ok(if is_name && beside.is_file() { beside } else { program.into() })
}

fn keep(recording: &Recording, svg: Option<&Path>, json: Option<&Path>) -> Result<(), Trouble> {
    if let Some(path) = json {
        let json = recording.to_json().map_err(Trouble::system("cannot make JSON"))?;
        write(path, &json)?;
    }
    if let Some(path) = svg {
        let svg = svg::draw(&Picture::new(recording)).map_err(Trouble::system("cannot draw"))?;
        write(path, &svg)?;
    }
    Ok(())
}

fn write(path: &Path, contents: &[u8]) -> Result<(), Trouble> {
    let trouble = Trouble::system(format!("cannot write {}", path.display()));
    file::write(path, contents).map_err(trouble)
}

/// Draws for a reader who may have gone away, which is no failure.
fn print(recording: &Recording) -> Result<(), Trouble> {
    let text = terminal::draw(&Picture::new(recording), Style::of_stdout());
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Trouble::system("cannot print the timeline")(error))
        }
        _ => Ok(()),
    }
}

/// A program's end as an exit status, as a shell gives it.
fn status(end: End) -> ExitCode {
    ExitCode::from(match end {
        End::Status(status) => u8::try_from(status).unwrap_or(1),
        End::Signal(number) => u8::try_from(128 + number).unwrap_or(1),
    })
}
