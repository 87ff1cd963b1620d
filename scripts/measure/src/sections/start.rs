//! What starting one costs.

use crate::answer::Answer;
use crate::maker::{Maker, Scale};
use crate::record::Clock;
use crate::section::Section;
use crate::workload::{Expected, Holders, Workload};

use super::waits::waited;

/// A thread, a process, a re-executed program and a task: time and memory.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let mut workload = Workload::new(
        Section::Start,
        "start",
        "Starting one and waiting for its end, one after the other",
    );
    workload.clock = Clock::Printed;
    workload.rounds = maker.scale.pick(5, 7, 7);
    workload.unit = Some("one");
    let times = maker.scale.pick(1, 4, 10);
    let entry = |name: &str, count: u64, waits: &str, waiting: u64| {
        let count = count * times;
        let mut entry = maker.program(name, &[count.to_string()], started(count)).units(count);
        // Each of these waits takes a second.
        if maker.scale != Scale::Quick {
            entry.holders = Some(holders(maker, waits, waiting));
        }
        entry
    };
    workload.entries = vec![
        entry("start_threads", 500, "threaded_waits", 1_000),
        entry("start_processes", 100, "process_waits", 300),
        entry("start_programs", 30, "program_waits", 50),
        entry("start_tasks", 125_000, "async_waits", 100_000),
    ];
    if maker.with_peers {
        for (model, count) in [("threads", 200), ("processes", 10), ("tasks", 2_000)] {
            let count = count * times;
            let peer = maker.peers.python("start", &[model, &count.to_string()]);
            workload.entries.extend(peer.map(|mut peer| {
                peer.answer = Expected::Known(started(count));
                peer.units(count)
            }));
        }
    }
    vec![workload]
}

/// What a program that starts so many prints.
pub fn started(count: u64) -> Answer {
    Answer { in_order: vec![format!("Started {count}")], stopwatch: true, ..Answer::default() }
}

/// A program that holds many at the same moment.
fn holders(maker: &Maker<'_>, program: &str, many: u64) -> Holders {
    let run = |count: u64| Box::new(maker.program(program, &[count.to_string()], waited()));
    Holders { one: run(1), many: run(many), count: many }
}
