//! The claims of the documents: each of them once, with all its places, and with the
//! rule that turns figures into a verdict.

use std::fmt;

use serde::{Serialize, Serializer};

pub mod break_even;
pub mod parts;

use crate::decide::{Interval, Verdict};
use crate::results::Results;
use crate::text::count;
use crate::units;
use parts::{Speed, speed};

/// Whether a claim is true in Rust, on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// The figures agree with it.
    True,
    /// The figures contradict it, but agree with it for threads that share a lock.
    OnlyWithGil,
    /// The figures contradict it.
    False,
    /// The figures lie between, or this machine cannot decide it.
    Undecided,
    /// The figures that it needs were not measured.
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
#[derive(Debug, Serialize)]
pub struct Judged {
    #[serde(flatten)]
    pub claim: &'static Claim,
    pub figure: String,
    pub verdict: Truth,
}

/// A figure and the verdict from it; `None` if it was not measured.
type Finding = Option<(String, Truth)>;

#[derive(Debug, Serialize)]
pub struct Claim {
    pub says: &'static str,
    /// Where: the number of the document, and the table's row or the section.
    pub places: &'static [&'static str],
    /// The programs to look at.
    pub programs: &'static [&'static str],
    /// The rule that decides it from the figures of its programs.
    #[serde(skip)]
    rule: fn(&Results, &[&str]) -> Finding,
}

impl Truth {
    /// The verdict on a claim that holds or does not hold; `None` if that is open.
    fn of(holds: Option<bool>) -> Truth {
        match holds {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Undecided,
        }
    }
}

/// The first program is at least `factor` times faster than the second in a workload.
fn faster(results: &Results, workload: &str, programs: &[&str], factor: f64) -> Finding {
    let figure = results.workload(workload)?.speedup(programs[0], programs[1])?;
    let holds = match figure.verdict {
        Verdict::Undecided => None,
        Verdict::Faster if figure.ratio.low >= factor => Some(true),
        Verdict::Faster if figure.ratio.high >= factor => None,
        _ => Some(false),
    };
    Some((units::ratio(&figure), Truth::of(holds)))
}

/// Whether the first program is slower than the second in a workload is as `claimed`.
fn slower(results: &Results, workload: &str, programs: &[&str], claimed: bool) -> Finding {
    let figure = results.workload(workload)?.speedup(programs[0], programs[1])?;
    let decided = figure.verdict != Verdict::Undecided;
    let holds = decided.then_some((figure.verdict == Verdict::Slower) == claimed);
    Some((units::ratio(&figure), Truth::of(holds)))
}

/// Whether a program maps on several cores is as `claimed`.
fn parallel(results: &Results, program: &str, claimed: bool) -> Finding {
    let (speed, figure) = speed(results, "mapping", program)?;
    let holds = speed.is_parallel().map(|is_parallel| is_parallel == claimed);
    Some((units::ratio(&figure), Truth::of(holds)))
}

/// A wait in the first program needs less memory than in the second.
fn less_memory(results: &Results, programs: &[&str]) -> Finding {
    let memory = |program| parts::most_waits(results, &[program])?.row(program)?.memory_each();
    let (one, other) = (memory(programs[0])?, memory(programs[1])?);
    let figure = [one, other].map(units::bytes).join(" instead of ");
    Some((format!("{figure} for each wait"), Truth::of(parts::is_less(one, other))))
}

/// Whether downloads cost more in the first program than in the second is as `claimed`: memory
/// or CPU time is clearly more, and neither is clearly less.
fn costs_more(results: &Results, programs: &[&str], claimed: bool) -> Finding {
    let measured = results.workload("downloading")?;
    let memory = |program| measured.row(program)?.memory();
    let (own, other) = (memory(programs[0])?, memory(programs[1])?);
    let cpu = measured.cpu_ratio(programs[0], programs[1])?;
    let more = [parts::is_less(other, own), parts::is_more(cpu)];
    let holds = match (more.contains(&Some(true)), more.contains(&Some(false))) {
        (true, false) => Some(claimed),
        (false, true) => Some(!claimed),
        _ => None,
    };
    let [own, other] = [own, other].map(units::bytes);
    let Interval { median, low, high } = cpu;
    let cpu = format!("{median:.1}x the CPU time ({low:.1}-{high:.1})");
    Some((format!("{own} instead of {other} of memory, {cpu}"), Truth::of(holds)))
}

