//! The process pool, beside Python's two and beside the bare system calls.

use super::answer::Answer;
use super::cpu::thousands;
use super::start::{started, timed};
use super::{Clock, Maker, Program, Scale, Section, Workload};

/// What the pool does, one workload each, by the time that the programs print:
/// the start of an interpreter is not part of the question.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let scale = maker.scale;
    let mut workloads = vec![
        processes(maker, scale.pick(10, 40, 500)),
        cycles(maker, scale.pick(3, 10, 100)),
        inputs(maker, scale.pick(500, 2_000, 20_000), Some(1)),
        inputs(maker, scale.pick(20_000, 100_000, 1_000_000), None),
    ];
    // Megabytes take their time.
    if scale == Scale::Full {
        workloads.push(echo(maker, 16));
    }
    workloads
}

/// A workload of programs that are installed. Each does so many units of its work.
fn compared(
    name: &str,
    title: String,
    (unit, units): (Option<&str>, u64),
    answer: &Answer,
    programs: [Vec<Option<Program>>; 2],
) -> Workload {
    let mut workload = Workload::new(Section::Pool, name, title);
    workload.clock = Clock::Printed;
    workload.unit = unit.map(str::to_owned);
    let with_answer = |program: Program| Program { answer: Some(answer.clone()), units, ..program };
    workload.programs = programs.into_iter().flatten().flatten().map(with_answer).collect();
    workload
}

/// A case in Python's libraries: `multiprocessing.Pool`, and if there is time,
/// `concurrent.futures`.
fn libraries(maker: &Maker<'_>, case: &str, arguments: &[String]) -> Vec<Option<Program>> {
    let libraries: &[&str] = maker.scale.pick(&["pool"], &["pool"], &["pool", "futures"]);
    let python = |library: &&str| {
        let arguments = arguments.iter().map(String::as_str);
        let all: Vec<&str> = [case, library].into_iter().chain(arguments).collect();
        maker.peers.python("pool", &all)
    };
    libraries.iter().map(python).collect()
}

fn processes(maker: &Maker<'_>, count: u64) -> Workload {
    let (n, answer) = ([count.to_string()], started(count));
    let ours = Some(maker.program("start_processes", &n, answer.clone()));
    let bare = maker.peers.cpp("bare_fork", &["1", &n[0]]);
    let python = maker.peers.python("start", &["processes", &n[0]]);
    let title = format!("`Process`: start and join, {count} times");
    let programs = [vec![ours, bare], vec![python]];
    compared("pool-process", title, (Some("process"), count), &answer, programs)
}

fn cycles(maker: &Maker<'_>, count: u64) -> Workload {
    let (n, answer) = ([count.to_string()], started(count));
    let ours = Some(maker.program("pool_cycles", &n, answer.clone()));
    let bare = maker.peers.cpp("bare_fork", &["2", &n[0]]);
    let title = format!("`Pool` of 2: create, map 4 trivial inputs, drop, {count} times");
    let programs = [vec![ours, bare], libraries(maker, "cycles", &n)];
    compared("pool-cycle", title, (Some("cycle"), count), &answer, programs)
}

fn inputs(maker: &Maker<'_>, count: u64, chunk_size: Option<u64>) -> Workload {
    let (name, chunks) = match chunk_size {
        Some(size) => ("pool-inputs", format!("chunks of {size}")),
        None => ("pool-chunks", "default chunks".to_owned()),
    };
    let arguments = [Some(count), chunk_size].into_iter().flatten();
    let arguments: Vec<String> = arguments.map(|number| number.to_string()).collect();
    // The results are the inputs and one more each.
    let answer = timed(format!("Sum: {}", count * (count + 1) / 2));
    let ours = Some(maker.program("pool_inputs", &arguments, answer.clone()));
    let title = format!("`Pool.map`: {} trivial inputs, {chunks}, 2 workers", thousands(count));
    let programs = [vec![ours], libraries(maker, "inputs", &arguments)];
    compared(name, title, (Some("input"), count), &answer, programs)
}

fn echo(maker: &Maker<'_>, count: u64) -> Workload {
    let n = [count.to_string()];
    let answer = timed(format!("Echoed {} bytes", count * 10 * 1024 * 1024));
    let ours = Some(maker.program("pool_echo", &n, answer.clone()));
    let title = format!("`Pool.map`: {count} arguments of 10 MiB echoed by 4 workers");
    let programs = [vec![ours], libraries(maker, "echo", &n)];
    compared("pool-echo", title, (None, 1), &answer, programs)
}
