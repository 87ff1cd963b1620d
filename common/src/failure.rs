//! The error that a program's `main` returns.

use std::error::Error;
use std::fmt;

/// Any error, on its way to the end of `main`.
///
/// What `main` returns is printed with `Debug`, so `Debug` is written for the
/// reader: the error and the chain of its causes on one line, and never a
/// backtrace.
///
/// ```
/// # use common::Failure;
/// let failure = Failure::from("no answer".parse::<u8>().unwrap_err());
/// assert_eq!(format!("{failure:?}"), "invalid digit found in string");
/// ```
pub struct Failure(Box<dyn Error + Send + Sync>);

impl Failure {
    /// A failure with a text of its own and no cause.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure(message.into().into())
    }

    /// The error itself, if it is of this type.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.0.downcast_ref()
    }

    /// The innermost cause: what a reader can act on. Of a failed connection it
    /// is `Connection refused (os error 111)`.
    pub fn root_cause(&self) -> &(dyn Error + 'static) {
        let mut cause: &(dyn Error + 'static) = &*self.0;
        while let Some(source) = cause.source() {
            cause = source;
        }
        cause
    }
}

// `Failure` cannot be an `Error` itself: this would then overlap with
// `From<T> for T`.
impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(Box::new(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.0.to_string();
        let mut error = self.0.source();
        while let Some(cause) = error {
            // Some errors quote their cause in their own text already.
            let reason = cause.to_string();
            if !text.ends_with(&reason) {
                text = format!("{text}: {reason}");
            }
            error = cause.source();
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
