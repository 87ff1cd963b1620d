//! What ends a measurement before there is a table.

use nix::sys::signal::Signal;
use thiserror::Error;

/// Why nothing could be measured.
#[derive(Debug, Error)]
pub enum Trouble {
    /// A program did something that makes its figures worthless.
    #[error("{program}: {what}")]
    Program {
        /// The program as the table would name it.
        program: String,
        /// What it did, as the rest of a sentence.
        what: String,
    },
    /// Somebody asked for the end.
    #[error("stopped by {0}")]
    Interrupted(Signal),
    /// The command line makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The measuring itself failed.
    #[error("{what}: {cause}")]
    Own {
        /// What was tried, as the beginning of a sentence.
        what: String,
        /// What the system said to that.
        cause: String,
    },
}

impl Trouble {
    /// A program's fault.
    pub fn program(program: &str, what: impl Into<String>) -> Trouble {
        Trouble::Program { program: program.to_owned(), what: what.into() }
    }

    /// For `map_err`: a failure of the measuring itself, with what was tried.
    pub fn own<E: ToString>(what: impl Into<String>) -> impl FnOnce(E) -> Trouble {
        |cause| Trouble::Own { what: what.into(), cause: cause.to_string() }
    }
}
