//! Processes and a pool of them, as Python's `multiprocessing`.

mod error;
mod frames;
mod pool;
mod process;

pub use error::{Carry, Error, Exit};
pub use pool::Pool;
pub use process::{Process, Status};
