//! Whether a program really did its work, told from the outside.
//!
//! An optimizer that sees through a loop leaves nothing of it, and nothing in
//! the answer shows it. Time does: twice the work takes about twice as long, and
//! a step takes as long as the processor needs for it.

use crate::noise::{Noise, Spin};
use crate::record::{Row, Sample};
use crate::statistics::median;
use crate::workload::{Entry, Step};

/// How often half of the work is done, for the fastest of these.
pub const RUNS: usize = 5;
/// The least that twice the work must take, in times of once the work.
const LEAST_GROWTH: f64 = 1.6;
/// The least that a step can take on any processor, in seconds.
const LEAST_STEP: f64 = 0.05e-9;
/// The least share of the CPU time that the work needs here. Half of the work
/// stays below it; a processor that changes its speed does not.
const LEAST_SHARE: f64 = 0.65;
/// The most of a run's CPU time that is taken for the start of its process.
const MOST_START: f64 = 0.15;
/// Work that needs less CPU time than this, in seconds, is lost in what it
/// takes to start a process, and nothing can be told of it.
const LEAST_TOLD: f64 = 0.008;

/// Chooses the kind of step that a program does.
type Needed = fn(&(f64, f64)) -> f64;

/// The runs that tell.
pub struct Runs {
    /// With the whole work.
    pub whole: Vec<Sample>,
    /// With half of it.
    pub half: Vec<Sample>,
    /// The CPU time of a step around each run with the whole work, in seconds: of
    /// counting, and of adding up. A processor that others share runs now faster
    /// and now slower, so a run is held against its neighbours in time.
    pub steps: Vec<(f64, f64)>,
}

impl Runs {
    /// The runs of a row, with a spin before and after each round.
    pub fn of(row: &Row, noise: &Noise) -> Runs {
        let around = |spins: &[Spin]| {
            let mean =
                |step: fn(&Spin) -> f64| spins.iter().map(step).sum::<f64>() / spins.len() as f64;
            (mean(|spin| spin.counting), mean(|spin| spin.adding))
        };
        Runs {
            whole: row.samples.clone(),
            half: row.half.clone(),
            steps: noise.spins.windows(2).map(around).collect(),
        }
    }

    /// The CPU time of a step over the time that it takes in the same moment, in
    /// the median.
    fn share(&self, steps: u64, needed: Needed) -> f64 {
        let start = self.start();
        let share = |(run, step): (&Sample, _)| (run.cpu - start) / steps as f64 / needed(step);
        let shares: Vec<f64> = self.whole.iter().zip(&self.steps).map(share).collect();
        median(&shares).unwrap_or(f64::INFINITY)
    }

