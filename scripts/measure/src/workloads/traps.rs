//! Wrong beside right.

use super::expected::Answer;
use super::{Maker, Program, Scale, Section, Workload};
use crate::decide::Looks;
use crate::text::thousands;

/// The traps, the right program first.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let mut workloads = vec![atomics(maker), files(maker)];
    // These take 3 and 6 s each time, and nothing can shorten them.
    if maker.scale != Scale::Quick {
        workloads.insert(0, fetching(maker));
    }
    workloads
}

/// Futures that are awaited one by one, and a blocking sleep on the event loop.
pub fn fetching(maker: &Maker<'_>) -> Workload {
    let title = "Three simulated fetches of 2, 3 and 1 s";
    let mut workload = Workload::new(Section::Traps, "fetching", title);
    workload.looks = Looks::once(6);
    workload.at_once = 6;
    workload.watched = false;
    workload.programs = vec![
        maker.program("fetch_data", &[], fetched(&[3, 1, 2], true)),
        maker.program("fetch_data_awaited", &[], fetched(&[1, 2, 3], false)),
        maker.program("fetch_data_blocking", &[], fetched(&[1, 2, 3], false)),
    ];
    if maker.with_peers {
        // Interpreters that start at the same time hold each other up.
        workload.at_once = 1;
        let answer = fetched(&[3, 1, 2], true);
        workload.programs.extend(maker.peers.python("fetch", &["tasks"], (&[], 1), &answer));
    }
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

/// One atomic that two threads share, compared with one count per thread.
fn atomics(maker: &Maker<'_>) -> Workload {
    let increments = maker.scale.pick(5_000_000, 10_000_000, 50_000_000);
    let title = format!("Two threads increment, {} times each", thousands(increments));
    let mut workload = Workload::new(Section::Traps, "atomics", title);
    workload.programs = ["separate_counts", "shared_atomic"]
        .map(|name| sized(maker, name, increments, format!("Count: {}", 2 * increments)))
        .to_vec();
    workload
}

/// Reading a file with std, compared with tokio.
fn files(maker: &Maker<'_>) -> Workload {
    let reads = maker.scale.pick(2_000, 5_000, 30_000);
    let title = format!("A task reads a file of 1000 bytes, {} times", thousands(reads));
    let mut workload = Workload::new(Section::Traps, "files", title);
    workload.programs = ["std_files", "tokio_files"]
        .map(|name| sized(maker, name, reads, format!("Read {} bytes", reads * 1000)))
        .to_vec();
    workload
}

/// A program that does its work `times` times.
fn sized(maker: &Maker<'_>, name: &str, times: u64, says: String) -> Program {
    maker.program(name, &[times.to_string()], Answer::timed(says))
}
