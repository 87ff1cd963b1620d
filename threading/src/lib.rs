//! The lock that `gil_counter` needs; everything else about threads is in the
//! standard library.

#![forbid(unsafe_code)]

pub mod gil;
