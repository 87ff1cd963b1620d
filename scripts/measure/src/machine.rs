//! The machine, and its load by other programs.

pub mod card;
pub mod load;

pub use card::{Machine, usable_cores};
pub use load::{Load, Meanwhile};
