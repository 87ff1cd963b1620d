//! The parts that the answer and the rules of the claims are made of.

use crate::decide::{Interval, Verdict};
use crate::results::{Measured, Results, Speedup};
use crate::section::Section;
use crate::text::thousands;
use crate::units;

/// With a ceiling below this, no speed-up is possible.
const NO_CEILING: f64 = 1.1;
/// A figure counts as larger than another from this ratio.
pub const MORE: f64 = 1.25;

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
    } else if speedup.verdict == Verdict::Faster && part_of_gain(speedup.ratio.median) >= 1.0 / 2.0
    {
        Speed::Parallel
    } else if part_of_gain(speedup.ratio.high) < 1.0 / 3.0 {
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
    pub speed: Speed,
    /// The speed-up over the program without threads.
    pub figure: Speedup,
}

/// The speed-ups of four counting threads, from all rows of a workload.
pub fn gains<'a>(results: &'a Results, measured: &'a Measured) -> impl Iterator<Item = Gain> + 'a {
    let rows = measured.rows.iter().filter(|row| !row.program.ends_with(", processes"));
    rows.filter_map(|row| {
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

/// The largest number of waits that all of some programs did.
pub fn most_waits<'a>(results: &'a Results, programs: &[&str]) -> Option<&'a Measured> {
    let did = |measured: &&Measured| programs.iter().all(|p| measured.row(p).is_some());
    results.of(Section::Waits).filter(did).max_by_key(|measured| measured.size)
}

/// Whether an event loop does many waits as fast as threads at least, and with clearly less
/// memory (`None` if that is open).
pub fn many_waits(waits: &Measured) -> Option<(Option<bool>, String)> {
    let speedup = waits.speedup("async_waits", "threaded_waits")?;
    let memory = |program: &str| waits.row(program)?.memory();
    let (size, tasks, threads) = (waits.size?, memory("async_waits")?, memory("threaded_waits")?);
    let is_better = match (speedup.verdict, is_less(tasks, threads)) {
        (Verdict::Faster | Verdict::Same, Some(true)) => Some(true),
        (Verdict::Slower, _) | (_, Some(false)) => Some(false),
        _ => None,
    };
    let needs = |program: &str, memory| {
        let time = waits.time(waits.row(program)?)?;
        Some(format!("{} and {}", units::seconds(time), units::bytes(memory)))
    };
    let figure = format!(
        "{} waits of 1 s, all at the same time, take {} in threads, but {} on an event loop ({})",
        thousands(size),
        needs("threaded_waits", threads)?,
        needs("async_waits", tasks)?,
        units::verdict(&speedup)
    );
    Some((is_better, figure))
}

/// Whether one figure is clearly less than another: `None` if that is open.
pub fn is_less(one: f64, other: f64) -> Option<bool> {
    is_more(Interval::exact(other / one))
}

/// Whether a ratio is clearly above 1 or clearly below: `None` if that is open.
pub fn is_more(ratio: Interval) -> Option<bool> {
    if ratio.low > 1.0 && ratio.median >= MORE {
        Some(true)
    } else if ratio.high < 1.0 && ratio.median * MORE <= 1.0 {
        Some(false)
    } else {
        None
    }
}
