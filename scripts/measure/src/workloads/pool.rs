//! The process pool, beside Python's and beside the bare system calls.

use super::expected::Answer;
use super::start::{self, started};
use super::{Maker, Program, Section, Workload};
use crate::text::thousands;

/// The tasks of the pool, one workload each, by the time that the programs print:
/// the start of an interpreter must not count.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let scale = maker.scale;
    let mut workloads = vec![
        processes(maker, scale.pick(100, 200, 5_000)),
        cycles(maker, scale.pick(30, 60, 1_000)),
        inputs(maker, scale.pick(20_000, 100_000, 1_000_000), None),
    ];
    if maker.is_long() {
        workloads.push(inputs(maker, scale.pick(500, 2_000, 20_000), Some(1)));
    }
    workloads
}

/// A workload, by the time that the programs print for one unit of their work.
fn workload(name: &str, title: String, unit: &str, programs: Vec<Program>) -> Workload {
    Workload { programs, ..Workload::new(Section::Pool, name, title).per(unit) }
}

/// A case in Python's `multiprocessing.Pool`.
fn python(maker: &Maker<'_>, arguments: &[String], count: u64, answer: &Answer) -> Vec<Program> {
    maker.peers.python("pool", &["pool"], (arguments, count), answer)
}

/// `Process` beside the bare system call, and a tenth as many in CPython, which takes longer.
fn processes(maker: &Maker<'_>, count: u64) -> Workload {
    let answer = started(count);
    let mut programs = vec![maker.model("start_one", "processes", count, answer.clone())];
    programs.extend(maker.peers.cpp(
        "bare_fork",
        &["fork"],
        (&[count.to_string()], count),
        &answer,
    ));
    programs.extend(start::python(maker, "processes", count / 10));
    workload("pool-process", "`Process`: start and join".to_owned(), "process", programs)
}

/// A `Pool` for little work beside the bare system calls, and a tenth as many in CPython.
fn cycles(maker: &Maker<'_>, count: u64) -> Workload {
    let (n, fewer, answer) = ([count.to_string()], count / 10, started(count));
    let mut programs = vec![maker.program("pool_cycles", &n, answer.clone()).units(count)];
    programs.extend(maker.peers.cpp("bare_fork", &["two_forks"], (&n, count), &answer));
    let arguments = ["cycles".to_owned(), fewer.to_string()];
    programs.extend(python(maker, &arguments, fewer, &started(fewer)));
    let title = "`Pool` of 2: create, map 4 small inputs, drop".to_owned();
    workload("pool-cycle", title, "cycle", programs)
}

fn inputs(maker: &Maker<'_>, count: u64, chunk_size: Option<u64>) -> Workload {
    let (name, chunks) = match chunk_size {
        Some(size) => ("pool-inputs", format!("chunks of {size}")),
        None => ("pool-chunks", "default chunks".to_owned()),
    };
    let numbers = [Some(count), chunk_size].into_iter().flatten().map(|number| number.to_string());
    let arguments: Vec<String> = [String::from("inputs")].into_iter().chain(numbers).collect();
    // Each result is its input plus one.
    let answer = Answer::timed(format!("Sum: {}", count * (count + 1) / 2));
    let ours = maker.program("pool_inputs", &arguments[1..], answer.clone()).units(count);
    let programs = [vec![ours], python(maker, &arguments, count, &answer)].concat();
    let title = format!("`Pool.map`: {} small inputs, {chunks}, 2 workers", thousands(count));
    workload(name, title, "input", programs)
}
