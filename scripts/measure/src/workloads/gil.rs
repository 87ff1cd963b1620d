//! The cost of the GIL: four threads compared with one, with a lock and without it.

use super::cpu::{COUNTERS, COUNTING, beside, python_seconds};
use super::{Maker, Section, Workload};

/// Counting in Rust, C++ and CPython. Each language, and each interpreter with its GIL on
/// or off, is compared with its own sequential program.
pub fn workload(maker: &Maker<'_>) -> Workload {
    let models = ["sequential", "threaded", "processes"];
    let mut workload =
        beside(maker, COUNTING, python_seconds(maker), &COUNTERS, &models[..2], &models);
    workload.measured.section = Section::Gil;
    workload.measured.name = "gil".to_owned();
    // The cost of having no GIL, for a single thread.
    let off = workload.names().filter(|name| name.ends_with(", GIL off, sequential"));
    workload.measured.pairs = off.map(|off| [off.to_owned(), off.replace("off", "on")]).collect();
    workload
}
