//! The process pool, beside Python's two and beside the bare system calls.

use super::answer::Answer;
use super::start::started;
use super::{Clock, Maker, Program, Section, Workload};
use crate::text::thousands;

/// The tasks of the pool, one workload each, by the time that the programs print:
/// the start of an interpreter must not count.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let scale = maker.scale;
    let mut workloads = vec![
        processes(maker, scale.pick(100, 400, 5_000)),
        cycles(maker, scale.pick(30, 100, 1_000)),
        inputs(maker, scale.pick(20_000, 100_000, 1_000_000), None),
    ];
    if maker.is_long() {
        workloads.push(inputs(maker, scale.pick(500, 2_000, 20_000), Some(1)));
    }
    workloads
}

/// A workload whose programs say how many units of their work a run does.
fn workload(name: &str, title: String, unit: &str, programs: Vec<Program>) -> Workload {
    let mut workload = Workload::new(Section::Pool, name, title);
    workload.measured.clock = Clock::Printed;
    workload.measured.unit = Some(unit.to_owned());
    workload.programs = programs;
    workload
}

/// Our program and the bare system calls, `count` times each, and a tenth of that in CPython,
/// which takes longer.
fn often(
    maker: &Maker<'_>,
    (ours, bare): (&str, &str),
    count: u64,
    python: impl Fn(&[String], &Answer) -> Vec<Program>,
) -> Vec<Program> {
    let (n, answer) = ([count.to_string()], started(count));
    let mut programs = vec![maker.program(ours, &n, answer.clone())];
    programs.extend(maker.peers.cpp("bare_fork", &[bare], &n, &answer));
    let fewer = count / 10;
    let python = python(&[fewer.to_string()], &started(fewer));
    let python = python.into_iter().map(|program| program.units(fewer));
    programs.into_iter().map(|program| program.units(count)).chain(python).collect()
}

/// A case in Python's libraries: `multiprocessing.Pool`, and if there is time,
/// `concurrent.futures`.
fn libraries(maker: &Maker<'_>, case: &str, arguments: &[String], answer: &Answer) -> Vec<Program> {
    let libraries: &[&str] = maker.scale.pick(&["pool"], &["pool"], &["pool", "futures"]);
    let arguments = [&[case.to_owned()], arguments].concat();
    maker.peers.python("pool", libraries, &arguments, answer)
}

fn processes(maker: &Maker<'_>, count: u64) -> Workload {
    let python =
        |n: &[String], answer: &Answer| maker.peers.python("start", &["processes"], n, answer);
    let programs = often(maker, ("start_processes", "fork"), count, python);
    workload("pool-process", "`Process`: start and join".to_owned(), "process", programs)
}

fn cycles(maker: &Maker<'_>, count: u64) -> Workload {
    let python = |n: &[String], answer: &Answer| libraries(maker, "cycles", n, answer);
    let programs = often(maker, ("pool_cycles", "two_forks"), count, python);
    let title = "`Pool` of 2: create, map 4 small inputs, drop".to_owned();
    workload("pool-cycle", title, "cycle", programs)
}

fn inputs(maker: &Maker<'_>, count: u64, chunk_size: Option<u64>) -> Workload {
    let (name, chunks) = match chunk_size {
        Some(size) => ("pool-inputs", format!("chunks of {size}")),
        None => ("pool-chunks", "default chunks".to_owned()),
    };
    let arguments = [Some(count), chunk_size].into_iter().flatten();
    let arguments: Vec<String> = arguments.map(|number| number.to_string()).collect();
    // Each result is its input plus one.
    let answer = Answer::timed(format!("Sum: {}", count * (count + 1) / 2));
    let mut programs = vec![maker.program("pool_inputs", &arguments, answer.clone())];
    programs.extend(libraries(maker, "inputs", &arguments, &answer));
    let programs = programs.into_iter().map(|program| program.units(count)).collect();
    let title = format!("`Pool.map`: {} small inputs, {chunks}, 2 workers", thousands(count));
    workload(name, title, "input", programs)
}
