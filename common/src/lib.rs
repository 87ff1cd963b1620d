//! Shared by several members: arguments, the measured work, and the parts of the
//! download programs.

#![forbid(unsafe_code)]

pub mod arguments;
pub mod client;
pub mod download;
pub mod site;
pub mod work;
