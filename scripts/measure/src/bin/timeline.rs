//! Runs a program unchanged, watches it from outside, and draws which of its threads and
//! tasks ran when.
//!
//!     scripts/timeline.sh [--svg FILE] [--trace FILE] [--json FILE] PROGRAM [ARGUMENTS]...
//!     scripts/timeline.sh [--svg FILE] [--trace FILE] --from FILE

#![forbid(unsafe_code)]

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use measure::child::signals::Signals;
use measure::report::file;
use measure::timeline::{End, Recording, svg, terminal, trace, watch};
use measure::trouble::Trouble;

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

fn main() -> ExitCode {
    run(&Arguments::parse()).unwrap_or_else(|trouble| {
        // If nothing reads the message, nothing can be done about it.
        let _ = writeln!(io::stderr(), "timeline: {trouble}");
        trouble.status()
    })
}

fn run(arguments: &Arguments) -> Result<ExitCode, Trouble> {
    let Arguments { svg, trace, json, from, command } = arguments;
    // Before a long run is made in vain.
    [svg, trace, json].into_iter().flatten().try_for_each(|file| file::check(file))?;
    if let Some(from) = from {
        let recording = Recording::read(from)?;
        keep(&recording, arguments)?;
        print(&recording)?;
        return Ok(ExitCode::SUCCESS);
    }

    let (program, rest) = command.split_first().expect("the command line has a program");
    let signals = Signals::catch()?;
    let recording = watch(&program.to_string_lossy(), &find(program)?, rest, &signals)?;
    keep(&recording, arguments)?;
    // Nothing is left that an end at once could spoil.
    signals.end_at_once(true);
    print(&recording)?;
    Ok(match recording.end {
        End::Status(status) => ExitCode::from(u8::try_from(status).unwrap_or(1)),
        End::Signal(number) => ExitCode::from(u8::try_from(128 + number).unwrap_or(1)),
    })
}

/// The program of the workspace that has this name, or else what the system finds by it.
fn find(program: &OsStr) -> Result<PathBuf, Trouble> {
    let own = std::env::current_exe().map_err(Trouble::own("cannot find the programs"))?;
    let beside = own.with_file_name(program);
    let is_name = Path::new(program).file_name() == Some(program);
    Ok(if is_name && beside.is_file() { beside } else { program.into() })
}

fn keep(recording: &Recording, arguments: &Arguments) -> Result<(), Trouble> {
    let Arguments { svg, trace, json, .. } = arguments;
    json.iter().try_for_each(|path| file::write(path, &recording.to_json()))?;
    svg.iter().try_for_each(|path| file::write(path, &svg::draw(recording)))?;
    trace.iter().try_for_each(|path| file::write(path, &trace::write(recording)))
}

/// Draws on the standard output. A reader that has gone away is no failure.
fn print(recording: &Recording) -> Result<(), Trouble> {
    let drawing = terminal::draw(recording);
    let mut stdout = io::stdout().lock();
    match stdout.write_all(drawing.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Trouble::own("cannot print the timeline")(error))
        }
        _ => Ok(()),
    }
}
