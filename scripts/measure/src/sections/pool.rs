//! The process pool, beside Python's two and beside the bare system calls.

use crate::answer::Answer;
use crate::maker::{Maker, Scale};
use crate::record::Clock;
use crate::section::Section;
use crate::workload::{Entry, Expected, Workload};

use super::start::started;

/// What the pool does, one workload each, by the time that the programs print:
/// an interpreter that starts is not the pool's affair.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let scale = scale(maker);
    let mut workloads = vec![
        processes(maker, scale.pick(10, 40, 500)),
        cycles(maker, scale.pick(3, 10, 100)),
        inputs(maker, scale.pick(500, 2_000, 20_000), Some(1)),
        inputs(maker, scale.pick(20_000, 100_000, 1_000_000), None),
    ];
    // Megabytes take their time.
    if scale != Scale::Quick {
        workloads.push(echo(maker, scale.pick(2, 2, 16)));
    }
    workloads
}

fn workload(maker: &Maker<'_>, name: &str, title: String) -> Workload {
    let mut workload = Workload::new(Section::Pool, name, title);
    workload.clock = Clock::Printed;
    workload.rounds = maker.scale.pick(5, 7, 7);
    workload
}

/// A peer with its answer, if it is there.
fn peer(entry: Option<Entry>, units: u64, answer: &Answer) -> Option<Entry> {
    entry.map(|mut entry| {
        entry.answer = Expected::Known(answer.clone());
        entry.units(units)
    })
}

/// Alone, the section has the sizes of a full run.
fn scale(maker: &Maker<'_>) -> Scale {
    match (maker.scale, maker.alone) {
        (Scale::Normal, true) => Scale::Full,
        (scale, _) => scale,
    }
}

/// Python's libraries: `multiprocessing.Pool`, and where there is time,
/// `concurrent.futures`.
fn libraries(maker: &Maker<'_>) -> impl Iterator<Item = &'static str> {
    let libraries: &[&str] = scale(maker).pick(&["pool"], &["pool"], &["pool", "futures"]);
    libraries.iter().copied()
}

fn processes(maker: &Maker<'_>, count: u64) -> Workload {
    let title = format!("`Process`: start and join, {count} times");
    let mut workload = workload(maker, "pool-process", title);
    workload.unit = Some("process");
    let (answer, n) = (started(count), count.to_string());
    let ours = maker.program("start_processes", std::slice::from_ref(&n), answer.clone());
    let bare = maker.peers.cpp("bare_fork", &["1", &n]);
    let python = maker.peers.python("start", &["processes", &n]);
    workload.entries = [Some(ours.units(count))]
        .into_iter()
        .chain([bare, python].map(|entry| peer(entry, count, &answer)))
        .flatten()
        .collect();
    workload
}

fn cycles(maker: &Maker<'_>, count: u64) -> Workload {
    let title = format!("`Pool` of 2: create, map 4 trivial inputs, drop, {count} times");
    let mut workload = workload(maker, "pool-cycle", title);
    workload.unit = Some("cycle");
    let (answer, n) = (started(count), count.to_string());
    let ours = maker.program("pool_cycles", std::slice::from_ref(&n), answer.clone());
    let bare = maker.peers.cpp("bare_fork", &["2", &n]);
    let python = |library| maker.peers.python("pool", &["cycles", library, &n]);
    workload.entries = [Some(ours.units(count)), peer(bare, count, &answer)]
        .into_iter()
        .chain(libraries(maker).map(|library| peer(python(library), count, &answer)))
        .flatten()
        .collect();
    workload
}

fn inputs(maker: &Maker<'_>, count: u64, chunk_size: Option<u64>) -> Workload {
    let (name, chunks) = match chunk_size {
        Some(size) => ("pool-inputs", format!("chunks of {size}")),
        None => ("pool-chunks", "default chunks".to_owned()),
    };
    let title = format!("`Pool.map`: {count} trivial inputs, {chunks}, 2 workers");
    let mut workload = workload(maker, name, title);
    workload.unit = Some("input");
    let mut arguments = vec![count.to_string()];
    arguments.extend(chunk_size.map(|size| size.to_string()));
    let answer = Answer {
        // The results are the inputs and one more each.
        in_order: vec![format!("Sum: {}", count * (count + 1) / 2)],
        stopwatch: true,
        ..Answer::default()
    };
    let ours = maker.program("pool_inputs", &arguments, answer.clone());
    let python = |library| {
        let arguments: Vec<&str> =
            ["inputs", library].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        maker.peers.python("pool", &arguments)
    };
    workload.entries = [Some(ours.units(count))]
        .into_iter()
        .chain(libraries(maker).map(|library| peer(python(library), count, &answer)))
        .flatten()
        .collect();
    workload
}

fn echo(maker: &Maker<'_>, count: u64) -> Workload {
    let title = format!("`Pool.map`: {count} arguments of 10 MiB echoed by 4 workers");
    let mut workload = workload(maker, "pool-echo", title);
    let n = count.to_string();
    let answer = Answer {
        in_order: vec![format!("Echoed {} bytes", count * 10 * 1024 * 1024)],
        stopwatch: true,
        ..Answer::default()
    };
    let ours = maker.program("pool_echo", std::slice::from_ref(&n), answer.clone());
    let python = |library| maker.peers.python("pool", &["echo", library, &n]);
    workload.entries = [Some(ours)]
        .into_iter()
        .chain(libraries(maker).map(|library| peer(python(library), 1, &answer)))
        .flatten()
        .collect();
    workload
}