/// All claims, judged by some results.
pub fn judge(results: &Results) -> Vec<Judged> {
    let judged = CLAIMS.iter().map(|claim| {
        let not_measured = || ("-".to_owned(), Truth::NotMeasured);
        let (figure, verdict) = (claim.rule)(results, claim.programs).unwrap_or_else(not_measured);
        Judged { claim, figure, verdict }
    });
    judged.collect()
}

/// The verdict on "threads take turns", from their speed-up here and with a lock.
fn because_of_gil(threads: Speed, with_lock: Speed) -> Truth {
    match (threads, with_lock) {
        (Speed::Parallel, Speed::NoFaster) => Truth::OnlyWithGil,
        (Speed::NoFaster, Speed::NoFaster) => Truth::True,
        (_, Speed::Parallel) => Truth::False,
        _ => Truth::Undecided,
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
            "002 Introduction; Threading in Python; CPU-bound tasks can be slowed down by the GIL",
        ],
        programs: &["threaded_counter", "gil_counter", "sequential_counter"],
        rule: |results, _| {
            let (threads, figure) = parts::threads(results, false)?;
            let (with_lock, locked) = parts::threads(results, true)?;
            let figure = format!("without a GIL: {figure}; with one: {locked}");
            Some((figure, because_of_gil(threads, with_lock)))
        },
    },
    Claim {
        says: "C++ threads do not have this limitation: with threads it is quite a bit faster",
        places: &["002 Introduction; Threading in C++"],
        programs: &["threaded_counter", "sequential_counter"],
        rule: |results, _| {
            let measured = if results.workload("gil").is_some() { "gil" } else { "counting" };
            let (speed, figure) = speed(results, measured, "threaded_counter")?;
            Some((units::ratio(&figure), Truth::of(speed.is_parallel())))
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
        rule: |results, programs| parallel(results, programs[0], true),
    },
    Claim {
        says: "CPU-bound work is for processes, not for threads",
        places: &[
            "000, 002 Multiprocessing",
            "001 When to Use Each; Key Differences: use case, best for",
            "002 TL;DR",
        ],
        programs: &["pool_map", "threaded_map"],
        rule: |results, _| {
            let (processes, one) = speed(results, "mapping", "pool_map")?;
            let (threads, other) = speed(results, "mapping", "threaded_map")?;
            let (with_lock, locked) = parts::threads(results, true)?;
            let truth = match processes {
                Speed::Parallel => because_of_gil(threads, with_lock),
                Speed::NoFaster => Truth::False,
                Speed::Open => Truth::Undecided,
            };
            let [one, other] = [one, other].map(|figure| units::ratio(&figure));
            Some((format!("processes {one}; threads {other}; with a GIL: {locked}"), truth))
        },
    },
    Claim {
        says: "An event loop handles CPU-bound work poorly",
        places: &["000, 002 Summary: CPU-bound"],
        programs: &["async_map", "sequential_map"],
        rule: |results, programs| parallel(results, programs[0], false),
    },
    Claim {
        says: "An event loop has no GIL limitation",
        places: &["001 Key Differences: GIL"],
        programs: &["async_map", "sequential_map"],
        rule: |results, programs| parallel(results, programs[0], true),
    },
    Claim {
        says: "Creating processes has a cost: with a limit of 10 000 the pool is slower",
        places: &["002 Multiprocessing example"],
        programs: &["pool_map", "sequential_map"],
        rule: |results, programs| slower(results, "break-even-10000", programs, true),
    },
    Claim {
        says: "Threads start faster than processes",
        places: &[
            "000 Threading; Multiprocessing",
            "001 Key Differences: overhead",
            "002 Introduction",
        ],
        programs: &["start_one threads", "start_one processes"],
        rule: |results, programs| faster(results, "start", programs, 1.0),
    },
    Claim {
        says: "Tasks have minimal overhead",
        places: &["001 Key Differences: overhead"],
        programs: &["start_one tasks", "start_one threads"],
        rule: |results, programs| faster(results, "start", programs, 10.0),
    },
    Claim {
        says: "Processes need more memory than threads",
        places: &["000 Multiprocessing", "000, 002 Summary: memory", "002 Introduction"],
        programs: &["threaded_waits", "process_waits"],
        rule: less_memory,
    },
    Claim {
        says: "Tasks need little memory",
        places: &["000, 002 Summary: memory"],
        programs: &["async_waits", "threaded_waits"],
        rule: less_memory,
    },
    Claim {
        says: "Threads handle waiting for I/O well",
        places: &[
            "000, 002 Threading; Summary: I/O-bound",
            "001 Threading Basics; When to Use Each; Key Differences: use case, best for",
            "002 TL;DR; I/O-bound tasks",
        ],
        programs: &["downloads", "sequential_downloads"],
        rule: |results, programs| faster(results, "downloading", programs, 1.0),
    },
    Claim {
        says: "An event loop handles waiting for I/O excellently",
        places: &[
            "000, 002 Asyncio; Summary: I/O-bound",
            "001 When to Use Asyncio; Key Differences: use case",
        ],
        programs: &["async_downloads", "sequential_downloads"],
        rule: |results, programs| faster(results, "downloading", programs, 1.0),
    },
    Claim {
        says: "Processes are overkill for waiting for I/O",
        places: &["000, 002 Summary: I/O-bound", "001 Key Differences: overhead"],
        programs: &["process_downloads", "downloads"],
        rule: |results, programs| costs_more(results, programs, true),
    },
    Claim {
        says: "An event loop uses a single thread to run tasks concurrently",
        places: &[
            "000, 002 Asyncio",
            "001 Understanding Asynchronous Programming; Key Differences: concurrency type, memory",
        ],
        programs: &["async_downloads"],
        rule: |results, _| {
            let downloading = results.workload("downloading")?;
            let peak = downloading.row("async_downloads")?.peak;
            peak.is_known().then_some(())?;
            let figure = downloading.speedup("async_downloads", "sequential_downloads")?;
            let truth = match (peak.threads, figure.verdict) {
                (_, Verdict::Undecided) => Truth::Undecided,
                (1, Verdict::Faster) => Truth::True,
                _ => Truth::False,
            };
            let threads = count(peak.threads as usize, "thread");
            Some((format!("{threads}, {}", units::ratio(&figure)), truth))
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
        rule: |results, programs| {
            let (is_better, figure) = parts::many_waits(parts::most_waits(results, programs)?)?;
            Some((figure, Truth::of(is_better)))
        },
    },
    Claim {
        says: "An event loop is more efficient than threads for a few downloads, too",
        places: &["000, 002 Why not always use asyncio"],
        programs: &["async_downloads", "downloads"],
        rule: |results, programs| costs_more(results, programs, false),
    },
    Claim {
        says: "Three tasks that wait take as long as the longest",
        places: &["000, 002 Asyncio example", "001 Using Asyncio for Concurrent Tasks"],
        programs: &["fetch_data", "fetch_data_awaited"],
        // 2 + 3 + 1 s one after the other, and 3 s for the longest.
        rule: |results, programs| faster(results, "fetching", programs, 1.9),
    },
    Claim {
        says: "An async function does not block the program",
        places: &["001 Async and Await"],
        programs: &["fetch_data_blocking", "fetch_data"],
        rule: |results, programs| slower(results, "fetching", programs, false),
    },
    Claim {
        says: "File I/O is work for threads",
        places: &["001 Threading Basics; When to Use Each; Key Differences: best for"],
        programs: &["tokio_files", "std_files"],
        rule: |results, _| {
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

#[cfg(test)]
mod tests;
