//! What the GIL costs: four threads against one, with a lock and without it.

use super::cpu::{Work, beside, python_seconds};
use super::{Maker, Section, Workload};

/// Counting in Rust, C++ and CPython. Each language, and each interpreter with its GIL on
/// or off, is compared with its own sequential program.
pub fn workload(maker: &Maker<'_>) -> Workload {
    let ours = ["sequential_counter", "threaded_counter", "gil_counter"];
    let models = ["sequential", "threaded"];
    let mut workload =
        beside(maker, Work::Counting, python_seconds(maker), &ours, &models, &models);
    workload.section = Section::Gil;
    workload.name = "gil".to_owned();
    // What a single thread pays for having no lock.
    let names = workload.programs.iter().map(|program| &program.invocation.name);
    let off: Vec<&String> = names.filter(|name| name.ends_with(", GIL off, sequential")).collect();
    workload.pairs = off.into_iter().map(|off| [off.clone(), off.replace("off", "on")]).collect();
    workload.add_twins("threaded_counter", "threaded");
    workload
}
