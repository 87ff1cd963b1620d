//! What can go wrong.

use nix::sys::signal::Signal;
use thiserror::Error;

/// Why a command of this package has no result.
#[derive(Debug, Error)]
pub enum Trouble {
    /// A program did something that makes its figures worthless.
    #[error("{program}: {what}")]
    Program {
        /// The program as a table would name it.
        program: String,
        /// What it did, as the rest of a sentence.
        what: String,
    },
    /// A signal asked for the end.
    #[error("stopped by {0}")]
    Interrupted(Signal),
    /// The command line makes no sense, or names something that is not there.
    #[error("{0}")]
    Usage(String),
    /// The command itself failed: what was tried, and the error of the system.
    #[error("{0}")]
    Own(String),
}

impl Trouble {
    pub fn program(program: &str, what: impl Into<String>) -> Trouble {
        Trouble::Program { program: program.to_owned(), what: what.into() }
    }

    /// For `map_err`: a failure of the command itself, with what was tried.
    pub fn own<E: ToString>(what: impl Into<String>) -> impl FnOnce(E) -> Trouble {
        |cause| Trouble::Own(format!("{}: {}", what.into(), cause.to_string()))
    }
}
