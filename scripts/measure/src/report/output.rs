//! Where results go: a reader who may have gone away, and files that are there
//! whole or not at all.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use super::file;
use crate::trouble::Trouble;

/// Prints to a reader who may have gone away, which is no failure.
pub fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    let printed = stdout.write_all(text.as_bytes());
    match printed.and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&Trouble::own("cannot print the report")(error)),
    }
}

/// One line on the standard error output, and the status that suits.
pub fn fail(trouble: &Trouble) -> ExitCode {
    // Nobody is left to hear that this failed.
    let _ = writeln!(io::stderr(), "compare: {trouble}");
    match trouble {
        Trouble::Usage(_) => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    }
}

/// Makes sure that a file can be written, before a long run is made for it.
///
/// # Errors
///
/// [`Trouble::Usage`] if it cannot.
pub fn check(path: &Path) -> Result<(), Trouble> {
    file::check(path)
        .map_err(|error| Trouble::Usage(format!("cannot write {}: {error}", path.display())))
}

/// Writes a file that has its name only when it is whole.
///
/// # Errors
///
/// If it cannot be written; an older file of the name is untouched then.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), Trouble> {
    let trouble = Trouble::own(format!("cannot write {}", path.display()));
    file::write(path, contents).map_err(trouble)
}
