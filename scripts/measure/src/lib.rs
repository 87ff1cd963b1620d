//! What the programs of this package are made of.

#![forbid(unsafe_code)]

pub mod child;
pub mod page;
pub mod readme;
pub mod report;
pub mod timeline;
pub mod trouble;
