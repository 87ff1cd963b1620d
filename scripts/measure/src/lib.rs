//! Measures the programs of the workspace from outside: `compare` runs them side by
//! side and decides which is faster, `timeline` draws when each thread and task of one of
//! them ran, and `record` checks the README files and records them again.
//!
//! | to change | look in |
//! |---|---|
//! | how a program is started, watched, and killed if it hangs | `child::run` |
//! | how long a program may run, and a whole run | `compare`; `rounds` adds time beside busy programs |
//! | what is compared: add a workload | `workloads` has a file for each section |
//! | how Python's interpreters and C++ are found | `workloads::peers` |
//! | the order of the runs, which comparison gets more of them, and the ceiling (what all cores could gain) | `rounds` |
//! | when a machine is too busy, and what others used | `machine::load`; `rounds` repeats the round |
//! | intervals, verdicts, and after how many rounds they are looked at | `decide` |
//! | the results of a run, and the keys of `--json` | `results`; `report::json` adds verdicts and claims |
//! | the claims of the documents, each with its rule | `claims`; what several rules use is in `claims::parts` |
//! | how results are shown | `report`; the sentences of the answer in `report::answer`, figures in `units` |
//! | the timeline: how it is sampled and drawn | `timeline` |
//! | what README files show: output, tables, pictures | `readme`; what `--check` ignores: `readme::commands` |
//! | the facts about the machine | `machine::card` |
//! | what is read from `/proc` | `child::tree` and `child::peak`: of processes; `timeline::sampling`: of threads; `machine`: the rest |

#![forbid(unsafe_code)]

mod child;
mod claims;
pub mod compare;
mod decide;
mod files;
mod machine;
pub mod readme;
mod report;
mod results;
mod rounds;
mod section;
mod text;
pub mod timeline;
mod trouble;
mod units;
mod workloads;
