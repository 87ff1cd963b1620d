//! What at least two members need and nobody came to learn: the stopwatch, the
//! work that is compared, arguments that twins share, and the error that `main`
//! returns.

#![forbid(unsafe_code)]

pub mod arguments;
mod failure;
pub mod timing;
pub mod work;

pub use failure::Failure;
