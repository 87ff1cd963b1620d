//! CPU-bound work: counting and mapping.

use std::time::Duration;

use crate::answer::Answer;
use crate::maker::{Maker, Scale};
use crate::section::Section;
use crate::workload::{Entry, Expected, Workload};

/// The time that a step in Python takes, roughly, in seconds.
const PYTHON_STEP: f64 = 30e-9;

/// Counting and mapping, and each once more beside the peers. The limit is
/// chosen for this machine unless it is given.
pub fn workloads(maker: &Maker<'_>, limit: Option<u64>) -> Vec<Workload> {
    let seconds = maker.scale.pick(0.05, 0.22, 0.22);
    let full = maker.scale == Scale::Full;
    let counting = limit.unwrap_or(match full {
        true => 1_000_000_000,
        false => maker.limit_within(maker.steps.0, seconds),
    });
    let mapping = limit.unwrap_or(match full {
        true => 100_000_000,
        false => maker.limit_within(maker.steps.1, seconds),
    });
    let mut workloads = vec![self::counting(maker, counting), self::mapping(maker, mapping)];
    if maker.with_peers {
        let limit = maker.limit_within(PYTHON_STEP, maker.scale.pick(0.25, 1.0, 1.0));
        workloads.push(counting_beside_peers(maker, limit));
        workloads.push(mapping_beside_peers(maker, limit));
    }
    workloads
}

/// Four counts up to a limit, in three models.
pub fn counting(maker: &Maker<'_>, limit: u64) -> Workload {
    let title = format!("Counting: four counts to {limit}");
    let mut workload = Workload::new(Section::Cpu, "counting", title);
    workload.entries = ["sequential_counter", "threaded_counter", "gil_counter"]
        .map(|name| counter(maker.program(name, &[], Answer::default()), &[], limit))
        .to_vec();
    workload
}

/// Four sums of the numbers below a limit, in five models.
pub fn mapping(maker: &Maker<'_>, limit: u64) -> Workload {
    let title = format!("Mapping: four sums of the numbers below {limit}");
    let mut workload = Workload::new(Section::Cpu, "mapping", title);
    workload.entries = ["sequential_map", "threaded_map", "pool_map", "async_map", "blocking_map"]
        .map(|name| mapper(maker.program(name, &[], Answer::default()), &[], limit))
        .to_vec();
    workload
}

fn counting_beside_peers(maker: &Maker<'_>, limit: u64) -> Workload {
    let title = format!("Counting beside CPython and C++: four counts to {limit}");
    let mut workload = Workload::new(Section::Cpu, "counting-peers", title);
    let ours = ["sequential_counter", "threaded_counter"]
        .map(|name| maker.program(name, &[], Answer::default()));
    let peers = ["sequential", "threaded"].into_iter().flat_map(|model| {
        let python = maker.peers.python("counter", &[model]);
        [python, maker.peers.cpp("counter", &[model])]
    });
    workload.entries = (ours.into_iter().map(|entry| counter(entry, &[], limit)))
        .chain(peers.flatten().map(|entry| {
            let model = entry.invocation.arguments.clone();
            counter(entry, &model, limit)
        }))
        .collect();
    workload
}

fn mapping_beside_peers(maker: &Maker<'_>, limit: u64) -> Workload {
    let title = format!("Mapping beside CPython and C++: four sums of the numbers below {limit}");
    let mut workload = Workload::new(Section::Cpu, "mapping-peers", title);
    let ours = ["sequential_map", "threaded_map", "pool_map"]
        .map(|name| maker.program(name, &[], Answer::default()));
    let python = ["sequential", "threaded", "pool"]
        .into_iter()
        .filter_map(|model| maker.peers.python("map", &[model]));
    let cpp =
        ["sequential", "threaded"].into_iter().filter_map(|model| maker.peers.cpp("map", &[model]));
    workload.entries = (ours.into_iter().map(|entry| mapper(entry, &[], limit)))
        .chain(python.chain(cpp).map(|entry| {
            let model = entry.invocation.arguments.clone();
            mapper(entry, &model, limit)
        }))
        .collect();
    workload
}

/// Makes an entry count, with a limit after its other arguments.
fn counter(entry: Entry, arguments: &[String], limit: u64) -> Entry {
    let finished = match &*entry.invocation.name {
        "sequential_counter" => "All counts are finished",
        _ => "All threads are finished",
    };
    let answer =
        Answer { in_order: vec![finished.to_owned()], stopwatch: true, ..Answer::default() };
    limited(entry, arguments, limit, answer)
}

/// Makes an entry add up, with a limit after its other arguments.
pub fn mapper(entry: Entry, arguments: &[String], limit: u64) -> Entry {
    let ticks = matches!(&*entry.invocation.name, "async_map" | "blocking_map");
    let sum = u128::from(limit) * u128::from(limit.saturating_sub(1)) / 2;
    let answer = Answer {
        in_order: vec![format!("Results: [{sum}, {sum}, {sum}, {sum}]")],
        stopwatch: true,
        ticks,
        ..Answer::default()
    };
    limited(entry, arguments, limit, answer)
}

fn limited(mut entry: Entry, arguments: &[String], limit: u64, answer: Answer) -> Entry {
    entry.invocation.arguments = [arguments, &[limit.to_string()]].concat();
    entry.answer = Expected::Known(answer);
    entry.invocation.limit = entry.invocation.limit.max(Duration::from_secs(60));
    entry
}
