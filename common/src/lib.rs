//! Shared by several members: arguments, the measured work, and parts of the downloads.

#![forbid(unsafe_code)]

pub mod arguments;
pub mod client;
pub mod download;
pub mod site;
pub mod work;
