//! What several members need: arguments, the measured work, and what the download
//! programs share.

#![forbid(unsafe_code)]

pub mod arguments;
pub mod client;
pub mod download;
pub mod site;
pub mod work;
