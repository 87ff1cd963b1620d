//! The rules by which figures become verdicts.

use super::figures::{
    LEAST_CORES, MORE, NO_FASTER, Speed, at_least, both, holds_if, judged, less, pair,
};
use super::{Judgement, Verdict};
use crate::record::{Record, Row};
use crate::statistics::Summary;
use crate::units;

/// For what no figure decides.
pub fn reading(_: &Record) -> Option<Judgement> {
    judged("`diff` the two", Verdict::MatterOfReading)
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
    judged(format!("threads {}; with a lock: {}", threads.speed_figure()?, gil.figure()?), verdict)
}

/// Threads are for what waits, and not for what computes.
pub fn threads_are_for_waiting(record: &Record) -> Option<Judgement> {
    let waiting = overlaps(record, "downloads")?;
    let computing = only_with_gil(record)?;
    let verdict = match waiting.verdict {
        Verdict::Holds => computing.verdict,
        verdict => verdict,
    };
    judged(format!("waiting: {}; computing: {}", waiting.figure, computing.figure), verdict)
}

/// Tasks are for what waits, and not for what computes.
pub fn tasks_are_for_waiting(record: &Record) -> Option<Judgement> {
    both(overlaps(record, "async_downloads")?, event_loop_is_no_faster(record)?)
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
    judged(format!("{}, {files} files", pair.figure()?), at_least(pair.ratio()?, files / 2.0))
}

/// Some downloads cost more than others and gain nothing by it: they are no
/// faster, take more memory or CPU time, and less of neither.
pub fn costs_more(record: &Record, program: &str, other: &str) -> Option<Judgement> {
    let pair = pair(record, "downloading", program, other)?;
    let (peak, other_peak) = (pair.program.peak, pair.other.peak);
    if !peak.is_known() || !other_peak.is_known() {
        return None;
    }
    let memory = peak.memory() as f64 / other_peak.memory() as f64;
    let cpu = pair.program.cpu()?.median / pair.other.cpu()?.median;
    let ratio = pair.ratio()?;
    let faster = ratio.median > 1.0 && !ratio.holds_one();
    let more = [memory, cpu].iter().any(|times| *times >= MORE);
    let less = [memory, cpu].iter().any(|times| *times <= 1.0 / MORE);
    judged(
        format!("{}, {memory:.1} times the memory, {cpu:.1} times the CPU time", pair.figure()?),
        holds_if(!faster && more && !less),
    )
}

/// One takes less time to start than another, by a factor at the least.
pub fn starts_faster(record: &Record, one: &str, other: &str, factor: f64) -> Option<Judgement> {
    let [program, other_program] = [one, other].map(|unit| format!("start_{unit}"));
    let pair = pair(record, "start", &program, &other_program)?;
    let time = |row| Some(units::seconds(Summary::of(&pair.comparison.times(row))?.median));
    let ratio = pair.ratio()?;
    judged(
        format!(
            "{}, against {} for {other}: {} times as fast",
            time(pair.program)?,
            time(pair.other)?,
            units::ratio(ratio)
        ),
        at_least(ratio, factor),
    )
}

/// One takes less memory than another.
pub fn takes_less(record: &Record, one: &str, other: &str) -> Option<Judgement> {
    let start = record.comparison("start")?;
    let memory = |unit: &str| start.memory_each(start.row(&format!("start_{unit}"))?);
    let (one_memory, other_memory) = (memory(one)?, memory(other)?);
    judged(
        format!(
            "{} each, against {} for {other}",
            units::bytes(one_memory),
            units::bytes(other_memory)
        ),
        less(one_memory, other_memory),
    )
}

/// A thread takes less time to start than a process.
pub fn threads_start_faster(record: &Record) -> Option<Judgement> {
    starts_faster(record, "threads", "processes", NO_FASTER)
}

/// Threads are lighter than processes in time and in memory.
pub fn threads_are_lighter(record: &Record) -> Option<Judgement> {
    both(threads_start_faster(record)?, takes_less(record, "threads", "processes")?)
}

/// The most waits at once that both models did: tasks are not slower than
/// threads, and take less memory.
pub fn tasks_wait_better(record: &Record) -> Option<Judgement> {
    let largest = [10_000, 1_000, 100]
        .into_iter()
        .find_map(|size| pair(record, &format!("waits-{size}"), "async_waits", "threaded_waits"))?;
    let memory = |row: &Row| row.peak.is_known().then(|| row.peak.memory() as f64);
    let (tasks, threads) = (memory(largest.program)?, memory(largest.other)?);
    let ratio = largest.ratio()?;
    let slower = ratio.median < 1.0 && !ratio.holds_one();
    judged(
        format!(
            "{} waits: {}, {} against {}",
            largest.comparison.size?,
            largest.figure()?,
            units::bytes(tasks),
            units::bytes(threads)
        ),
        if slower { Verdict::DoesNotHold } else { less(tasks, threads) },
    )
}

/// A program of the event loop has one thread and one process.
pub fn one_thread(record: &Record) -> Option<Judgement> {
    let peak = record.comparison("mapping")?.row("async_map")?.peak;
    let figure = format!("threads: {}, processes: {}", peak.threads, peak.processes);
    peak.is_known().then_some(())?;
    judged(figure, holds_if(peak.threads == 1 && peak.processes == 1))
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
    judged(pair.figure()?, at_least(ratio, factor))
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
    } else if ratio.median < 1.0 && !ratio.holds_one() {
        Verdict::OnlyWithGil
    } else if ratio.least >= 1.0 / NO_FASTER {
        Verdict::DoesNotHold
    } else {
        Verdict::CannotBeTold
    };
    judged(gil.figure()?, verdict)
}

/// At a limit of 10 000 the pool is slower than one at a time.
pub fn pool_loses_at_ten_thousand(record: &Record) -> Option<Judgement> {
    let pool = pair(record, "break-even-10000", "pool_map", "sequential_map")?;
    let plain = pair(record, "break-even-10000", "sequential_map", "pool_map")?;
    judged(pool.figure()?, at_least(plain.ratio()?, NO_FASTER))
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
    let ratio = pair.ratio()?;
    let threads = pair.program.peak.threads;
    pair.program.peak.is_known().then_some(())?;
    judged(
        format!("{}; it had {threads} threads", pair.figure()?),
        // An event loop that hands each call to a thread waits for nothing itself,
        // and it costs time.
        match (threads > 1, ratio.median < 1.0 && !ratio.holds_one()) {
            (true, true) => Verdict::DoesNotHold,
            (false, false) => Verdict::Holds,
            _ => Verdict::CannotBeTold,
        },
    )
}
