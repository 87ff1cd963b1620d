//! The machine: what it is, and who else uses it.

pub mod card;
pub mod load;

pub use card::{Machine, usable_cores};
pub use load::{Load, Meanwhile};
