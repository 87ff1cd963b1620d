//! Programs that compute or download beside their twins in CPython, with just enough work to
//! compare their times.

use super::cpu::{COUNTING, MAPPING, beside};
use super::{Maker, Scale, Section, Workload, io};
use crate::decide::Looks;

/// How long CPython may take one at a time.
const SECONDS: f64 = 0.4;

/// None if the peers run in every section, or if there is no CPython.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    if maker.with_peers || maker.scale == Scale::Quick || maker.peers.python_steps().is_none() {
        return Vec::new();
    }
    let counting = beside(maker, COUNTING, SECONDS, &["threaded_counter"], &[], &["threaded"]);
    let mapping = beside(maker, MAPPING, SECONDS, &["pool_map"], &[], &["pool"]);
    let downloading = io::downloading(maker, &["downloads"], &["threaded"]);
    let mut workloads = vec![counting, mapping, downloading];
    let names = ["counting", "mapping", "downloading"];
    for (workload, name) in workloads.iter_mut().zip(names) {
        workload.measured.section = Section::Python;
        workload.measured.name = format!("python-{name}");
        workload.looks = Looks::once(6);
        workload.watched = false;
        workload.ceiling = false;
    }
    workloads
}
