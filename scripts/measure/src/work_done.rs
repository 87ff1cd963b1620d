//! Whether a program really did its work, told from the outside.
//!
//! An optimizer that sees through a loop leaves nothing of it, and nothing in
//! the answer shows it. Time does: twice the work takes about twice as long, and
//! a step takes as long as the processor needs for it.

use crate::noise::Noise;
use crate::record::{Row, Sample};
use crate::workload::{Entry, Step};

/// How often half of the work is done, for the fastest of these.
pub const RUNS: usize = 5;
/// The least that twice the work must take, in times of once the work.
const LEAST_GROWTH: f64 = 1.6;
/// The least that a step can take on any processor, in seconds.
const LEAST_STEP: f64 = 0.05e-9;
/// The least share of the CPU time that the work needs here. Half of the work
/// stays below it; a processor that changes its speed does not.
const LEAST_SHARE: f64 = 0.7;
/// Work that needs less CPU time than this, in seconds, is lost in what it
/// takes to start a process, and nothing can be told of it.
const LEAST_TOLD: f64 = 0.008;

/// The runs that tell.
pub struct Runs {
    /// With the whole work.
    pub whole: Vec<Sample>,
    /// With half of it.
    pub half: Vec<Sample>,
}

impl Runs {
    /// The runs of a row.
    pub fn of(row: &Row) -> Runs {
        Runs { whole: row.samples.iter().copied().take(RUNS).collect(), half: row.half.clone() }
    }
}

/// Checks the runs of a program against its runs with half the work, against
/// the time a step takes here, or else against the baseline of its comparison.
///
/// # Errors
///
/// What speaks against it, as the rest of a sentence that begins with the
/// program. A machine that is disturbed can make it look like this once: more
/// runs should be asked before it is believed.
pub fn check(entry: &Entry, runs: &Runs, baseline: &Row, noise: &Noise) -> Result<(), String> {
    let Some(work) = &entry.work else {
        return Ok(());
    };
    let cpu = fastest(&runs.whole, |sample| sample.cpu);
    let (counting, adding) = noise.fastest_steps();
    let needed = match work.step {
        _ if entry.peer => None,
        Step::Counting => Some(counting),
        Step::Adding => Some(adding),
        Step::Unknown => None,
    };

    if work.step == Step::Unknown {
        let other = fastest(&baseline.samples, |sample| sample.cpu);
        if other >= LEAST_TOLD && cpu < LEAST_SHARE * other {
            return Err(format!(
                "did less work than {}: {:.1} ms of CPU time instead of {:.1} ms",
                baseline.program,
                cpu * 1e3,
                other * 1e3
            ));
        }
        if cpu < LEAST_TOLD || cpu < 0.5 * fastest(&runs.whole, |sample| sample.wall) {
            // It waits, or does next to nothing: not for the processor to tell.
            return Ok(());
        }
    } else if needed.is_some_and(|step| step * (work.steps as f64) < LEAST_TOLD) {
        return Ok(());
    }
    let step = cpu / work.steps as f64;
    if step < LEAST_STEP && work.step != Step::Unknown {
        return Err(format!("the loop was optimized away: a step took {:.4} ns", step * 1e9));
    }
    // By either clock: one is disturbed by other programs, and the other by
    // what the hypervisor does.
    let growth = |time: fn(&Sample) -> f64| fastest(&runs.whole, time) / fastest(&runs.half, time);
    let growth = growth(|sample| sample.cpu).max(growth(|sample| sample.wall));
    if !runs.half.is_empty() && growth < LEAST_GROWTH {
        return Err(format!(
            "the loop was optimized away: twice the work took {growth:.2} times as long"
        ));
    }
    if let Some(needed) = needed.filter(|needed| step < LEAST_SHARE * needed) {
        return Err(format!(
            "did not do all of its work: {:.2} ns of CPU time a step, where a step takes {:.2} ns",
            step * 1e9,
            needed * 1e9
        ));
    }
    Ok(())
}

fn fastest(samples: &[Sample], time: impl Fn(&Sample) -> f64) -> f64 {
    samples.iter().map(time).fold(f64::INFINITY, f64::min)
}
