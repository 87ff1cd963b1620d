//! The rules by which figures become verdicts.

use super::figures::{
    LEAST_CORES, MORE, NO_FASTER, Pair, Speed, at_least, below, both, holds_if, judged, less, pair,
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

/// Each of the three models runs its downloads at once.
pub fn all_overlap(record: &Record) -> Option<Judgement> {
    let named = |name, program| {
        let Judgement { figure, verdict } = overlaps(record, program)?;
        judged(format!("{name}: {figure}"), verdict)
    };
    let threads = named("threads", "downloads")?;
    let processes = named("processes", "process_downloads")?;
    both(both(threads, processes)?, named("tasks", "async_downloads")?)
}

/// Threads gain by waiting at once, and processes by computing at once.
pub fn threads_and_processes_gain(record: &Record) -> Option<Judgement> {
    both(overlaps(record, "downloads")?, processes_are_parallel(record)?)
}

/// Some downloads cost more than others and gain nothing by it: they are no
/// faster, take more memory or CPU time, and less of neither. CPU time is more or
/// less where it is so in every round.
pub fn costs_more(record: &Record, program: &str, other: &str) -> Option<Judgement> {
    let pair = pair(record, "downloading", program, other)?;
    let (peak, other_peak) = (pair.program.peak, pair.other.peak);
    if !peak.is_known() || !other_peak.is_known() {
        return None;
    }
    let memory = peak.memory() as f64 / other_peak.memory() as f64;
    let cpu = pair.cpu_ratio()?;
    let ratio = pair.ratio()?;
    let faster = ratio.median > 1.0 && !ratio.holds_one();
    let less = 1.0 / MORE;
    let verdict = if faster || memory <= less || cpu.greatest <= less {
        Verdict::DoesNotHold
    } else if cpu.least >= MORE || (memory >= MORE && cpu.least > less) {
        Verdict::Holds
    } else {
        Verdict::CannotBeTold
    };
    let cpu = match cpu.holds_one() {
        true => "no measurable difference in CPU time".to_owned(),
        false => format!("{} times the CPU time", units::ratio(cpu)),
    };
    let figure = pair.figure()?;
    judged(format!("`{program}`: {figure}, {memory:.1} times the memory, {cpu}"), verdict)
}

/// One takes less time to start than another, by a factor at the least.
pub fn starts_faster(record: &Record, one: &str, other: &str, factor: f64) -> Option<Judgement> {
    let [program, other_program] = [one, other].map(|unit| format!("start_{unit}"));
    let pair = pair(record, "start", &program, &other_program)?;
    let time = |row| Some(units::seconds(Summary::of(&pair.comparison.times(row))?.median));
    let ratio = pair.ratio()?;
    judged(
        format!("{}, against {}: {}", time(pair.program)?, time(pair.other)?, pair.figure()?),
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

/// Threads have less overhead than processes, to start and in downloads.
pub fn threads_have_less_overhead(record: &Record) -> Option<Judgement> {
    both(threads_start_faster(record)?, costs_more(record, "process_downloads", "downloads")?)
}

/// The most waits at once that both tasks and threads did.
pub fn most_waits(record: &Record) -> Option<Pair<'_>> {
    [10_000, 1_000, 100]
        .into_iter()
        .find_map(|size| pair(record, &format!("waits-{size}"), "async_waits", "threaded_waits"))
}

/// The most waits at once that both models did: tasks are not slower than
/// threads, and take less memory.
pub fn tasks_wait_better(record: &Record) -> Option<Judgement> {
    let largest = most_waits(record)?;
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
    let peak = record.comparison("downloading")?.row("async_downloads")?.peak;
    let figure = format!("threads: {}, processes: {}", peak.threads, peak.processes);
    peak.is_known().then_some(())?;
    judged(figure, holds_if(peak.threads == 1 && peak.processes == 1))
}

/// What a program of the event loop does on its one thread overlaps.
pub fn overlaps_on_one_thread(record: &Record) -> Option<Judgement> {
    both(one_thread(record)?, overlaps(record, "async_downloads")?)
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
    let cores = record.comparison("downloading")?.row("sequential_downloads")?.cores()?;
    judged(format!("{:.0} % of a core busy", cores.median * 100.0), below(cores, 0.1))
}

/// Threads that count under a lock keep one core busy and no more.
pub fn one_at_a_time_under_a_lock(record: &Record) -> Option<Judgement> {
    let pair = pair(record, "counting", "gil_counter", "threaded_counter")?;
    let (with, without) = (pair.program.cores()?.median, pair.other.cores()?.median);
    let more_there = pair.quiet() && pair.comparison.noise.cores()? >= LEAST_CORES;
    let verdict = if with > NO_FASTER {
        Verdict::DoesNotHold
    } else if without > LEAST_CORES {
        Verdict::OnlyWithGil
    } else if without <= NO_FASTER && more_there {
        Verdict::Holds
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
    judged(format!("{} for waits of 2, 3 and 1 s", units::time(wall)), below(wall, 3.5))
}

/// An async function does not block the program: told by one that makes a
/// blocking call, and the same without it.
pub fn async_never_blocks(record: &Record) -> Option<Judgement> {
    let pair = pair(record, "fetching", "fetch_data_blocking", "fetch_data")?;
    let verdict =
        match faster(record, "fetching", "fetch_data", "fetch_data_blocking", 1.5)?.verdict {
            Verdict::Holds => Verdict::DoesNotHold,
            Verdict::DoesNotHold => Verdict::Holds,
            verdict => verdict,
        };
    judged(format!("with a blocking call: {}", pair.figure()?), verdict)
}

/// Threads are for what waits: downloads overlap, and files take threads.
pub fn threads_are_for_downloads_and_files(record: &Record) -> Option<Judgement> {
    both(overlaps(record, "downloads")?, files_take_threads(record)?)
}

/// Reading files is threads' work: an event loop hands it to a pool of threads,
/// and takes longer than the call itself.
pub fn files_take_threads(record: &Record) -> Option<Judgement> {
    let pair = pair(record, "files", "tokio_files", "std_files")?;
    let ratio = pair.ratio()?;
    let threads = pair.program.peak.threads;
    pair.program.peak.is_known().then_some(())?;
    judged(
        format!("files on an event loop: {threads} threads; {}", pair.figure()?),
        match (threads > 1, ratio.median < 1.0 && !ratio.holds_one()) {
            (true, true) => Verdict::Holds,
            (false, false) => Verdict::DoesNotHold,
            _ => Verdict::CannotBeTold,
        },
    )
}
