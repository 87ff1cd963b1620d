//! The parts that the answer and the rules of the claims are made of.

use crate::decide::{Interval, Verdict};
use crate::results::{Measured, Results, Speedup};
use crate::section::Section;
use crate::text::thousands;
use crate::units;

/// With a ceiling below this, no speed-up is possible.
const NO_CEILING: f64 = 1.1;
/// A figure counts as larger than another from this ratio.
const MORE: f64 = 1.25;

/// How CPU-bound work compares with the same work one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// It uses several cores: its gain is at least half of the gain that the ceiling allows.
    Parallel,
    /// It takes turns: the whole interval is below a third of the gain that the ceiling
    /// allows. CPython's threads can gain a tenth under the GIL, with the time of one core.
    NoFaster,
    /// The figures lie between, or no speed-up is possible here.
    Open,
}

impl Speed {
    /// Whether it uses several cores: `None` if that is open.
    pub fn is_parallel(self) -> Option<bool> {
        (self != Speed::Open).then_some(self == Speed::Parallel)
    }
}

/// The speed-up of a CPU-bound program, and what it means.
pub fn speed(results: &Results, workload: &str, program: &str) -> Option<(Speed, Speedup)> {
    let measured = results.workload(workload)?;
    let speedup = measured.own_speedup(measured.row(program)?)?;
    let ceiling = measured.ceiling()?;
    let part_of_gain = |speedup: f64| (speedup - 1.0) / (ceiling.median - 1.0);
    let speed = if results.machine.usable < 2 || ceiling.median < NO_CEILING {
        Speed::Open
    } else if speedup.verdict == Verdict::Faster && part_of_gain(speedup.speedup) >= 1.0 / 2.0 {
        Speed::Parallel
    } else if part_of_gain(speedup.high) < 1.0 / 3.0 {
        Speed::NoFaster
    } else {
        Speed::Open
    };
    Some((speed, speedup))
}

/// The speed-up of four counting threads in one language or interpreter.
pub struct Gain {
    /// The interpreter, the language, or our program.
    pub who: String,
    /// Whether all threads share one lock, which each must hold to count.
    pub locked: bool,
    /// Whether the threads run in parallel.
    pub speed: Speed,
    /// The speed-up over the program without threads.
    pub figure: Speedup,
}

/// The speed-ups of four counting threads, from all rows of a workload.
pub fn gains<'a>(results: &'a Results, measured: &'a Measured) -> impl Iterator<Item = Gain> + 'a {
    measured.rows.iter().filter_map(|row| {
        let (speed, figure) = speed(results, &measured.name, &row.program)?;
        let who = row.program.strip_suffix(", threaded").unwrap_or(&row.program);
        let locked = match who {
            "threaded_counter" | "C++" => false,
            "gil_counter" => true,
            interpreter => !interpreter.ends_with(", GIL off"),
        };
        Some(Gain { who: who.to_owned(), locked, speed, figure })
    })
}

/// The speed-up of four threads with a GIL, or without one (Rust, C++ and CPython). If
/// CPython's own GIL was not measured, the lock of `gil_counter` takes its place.
pub fn threads(results: &Results, locked: bool) -> Option<(Speed, String)> {
    let measured = results.workload("gil").or_else(|| results.workload("counting"))?;
    let mut gains: Vec<Gain> =
        gains(results, measured).filter(|gain| gain.locked == locked).collect();
    if gains.iter().any(|gain| gain.who != "gil_counter") {
        gains.retain(|gain| gain.who != "gil_counter");
    }
    let speed = gains.first()?.speed;
    let agree = gains.iter().all(|gain| gain.speed == speed);
    let figures: Vec<String> =
        gains.iter().map(|gain| format!("{} {}", gain.who, units::ratio(&gain.figure))).collect();
    Some((if agree { speed } else { Speed::Open }, figures.join("; ")))
}

/// The speed-up of one program over another.
pub fn speedup(results: &Results, workload: &str, program: &str, other: &str) -> Option<Speedup> {
    results.workload(workload)?.speedup(program, other)
}

/// The largest number of waits that all of some programs did.
fn most_waits<'a>(results: &'a Results, programs: &[&str]) -> Option<&'a Measured> {
    let did = |measured: &&Measured| programs.iter().all(|p| measured.row(p).is_some());
    results.of(Section::Waits).filter(did).max_by_key(|measured| measured.size)
}

/// Whether an event loop does the most waits as fast as threads at least, and with clearly
/// less memory. `None` if that is open.
pub fn many_waits(results: &Results) -> Option<(Option<bool>, String)> {
    let waits = most_waits(results, &["threaded_waits", "async_waits"])?;
    let speedup = waits.speedup("async_waits", "threaded_waits")?;
    let memory = |program: &str| waits.row(program)?.memory();
    let (tasks, threads) = (memory("async_waits")?, memory("threaded_waits")?);
    let is_better = match (speedup.verdict, is_less(tasks, threads)) {
        (Verdict::Faster | Verdict::Same, Some(true)) => Some(true),
        (Verdict::Slower, _) | (_, Some(false)) => Some(false),
        _ => None,
    };
    let figure = format!(
        "{} waits, tasks against threads: {}, {} instead of {}",
        thousands(waits.size?),
        units::speedup(&speedup),
        units::bytes(tasks),
        units::bytes(threads)
    );
    Some((is_better, figure))
}

/// The memory in bytes of one wait in a program, from its workload with the most waits.
pub fn memory_each(results: &Results, program: &str) -> Option<f64> {
    most_waits(results, &[program])?.row(program)?.memory_each()
}

/// Whether one figure is clearly less than another: `None` if that is open.
pub fn is_less(one: f64, other: f64) -> Option<bool> {
    let ratio = other / one;
    is_more(Interval { median: ratio, low: ratio, high: ratio })
}

/// Whether a ratio is clearly above 1 or clearly below: `None` if that is open.
fn is_more(ratio: Interval) -> Option<bool> {
    if ratio.low > 1.0 && ratio.median >= MORE {
        Some(true)
    } else if ratio.high < 1.0 && ratio.median * MORE <= 1.0 {
        Some(false)
    } else {
        None
    }
}

/// Whether a download program costs more than another: memory or CPU time is clearly
/// more and neither is clearly less. `None` if that is open.
pub fn costs_more(results: &Results, program: &str, other: &str) -> Option<(Option<bool>, String)> {
    let measured = results.workload("downloading")?;
    let memory = |program: &str| measured.row(program)?.memory();
    let (own, others) = (memory(program)?, memory(other)?);
    let cpu = measured.cpu_ratio(program, other)?;
    let more = [is_less(others, own), is_more(cpu)];
    let verdict = match (more.contains(&Some(true)), more.contains(&Some(false))) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    let figure = format!(
        "{} instead of {} of memory, {:.1}x the CPU time ({:.1}-{:.1})",
        units::bytes(own),
        units::bytes(others),
        cpu.median,
        cpu.low,
        cpu.high
    );
    Some((verdict, figure))
}
