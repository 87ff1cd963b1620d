//! What can go wrong before, beside or after the run of a program.

use std::process::ExitCode;

/// Why there is no drawing, or no file of it.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// What was asked for makes no sense or cannot be had.
    #[error("{0}")]
    Usage(String),
    /// The system refused something.
    #[error("{what}: {cause}")]
    System {
        /// What was tried, as the beginning of a sentence.
        what: String,
        /// What the system said to that.
        cause: String,
    },
}

impl Trouble {
    /// For `map_err`: a refusal of the system, with what was tried.
    pub fn system<E: ToString>(what: impl Into<String>) -> impl FnOnce(E) -> Trouble {
        |cause| Trouble::System { what: what.into(), cause: cause.to_string() }
    }

    /// The exit status that suits.
    pub fn status(&self) -> ExitCode {
        match self {
            Trouble::Usage(_) => ExitCode::from(2),
            Trouble::System { .. } => ExitCode::FAILURE,
        }
    }
}
