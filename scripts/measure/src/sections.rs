//! The workloads of each section.

pub mod break_even;
pub mod chosen;
pub mod cpu;
pub mod curl;
pub mod io;
pub mod pool;
pub mod start;
pub mod traps;
pub mod waits;
