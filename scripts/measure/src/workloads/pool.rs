//! The process pool, beside Python's two and beside the bare system calls.

use super::answer::Answer;
use super::start::started;
use super::{Clock, Maker, Program, Scale, Section, Workload};
use crate::text::thousands;

/// The tasks of the pool, one workload each, by the time that the programs print:
/// the start of an interpreter must not count.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let scale = maker.scale;
    let mut workloads = vec![
        processes(maker, scale.pick(10, 40, 500)),
        cycles(maker, scale.pick(3, 10, 100)),
        inputs(maker, scale.pick(20_000, 100_000, 1_000_000), None),
    ];
    // The report of a default run must stay short.
    if maker.with_peers || scale != Scale::Normal {
        workloads.push(inputs(maker, scale.pick(500, 2_000, 20_000), Some(1)));
    }
    workloads
}

/// A workload whose programs each do `units` units of their work.
fn workload<const N: usize>(
    name: &str,
    title: String,
    (unit, units): (&str, u64),
    programs: [Vec<Program>; N],
) -> Workload {
    let mut workload = Workload::new(Section::Pool, name, title);
    workload.measured.clock = Clock::Printed;
    workload.measured.unit = Some(unit.to_owned());
    let programs = programs.into_iter().flatten();
    workload.programs = programs.map(|program| program.units(units)).collect();
    workload
}

/// A case in Python's libraries: `multiprocessing.Pool`, and if there is time,
/// `concurrent.futures`.
fn libraries(maker: &Maker<'_>, case: &str, arguments: &[String], answer: &Answer) -> Vec<Program> {
    let libraries: &[&str] = maker.scale.pick(&["pool"], &["pool"], &["pool", "futures"]);
    let arguments = [&[case.to_owned()], arguments].concat();
    maker.peers.python("pool", libraries, &arguments, answer)
}

fn processes(maker: &Maker<'_>, count: u64) -> Workload {
    let (answer, n) = (started(count), [count.to_string()]);
    let ours = vec![maker.program("start_processes", &n, answer.clone())];
    let bare = maker.peers.cpp("bare_fork", &["fork"], &n, &answer);
    let python = maker.peers.python("start", &["processes"], &n, &answer);
    let title = format!("`Process`: start and join, {count} times");
    workload("pool-process", title, ("process", count), [ours, bare, python])
}

fn cycles(maker: &Maker<'_>, count: u64) -> Workload {
    let (answer, n) = (started(count), [count.to_string()]);
    let ours = vec![maker.program("pool_cycles", &n, answer.clone())];
    let bare = maker.peers.cpp("bare_fork", &["two_forks"], &n, &answer);
    let python = libraries(maker, "cycles", &n, &answer);
    let title = format!("`Pool` of 2: create, map 4 small inputs, drop, {count} times");
    workload("pool-cycle", title, ("cycle", count), [ours, bare, python])
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
    let ours = vec![maker.program("pool_inputs", &arguments, answer.clone())];
    let python = libraries(maker, "inputs", &arguments, &answer);
    let title = format!("`Pool.map`: {} small inputs, {chunks}, 2 workers", thousands(count));
    workload(name, title, ("input", count), [ours, python])
}
