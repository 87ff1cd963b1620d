//! The size of the work from which more than one core pays.

use std::time::Duration;

use crate::answer::Answer;
use crate::maker::{Maker, Scale};
use crate::record::Clock;
use crate::section::Section;
use crate::workload::Workload;

use super::cpu::mapper;

/// Mapping with limits from 10^2 on, by the time that the programs print: a
/// process that starts for its own sake takes longer than the smaller of them.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    // It takes long, and is warmed up by the one before it.
    let largest = 1_000_000_000;
    limits(maker.scale)
        .into_iter()
        .map(|limit| {
            let title = format!("Four sums of the numbers below {limit}");
            let name = format!("break-even-{limit}");
            let mut workload = Workload::new(Section::BreakEven, name, title);
            workload.size = Some(limit);
            workload.clock = Clock::Printed;
            workload.warm_up = limit < largest;
            // Some milliseconds, and four times as many of some nanoseconds.
            workload.usual = Duration::from_nanos(3_000_000 + limit);
            workload.entries = ["sequential_map", "threaded_map", "pool_map"]
                .map(|name| mapper(maker.program(name, &[], Answer::default()), &[], limit))
                .to_vec();
            workload
        })
        .collect()
}

/// Powers of ten, and where it is decided who pays, two more in each decade.
fn limits(scale: Scale) -> Vec<u64> {
    let powers = 2..=scale.pick(7, 9, 9);
    let mut limits: Vec<u64> = powers.map(|power| 10_u64.pow(power)).collect();
    if scale != Scale::Quick {
        limits.extend([2, 5, 20, 50].map(|millions| millions * 1_000_000));
        limits.sort_unstable();
    }
    limits
}
