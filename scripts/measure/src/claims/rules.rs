//! The rules by which figures become verdicts.

use super::{Judgement, Verdict};
use crate::record::{Comparison, Record, Row};
use crate::statistics::Summary;
use crate::units;

/// The least cores that must be there for a speed-up to be told.
const LEAST_CORES: f64 = 1.5;
/// The least share of the cores that counts as running in parallel.
const PARALLEL: f64 = 0.7;
/// A program that is less than this times as fast is no faster.
const NO_FASTER: f64 = 1.1;

/// How a CPU-bound program stands to the one that does one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// It uses the cores that are there.
    Parallel,
    /// It is no faster.
    NoFaster,
    /// The machine or the figures do not tell.
    Untold,
}

impl Speed {
    /// A verdict for each of the first two.
    pub fn verdict(self, parallel: Verdict, no_faster: Verdict) -> Verdict {
        match self {
            Speed::Parallel => parallel,
            Speed::NoFaster => no_faster,
            Speed::Untold => Verdict::CannotBeTold,
        }
    }
}

/// A judgement.
pub fn judged(figure: impl Into<String>, verdict: Verdict) -> Option<Judgement> {
    let figure = figure.into();
    Some(Judgement { figure, verdict })
}

/// For what no figure decides.
pub fn reading(_: &Record) -> Option<Judgement> {
    judged("`diff` the two", Verdict::MatterOfReading)
}

/// The verdict of a condition.
pub fn holds_if(condition: bool) -> Verdict {
    match condition {
        true => Verdict::Holds,
        false => Verdict::DoesNotHold,
    }
}

/// A comparison with two of its rows.
pub struct Pair<'a> {
    comparison: &'a Comparison,
    program: &'a Row,
    other: &'a Row,
}

/// Finds two programs of a comparison.
pub fn pair<'a>(
    record: &'a Record,
    comparison: &str,
    program: &str,
    other: &str,
) -> Option<Pair<'a>> {
    let comparison = record.comparison(comparison)?;
    Some(Pair { comparison, program: comparison.row(program)?, other: comparison.row(other)? })
}

impl Pair<'_> {
    /// How many times as fast as the other the program is.
    pub fn ratio(&self) -> Option<Summary> {
        self.comparison.times_as_fast(self.program, self.other)
    }

    /// The ratio in words.
    pub fn figure(&self) -> Option<String> {
        let ratio = self.ratio()?;
        let other = &self.other.program;
        Some(match ratio.holds_one() {
            true => format!("no measurable difference to `{other}`"),
            false => format!("{} times as fast as `{other}`", units::ratio(ratio)),
        })
    }

    /// Whether the machine was quiet.
    pub fn quiet(&self) -> bool {
        self.comparison.noise.faults().is_empty()
    }

    /// How many times as fast as one at a time CPU-bound work is, judged by the
    /// cores that were really there; four pieces of work keep no more than four
    /// busy.
    pub fn speed(&self) -> Option<Speed> {
        let ratio = self.ratio()?;
        let cores = self.comparison.noise.cores()?.min(4.0);
        Some(if !self.quiet() || cores < LEAST_CORES {
            Speed::Untold
        } else if ratio.holds_one() || ratio.median < NO_FASTER {
            Speed::NoFaster
        } else if ratio.median >= PARALLEL * cores {
            Speed::Parallel
        } else {
            Speed::Untold
        })
    }

    /// The speed-up in words, with the cores that it is to be seen against.
    pub fn speed_figure(&self) -> Option<String> {
        let cores = self.comparison.noise.cores()?;
        Some(format!("{}, with {cores:.2} cores there", self.figure()?))
    }
}

/// CPU-bound threads: in parallel here, and no faster where they share a lock.
pub fn only_with_gil(record: &Record) -> Option<Judgement> {
    let threads = pair(record, "counting", "threaded_counter", "sequential_counter")?;
    let gil = pair(record, "counting", "gil_counter", "sequential_counter")?;
    let verdict = match (threads.speed()?, gil.speed()?) {
        (Speed::Parallel, Speed::NoFaster) => Verdict::OnlyWithGil,
        (Speed::NoFaster, Speed::NoFaster) => Verdict::Holds,
        (Speed::Parallel, Speed::Parallel) => Verdict::DoesNotHold,
        _ => Verdict::CannotBeTold,
    };
    judged(format!("{}; with a lock: {}", threads.speed_figure()?, gil.figure()?), verdict)
}

/// CPU-bound work in processes uses the cores.
pub fn processes_are_parallel(record: &Record) -> Option<Judgement> {
    let pool = pair(record, "mapping", "pool_map", "sequential_map")?;
    let verdict = pool.speed()?.verdict(Verdict::Holds, Verdict::DoesNotHold);
    judged(pool.speed_figure()?, verdict)
}

