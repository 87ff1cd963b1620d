//! The work that the programs of the workspace do, with the parameters and the
//! right answer in one place for all models.

use std::path::Path;
use std::time::Duration;

use crate::answer::Answer;
use crate::run::Invocation;
use common::site::Site;

/// A program, what it is given, and the answer it must give.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How it is run.
    pub invocation: Invocation,
    /// What it must print and write.
    pub answer: Answer,
}

/// Programs that do the same work.
#[derive(Clone, Debug)]
pub struct Workload {
    /// A short name.
    pub name: &'static str,
    /// What they do, with all parameters.
    pub title: String,
    /// How many timed runs each has.
    pub rounds: usize,
    /// The programs. The first is the baseline.
    pub entries: Vec<Entry>,
}

/// How large the work is.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// How far each of the four counts goes.
    pub counting: u64,
    /// How many numbers each of the four tasks adds up.
    pub mapping: u64,
    /// How many files are downloaded.
    pub files: usize,
}

impl Sizes {
    /// A timed run takes 0.1 to 0.5 s, or as long as the document's example.
    pub const NORMAL: Sizes = Sizes { counting: 100_000_000, mapping: 100_000_000, files: 12 };
    /// As short as it can be and still tell the models apart.
    pub const QUICK: Sizes = Sizes { counting: 20_000_000, mapping: 20_000_000, files: 4 };
}

/// The size of a downloaded file in bytes.
const FILE_SIZE: usize = 100 * 1024;
/// How long the site takes to answer, in milliseconds.
const DELAY: u64 = 100;

/// All workloads, with programs from a directory.
pub fn all(sizes: Sizes, programs: &Path, site: &Site) -> Vec<Workload> {
    let workload =
        |name, title, rounds, programs| Workload { name, title, rounds, entries: programs };
    let entry = |name: &str, arguments: &[String], answer: Answer| Entry {
        invocation: Invocation {
            name: name.to_owned(),
            path: programs.join(name),
            arguments: arguments.to_vec(),
            limit: Duration::from_secs(60),
        },
        answer,
    };

    let counting = [sizes.counting.to_string()];
    let counter = |name| entry(name, &counting, counted());
    let mapping = [sizes.mapping.to_string()];
    let mapper = |name: &str| entry(name, &mapping, mapped(sizes.mapping, name));
    let paths: Vec<String> = (0..sizes.files).map(|i| format!("/file{i}")).collect();
    let urls: Vec<String> = paths
        .iter()
        .map(|path| site.url(&format!("{path}?size={FILE_SIZE}&delay={DELAY}")))
        .collect();
    let downloader = |name| entry(name, &urls, downloaded(&urls, &paths));

    vec![
        workload(
            "counting",
            format!("Counting: four counts to {}", sizes.counting),
            7,
            ["sequential_counter", "threaded_counter", "gil_counter"].map(counter).to_vec(),
        ),
        workload(
            "mapping",
            format!("Mapping: four sums of {} numbers", sizes.mapping),
            7,
            ["sequential_map", "threaded_map", "pool_map", "async_map", "blocking_map"]
                .map(mapper)
                .to_vec(),
        ),
        workload(
            "downloading",
            format!(
                "Downloading: {} files of {FILE_SIZE} bytes, each {DELAY} ms away",
                sizes.files
            ),
            7,
            ["sequential_downloads", "downloads", "process_downloads", "async_downloads"]
                .map(downloader)
                .to_vec(),
        ),
        workload(
            "fetching",
            "Fetching: three simulated fetches of 2, 3 and 1 s".to_owned(),
            3,
            vec![
                entry("fetch_data_awaited", &[], fetched(&[1, 2, 3], false)),
                entry("fetch_data_blocking", &[], fetched(&[1, 2, 3], false)),
                entry("fetch_data", &[], fetched(&[3, 1, 2], true)),
            ],
        ),
    ]
}

fn counted() -> Answer {
    Answer {
        in_order: vec!["All threads are finished".to_owned()],
        stopwatch: true,
        ..Answer::default()
    }
}

fn mapped(limit: u64, program: &str) -> Answer {
    let sum = u128::from(limit) * u128::from(limit.saturating_sub(1)) / 2;
    Answer {
        in_order: vec![format!("Results: [{sum}, {sum}, {sum}, {sum}]")],
        stopwatch: true,
        ticks: matches!(program, "async_map" | "blocking_map"),
        ..Answer::default()
    }
}

fn downloaded(urls: &[String], paths: &[String]) -> Answer {
    let files: Vec<String> = (0..urls.len()).map(|i| format!("downloads/file{i}")).collect();
    let mut lines = Vec::new();
    for url in urls {
        lines.push(format!("Downloading {url}"));
        lines.push(format!("Downloaded {url}"));
    }
    lines.extend(files.iter().map(|file| format!("Saved {file}")));
    Answer {
        in_any_order: lines,
        in_order: vec![
            "All downloads are finished".to_owned(),
            format!("{} downloaded, 0 failed", urls.len()),
        ],
        files: files
            .iter()
            .zip(paths)
            .map(|(file, path)| (file.into(), path.clone(), FILE_SIZE))
            .collect(),
        ..Answer::default()
    }
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
