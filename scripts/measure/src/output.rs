//! Where results go: a reader who may have gone away, and files that are there
//! whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub use measure::report::file::{check, write};

use crate::record::{FORMAT, Record};
use crate::trouble::Trouble;

/// Prints to a reader who may have gone away, which is no failure.
pub fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    let printed = stdout.write_all(text.as_bytes());
    match printed.and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&Trouble::own("cannot print the tables")(error)),
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

/// A record as JSON, for people too.
///
/// # Errors
///
/// None that is known of.
pub fn json(record: &Record) -> Result<String, Trouble> {
    let mut text =
        serde_json::to_string_pretty(record).map_err(Trouble::own("cannot write JSON"))?;
    text.push('\n');
    Ok(text)
}

/// Reads a record.
///
/// # Errors
///
/// [`Trouble::Usage`] if the file is not there, or is no record.
pub fn read(file: &Path) -> Result<Record, Trouble> {
    let usage = |why: String| Trouble::Usage(format!("cannot read {}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| usage(error.to_string()))?;
    let record: Record = serde_json::from_str(&text)
        .map_err(|error| usage(format!("it holds no measurements: {error}")))?;
    if record.format != FORMAT {
        let format = record.format;
        return Err(usage(format!("it has format {format}, not {FORMAT}")));
    }
    Ok(record)
}
