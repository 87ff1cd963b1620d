//! From where on each model pays, from the figures of a run.

use crate::break_even::Pays;
use crate::record::{Comparison, Record, Row};
use crate::section::Section;
use crate::statistics::Summary;
use crate::table::{markdown, warning};
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
        answer: |record| pays(record, "threaded_map"),
        programs: &["threaded_map", "sequential_map"],
    },
    Threshold {
        question: "And processes, in a pool?",
        answer: |record| pays(record, "pool_map"),
        programs: &["pool_map", "sequential_map"],
    },
    Threshold {
        question: "What does each model gain where it pays?",
        answer: |record| {
            let gains = gains(record, "mapping", ["threaded_map", "pool_map", "async_map"])?;
            let cores = record.comparison("mapping")?.noise.cores()?;
            Some(format!("{gains}; {cores:.2} cores were there"))
        },
        programs: &["threaded_map", "pool_map", "async_map", "sequential_map"],
    },
    Threshold {
        question: "To wait for a few things: what does each model gain?",
        answer: |record| {
            let programs = ["downloads", "process_downloads", "async_downloads"];
            gains(record, "downloading", programs)
        },
        programs: &["downloads", "process_downloads", "async_downloads", "sequential_downloads"],
    },
    Threshold {
        question: "To wait for many: how does an event loop stand to threads?",
        answer: waiting,
        programs: &["async_waits", "threaded_waits"],
    },
    Threshold {
        question: "What does it take to start one and wait for its end?",
        answer: |record| starting(record, |c, row| Summary::of(&c.times(row)).map(time)),
        programs: STARTING,
    },
    Threshold {
        question: "What memory does one take?",
        answer: |record| starting(record, |c, row| c.memory_each(row).map(units::bytes)),
        programs: STARTING,
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
    let sections = [Section::BreakEven, Section::Io, Section::Start];
    let needed = record.comparisons.iter().filter(|c| {
        c.name == "mapping" || sections.contains(&c.section) || of_tasks_and_threads(c)
    });
    format!("{}{table}\n", warning(needed))
}

/// From which limit on mapping pays, and how long the work takes there.
fn pays(record: &Record, program: &str) -> Option<String> {
    let comparisons = of(record, Section::BreakEven);
    let alone = |comparison: &Comparison| {
        let times = comparison.times(comparison.baseline()?);
        Some(format!(
            "{} of work (four sums below {})",
            time(Summary::of(&times)?),
            comparison.size?
        ))
    };
    let largest = || alone(comparisons.last()?);
    match Pays::of(&comparisons, program) {
        Pays::Nowhere => Some(format!("not up to {}", largest()?)),
        Pays::Untold => {
            Some(format!("not up to {}, where there is no measurable difference", largest()?))
        }
        Pays::From(from) => {
            let there = comparisons.iter().position(|comparison| comparison.size == Some(from))?;
            let before = there.checked_sub(1).map(|before| comparisons[before]);
            let not_yet = match before.and_then(|c| Summary::of(&c.times(c.baseline()?))) {
                Some(alone) => format!(", and not yet at {}", time(alone)),
                None => String::new(),
            };
            Some(format!("from {} on{not_yet}", alone(comparisons[there])?))
        }
    }
}

/// How threads, processes and tasks stand to the first program of a comparison.
fn gains(record: &Record, comparison: &str, programs: [&str; 3]) -> Option<String> {
    let comparison = record.comparison(comparison)?;
    let gain = |program| stands(comparison, comparison.row(program)?, comparison.baseline()?);
    let [threads, processes, tasks] = programs.map(gain);
    Some(format!("threads: {}; processes: {}; tasks: {}", threads?, processes?, tasks?))
}

/// How tasks stand to threads at each number of waits, and what both take at the
/// largest.
fn waiting(record: &Record) -> Option<String> {
    let comparisons: Vec<&Comparison> =
        record.comparisons.iter().filter(|c| of_tasks_and_threads(c)).collect();
    let stands = |c: &&Comparison| {
        let ratio = stands(c, c.row("async_waits")?, c.row("threaded_waits")?)?;
        Some(format!("{} waits: {ratio}", c.size?))
    };
    let ratios: Option<Vec<String>> = comparisons.iter().map(stands).collect();
    let most = comparisons.last()?;
    let memory = |program| Some(units::bytes(most.row(program)?.peak.memory() as f64));
    Some(format!(
        "{}, and {} instead of {}",
        ratios?.join("; "),
        memory("async_waits")?,
        memory("threaded_waits")?
    ))
}

/// Whether it is of waits, in tasks and in threads.
fn of_tasks_and_threads(comparison: &Comparison) -> bool {
    comparison.section == Section::Waits
        && ["threaded_waits", "async_waits"].iter().all(|name| comparison.row(name).is_some())
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

/// How a program of a comparison stands to another.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Sample, made_up};

    fn comparison(size: u64, alone: f64, threads: f64) -> Comparison {
        let row = |program, taken| {
            made_up::row(program, vec![Sample { wall: taken, cpu: taken, taken: Some(taken) }; 3])
        };
        let rows = vec![row("sequential_map", alone), row("threaded_map", threads)];
        made_up::comparison(size.to_string(), Section::BreakEven, size, rows)
    }

    #[test]
    fn a_threshold_is_where_the_figures_have_it() {
        let mut record = made_up::record(vec![
            comparison(100, 0.001, 0.0005),
            comparison(1000, 0.01, 0.02),
            comparison(10_000, 0.1, 0.05),
        ]);
        // At 100 it was faster too, and at 1000 it was not.
        let said = "from 100 ms of work (four sums below 10000) on, and not yet at 10.0 ms";
        assert_eq!(pays(&record, "threaded_map").unwrap(), said);
        // What is faster in all but one round at a larger size, still pays there.
        let mut larger = comparison(100_000, 1.0, 0.5);
        larger.rows[1].samples[0].taken = Some(2.0);
        record.comparisons.push(larger);
        assert_eq!(pays(&record, "threaded_map").unwrap(), said);
        record.comparisons.truncate(2);
        let said = "not up to 10.0 ms of work (four sums below 1000)";
        assert_eq!(pays(&record, "threaded_map").unwrap(), said);
        // What one round leaves open is not told to be slower.
        record.comparisons[1].rows[1].samples[0].taken = Some(0.005);
        let said = format!("{said}, where there is no measurable difference");
        assert_eq!(pays(&record, "threaded_map").unwrap(), said);
        assert!(table(&record).contains("not measured in this run"));
    }
}
