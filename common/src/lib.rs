//! What several members need: arguments, the measured work, and what the download
//! programs share.

#![forbid(unsafe_code)]

pub mod arguments;
pub mod download;
mod failure;
pub mod site;
pub mod timing;
pub mod work;

pub use failure::Failure;

/// Prints a line, as `println!` does, and ends the program quietly when nobody
/// reads its output any more; `println!` would panic.
#[macro_export]
macro_rules! say {
    ($($line:tt)*) => {
        $crate::print_line(format_args!($($line)*))
    };
}

/// What [`say!`] calls.
#[doc(hidden)]
pub fn print_line(line: std::fmt::Arguments<'_>) {
    use std::io::{ErrorKind, Write};
    // One write for all of it: other processes print to the same place, and would
    // cut a line that comes in pieces, as one of more than a kilobyte does.
    if let Err(error) = std::io::stdout().write_all(format!("{line}\n").as_bytes()) {
        if error.kind() != ErrorKind::BrokenPipe {
            eprintln!("Error: cannot print: {error}");
        }
        std::process::exit(1);
    }
}
