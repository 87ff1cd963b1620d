//! One program of each kind beside its twin in CPython, with just enough work to compare
//! their times.

use super::cpu::{COUNTING, MAPPING, beside};
use super::{Maker, Scale, Section, Workload, io, waits};
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
    let mut waiting = waits::waiting(maker, 10_000, &["async_waits"], &["tasks"]);
    waiting.at_once = 1;
    let mut workloads = vec![counting, mapping, downloading, waiting];
    let names = ["counting", "mapping", "downloading", "waits-10000"];
    for (workload, name) in workloads.iter_mut().zip(names) {
        workload.measured.section = Section::Python;
        workload.measured.name = format!("python-{name}");
        workload.looks = Looks::once(6);
        workload.watched = false;
        workload.ceiling = false;
    }
    workloads
}