/// Processes are the choice for CPU-bound work: they use the cores, and threads
/// do not.
pub fn only_processes_are_parallel(record: &Record) -> Option<Judgement> {
    let pool = pair(record, "mapping", "pool_map", "sequential_map")?;
    let threads = pair(record, "mapping", "threaded_map", "sequential_map")?;
    let verdict = match (pool.speed()?, threads.speed()?) {
        (Speed::Parallel, Speed::NoFaster) => Verdict::Holds,
        // Threads do as well, and it was the lock that spoke against them.
        (Speed::Parallel, Speed::Parallel) => only_with_gil(record)?.verdict,
        (Speed::NoFaster, _) => Verdict::DoesNotHold,
        _ => Verdict::CannotBeTold,
    };
    judged(format!("processes {}; threads {}", pool.speed_figure()?, threads.figure()?), verdict)
}

/// CPU-bound work on the event loop is no faster.
pub fn event_loop_is_no_faster(record: &Record) -> Option<Judgement> {
    let tasks = pair(record, "mapping", "async_map", "sequential_map")?;
    let verdict = tasks.speed()?.verdict(Verdict::DoesNotHold, Verdict::Holds);
    judged(tasks.speed_figure()?, verdict)
}

/// The event loop has no limit like the GIL's: its tasks would use the cores.
pub fn event_loop_is_parallel(record: &Record) -> Option<Judgement> {
    let tasks = pair(record, "mapping", "async_map", "sequential_map")?;
    let verdict = tasks.speed()?.verdict(Verdict::Holds, Verdict::DoesNotHold);
    judged(tasks.speed_figure()?, verdict)
}

/// Downloads overlap: so many at once are at least half as many times as fast as
/// one at a time.
pub fn overlaps(record: &Record, program: &str) -> Option<Judgement> {
    let pair = pair(record, "downloading", program, "sequential_downloads")?;
    let files = pair.program.arguments.len() as f64;
    judged(
        format!("{}, {files} files", pair.figure()?),
        holds_if(pair.ratio()?.least >= files / 2.0),
    )
}

/// Processes for downloads are overkill: no faster than threads, and they take
/// at least a quarter more memory and CPU time.
pub fn processes_are_overkill(record: &Record) -> Option<Judgement> {
    let pair = pair(record, "downloading", "process_downloads", "downloads")?;
    let memory = pair.program.peak.memory() as f64 / pair.other.peak.memory() as f64;
    let cpu = pair.program.cpu()?.median / pair.other.cpu()?.median;
    let faster = pair.ratio()?.least > 1.0 && !pair.ratio()?.holds_one();
    judged(
        format!("{}, {memory:.1} times the memory, {cpu:.1} times the CPU time", pair.figure()?),
        holds_if(!faster && memory >= 1.25 && cpu >= 1.25),
    )
}

/// Two programs of the table of starts, by the time or the memory of one.
fn start(record: &Record, unit: &str) -> Option<(f64, Option<f64>)> {
    let comparison = record.comparison("start")?;
    let row = comparison.row(&format!("start_{unit}"))?;
    let time = Summary::of(&comparison.times(row))?;
    Some((time.median, row.memory_each))
}

/// One takes less time to start than another, by a factor at the least.
pub fn starts_faster(record: &Record, one: &str, other: &str, factor: f64) -> Option<Judgement> {
    let (one_time, other_time) = (start(record, one)?.0, start(record, other)?.0);
    judged(
        format!("{}, against {} for {other}", units::seconds(one_time), units::seconds(other_time)),
        holds_if(one_time * factor <= other_time),
    )
}

/// One takes less memory than another, by a factor at the least.
pub fn takes_less(record: &Record, one: &str, other: &str, factor: f64) -> Option<Judgement> {
    let one_memory = start(record, one)?.1?;
    let other_memory = start(record, other)?.1?;
    judged(
        format!(
            "{} each, against {} for {other}",
            units::bytes(one_memory),
            units::bytes(other_memory)
        ),
        holds_if(one_memory * factor <= other_memory),
    )
}

/// Threads are lighter than processes in time and in memory.
pub fn threads_are_lighter(record: &Record) -> Option<Judgement> {
    both(
        starts_faster(record, "threads", "processes", 1.0)?,
        takes_less(record, "threads", "processes", 1.0)?,
    )
}

/// A claim of two parts.
fn both(one: Judgement, other: Judgement) -> Option<Judgement> {
    let holds = [&one, &other].iter().all(|j| j.verdict == Verdict::Holds);
    judged(format!("{}; {}", one.figure, other.figure), holds_if(holds))
}

