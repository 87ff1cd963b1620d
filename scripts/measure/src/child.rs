//! Starts a program, watches it, and ends it.

mod run;
pub mod signals;
pub mod tree;

pub use run::{Finished, Invocation, none_left};
pub use signals::Signals;
pub use tree::Peak;
