//! From where on each model pays, from the figures of a run.

use crate::record::{Comparison, Record, Row};
use crate::section::Section;
use crate::statistics::Summary;
use crate::table::{markdown, pays_from};
use crate::units;

/// A question, and the programs whose figures answer it.
struct Threshold {
    question: &'static str,
    answer: fn(&Record) -> Option<String>,
    programs: &'static [&'static str],
}

const THRESHOLDS: &[Threshold] = &[
    Threshold {
        question: "To compute: from which size of the work on do threads pay?",
        answer: |record| computing(record, "threaded_map"),
        programs: &["threaded_map", "sequential_map"],
    },
    Threshold {
        question: "And processes?",
        answer: |record| computing(record, "pool_map"),
        programs: &["pool_map", "sequential_map"],
    },
    Threshold {
        question: "To wait: from how many waits at once on is an event loop faster than threads?",
        answer: waiting,
        programs: &["async_waits", "threaded_waits"],
    },
    Threshold {
        question: "What does it cost to start one and wait for its end?",
        answer: |record| starting(record, |c, row| Summary::of(&c.times(row)).map(time)),
        programs: STARTING,
    },
    Threshold {
        question: "What memory does one take?",
        answer: |record| starting(record, |c, row| c.memory_each(row).map(units::bytes)),
        programs: STARTING,
    },
    Threshold {
        question: "What does it cost to compute on the event loop?",
        answer: |record| ratio(record, "mapping", "async_map", "sequential_map"),
        programs: &["async_map", "sequential_map"],
    },
    Threshold {
        question: "To download a few files: what do threads, processes and tasks gain?",
        answer: downloading,
        programs: &["downloads", "process_downloads", "async_downloads", "sequential_downloads"],
    },
];

const STARTING: &[&str] = &["start_threads", "start_processes", "start_tasks"];

/// One row a question.
pub fn table(record: &Record) -> String {
    let mut table = markdown(&["question", "measured here", "programs"], 0);
    for Threshold { question, answer, programs } in THRESHOLDS {
        let answer = answer(record).unwrap_or_else(|| "not measured in this run".to_owned());
        let programs: Vec<String> = programs.iter().map(|name| format!("`{name}`")).collect();
        table.add_row([(*question).to_owned(), answer, programs.join(", ")]);
    }
    format!("{table}\n")
}

/// The limit from which on mapping pays, with the time of the whole map there.
fn computing(record: &Record, program: &str) -> Option<String> {
    let comparisons = of(record, Section::BreakEven);
    let largest = comparisons.last()?.size?;
    let Some(from) = pays_from(&comparisons, program) else {
        return Some(format!("nowhere up to a limit of {largest}"));
    };
    let there = comparisons.iter().find(|c| c.size == Some(from))?;
    let alone = Summary::of(&there.times(there.baseline()?))?;
    Some(format!(
        "from a limit of {from} on, where the four sums take {} one after the other",
        time(alone)
    ))
}

/// The number of waits from which on tasks are faster than threads, and the
/// largest number that both were measured at.
fn waiting(record: &Record) -> Option<String> {
    let mut comparisons = of(record, Section::Waits);
    comparisons.retain(|c| c.row("threaded_waits").is_some() && c.row("async_waits").is_some());
    let most = comparisons.last()?;
    let (tasks, threads) = (most.row("async_waits")?, most.row("threaded_waits")?);
    let from = match pays_from(&comparisons, "async_waits") {
        Some(from) => format!("from {from} on"),
        None => "at no number that was measured".to_owned(),
    };
    let memory = |bytes: u64| units::bytes(bytes as f64);
    Some(format!(
        "{from}; with {}: {}, {} instead of {}",
        most.size?,
        stands(most, tasks, threads)?,
        memory(tasks.peak.memory()),
        memory(threads.peak.memory())
    ))
}

/// A figure of a thread, a process and a task.
fn starting(record: &Record, figure: fn(&Comparison, &Row) -> Option<String>) -> Option<String> {
    let comparison = record.comparison("start")?;
    let figure = |program: &str| figure(comparison, comparison.row(program)?);
    Some(format!(
        "a thread {}, a process {}, a task {}",
        figure("start_threads")?,
        figure("start_processes")?,
        figure("start_tasks")?
    ))
}

fn downloading(record: &Record) -> Option<String> {
    let ratio = |program| ratio(record, "downloading", program, "sequential_downloads");
    Some(format!(
        "threads {}, processes {}, tasks {}",
        ratio("downloads")?,
        ratio("process_downloads")?,
        ratio("async_downloads")?
    ))
}

/// How a program of a comparison stands to another.
fn ratio(record: &Record, comparison: &str, program: &str, other: &str) -> Option<String> {
    let comparison = record.comparison(comparison)?;
    stands(comparison, comparison.row(program)?, comparison.row(other)?)
}

fn stands(comparison: &Comparison, program: &Row, other: &Row) -> Option<String> {
    let ratio = comparison.times_as_fast(program, other)?;
    Some(match ratio.holds_one() {
        true => "no measurable difference".to_owned(),
        false => format!("{} times as fast", units::ratio(ratio)),
    })
}

fn time(summary: Summary) -> String {
    units::seconds(summary.median)
}

/// The comparisons of a section, which were made from the least size to the
/// largest.
fn of(record: &Record, section: Section) -> Vec<&Comparison> {
    record.comparisons.iter().filter(|comparison| comparison.section == section).collect()
}
