//! The size of the work from which more than one core pays.

use std::time::Duration;

use crate::answer::Answer;
use crate::maker::Maker;
use crate::record::Clock;
use crate::section::Section;
use crate::workload::Workload;

use super::cpu::mapper;

/// Mapping with limits from 10^2 on, by the time that the programs print: a
/// process that starts for its own sake takes longer than the smaller of them.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let most = maker.scale.pick(7, 9, 9);
    (2..=most)
        .map(|power| {
            let limit = 10_u64.pow(power);
            let title = format!("Four sums of the numbers below {limit}");
            let name = format!("break-even-{limit}");
            let mut workload = Workload::new(Section::BreakEven, name, title);
            workload.size = Some(limit);
            workload.clock = Clock::Printed;
            workload.warm_up = power == 2;
            // Some milliseconds, and four times as many of some nanoseconds.
            workload.usual = Duration::from_nanos(3_000_000 + limit);
            if power == 9 {
                workload.rounds = 3;
            }
            workload.entries = ["sequential_map", "threaded_map", "pool_map"]
                .map(|name| {
                    let mut entry = mapper(maker.program(name, &[], Answer::default()), &[], limit);
                    // Whether the loop is there is asked once: the smaller limits
                    // could not tell, and the largest takes long.
                    entry.work = entry.work.filter(|_| power == most.min(8));
                    entry
                })
                .to_vec();
            workload
        })
        .collect()
}
