//! Measures the programs of the workspace from outside: `compare` runs them side by
//! side and decides which is faster, `timeline` draws when each thread and task of one of
//! them ran, and `record` checks the README files and records them again.
//!
//! | to change | look in |
//! |---|---|
//! | how a program is started, watched and ended | `child` |
//! | what is compared: add a workload | `workloads` |
//! | the order and the number of the runs | `rounds` |
//! | intervals, verdicts, claims | `decide` |
//! | the results of a run, and their file | `results` |
//! | how results are shown | `report` |
//! | the timeline: how it is sampled and drawn | `timeline` |
//! | what README files show | `readme` |
//! | the facts about the machine, and its load by others | `machine` |

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
