//! Where a report goes: to a reader who may have gone away.

use std::io::{self, Write};
use std::process::ExitCode;

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
    trouble.status()
}
