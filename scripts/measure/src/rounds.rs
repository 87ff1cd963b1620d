//! Runs programs in rounds until their comparison is decided.

mod course;
mod one;

use std::time::{Duration, Instant};

use self::course::Course;
use self::one::Outcome;
use crate::child::{Peak, Signals};
use crate::machine::{Load, Meanwhile};
use crate::report::Progress;
use crate::results::Measured;
use crate::trouble::Trouble;
use crate::workloads::{Program, Workload};

/// After so many disturbed rounds in a row, rounds are not repeated any more.
const PATIENCE: usize = 8;
/// Into how many tasks the programs divide CPU-bound work.
const TASKS: usize = 4;

/// What all workloads of a run share.
pub struct Session<'a> {
    /// Ask for the end.
    pub signals: &'a Signals,
    /// Says what is running.
    pub progress: &'a Progress,
    /// How many cores may be used.
    pub cores: usize,
    /// How many rounds each workload has, if not as many as it takes.
    pub rounds: Option<usize>,
    /// When the time for more rounds is over, if it ever is.
    pub until: Option<Instant>,
    /// What others did during the rounds.
    pub meanwhile: Meanwhile,
    /// How many rounds in a row were disturbed.
    pub disturbed: usize,
}

impl Session<'_> {
    /// Measures all workloads up to their first look, and then those that are
    /// undecided up to their next looks, while there is time.
    pub fn measure(&mut self, workloads: &[Workload]) -> Result<Vec<Measured>, Trouble> {
        let mut courses = Vec::new();
        for workload in workloads {
            let mut course = Course::new(workload, self.rounds);
            self.watch(&mut course)?;
            self.look(&mut course)?;
            courses.push(course);
        }
        // The cheapest first: that decides the most in the time that is left.
        while let Some(next) = (courses.iter_mut().filter(|course| course.is_undecided()))
            .min_by_key(|course| course.until_next_look())
        {
            if self.until.is_some_and(|until| Instant::now() + next.until_next_look() > until) {
                break;
            }
            self.look(next)?;
        }
        Ok(courses.into_iter().map(|course| course.measured).collect())
    }

    /// Runs each program once, watched and not timed.
    fn watch(&self, course: &mut Course<'_>) -> Result<(), Trouble> {
        if !course.workload.watched {
            return Ok(());
        }
        let size = if course.at_once > 0 { course.workload.programs.len() } else { 1 };
        for group in course.alive().chunks(size.max(1)) {
            let mut peaks = vec![Peak::default(); group.len()];
            let outcomes = self.run_some(course, group, Some(&mut peaks))?;
            if failed_because_of_others(course, &outcomes) {
                return self.watch(course);
            }
            for ((&program, peak), outcome) in group.iter().zip(peaks).zip(outcomes) {
                course.measured.rows[program].peak = peak;
                course.keep(program, outcome, false)?;
            }
        }
        Ok(())
    }

    /// Runs rounds up to the next look. A round that others disturbed is repeated, at
    /// most as many times as there are rounds.
    fn look(&mut self, course: &mut Course<'_>) -> Result<(), Trouble> {
        let Some(wanted) = course.wanted() else { return Ok(()) };
        let mut quiet = course.quiet.iter().filter(|quiet| **quiet).count();
        while quiet < wanted && !course.alive().is_empty() {
            let done = course.quiet.len();
            let may_repeat = self.disturbed < PATIENCE && done < 2 * wanted;
            if done >= wanted && !may_repeat {
                break;
            }
            let (before, started) = (Load::now()?, Instant::now());
            self.round(course)?;
            let meanwhile = before.until_now()?;
            course.round = started.elapsed();
            self.meanwhile.add(meanwhile);
            let is_quiet = !meanwhile.is_disturbed();
            self.disturbed = if is_quiet { 0 } else { self.disturbed + 1 };
            let rounds = course.at_once.max(1);
            course.quiet.extend(vec![is_quiet; rounds]);
            quiet += if is_quiet { rounds } else { 0 };
        }
        course.look(wanted);
        Ok(())
    }

    /// Runs each program once, the ceiling among them. Each round begins with another
    /// one: the first finds the machine as nobody else does.
    fn round(&self, course: &mut Course<'_>) -> Result<(), Trouble> {
        let alive = course.alive();
        if course.at_once > 0 {
            let programs = alive.repeat(course.at_once);
            let outcomes = self.run_some(course, &programs, None)?;
            if failed_because_of_others(course, &outcomes) {
                return self.round(course);
            }
            return programs
                .into_iter()
                .zip(outcomes)
                .try_for_each(|(i, o)| course.keep(i, o, true));
        }
        let mut turns: Vec<Option<usize>> = alive.into_iter().map(Some).collect();
        turns.extend(course.workload.ceiling.then_some(None));
        let first = course.quiet.len() % turns.len();
        turns.rotate_left(first);
        let mut all_cores = None;
        for turn in turns {
            match turn {
                None => all_cores = Some(self.on_all_cores(course)?),
                Some(program) => {
                    for outcome in self.run_some(course, &[program], None)? {
                        course.keep(program, outcome, true)?;
                    }
                }
            }
        }
        if let (Some((copies, until_last)), Some(row)) = (all_cores, course.measured.rows.first())
            && let Some(one) = row.samples.last()
        {
            let ceiling = copies as f64 * one.wall / until_last.as_secs_f64();
            course.measured.ceiling.push(ceiling);
        }
        Ok(())
    }

    /// Runs as many copies of the baseline at the same time as there are cores for its
    /// tasks. Returns how many, and the time until the last has ended.
    fn on_all_cores(&self, course: &mut Course<'_>) -> Result<(usize, Duration), Trouble> {
        let copies = vec![0; self.cores.min(TASKS)];
        let mut until_last = 0.0_f64;
        for outcome in self.run_some(course, &copies, None)? {
            match outcome {
                // They start at the same moment.
                Outcome::Sample(sample) => until_last = until_last.max(sample.wall),
                failed => course.keep(0, failed, false)?,
            }
        }
        Ok((copies.len(), Duration::from_secs_f64(until_last)))
    }

    fn run_some(
        &self,
        course: &Course<'_>,
        which: &[usize],
        peaks: Option<&mut [Peak]>,
    ) -> Result<Vec<Outcome>, Trouble> {
        let programs: Vec<&Program> =
            which.iter().map(|&program| &course.workload.programs[program]).collect();
        self.progress.running(&course.workload.title);
        self.run(&programs, peaks, &course.reference)
    }
}

/// Whether programs that ran at the same time failed, perhaps only because of each
/// other. They then run one by one from now on.
fn failed_because_of_others(course: &mut Course<'_>, outcomes: &[Outcome]) -> bool {
    let failed = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(_)));
    failed && std::mem::take(&mut course.at_once) > 0
}
