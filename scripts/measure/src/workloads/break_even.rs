//! How large a job must be before several cores are faster than one.

use super::{Clock, Maker, Scale, Section, Workload, cpu};

/// Mapping with limits of 10^2 and more, by the time that the programs print: the
/// start of a process would take longer than the smaller jobs.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let powers = 2..=maker.scale.pick(7, if maker.is_long() { 8 } else { 7 }, 9);
    let mut limits: Vec<u64> = powers.map(|power| 10_u64.pow(power)).collect();
    if maker.scale == Scale::Quick {
        limits.retain(|limit| *limit != 1_000);
    } else {
        // Two more sizes in each decade where the lines cross.
        limits.extend([200_000, 500_000, 2_000_000, 5_000_000, 20_000_000]);
        limits.sort_unstable();
    }
    let workload = |limit: u64| {
        let name = format!("break-even-{limit}");
        let programs = ["sequential_map", "threaded_map", "pool_map"];
        let mut workload = cpu::ours(maker, cpu::MAPPING, &name, &programs, limit);
        workload.measured.section = Section::BreakEven;
        workload.measured.clock = Clock::Printed;
        workload.ceiling = false;
        workload.watched = false;
        workload
    };
    limits.into_iter().map(workload).collect()
}
