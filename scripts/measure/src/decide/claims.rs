//! What the documents claim: each distinct claim once, with all the places where it
//! is made, and the rule by which figures become a verdict.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Verdict;
use super::rules::{self, Speed, speed, speedup};
use crate::report::units;
use crate::results::Results;

/// What becomes of a claim in Rust, on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// The figures agree with it.
    True,
    /// They contradict it, and agree with it for threads that share a lock.
    OnlyWithGil,
    /// They contradict it.
    False,
    /// They lie between, or this machine cannot tell.
    Undecided,
    /// What it needs was not measured.
    NotMeasured,
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Truth::True => "true in Rust",
            Truth::OnlyWithGil => "true only with a GIL",
            Truth::False => "false in Rust",
            Truth::Undecided => "undecided",
            Truth::NotMeasured => "not measured",
        })
    }
}

impl Serialize for Truth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A claim with the figure that was measured for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// What it says.
    pub says: &'static str,
    /// Where: the number of the document, and the table's row or the section.
    pub places: &'static [&'static str],
    /// The programs to look at.
    pub programs: &'static [&'static str],
    /// What was measured.
    pub figure: String,
    /// What follows.
    pub verdict: Truth,
}

/// A figure and what follows from it; `None` if it was not measured.
type Finding = Option<(String, Truth)>;

struct Claim {
    says: &'static str,
    places: &'static [&'static str],
    programs: &'static [&'static str],
    rule: fn(&Results) -> Finding,
}

/// All claims, judged by some results.
pub fn judge(results: &Results) -> Vec<Judged> {
    let judged = CLAIMS.iter().map(|Claim { says, places, programs, rule }| {
        let not_measured = || ("-".to_owned(), Truth::NotMeasured);
        let (figure, verdict) = rule(results).unwrap_or_else(not_measured);
        Judged { says, places, programs, figure, verdict }
    });
    judged.collect()
}

/// True, false, or undecided.
fn truth(holds: Option<bool>) -> Truth {
    match holds {
        Some(true) => Truth::True,
        Some(false) => Truth::False,
        None => Truth::Undecided,
    }
}

/// Whether a program is faster.
fn is_faster(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Faster => Some(true),
        Verdict::Slower | Verdict::Same => Some(false),
        Verdict::Undecided => None,
    }
}

/// Whether a program is slower.
fn is_slower(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Slower => Some(true),
        Verdict::Faster | Verdict::Same => Some(false),
        Verdict::Undecided => None,
    }
}

/// Whether CPU-bound work uses several cores.
fn is_parallel(speed: Speed) -> Option<bool> {
    match speed {
        Speed::Parallel => Some(true),
        Speed::NoFaster => Some(false),
        Speed::Open => None,
    }
}

