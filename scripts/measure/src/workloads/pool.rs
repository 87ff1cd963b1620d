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

/// Ours, the bare system calls if they are given, and Python; each does so many units of
/// its work. What is not installed is left out.
struct Compared<'a> {
    program: &'a str,
    arguments: Vec<String>,
    bare: Option<Program>,
    python: Vec<Option<Program>>,
    answer: Answer,
    units: u64,
}

fn workload(
    maker: &Maker<'_>,
    (name, unit): (&str, Option<&str>),
    title: String,
    compared: Compared<'_>,
) -> Workload {
    let Compared { program, arguments, bare, python, answer, units } = compared;
    let mut workload = Workload::new(Section::Pool, name, title);
    workload.clock = Clock::Printed;
    workload.unit = unit.map(str::to_owned);
    let ours = maker.program(program, &arguments, answer.clone());
    let programs = [Some(ours), bare].into_iter().chain(python).flatten();
    workload.programs = programs
        .map(|mut program| {
            program.answer = Some(answer.clone());
            program.units(units)
        })
        .collect();
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
    let n = count.to_string();
    let title = format!("`Process`: start and join, {count} times");
    let compared = Compared {
        program: "start_processes",
        bare: maker.peers.cpp("bare_fork", &["1", &n]),
        python: vec![maker.peers.python("start", &["processes", &n])],
        arguments: vec![n],
        answer: started(count),
        units: count,
    };
    workload(maker, ("pool-process", Some("process")), title, compared)
}

fn cycles(maker: &Maker<'_>, count: u64) -> Workload {
    let arguments = vec![count.to_string()];
    let title = format!("`Pool` of 2: create, map 4 trivial inputs, drop, {count} times");
    let compared = Compared {
        program: "pool_cycles",
        bare: maker.peers.cpp("bare_fork", &["2", &arguments[0]]),
        python: libraries(maker, "cycles", &arguments),
        arguments,
        answer: started(count),
        units: count,
    };
    workload(maker, ("pool-cycle", Some("cycle")), title, compared)
}

fn inputs(maker: &Maker<'_>, count: u64, chunk_size: Option<u64>) -> Workload {
    let (name, chunks) = match chunk_size {
        Some(size) => ("pool-inputs", format!("chunks of {size}")),
        None => ("pool-chunks", "default chunks".to_owned()),
    };
    let title = format!("`Pool.map`: {} trivial inputs, {chunks}, 2 workers", thousands(count));
    let arguments = [Some(count), chunk_size].into_iter().flatten();
    let arguments: Vec<String> = arguments.map(|number| number.to_string()).collect();
    let compared = Compared {
        program: "pool_inputs",
        bare: None,
        python: libraries(maker, "inputs", &arguments),
        arguments,
        // The results are the inputs and one more each.
        answer: timed(format!("Sum: {}", count * (count + 1) / 2)),
        units: count,
    };
    workload(maker, (name, Some("input")), title, compared)
}

fn echo(maker: &Maker<'_>, count: u64) -> Workload {
    let arguments = vec![count.to_string()];
    let title = format!("`Pool.map`: {count} arguments of 10 MiB echoed by 4 workers");
    let compared = Compared {
        program: "pool_echo",
        bare: None,
        python: libraries(maker, "echo", &arguments),
        arguments,
        answer: timed(format!("Echoed {} bytes", count * 10 * 1024 * 1024)),
        units: 1,
    };
    workload(maker, ("pool-echo", None), title, compared)
}
