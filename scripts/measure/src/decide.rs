//! Decides from figures how large a speed-up is, when it pays off, and which claims of
//! the documents are true.

pub mod break_even;
pub mod claims;
pub mod rules;
mod statistics;
mod verdict;

pub use statistics::{Interval, median};
pub use verdict::{Looks, Verdict};