/// The most waits at once that both models did: tasks are not slower than
/// threads, and take less memory.
pub fn tasks_wait_better(record: &Record) -> Option<Judgement> {
    let largest = [10_000, 1_000, 100]
        .into_iter()
        .find_map(|size| pair(record, &format!("waits-{size}"), "async_waits", "threaded_waits"))?;
    let memory = |row: &Row| row.peak.memory() as f64;
    let (tasks, threads) = (memory(largest.program), memory(largest.other));
    let slower = largest.ratio()?.greatest < 1.0 && !largest.ratio()?.holds_one();
    judged(
        format!(
            "{} waits: {}, {} against {}",
            largest.comparison.size?,
            largest.figure()?,
            units::bytes(tasks),
            units::bytes(threads)
        ),
        holds_if(!slower && tasks < threads),
    )
}

/// A program of the event loop has one thread and one process.
pub fn one_thread(record: &Record) -> Option<Judgement> {
    let row = record.comparison("mapping")?.row("async_map")?;
    judged(
        format!("{} thread in {} process", row.peak.threads, row.peak.processes),
        holds_if(row.peak.threads == 1 && row.peak.processes == 1),
    )
}

/// A program is at least so many times as fast as another.
pub fn faster(
    record: &Record,
    comparison: &str,
    program: &str,
    other: &str,
    factor: f64,
) -> Option<Judgement> {
    let pair = pair(record, comparison, program, other)?;
    let ratio = pair.ratio()?;
    judged(pair.figure()?, holds_if(ratio.median >= factor && !ratio.holds_one()))
}

/// CPU-bound work in some model is faster than one at a time.
pub fn faster_cpu(
    record: &Record,
    comparison: &str,
    program: &str,
    other: &str,
) -> Option<Judgement> {
    let pair = pair(record, comparison, program, other)?;
    let verdict = pair.speed()?.verdict(Verdict::Holds, Verdict::DoesNotHold);
    judged(pair.speed_figure()?, verdict)
}

/// Programs wait rather than compute: on average under a tenth of a core.
pub fn waits_for_io(record: &Record) -> Option<Judgement> {
    let row = record.comparison("downloading")?.row("sequential_downloads")?;
    let cores = row.cores()?.median;
    judged(format!("{:.0} % of a core busy", cores * 100.0), holds_if(cores < 0.1))
}

/// Threads that count under a lock keep one core busy and no more.
pub fn one_at_a_time_under_a_lock(record: &Record) -> Option<Judgement> {
    let comparison = record.comparison("counting")?;
    let with = comparison.row("gil_counter")?.cores()?.median;
    let without = comparison.row("threaded_counter")?.cores()?.median;
    let verdict = if with > NO_FASTER {
        Verdict::DoesNotHold
    } else if without > LEAST_CORES {
        Verdict::OnlyWithGil
    } else {
        Verdict::CannotBeTold
    };
    judged(format!("{with:.2} cores busy with a lock, {without:.2} without"), verdict)
}

/// Threads under a lock are slower than one at a time.
pub fn slower_under_a_lock(record: &Record) -> Option<Judgement> {
    let gil = pair(record, "counting", "gil_counter", "sequential_counter")?;
    let ratio = gil.ratio()?;
    let verdict = if !gil.quiet() {
        Verdict::CannotBeTold
    } else if ratio.holds_one() || ratio.median > 1.0 {
        Verdict::DoesNotHold
    } else {
        Verdict::OnlyWithGil
    };
    judged(gil.figure()?, verdict)
}

/// At a limit of 10 000 the pool is slower than one at a time.
pub fn pool_loses_at_ten_thousand(record: &Record) -> Option<Judgement> {
    let pair = pair(record, "break-even-10000", "pool_map", "sequential_map")?;
    let ratio = pair.ratio()?;
    judged(pair.figure()?, holds_if(ratio.median < 1.0 && !ratio.holds_one()))
}

/// Three fetches take as long as the longest.
pub fn as_long_as_the_longest(record: &Record) -> Option<Judgement> {
    let comparison = record.comparison("fetching")?;
    let wall = Summary::of(&comparison.times(comparison.row("fetch_data")?))?;
    judged(format!("{} for waits of 2, 3 and 1 s", units::time(wall)), holds_if(wall.median < 3.5))
}

/// Reading files takes a pool of threads on an event loop.
pub fn files_take_threads(record: &Record) -> Option<Judgement> {
    let pair = pair(record, "files", "tokio_files", "std_files")?;
    let threads = pair.program.peak.threads;
    judged(
        format!("{}; it had {threads} threads", pair.figure()?),
        // The claim is that asyncio is for file I/O; an event loop that hands
        // each call to a thread waits for nothing itself, and costs time.
        match (threads > 1, pair.ratio()?.median < 1.0) {
            (true, true) => Verdict::DoesNotHold,
            (false, false) => Verdict::Holds,
            _ => Verdict::CannotBeTold,
        },
    )
}
