//! CPU-bound work: counting and mapping.

use super::answer::Answer;
use super::maker::limit_within;
use super::{Maker, Program, Section, Workload};

/// About how long a step in Python takes, in seconds.
const PYTHON_STEP: f64 = 30e-9;

/// Counting and mapping, and each once more beside the peers. The limit is
/// chosen for this machine unless it is given.
pub fn workloads(maker: &Maker<'_>, limit: Option<u64>) -> Vec<Workload> {
    let seconds = maker.scale.pick(0.07, 0.13, f64::INFINITY);
    let chosen = |step, documents| match seconds.is_finite() {
        true => limit_within(step, seconds),
        false => documents,
    };
    let counting_limit = limit.unwrap_or_else(|| chosen(maker.steps.counting, 1_000_000_000));
    let mapping_limit = limit.unwrap_or_else(|| chosen(maker.steps.adding, 100_000_000));
    let ours = |name: &&str| maker.program(name, &[], Answer::default());

    let counters = ["sequential_counter", "threaded_counter", "gil_counter"];
    let mappers = ["sequential_map", "threaded_map", "pool_map", "async_map", "blocking_map"];
    let mut workloads = vec![
        counting("counting", counters.iter().map(ours), counting_limit),
        mapping("mapping", mappers.iter().map(ours), mapping_limit),
    ];
    if maker.with_peers {
        let limit = limit_within(PYTHON_STEP, maker.scale.pick(0.25, 1.0, 1.0));
        let models = ["sequential", "threaded"];
        let peers = |name: &'static str| {
            let python = models.iter().filter_map(move |m| maker.peers.python(name, &[m]));
            python.chain(models.iter().filter_map(move |m| maker.peers.cpp(name, &[m])))
        };
        let programs = counters[..2].iter().map(ours).chain(peers("counter"));
        workloads.push(counting("counting-peers", programs, limit));
        let pool = maker.peers.python("map", &["pool"]);
        let programs = mappers[..3].iter().map(ours).chain(peers("map")).chain(pool);
        workloads.push(mapping("mapping-peers", programs, limit));
    }
    workloads
}

fn counting(name: &str, programs: impl Iterator<Item = Program>, limit: u64) -> Workload {
    let title = format!("Four counts to {}", thousands(limit));
    let answer = |program: &Program| {
        let what =
            if program.invocation.name == "sequential_counter" { "counts" } else { "threads" };
        let line = format!("All {what} are finished");
        Answer { in_order: vec![line], stopwatch: true, ..Answer::default() }
    };
    limited(name, title, programs, limit, answer)
}

/// Four sums of the numbers below a limit.
pub fn mapping(name: &str, programs: impl Iterator<Item = Program>, limit: u64) -> Workload {
    let title = format!("Four sums of the numbers below {}", thousands(limit));
    let sum = u128::from(limit) * u128::from(limit.saturating_sub(1)) / 2;
    let answer = |program: &Program| Answer {
        in_order: vec![format!("Results: [{sum}, {sum}, {sum}, {sum}]")],
        stopwatch: true,
        ticks: matches!(&*program.invocation.name, "async_map" | "blocking_map"),
        ..Answer::default()
    };
    limited(name, title, programs, limit, answer)
}

fn limited(
    name: &str,
    title: String,
    programs: impl Iterator<Item = Program>,
    limit: u64,
    answer: impl Fn(&Program) -> Answer,
) -> Workload {
    let mut workload = Workload::new(Section::Cpu, name, title);
    workload.size = Some(limit);
    workload.ceiling = true;
    workload.programs = programs
        .map(|mut program| {
            // After what a peer is told already.
            program.invocation.arguments.push(limit.to_string());
            program.answer = Some(answer(&program));
            program
        })
        .collect();
    workload
}

/// A number with spaces between its thousands.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
