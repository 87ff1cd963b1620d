//! What the documents claim: each distinct claim once, with all the places where it
//! is made, and the rule by which figures become a verdict.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Verdict;
use super::rules::{self, Speed, speed, speedup};
use crate::report::text::count;
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
    rule: Rule,
}

/// What decides a claim about two programs, or about the first of them.
enum Rule {
    /// The first is faster than the second in a workload, by a factor at least.
    Faster(&'static str, f64),
    /// It is slower.
    Slower(&'static str),
    /// The first does not slow its workload down.
    NotSlower(&'static str),
    /// The first maps on several cores.
    Parallel,
    /// It does not.
    NotParallel,
    /// A wait in the first needs less memory than in the second.
    LessMemory,
    /// Downloads cost more in the first, or less.
    Costs(bool),
    /// A rule of its own.
    Own(fn(&Results) -> Finding),
}

impl Claim {
    fn find(&self, results: &Results) -> Finding {
        let program = self.programs[0];
        let other = self.programs.get(1).copied().unwrap_or(program);
        let (figure, holds) = match self.rule {
            Rule::Faster(workload, factor) => {
                let figure = speedup(results, workload, program, other)?;
                let holds = match figure.verdict {
                    Verdict::Undecided => None,
                    Verdict::Faster if figure.low >= factor => Some(true),
                    Verdict::Faster if figure.high >= factor => None,
                    _ => Some(false),
                };
                (units::ratio(&figure), holds)
            }
            Rule::Slower(workload) | Rule::NotSlower(workload) => {
                let figure = speedup(results, workload, program, other)?;
                let claimed = matches!(self.rule, Rule::Slower(_));
                let decided = figure.verdict != Verdict::Undecided;
                let holds = decided.then_some((figure.verdict == Verdict::Slower) == claimed);
                (units::ratio(&figure), holds)
            }
            Rule::Parallel | Rule::NotParallel => {
                let (speed, figure) = speed(results, "mapping", program)?;
                let claimed = matches!(self.rule, Rule::Parallel);
                let holds = (speed != Speed::Open).then_some((speed == Speed::Parallel) == claimed);
                (units::ratio(&figure), holds)
            }
            Rule::LessMemory => {
                let each = [program, other].map(|program| rules::memory_each(results, program));
                let [one, two] = [each[0]?, each[1]?];
                let figure = [one, two].map(units::bytes).join(" instead of ");
                (format!("{figure} for each wait"), rules::is_less(one, two))
            }
            Rule::Costs(more) => {
                let (costs_more, figure) = rules::costs_more(results, program, other)?;
                (figure, costs_more.map(|costs_more| costs_more == more))
            }
            Rule::Own(rule) => return rule(results),
        };
        let truth = match holds {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Undecided,
        };
        Some((figure, truth))
    }
}

/// All claims, judged by some results.
pub fn judge(results: &Results) -> Vec<Judged> {
    let judged = CLAIMS.iter().map(|claim| {
        let not_measured = || ("-".to_owned(), Truth::NotMeasured);
        let (figure, verdict) = claim.find(results).unwrap_or_else(not_measured);
        let Claim { says, places, programs, .. } = *claim;
        Judged { says, places, programs, figure, verdict }
    });
    judged.collect()
}

/// What a claim that threads take turns comes to, by what they gain here and with a lock.
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
        rule: Rule::Own(|results| {
            let (threads, figure) = rules::threads(results, false)?;
            let (with_lock, locked) = rules::threads(results, true)?;
            let figure = format!("without a GIL: {figure}; with one: {locked}");
            Some((figure, because_of_gil(threads, with_lock)))
        }),
    },
    Claim {
        says: "C++ threads do not have this limitation: with threads it is quite a bit faster",
        places: &["002 Introduction; Threading in C++"],
        programs: &["threaded_counter", "sequential_counter"],
        rule: Rule::Own(|results| {
            let (speed, figure) = rules::threads(results, false)?;
            let truth = match speed {
                Speed::Parallel => Truth::True,
                Speed::NoFaster => Truth::False,
                Speed::Open => Truth::Undecided,
            };
            Some((figure, truth))
        }),
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
        rule: Rule::Parallel,
    },
    Claim {
        says: "CPU-bound work is for processes, not for threads",
        places: &[
            "000, 002 Multiprocessing",
            "001 When to Use Each; Key Differences: use case, best for",
            "002 TL;DR",
        ],
        programs: &["pool_map", "threaded_map"],
        rule: Rule::Own(|results| {
            let (processes, one) = speed(results, "mapping", "pool_map")?;
            let (threads, other) = speed(results, "mapping", "threaded_map")?;
            let (with_lock, _) = rules::threads(results, true)?;
            let truth = match processes {
                Speed::Parallel => because_of_gil(threads, with_lock),
                Speed::NoFaster => Truth::False,
                Speed::Open => Truth::Undecided,
            };
            let [one, other] = [one, other].map(|figure| units::ratio(&figure));
            Some((format!("processes {one}; threads {other}"), truth))
        }),
    },
    Claim {
        says: "An event loop handles CPU-bound work poorly",
        places: &["000, 002 Summary: CPU-bound"],
        programs: &["async_map", "sequential_map"],
        rule: Rule::NotParallel,
    },
    Claim {
        says: "An event loop has no GIL limitation",
        places: &["001 Key Differences: GIL"],
        programs: &["async_map", "sequential_map"],
        rule: Rule::Parallel,
    },
    Claim {
        says: "Creating processes has a cost: with a limit of 10 000 the pool is slower",
        places: &["002 Multiprocessing example"],
        programs: &["pool_map", "sequential_map"],
        rule: Rule::Slower("break-even-10000"),
    },
    Claim {
        says: "Threads start faster than processes",
        places: &[
            "000 Threading; Multiprocessing",
            "001 Key Differences: overhead",
            "002 Introduction",
        ],
        programs: &["start_threads", "start_processes"],
        rule: Rule::Faster("start", 1.0),
    },
    Claim {
        says: "Tasks have minimal overhead",
        places: &["001 Key Differences: overhead"],
        programs: &["start_tasks", "start_threads"],
        rule: Rule::Faster("start", 10.0),
    },
    Claim {
        says: "Processes need more memory than threads",
        places: &["000 Multiprocessing", "000, 002 Summary: memory", "002 Introduction"],
        programs: &["threaded_waits", "process_waits"],
        rule: Rule::LessMemory,
    },
    Claim {
        says: "Tasks need little memory",
        places: &["000, 002 Summary: memory"],
        programs: &["async_waits", "threaded_waits"],
        rule: Rule::LessMemory,
    },
    Claim {
        says: "Threads handle waiting for I/O well",
        places: &[
            "000, 002 Threading; Summary: I/O-bound",
            "001 Threading Basics; When to Use Each; Key Differences: use case, best for",
            "002 TL;DR; I/O-bound tasks",
        ],
        programs: &["downloads", "sequential_downloads"],
        rule: Rule::Faster("downloading", 1.0),
    },
    Claim {
        says: "An event loop handles waiting for I/O excellently",
        places: &[
            "000, 002 Asyncio; Summary: I/O-bound",
            "001 When to Use Asyncio; Key Differences: use case",
        ],
        programs: &["async_downloads", "sequential_downloads"],
        rule: Rule::Faster("downloading", 1.0),
    },
    Claim {
        says: "Processes are overkill for waiting for I/O",
        places: &["000, 002 Summary: I/O-bound", "001 Key Differences: overhead"],
        programs: &["process_downloads", "downloads"],
        rule: Rule::Costs(true),
    },
    Claim {
        says: "An event loop uses a single thread to run tasks concurrently",
        places: &[
            "000, 002 Asyncio",
            "001 Understanding Asynchronous Programming; Key Differences: concurrency type, memory",
        ],
        programs: &["async_downloads"],
        rule: Rule::Own(|results| {
            let peak = results.workload("downloading")?.row("async_downloads")?.peak;
            peak.is_known().then_some(())?;
            let figure =
                speedup(results, "downloading", "async_downloads", "sequential_downloads")?;
            let truth = match (peak.threads, figure.verdict) {
                (_, Verdict::Undecided) => Truth::Undecided,
                (1, Verdict::Faster) => Truth::True,
                _ => Truth::False,
            };
            Some((
                format!("{}, {}", count(peak.threads as usize, "thread"), units::ratio(&figure)),
                truth,
            ))
        }),
    },
    Claim {
        says: "An event loop is more efficient than threads for very many waits",
        places: &[
            "000, 002 Asyncio; Why not always use asyncio",
            "001 Key Differences: best for",
            "002 TL;DR",
        ],
        programs: &["async_waits", "threaded_waits"],
        rule: Rule::Own(|results| {
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
        }),
    },
    Claim {
        says: "An event loop is more efficient than threads for a few downloads, too",
        places: &["000, 002 Why not always use asyncio"],
        programs: &["async_downloads", "downloads"],
        rule: Rule::Costs(false),
    },
    Claim {
        says: "Three tasks that wait take as long as the longest",
        places: &["000, 002 Asyncio example", "001 Using Asyncio for Concurrent Tasks"],
        programs: &["fetch_data", "fetch_data_awaited"],
        // 2 + 3 + 1 s one after the other, and 3 s for the longest.
        rule: Rule::Faster("fetching", 1.9),
    },
    Claim {
        says: "An async function does not block the program",
        places: &["001 Async and Await"],
        programs: &["fetch_data_blocking", "fetch_data"],
        rule: Rule::NotSlower("fetching"),
    },
    Claim {
        says: "File I/O is work for threads",
        places: &["001 Threading Basics; When to Use Each; Key Differences: best for"],
        programs: &["tokio_files", "std_files"],
        rule: Rule::Own(|results| {
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
        }),
    },
];

#[cfg(test)]
mod tests;
