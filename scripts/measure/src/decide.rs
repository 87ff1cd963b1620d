//! Decides from figures: how large is a speed-up, when does it pay off, and what
//! is true of what the documents say.

pub mod break_even;
pub mod claims;
pub mod rules;
mod statistics;
mod verdict;

pub use statistics::{Interval, median};
pub use verdict::{Looks, Verdict};
