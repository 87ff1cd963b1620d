//! The process pool, beside Python's two and beside the bare system calls.

use super::answer::Answer;
use super::cpu::thousands;
use super::start::started;
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

fn workload(name: &str, title: String) -> Workload {
    let mut workload = Workload::new(Section::Pool, name, title);
    workload.clock = Clock::Printed;
    workload
}

/// Python's libraries: `multiprocessing.Pool`, and if there is time,
/// `concurrent.futures`.
fn libraries(maker: &Maker<'_>) -> &'static [&'static str] {
    maker.scale.pick(&["pool"], &["pool"], &["pool", "futures"])
}

fn processes(maker: &Maker<'_>, count: u64) -> Workload {
    let title = format!("`Process`: start and join, {count} times");
    let mut workload = workload("pool-process", title);
    workload.unit = Some("process".to_owned());
    let (answer, n) = (started(count), [count.to_string()]);
    let ours = maker.program("start_processes", &n, answer.clone());
    let bare = maker.peers.cpp("bare_fork", &["fork"], &n, &answer);
    let python = maker.peers.python("start", &["processes"], &n, &answer);
    workload.programs = units(count, [vec![ours], bare, python]);
    workload
}

fn cycles(maker: &Maker<'_>, count: u64) -> Workload {
    let title = format!("`Pool` of 2: create, map 4 trivial inputs, drop, {count} times");
    let mut workload = workload("pool-cycle", title);
    workload.unit = Some("cycle".to_owned());
    let (answer, n) = (started(count), count.to_string());
    let ours = maker.program("pool_cycles", std::slice::from_ref(&n), answer.clone());
    let bare = maker.peers.cpp("bare_fork", &["two_forks"], std::slice::from_ref(&n), &answer);
    let python = maker.peers.python("pool", libraries(maker), &["cycles".to_owned(), n], &answer);
    workload.programs = units(count, [vec![ours], bare, python]);
    workload
}

fn inputs(maker: &Maker<'_>, count: u64, chunk_size: Option<u64>) -> Workload {
    let (name, chunks) = match chunk_size {
        Some(size) => ("pool-inputs", format!("chunks of {size}")),
        None => ("pool-chunks", "default chunks".to_owned()),
    };
    let title = format!("`Pool.map`: {} trivial inputs, {chunks}, 2 workers", thousands(count));
    let mut workload = workload(name, title);
    workload.unit = Some("input".to_owned());
    let mut arguments = vec!["inputs".to_owned(), count.to_string()];
    arguments.extend(chunk_size.map(|size| size.to_string()));
    let answer = Answer {
        // The results are the inputs and one more each.
        in_order: vec![format!("Sum: {}", count * (count + 1) / 2)],
        stopwatch: true,
        ..Answer::default()
    };
    let ours = maker.program("pool_inputs", &arguments[1..], answer.clone());
    let python = maker.peers.python("pool", libraries(maker), &arguments, &answer);
    workload.programs = units(count, [vec![ours], python]);
    workload
}

fn echo(maker: &Maker<'_>, count: u64) -> Workload {
    let title = format!("`Pool.map`: {count} arguments of 10 MiB echoed by 4 workers");
    let mut workload = workload("pool-echo", title);
    let n = count.to_string();
    let answer = Answer {
        in_order: vec![format!("Echoed {} bytes", count * 10 * 1024 * 1024)],
        stopwatch: true,
        ..Answer::default()
    };
    let ours = maker.program("pool_echo", std::slice::from_ref(&n), answer.clone());
    let python = maker.peers.python("pool", libraries(maker), &["echo".to_owned(), n], &answer);
    workload.programs = units(1, [vec![ours], python]);
    workload
}

/// Programs whose runs do so many units of work.
fn units<const N: usize>(count: u64, programs: [Vec<Program>; N]) -> Vec<Program> {
    programs.into_iter().flatten().map(|program| program.units(count)).collect()
}
