//! Runs programs in rounds until their comparison is decided.

mod course;
mod one;

use std::mem::take;
use std::time::{Duration, Instant};

use self::course::Course;
use crate::child::Runner;
use crate::machine::{Load, Meanwhile, usable_cores};
use crate::report::Progress;
use crate::results::Measured;
use crate::section::Section;
use crate::trouble::Trouble;
use crate::workloads::Workload;

/// After this many disturbed rounds in a row, rounds are not repeated any more.
const PATIENCE: usize = 8;
/// Beside busy programs, the main question gets more rounds for so long, even if the time for
/// the others is over: whether these programs are faster.
const MAIN_QUESTION: Duration = Duration::from_secs(60);
const MAIN_PROGRAMS: [&str; 3] = ["threaded_counter", "threaded_map", "pool_map"];
/// The number of tasks that the programs divide CPU-bound work into.
const TASKS: usize = 4;

/// What all workloads of a run share.
pub struct Session<'a> {
    pub runner: &'a Runner<'a>,
    /// The line that says what is running.
    pub progress: &'a Progress,
    /// How many workloads have not begun.
    pub left: usize,
    /// How many rounds each workload has; if `None`, as many as it needs.
    pub rounds: Option<usize>,
    /// When the time for more rounds is over, if there is a limit.
    pub until: Option<Instant>,
    /// The load by other programs and machines during the rounds.
    pub meanwhile: Meanwhile,
    /// How many rounds in a row were disturbed.
    pub disturbed: usize,
}

impl Session<'_> {
    /// Measures all workloads up to their first look. While there is time, measures
    /// the undecided ones up to their next looks.
    pub fn measure(&mut self, workloads: Vec<Workload>) -> Result<Vec<Measured>, Trouble> {
        let mut courses = Vec::new();
        for (left, workload) in (0..workloads.len()).rev().zip(workloads) {
            self.left = left;
            let mut course = Course::new(workload, self.rounds);
            self.watch(&mut course)?;
            self.look(&mut course)?;
            courses.push(course);
        }
        let until = self.until;
        let main_until = Instant::now() + MAIN_QUESTION;
        let is_busy = self.meanwhile.is_disturbed();
        let is_main = |course: &Course| {
            course.workload.measured.section == Section::Cpu
                && course.undecided().iter().any(|name| MAIN_PROGRAMS.contains(&&**name))
        };
        let fits = |course: &Course| {
            let ends = Instant::now() + course.until_next_look();
            let is_allowed = until.is_none_or(|until| ends <= until)
                || (is_busy && is_main(course) && ends <= main_until);
            !course.undecided().is_empty() && is_allowed
        };
        // The main question first, then CPU-bound work, which decides most claims, and the sizes
        // beside the break-even point last. Among equals, the fewest rounds come first.
        let order = |course: &Course| {
            let section = course.workload.measured.section;
            let (is_cpu, is_size) = (section == Section::Cpu, section == Section::BreakEven);
            (!is_main(course), !is_cpu, is_size, course.quiet.len())
        };
        while let Some(next) =
            courses.iter_mut().filter(|course| fits(course)).min_by_key(|course| order(course))
        {
            self.look(next)?;
        }
        Ok(courses.into_iter().map(|course| course.workload.measured).collect())
    }

    /// Runs each program once, watched and not timed.
    fn watch(&self, course: &mut Course) -> Result<(), Trouble> {
        let Workload { watched, at_once, .. } = course.workload;
        if !watched {
            return Ok(());
        }
        let alive = course.alive();
        for group in alive.chunks(if at_once > 0 { alive.len() } else { 1 }) {
            if !self.run_and_keep(course, group, true)? {
                return self.watch(course);
            }
        }
        Ok(())
    }

    /// Runs rounds up to the next look. Disturbed rounds are repeated, but at most as
    /// many as the look wants.
    fn look(&mut self, course: &mut Course) -> Result<(), Trouble> {
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
            let rounds = course.workload.at_once.max(1);
            course.quiet.extend(vec![is_quiet; rounds]);
            quiet += if is_quiet { rounds } else { 0 };
        }
        course.look(wanted);
        Ok(())
    }

    /// Runs each program once, and measures the ceiling. Each round begins with another
    /// program, because the first one finds the machine in a special state.
    fn round(&self, course: &mut Course) -> Result<(), Trouble> {
        let alive = course.alive();
        if course.workload.at_once > 0 {
            let programs = alive.repeat(course.workload.at_once);
            let is_kept = self.run_and_keep(course, &programs, false)?;
            return if is_kept { Ok(()) } else { self.round(course) };
        }
        let mut turns: Vec<Option<usize>> = alive.into_iter().map(Some).collect();
        turns.extend(course.workload.ceiling.then_some(None));
        let first = course.quiet.len() % turns.len();
        turns.rotate_left(first);
        let mut on_all_cores = None;
        for turn in turns {
            match turn {
                None => on_all_cores = Some(self.on_all_cores(course)?),
                Some(program) => {
                    self.run_and_keep(course, &[program], false)?;
                }
            }
        }
        let measured = &mut course.workload.measured;
        let one = measured.rows.first().and_then(|row| row.samples.last());
        measured.ceiling.extend(on_all_cores.zip(one).map(|(rate, one)| rate * one.wall));
        Ok(())
    }

    /// Runs copies of the baseline at the same time: one per core, but at most one per
    /// task. Returns how many of them end per second.
    fn on_all_cores(&self, course: &mut Course) -> Result<f64, Trouble> {
        let copies = vec![0; usable_cores().min(TASKS)];
        let mut until_last = 0.0_f64;
        for outcome in self.run(course, &copies, false)? {
            match outcome {
                // They start at almost the same moment.
                Ok((sample, _)) => until_last = until_last.max(sample.wall),
                failed => course.keep(0, failed, false)?,
            }
        }
        Ok(copies.len() as f64 / until_last)
    }

    /// Runs programs at the same time and keeps their results. If one fails, nothing is
    /// kept, and they run one by one from now on: the others may be the reason.
    fn run_and_keep(
        &self,
        course: &mut Course,
        programs: &[usize],
        is_watched: bool,
    ) -> Result<bool, Trouble> {
        let outcomes = self.run(course, programs, is_watched)?;
        if outcomes.iter().any(Result::is_err) && take(&mut course.workload.at_once) > 0 {
            return Ok(false);
        }
        let mut outcomes = programs.iter().zip(outcomes);
        outcomes.try_for_each(|(program, outcome)| course.keep(*program, outcome, is_watched))?;
        Ok(true)
    }
}
