//! Measures the programs of the workspace from outside: `compare` runs them side by
//! side and decides which is faster.
//!
//! | to change | look in |
//! |---|---|
//! | how a program is started, watched and ended | `child` |
//! | what is compared: add a workload | `workloads` |
//! | the order of the runs, and when there are enough | `rounds` |
//! | intervals, verdicts, claims | `decide` |
//! | what is kept of a run, and its file | `results` |
//! | what a reader sees | `report` |
//! | what is said of the machine, and who else used it | `machine` |

#![forbid(unsafe_code)]

pub mod child;
pub mod compare;
pub mod decide;
pub mod machine;
pub mod report;
pub mod results;
pub mod rounds;
pub mod trouble;
pub mod workloads;