const CLAIMS: &[Claim] = &[
    Claim {
        says: "Threads do not compute in parallel, because of the GIL",
        places: &[
            "000 Threading",
            "000, 002 Summary: concurrency model, CPU-bound",
            "001 Threading Basics; Multiprocessing Module",
            "001 Key Differences: use case, GIL",
            "002 Introduction; Threading in Python",
        ],
        programs: &["threaded_counter", "gil_counter", "sequential_counter"],
        rule: threads_need_no_gil,
    },
    Claim {
        says: "With the GIL, four threads are no faster than one",
        places: &["002 CPU-bound tasks can be slowed down by the GIL"],
        programs: &["gil_counter", "sequential_counter"],
        rule: |results| {
            let (with_lock, figure) = rules::threads(results, true)?;
            let (without, _) = rules::threads(results, false)?;
            let truth = match (with_lock, without) {
                (Speed::NoFaster, Speed::Parallel) => Truth::OnlyWithGil,
                (Speed::NoFaster, Speed::NoFaster) => Truth::True,
                (Speed::Parallel, _) => Truth::False,
                _ => Truth::Undecided,
            };
            Some((figure, truth))
        },
    },
    Claim {
        says: "C++ threads do not have this limitation: with threads it is quite a bit faster",
        places: &["002 Introduction; Threading in C++"],
        programs: &["threaded_counter", "sequential_counter"],
        rule: |results| {
            let (speed, figure) = rules::threads(results, false)?;
            Some((figure, truth(is_parallel(speed))))
        },
    },
    Claim {
        says: "Processes compute in parallel, on several cores",
        places: &[
            "000, 002 Multiprocessing",
            "000, 002 Summary: concurrency model, CPU-bound",
            "001 Multiprocessing Module",
            "001 Key Differences: GIL",
        ],
        programs: &["pool_map", "sequential_map"],
        rule: |results| maps_in_parallel(results, "pool_map", true),
    },
    Claim {
        says: "CPU-bound work is for processes, not for threads",
        places: &[
            "000, 002 Multiprocessing",
            "001 When to Use Each; Key Differences: use case, best for",
            "002 TL;DR",
        ],
        programs: &["pool_map", "threaded_map"],
        rule: |results| {
            let (processes, one) = speed(results, "mapping", "pool_map")?;
            let (threads, other) = speed(results, "mapping", "threaded_map")?;
            let (with_lock, _) = rules::threads(results, true)?;
            let truth = match (processes, threads, with_lock) {
                (Speed::Parallel, Speed::NoFaster, _) => Truth::True,
                (Speed::Parallel, Speed::Parallel, Speed::NoFaster) => Truth::OnlyWithGil,
                (Speed::NoFaster, ..) => Truth::False,
                _ => Truth::Undecided,
            };
            let [one, other] = [one, other].map(|figure| units::ratio(&figure));
            Some((format!("processes {one}; threads {other}"), truth))
        },
    },
    Claim {
        says: "An event loop handles CPU-bound work poorly",
        places: &["000, 002 Summary: CPU-bound"],
        programs: &["async_map", "sequential_map"],
        rule: |results| maps_in_parallel(results, "async_map", false),
    },
    Claim {
        says: "An event loop has no GIL limitation",
        places: &["001 Key Differences: GIL"],
        programs: &["async_map", "sequential_map"],
        rule: |results| maps_in_parallel(results, "async_map", true),
    },
    Claim {
        says: "Creating processes has a cost: with a limit of 10 000 the pool is slower",
        places: &["002 Multiprocessing example"],
        programs: &["pool_map", "sequential_map"],
        rule: |results| {
            let figure = speedup(results, "break-even-10000", "pool_map", "sequential_map")?;
            Some((units::ratio(&figure), truth(is_slower(figure.verdict))))
        },
    },
    Claim {
        says: "Threads start faster than processes",
        places: &[
            "000 Threading; Multiprocessing",
            "001 Key Differences: overhead",
            "002 Introduction",
        ],
        programs: &["start_threads", "start_processes"],
        rule: |results| starts_faster(results, "start_threads", "start_processes", 1.0),
    },
    Claim {
        says: "Tasks have minimal overhead",
        places: &["001 Key Differences: overhead"],
        programs: &["start_tasks", "start_threads"],
        rule: |results| starts_faster(results, "start_tasks", "start_threads", 10.0),
    },
    Claim {
        says: "Processes need more memory than threads",
        places: &["000 Multiprocessing", "000, 002 Summary: memory", "002 Introduction"],
        programs: &["process_waits", "threaded_waits"],
        rule: |results| needs_less(results, "threaded_waits", "process_waits"),
    },
    Claim {
        says: "Tasks need little memory",
        places: &["000, 002 Summary: memory"],
        programs: &["async_waits", "threaded_waits"],
        rule: |results| needs_less(results, "async_waits", "threaded_waits"),
    },
    Claim {
        says: "Threads handle waiting for I/O well",
        places: &[
            "000, 002 Threading; Summary: I/O-bound",
            "001 Threading Basics; When to Use Each; Key Differences: use case, best for",
            "002 TL;DR; I/O-bound tasks",
        ],
        programs: &["downloads", "sequential_downloads"],
        rule: |results| overlaps(results, "downloads"),
    },
    Claim {
        says: "An event loop handles waiting for I/O excellently",
        places: &[
            "000, 002 Asyncio; Summary: I/O-bound",
            "001 When to Use Asyncio; Key Differences: use case",
        ],
        programs: &["async_downloads", "sequential_downloads"],
        rule: |results| overlaps(results, "async_downloads"),
    },
    Claim {
        says: "Processes are overkill for waiting for I/O",
        places: &["000, 002 Summary: I/O-bound", "001 Key Differences: overhead"],
        programs: &["process_downloads", "downloads"],
        rule: |results| {
            let (more, figure) = rules::costs_more(results, "process_downloads", "downloads")?;
            Some((figure, truth(more)))
        },
    },
    Claim {
        says: "An event loop uses a single thread to run tasks concurrently",
        places: &[
            "000, 002 Asyncio",
            "001 Understanding Asynchronous Programming; Key Differences: concurrency type, memory",
        ],
        programs: &["async_downloads"],
        rule: |results| {
            let row = results.workload("downloading")?.row("async_downloads")?;
            row.peak.is_known().then_some(())?;
            let (figure, overlap) = overlaps(results, "async_downloads")?;
            let threads = row.peak.threads;
            let one = if threads == 1 { overlap } else { Truth::False };
            let threads =
                if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
            Some((format!("{threads}, {figure}"), one))
        },
    },
    Claim {
        says: "An event loop is more efficient than threads for very many waits",
        places: &[
            "000, 002 Asyncio; Why not always use asyncio",
            "001 Key Differences: best for",
            "002 TL;DR",
        ],
        programs: &["async_waits", "threaded_waits"],
        rule: |results| {
            let waits = rules::most_waits(results, &["threaded_waits", "async_waits"])?;
            let figure = waits.speedup("async_waits", "threaded_waits")?;
            let [tasks, threads] = ["async_waits", "threaded_waits"]
                .map(|program| waits.row(program).map(|row| row.peak.memory() as f64));
            let less = rules::is_less(tasks?, threads?);
            let truth = match (figure.verdict, less) {
                (Verdict::Faster | Verdict::Same, Some(true)) => Truth::True,
                (Verdict::Slower, _) | (_, Some(false)) => Truth::False,
                _ => Truth::Undecided,
            };
            let memory = [tasks?, threads?].map(units::bytes).join(" instead of ");
            Some((format!("{}: {}, {memory}", waits.title, units::ratio(&figure)), truth))
        },
    },
    Claim {
        says: "An event loop is more efficient than threads for a few downloads, too",
        places: &["000, 002 Why not always use asyncio"],
        programs: &["async_downloads", "downloads"],
        rule: |results| {
            let (more, figure) = rules::costs_more(results, "async_downloads", "downloads")?;
            Some((figure, truth(more.map(|more| !more))))
        },
    },
    Claim {
        says: "Three tasks that wait take as long as the longest",
        places: &["000, 002 Asyncio example", "001 Using Asyncio for Concurrent Tasks"],
        programs: &["fetch_data", "fetch_data_awaited"],
        rule: |results| {
            let figure = speedup(results, "fetching", "fetch_data", "fetch_data_awaited")?;
            // 2 + 3 + 1 s one after the other, and 3 s for the longest.
            let as_long = (figure.low > 1.9) || figure.verdict == Verdict::Faster;
            Some((units::ratio(&figure), truth(Some(as_long))))
        },
    },
    Claim {
        says: "An async function does not block the program",
        places: &["001 Async and Await"],
        programs: &["fetch_data_blocking", "fetch_data"],
        rule: |results| {
            let figure = speedup(results, "fetching", "fetch_data_blocking", "fetch_data")?;
            let blocks = is_slower(figure.verdict);
            let figure = format!("with a blocking call: {}", units::ratio(&figure));
            Some((figure, truth(blocks.map(|blocks| !blocks))))
        },
    },
    Claim {
        says: "File I/O is work for threads",
        places: &["001 Threading Basics; When to Use Each; Key Differences: best for"],
        programs: &["tokio_files", "std_files"],
        rule: |results| {
            let files = results.workload("files")?;
            let peak = files.row("tokio_files")?.peak;
            let figure = files.speedup("tokio_files", "std_files")?;
            let text =
                format!("on an event loop: {} threads, {}", peak.threads, units::ratio(&figure));
            let truth = match figure.verdict {
                _ if !peak.is_known() => Truth::Undecided,
                Verdict::Slower if peak.threads > 1 => Truth::True,
                Verdict::Faster | Verdict::Same if peak.threads == 1 => Truth::False,
                _ => Truth::Undecided,
            };
            Some((text, truth))
        },
    },
];

