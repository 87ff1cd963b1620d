//! Runs a program unchanged, watches it from outside, and draws which of its threads,
//! processes and tasks ran when.
//!
//! 1. `watch` runs the program. Meanwhile `sampling` reads the threads' counters in `/proc`,
//!    and `output` passes on what is printed.
//! 2. A [`Recording`] is what was seen, and is kept as JSON.
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

use crate::child::Signals;
use crate::report::output::{check, print, status, write};
use crate::trouble::Trouble;

pub use recording::{Counters, End, Line, Recording, Thread};

/// Runs a program unchanged, watches it from outside, and draws what ran when
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
    /// Keeps what was seen in this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draws what --json has kept, and runs nothing
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

/// Watches and draws, and ends as the program did.
pub fn main() -> ExitCode {
    status("timeline", run(&Arguments::parse()))
}

fn run(Arguments { svg, trace, json, from, command }: &Arguments) -> Result<ExitCode, Trouble> {
    // Before a long run is made in vain.
    [svg, trace, json].into_iter().flatten().try_for_each(|file| check(file))?;
    let recording = match from {
        Some(from) => Recording::read(from)?,
        None => watch::watch(command, &find(&command[0])?, &Signals::catch()?)?,
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

/// The program of the workspace that has this name, or else what the system finds by it.
fn find(program: &OsStr) -> Result<PathBuf, Trouble> {
    let own = std::env::current_exe().map_err(Trouble::own("cannot find the programs"))?;
    let beside = own.with_file_name(program);
    let is_name = Path::new(program).file_name() == Some(program);
    Ok(if is_name && beside.is_file() { beside } else { program.into() })
}