    /// The CPU time that a run takes whatever its work is, in seconds: what two runs
    /// with half of the work take more than one with all of it. In a run of some
    /// milliseconds it would hide a part of the work that was not done.
    fn start(&self) -> f64 {
        let whole = fastest(&self.whole, |sample| sample.cpu);
        let half = fastest(&self.half, |sample| sample.cpu);
        // Without runs that did half, infinity: nothing is known then.
        let start = 2.0 * half - whole;
        if start.is_finite() { start.clamp(0.0, MOST_START * whole) } else { 0.0 }
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
pub fn check(entry: &Entry, runs: &Runs, baseline: &Row) -> Result<(), String> {
    let Some(work) = &entry.work else {
        return Ok(());
    };
    let cpu = fastest(&runs.whole, |sample| sample.cpu);
    let needed: Option<Needed> = match work.step {
        _ if entry.peer => None,
        Step::Counting => Some(|steps| steps.0),
        Step::Adding => Some(|steps| steps.1),
        Step::Unknown => None,
    };
    let enough = |needed: Needed| {
        let least = runs.steps.iter().map(needed).fold(f64::INFINITY, f64::min);
        least * work.steps as f64 >= LEAST_TOLD
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
    } else if needed.is_some_and(|needed| !enough(needed)) {
        return Ok(());
    }
    let step = cpu / work.steps as f64;
    if step < LEAST_STEP && work.step != Step::Unknown {
        return Err(format!("the loop was optimized away: a step took {:.4} ns", step * 1e9));
    }
    // By either clock: one is disturbed by other programs, and the other by
    // what the hypervisor does. And by the fastest runs or by the pairs: the
    // fastest run of one kind can have found a faster processor than all runs of
    // the other, but the two of a pair ran one after the other.
    let growth = growth(runs, |sample| sample.cpu).max(growth(runs, |sample| sample.wall));
    if !runs.half.is_empty() && growth < LEAST_GROWTH {
        return Err(format!(
            "the loop was optimized away: twice the work took {growth:.2} times as long"
        ));
    }
    let share = needed.map_or(1.0, |needed| runs.share(work.steps, needed));
    if share < LEAST_SHARE {
        return Err(format!(
            "did not do all of its work: it used {:.0} % of the CPU time that its steps take here",
            share * 100.0
        ));
    }
    Ok(())
}

/// How many times as long the whole work takes as half of it.
fn growth(runs: &Runs, time: fn(&Sample) -> f64) -> f64 {
    // As many runs of each, or the more numerous had more chances to be fast.
    let pairs = || runs.whole.iter().zip(&runs.half);
    let whole = pairs().map(|(whole, _)| time(whole)).fold(f64::INFINITY, f64::min);
    let half = pairs().map(|(_, half)| time(half)).fold(f64::INFINITY, f64::min);
    let ratios: Vec<f64> = pairs().map(|(whole, half)| time(whole) / time(half)).collect();
    median(&ratios).unwrap_or(0.0).max(whole / half)
}

fn fastest(samples: &[Sample], time: impl Fn(&Sample) -> f64) -> f64 {
    samples.iter().map(time).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Answer;
    use crate::rounds::new_row;
    use crate::workload::{Expected, Work};

    /// Runs whose steps take 1 ns each, of which a share is made, after a start.
    fn runs(steps: f64, share: f64, start: f64) -> Runs {
        let sample = |steps: f64| {
            let time = start + steps * share * 1e-9;
            Sample { wall: time, cpu: time, taken: Some(time) }
        };
        Runs {
            whole: vec![sample(steps); RUNS],
            half: vec![sample(steps / 2.0); RUNS],
            steps: vec![(1e-9, 1e-9); RUNS],
        }
    }

    #[test]
    fn the_start_of_a_process_hides_no_missing_work() {
        let share = |share, start| runs(1e7, share, start).share(10_000_000, |steps| steps.0);
        for start in [0.0, 0.0005, 0.0015, 0.0020] {
            assert!(share(1.0, start) > 0.99, "{start}");
            assert!(share(0.5, start) < LEAST_SHARE, "{start}");
        }
        let mut without = runs(1e7, 0.5, 0.0);
        without.half.clear();
        assert!(without.share(10_000_000, |steps| steps.0) < LEAST_SHARE);
    }
    /// Whether runs of 10^7 steps are believed, of a program that is its own baseline.
    fn checked(step: Step, runs: &Runs) -> Result<(), String> {
        let answer = Answer::default();
        let mut entry = Entry::new("counter", "counter".into(), &[], answer.clone());
        let half_answer = Expected::Known(answer);
        entry.work = Some(Work { steps: 10_000_000, step, half: Vec::new(), half_answer });
        let baseline = Row { samples: runs.whole.clone(), ..new_row(&entry) };
        check(&entry, runs, &baseline)
    }

    #[test]
    fn what_takes_as_long_with_half_of_the_work_was_optimized_away() {
        for step in [Step::Counting, Step::Adding, Step::Unknown] {
            let right = runs(1e7, 1.0, 0.0005);
            assert_eq!(checked(step, &right), Ok(()));
            // Its steps take as long as they should.
            let same = Runs { half: right.whole.clone(), ..right };
            let what = "the loop was optimized away: twice the work took 1.00 times as long";
            assert_eq!(checked(step, &same), Err(what.to_owned()));
        }
    }
}
