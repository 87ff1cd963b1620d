//! Where a report goes: to the standard output, or into files.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;

use console::Term;
use serde::de::DeserializeOwned;
use signal_hook::low_level::emulate_default_handler;
use tempfile::NamedTempFile;

use crate::trouble::Trouble;

/// The width of the terminal in columns within bounds; 80 if there is none.
pub fn width(least: usize, most: usize) -> usize {
    usize::from(Term::stdout().size().1).clamp(least, most)
}

/// Prints a text. It is no failure if the reader has closed the pipe.
pub fn print(text: &str) -> Result<(), Trouble> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Trouble::own("cannot print the report")(error))
        }
        _ => Ok(()),
    }
}

/// The exit status of a command. If it has no result, one line says why; the status is 2 for
/// a wrong command line, and 1 for all other reasons. A command that a signal interrupted
/// ends by this signal, so that a shell sees the usual status.
pub fn status(command: &str, result: Result<ExitCode, Trouble>) -> ExitCode {
    result.unwrap_or_else(|trouble| {
        if let Trouble::Interrupted(signal) = trouble {
            // This returns only if the system refuses.
            let _ = emulate_default_handler(signal as i32);
        }
        // If the message cannot be printed, there is nothing more to do.
        let _ = writeln!(io::stderr(), "{command}: {trouble}");
        if matches!(trouble, Trouble::Usage(_)) { ExitCode::from(2) } else { ExitCode::FAILURE }
    })
}

/// Checks that a file can be written, before the work that it is for. An existing file
/// does not change.
pub fn check(path: &Path) -> Result<(), Trouble> {
    let new = if path.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { new(path) };
    new.map(drop).map_err(|error: io::Error| {
        Trouble::Usage(format!("cannot write {}: {error}", path.display()))
    })
}

/// Writes a file. An older file of that name is replaced when the new one is complete.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), Trouble> {
    let write = || match new(path)? {
        Some(mut file) => {
            file.write_all(contents)?;
            file.persist(path.canonicalize().unwrap_or_else(|_| path.to_owned()))?;
            Ok(())
        }
        None => fs::write(path, contents),
    };
    write().map_err(Trouble::own(format!("cannot write {}", path.display())))
}

/// A temporary file to replace the one at a path; none for a pipe or device, which must stay.
fn new(path: &Path) -> io::Result<Option<NamedTempFile>> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        return Ok(None);
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    tempfile::Builder::new()
        // The umask applies, as for any new file.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(directory.unwrap_or(Path::new(".")))
        .map(Some)
}

/// Reads a JSON file whose `format` must be this number.
pub fn read<T: DeserializeOwned>(path: &Path, format: u32) -> Result<T, Trouble> {
    let usage = |why: String| Trouble::Usage(format!("cannot read {}: {why}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| usage(error.to_string()))?;
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| usage(format!("it is not JSON: {error}")))?;
    let found = &json["format"];
    if *found != format {
        return Err(usage(format!("its format is {found}, not {format}; make it again")));
    }
    serde_json::from_value(json).map_err(|error| usage(format!("it is damaged: {error}")))
}
