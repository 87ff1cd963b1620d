//! Runs a program unchanged, watches it from outside, and draws which of its threads,
//! processes and tasks ran when.
//!
//! 1. `watch` runs the program. Meanwhile `sampling` reads the threads' counters in `/proc`,
//!    and `output` passes on the program's output.
//! 2. A [`Recording`] holds all that was seen, and is kept as JSON.
//! 3. `slices` turns counters into parts of time, and `tasks` turns printed lines into tasks.
//!    `picture` arranges both in rows.
//! 4. `terminal` and `svg` draw the rows. `trace` writes all times for Perfetto.

mod output;
mod picture;
mod recording;
mod sampling;
mod slices;
pub(crate) mod svg;
mod tasks;
mod terminal;
mod trace;
mod watch;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::child::Interrupt;
use crate::files::{check, print, status, write};
use crate::trouble::Trouble;

pub use recording::{Counters, End, Line, Recording, Thread};

/// Runs a program unchanged, watches it from outside, and draws what ran when
///
/// The program's output and exit status are passed on (if a signal killed it,
/// 128 plus the signal's number). Lines such as "Downloading X" and "Downloaded X"
/// become the bars of tasks. If lines appear late, the program buffers its
/// output, because it is no terminal: try python3 -u, or stdbuf -oL.
#[derive(Parser)]
#[command(
    name = "timeline.sh",
    verbatim_doc_comment,
    override_usage = "timeline.sh [OPTIONS] PROGRAM [ARGUMENTS]...\n       \
                      timeline.sh [OPTIONS] --from FILE"
)]
struct Arguments {
    /// Also draws a picture into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Also writes a trace into this file, for ui.perfetto.dev or profiler.firefox.com
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Keeps the recording in this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draws a recording that --json kept, and runs nothing
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

/// Watches and draws, and returns the program's exit status.
pub fn main() -> ExitCode {
    status("timeline", run(&Arguments::parse()))
}

fn run(Arguments { svg, trace, json, from, command }: &Arguments) -> Result<ExitCode, Trouble> {
    // Checked before a long run, so that it is not lost.
    [svg, trace, json].into_iter().flatten().try_for_each(|file| check(file))?;
    let recording = match from {
        Some(from) => Recording::read(from)?,
        None => watch::watch(command, &find(&command[0])?, &Interrupt::catch()?)?,
    };
    json.iter().try_for_each(|path| write(path, &recording.to_json()))?;
    svg.iter().try_for_each(|path| write(path, &svg::draw(&recording)))?;
    trace.iter().try_for_each(|path| write(path, &trace::write(&recording)))?;
    print(&terminal::draw(&recording))?;
    let status = match recording.end {
        _ if from.is_some() => 0,
        End::Status(status) => status,
        End::Signal(number) => 128 + number,
    };
    Ok(ExitCode::from(u8::try_from(status).unwrap_or(1)))
}

/// The program of the workspace with this name, or else a program that the system finds.
fn find(program: &OsStr) -> Result<PathBuf, Trouble> {
    let own = std::env::current_exe().map_err(Trouble::own("cannot find the programs"))?;
    let beside = own.with_file_name(program);
    let is_name = Path::new(program).file_name() == Some(program);
    Ok(if is_name && beside.is_file() { beside } else { program.into() })
}
