//! Decides from figures how large a speed-up is: its interval and its verdict.

mod statistics;
mod verdict;

pub use statistics::{Interval, median};
pub use verdict::{Looks, Verdict};
