//! Measures the programs of the workspace from outside: `compare` runs them side by
//! side and decides which is faster, `timeline` draws when each thread and task of one of
//! them ran, and `record` keeps the README files true.
//!
//! | to change | look in |
//! |---|---|
//! | how a program is started, watched and ended | `child` |
//! | what is compared: add a workload | `workloads` |
//! | the order of the runs, and when there are enough | `rounds` |
//! | intervals, verdicts, claims | `decide` |
//! | what is kept of a run, and its file | `results` |
//! | what a reader sees of the results | `report` |
//! | the timeline: how it is sampled and drawn | `timeline` |
//! | what README files show | `readme` |
//! | what is said of the machine, and who else used it | `machine` |

#![forbid(unsafe_code)]

mod child;
pub mod compare;
mod decide;
mod machine;
pub mod readme;
mod report;
mod results;
mod rounds;
pub mod timeline;
mod trouble;
mod workloads;
