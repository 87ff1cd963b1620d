//! What more than one program of this package needs.

#![forbid(unsafe_code)]

pub mod file;
pub mod page;
