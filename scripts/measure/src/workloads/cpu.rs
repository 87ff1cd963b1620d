//! CPU-bound work: counting and mapping.

use super::expected::Answer;
use super::steps::{Steps, limit_within};
use super::{Maker, Section, Workload};
use crate::decide::Looks;
use crate::text::thousands;

/// The work that is done four times.
#[derive(Clone, Copy)]
pub struct Work {
    /// Its title, without the limit that follows.
    title: &'static str,
    /// The name of the peers' program.
    script: &'static str,
    /// How long a step takes, in seconds.
    step: fn(Steps) -> f64,
    /// The line that a program prints.
    line: fn(&str, u64) -> String,
}

pub const COUNTING: Work = Work {
    title: "Four counts to",
    script: "counter",
    step: |steps| steps.counting,
    line: |program, _| match program {
        "sequential_counter" => "All counts are finished".to_owned(),
        _ => "All threads are finished".to_owned(),
    },
};

pub const MAPPING: Work = Work {
    title: "Four sums of the numbers below",
    script: "map",
    step: |steps| steps.adding,
    line: |_, limit| {
        let sum = u128::from(limit) * u128::from(limit.saturating_sub(1)) / 2;
        format!("Results: [{sum}, {sum}, {sum}, {sum}]")
    },
};

impl Work {
    fn answer(self, program: &str, limit: u64) -> Answer {
        let ticks = matches!(program, "async_map" | "blocking_map");
        Answer { ticks, ..Answer::timed((self.line)(program, limit)) }
    }
}

pub const COUNTERS: [&str; 3] = ["sequential_counter", "threaded_counter", "gil_counter"];
const MAPPERS: [&str; 7] = [
    "sequential_map",
    "threaded_map",
    "pool_map",
    "async_map",
    "blocking_map",
    "rayon_map",
    "async_parallel_map",
];

/// How long the work may take on one core, in seconds; if `None`, the documents' limits count.
pub fn most_seconds(maker: &Maker<'_>) -> Option<f64> {
    maker.scale.pick(Some(0.07), Some(0.1), None)
}

/// Counting and mapping. If no limit is given, it is chosen for this machine.
pub fn counting_and_mapping(maker: &Maker<'_>, limit: Option<u64>) -> [Workload; 2] {
    let seconds = most_seconds(maker);
    let limit = |work: Work, documents| {
        let fitting = seconds.map(|seconds| limit_within((work.step)(maker.steps), seconds));
        limit.or(fitting).unwrap_or(documents)
    };
    let (counting, mapping) = (limit(COUNTING, 1_000_000_000), limit(MAPPING, 100_000_000));
    [
        ours(maker, COUNTING, "counting", &COUNTERS, counting),
        ours(maker, MAPPING, "mapping", &MAPPERS, mapping),
    ]
}

/// Counting and mapping, and mapping once more beside the peers. (The section `gil` counts
/// beside them.)
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let mut workloads = counting_and_mapping(maker, None).to_vec();
    // A short run has what the answer needs.
    workloads[0].programs.truncate(maker.scale.pick(2, 3, 3));
    workloads[1].programs.truncate(if maker.is_long() { 7 } else { maker.scale.pick(4, 5, 5) });
    if maker.with_peers {
        let models = ["sequential", "threaded", "pool"];
        let mut workload =
            beside(maker, MAPPING, python_seconds(maker), &MAPPERS[..3], &models[..2], &models);
        workload.measured.name = "mapping-peers".to_owned();
        // A round takes many seconds.
        workload.looks = Looks::once(6);
        workloads.push(workload);
    }
    workloads
}

/// How long CPython may take for the work one at a time, in seconds.
pub fn python_seconds(maker: &Maker<'_>) -> f64 {
    maker.scale.pick(0.25, 1.0, 1.0)
}

/// Some of our programs with one limit.
pub fn ours(maker: &Maker<'_>, work: Work, name: &str, ours: &[&str], limit: u64) -> Workload {
    let mut workload =
        Workload::new(Section::Cpu, name, format!("{} {}", work.title, thousands(limit)));
    workload.measured.size = Some(limit);
    workload.ceiling = true;
    let program = |name: &&str| maker.program(name, &[limit.to_string()], work.answer(name, limit));
    workload.programs = ours.iter().map(|name| program(name).units(4 * limit)).collect();
    workload
}

/// The same work in Rust, C++ and CPython, by the programs' own clocks. CPython gets a
/// smaller limit, to take `seconds` one at a time, so the time of a step is compared.
pub fn beside(
    maker: &Maker<'_>,
    work: Work,
    seconds: f64,
    our_programs: &[&str],
    cpp_models: &[&str],
    python_models: &[&str],
) -> Workload {
    let limit = limit_within((work.step)(maker.steps), seconds / 4.0);
    let mut workload = ours(maker, work, "", our_programs, limit).per("step");
    workload.measured.size = None;
    let (script, answer) = (work.script, work.answer("", limit));
    let arguments = (&[limit.to_string()][..], 4 * limit);
    workload.programs.extend(maker.peers.cpp(script, cpp_models, arguments, &answer));
    if let Some(steps) = maker.peers.python_steps() {
        let limit = limit_within((work.step)(steps), seconds);
        let (answer, arguments) = (work.answer("", limit), (&[limit.to_string()][..], 4 * limit));
        workload.programs.extend(maker.peers.python(script, python_models, arguments, &answer));
        workload.measured.title += &format!(" (in CPython {})", thousands(limit));
    }
    workload
}
