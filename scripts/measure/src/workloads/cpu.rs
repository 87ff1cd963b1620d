//! CPU-bound work: counting and mapping.

use super::answer::Answer;
use super::maker::{Steps, limit_within};
use super::{Clock, Maker, Section, Workload};

/// The work that is done four times.
#[derive(Clone, Copy)]
pub enum Work {
    /// Counting to a limit.
    Counting,
    /// Adding up the numbers below a limit.
    Mapping,
}

impl Work {
    /// The name of the peers' program.
    fn script(self) -> &'static str {
        match self {
            Work::Counting => "counter",
            Work::Mapping => "map",
        }
    }

    fn step(self, steps: Steps) -> f64 {
        match self {
            Work::Counting => steps.counting,
            Work::Mapping => steps.adding,
        }
    }

    fn title(self, limit: u64) -> String {
        match self {
            Work::Counting => format!("Four counts to {}", thousands(limit)),
            Work::Mapping => format!("Four sums of the numbers below {}", thousands(limit)),
        }
    }

    fn answer(self, program: &str, limit: u64) -> Answer {
        let line = match self {
            Work::Counting if program == "sequential_counter" => "All counts are finished".into(),
            Work::Counting => "All threads are finished".into(),
            Work::Mapping => {
                let sum = u128::from(limit) * u128::from(limit.saturating_sub(1)) / 2;
                format!("Results: [{sum}, {sum}, {sum}, {sum}]")
            }
        };
        let ticks = matches!(program, "async_map" | "blocking_map");
        Answer { in_order: vec![line], stopwatch: true, ticks, ..Answer::default() }
    }
}

/// Counting and mapping, and mapping once more beside the peers; counting beside them is
/// the section `gil`. The limit is chosen for this machine unless it is given.
pub fn workloads(maker: &Maker<'_>, limit: Option<u64>) -> Vec<Workload> {
    let counters = ["sequential_counter", "threaded_counter", "gil_counter"];
    let mappers = [
        "sequential_map",
        "threaded_map",
        "pool_map",
        "async_map",
        "blocking_map",
        "rayon_map",
        "async_parallel_map",
    ];
    // The last two take more rounds than the default run has time for.
    let shown = maker.scale.pick(5, 5, 7);
    let seconds = maker.scale.pick(Some(0.07), Some(0.13), None);
    let limit = |work: Work, documents| {
        let fitting = seconds.map(|seconds| limit_within(work.step(maker.steps), seconds));
        limit.or(fitting).unwrap_or(documents)
    };
    let (counting, mapping) =
        (limit(Work::Counting, 1_000_000_000), limit(Work::Mapping, 100_000_000));
    let mut workloads = vec![
        ours(maker, Work::Counting, "counting", &counters, counting),
        ours(maker, Work::Mapping, "mapping", &mappers[..shown], mapping),
    ];
    if maker.with_peers {
        let models = ["sequential", "threaded", "pool"];
        let mut workload = beside(
            maker,
            Work::Mapping,
            python_seconds(maker),
            &mappers[..3],
            &models[..2],
            &models,
        );
        workload.measured.name = "mapping-peers".to_owned();
        workloads.push(workload);
    }
    workloads
}

/// How long CPython may take for the work one at a time.
pub fn python_seconds(maker: &Maker<'_>) -> f64 {
    maker.scale.pick(0.25, 1.0, 1.0)
}

/// Some of our programs with one limit.
pub fn ours(maker: &Maker<'_>, work: Work, name: &str, ours: &[&str], limit: u64) -> Workload {
    let mut workload = Workload::new(Section::Cpu, name, work.title(limit));
    workload.measured.size = Some(limit);
    workload.ceiling = true;
    let program = |name: &&str| maker.program(name, &[limit.to_string()], work.answer(name, limit));
    workload.programs = ours.iter().map(|name| program(name).units(4 * limit)).collect();
    workload
}

/// The same work in Rust, C++ and CPython, by the programs' own clocks. CPython gets a
/// smaller limit, to take so many seconds one at a time, so the time of a step is compared.
pub fn beside(
    maker: &Maker<'_>,
    work: Work,
    seconds: f64,
    our_programs: &[&str],
    cpp_models: &[&str],
    python_models: &[&str],
) -> Workload {
    let limit = limit_within(work.step(maker.steps), seconds / 4.0);
    let mut workload = ours(maker, work, "", our_programs, limit);
    workload.measured.size = None;
    workload.measured.clock = Clock::Printed;
    workload.measured.unit = Some("step".to_owned());
    let (script, answer) = (work.script(), work.answer("", limit));
    let cpp = maker.peers.cpp(script, cpp_models, &[limit.to_string()], &answer);
    workload.programs.extend(cpp.into_iter().map(|program| program.units(4 * limit)));
    if let Some(steps) = maker.peers.python_steps() {
        let limit = limit_within(work.step(steps), seconds);
        let answer = work.answer("", limit);
        let python = maker.peers.python(script, python_models, &[limit.to_string()], &answer);
        workload.programs.extend(python.into_iter().map(|program| program.units(4 * limit)));
        workload.measured.title += &format!(" (in CPython {})", thousands(limit));
    }
    workload
}

/// A number with spaces between its thousands.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}
