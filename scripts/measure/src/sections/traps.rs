//! Wrong beside right.

use std::time::Duration;

use crate::answer::Answer;
use crate::maker::{Maker, Scale};
use crate::section::Section;
use crate::workload::{Entry, Workload};

use super::io::{DELAY, FILE_SIZE, downloads};

/// The traps, the right program first.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let mut workloads = vec![atomics(maker), clients(maker), files(maker)];
    // These take 3 and 6 s each time, and nothing can shorten them.
    if maker.scale != Scale::Quick {
        workloads.insert(0, fetching(maker));
    }
    workloads
}

/// Futures that are awaited one by one, and a blocking sleep on the event loop.
pub fn fetching(maker: &Maker<'_>) -> Workload {
    let title = "Fetching: three simulated fetches of 2, 3 and 1 s";
    let mut workload = Workload::new(Section::Traps, "fetching", title);
    workload.rounds = 3;
    workload.usual = Duration::from_secs(6);
    workload.together = true;
    workload.rounds_together = maker.scale != Scale::Full;
    // Six seconds more for what the other tables show as well.
    workload.warm_up = maker.alone || maker.scale == Scale::Full;
    workload.entries = vec![
        maker.program("fetch_data", &[], fetched(&[3, 1, 2], true)),
        maker.program("fetch_data_awaited", &[], fetched(&[1, 2, 3], false)),
        maker.program("fetch_data_blocking", &[], fetched(&[1, 2, 3], false)),
    ];
    workload
}

/// Three fetches that finish in the given order: either all have started
/// before the first finishes, or each has finished before the next starts.
fn fetched(finish: &[u32], at_once: bool) -> Answer {
    let started = |i| format!("Starting to fetch data from Source {i}");
    let finished = |i| format!("Finished fetching data from Source {i}");
    let mut lines: Vec<String> = Vec::new();
    if at_once {
        lines.extend((1..=3).map(started));
        lines.extend(finish.iter().copied().map(finished));
    } else {
        lines.extend(finish.iter().flat_map(|&i| [started(i), finished(i)]));
    }
    lines.extend((1..=3).map(|i| format!("Data from Source {i}")));
    Answer { in_order: lines, ..Answer::default() }
}

/// One atomic that two threads share, against a count for each.
fn atomics(maker: &Maker<'_>) -> Workload {
    let increments = maker.scale.pick(5_000_000, 20_000_000, 50_000_000);
    let title = format!("Two threads increment, {increments} times each");
    let mut workload = Workload::new(Section::Traps, "atomics", title);
    workload.rounds = maker.scale.pick(5, 7, 7);
    workload.entries = ["separate_counts", "shared_atomic"]
        .map(|name| sized(maker, name, increments, |n| format!("Count: {}", 2 * n)))
        .to_vec();
    workload
}

/// A client for each thread against one that all share.
fn clients(maker: &Maker<'_>) -> Workload {
    let files = maker.scale.pick(16, 64, 64);
    let (urls, answer) = downloads(maker, files);
    let title =
        format!("{files} threads download a file of {FILE_SIZE} bytes each, {DELAY} ms away");
    let mut workload = Workload::new(Section::Traps, "clients", title);
    workload.usual = Duration::from_millis(400);
    workload.rounds = maker.scale.pick(3, 7, 7);
    workload.entries = ["downloads", "client_per_thread"]
        .map(|name| maker.program(name, &urls, answer.clone()))
        .to_vec();
    workload
}

/// Reading a file in the call itself, against tokio's way.
fn files(maker: &Maker<'_>) -> Workload {
    let reads = maker.scale.pick(2_000, 10_000, 30_000);
    let title = format!("A task reads a file of 1000 bytes, {reads} times");
    let mut workload = Workload::new(Section::Traps, "files", title);
    workload.rounds = maker.scale.pick(5, 7, 7);
    workload.entries = ["std_files", "tokio_files"]
        .map(|name| sized(maker, name, reads, |n| format!("Read {} bytes", n * 1000)))
        .to_vec();
    workload
}

/// A program that does its work so many times.
fn sized(maker: &Maker<'_>, name: &str, times: u64, says: impl Fn(u64) -> String) -> Entry {
    let answer = Answer { in_order: vec![says(times)], stopwatch: true, ..Answer::default() };
    maker.program(name, &[times.to_string()], answer)
}