/// CPU-bound threads: in parallel here, and no faster if they share a lock.
fn threads_need_no_gil(results: &Results) -> Finding {
    let (threads, figure) = rules::threads(results, false)?;
    let (with_lock, locked) = rules::threads(results, true)?;
    let truth = match (threads, with_lock) {
        (Speed::Parallel, Speed::NoFaster) => Truth::OnlyWithGil,
        (Speed::Parallel, Speed::Parallel) => Truth::False,
        (Speed::NoFaster, _) => Truth::True,
        _ => Truth::Undecided,
    };
    Some((format!("without a GIL: {figure}; with one: {locked}"), truth))
}

/// Whether a program that maps uses several cores, as claimed or not.
fn maps_in_parallel(results: &Results, program: &str, claimed: bool) -> Finding {
    let (speed, figure) = speed(results, "mapping", program)?;
    Some((units::ratio(&figure), truth(is_parallel(speed).map(|parallel| parallel == claimed))))
}

/// Downloads at once are faster than one at a time.
fn overlaps(results: &Results, program: &str) -> Finding {
    let figure = speedup(results, "downloading", program, "sequential_downloads")?;
    Some((units::ratio(&figure), truth(is_faster(figure.verdict))))
}

/// One starts faster than another, by a factor at least.
fn starts_faster(results: &Results, program: &str, other: &str, factor: f64) -> Finding {
    let figure = speedup(results, "start", program, other)?;
    let [one, two] = [program, other].map(|program| rules::start_time(results, program));
    let faster = match is_faster(figure.verdict) {
        Some(true) if figure.low >= factor => Some(true),
        Some(true) if figure.high >= factor => None,
        Some(_) => Some(false),
        None => None,
    };
    let times = [one?, two?].map(units::seconds).join(" instead of ");
    Some((format!("{times}: {}", units::ratio(&figure)), truth(faster)))
}

/// A wait in one program needs less memory than in another.
fn needs_less(results: &Results, program: &str, other: &str) -> Finding {
    let [one, two] = [program, other].map(|program| rules::memory_each(results, program));
    let figure = [one?, two?].map(units::bytes).join(" instead of ");
    Some((format!("{figure} for each wait"), truth(rules::is_less(one?, two?))))
}

#[cfg(test)]
mod tests;
