//! Runs programs in turn: a warm-up, then rounds in rotating order.

mod answers;
mod limits;
mod together;
mod which_limit;

use std::time::Duration;

use self::answers::{Reference, check};
use self::limits::leave_out;
use crate::answer::last_time_taken;
use crate::noise::Noise;
use crate::progress::Progress;
use crate::record::{Comparison, Row, Sample};
use crate::run::{Finished, Invocation, none_left};
use crate::signals::Signals;
use crate::tree::{Peak, own_children};
use crate::trouble::Trouble;
use crate::workload::{Entry, Workload};

/// The least time before a program counts as hung that a faster one is known
/// of.
const LEAST_LIMIT: Duration = Duration::from_secs(10);
/// How many times as long as the baseline a program may take.
const MOST_TIMES: u32 = 20;

/// How many rounds run at the same time, where rounds may.
pub const ROUNDS_TOGETHER: usize = 3;

/// What all comparisons of a call share.
pub struct Session<'a> {
    /// Ask for the end.
    pub signals: &'a Signals,
    /// Says what is running.
    pub progress: &'a Progress,
    /// The cores that may be used.
    pub cores: usize,
    /// How many rounds, if not as many as the workload says.
    pub rounds: Option<usize>,
    /// How long a run may take, if not as long as its program usually may.
    pub time_limit: Option<Duration>,
}

impl Session<'_> {
    /// Runs all programs of a workload as often as it says and checks every
    /// answer.
    ///
    /// The warm-up is the run that is watched; the timed runs are not.
    ///
    /// # Errors
    ///
    /// The first [`Trouble`] ends everything.
    pub fn compare(&self, workload: &Workload) -> Result<Comparison, Trouble> {
        let rounds = self.rounds.unwrap_or(workload.rounds);
        let mut noise = Noise::new(self.cores);
        let mut reference = None;
        let mut entries = workload.entries.clone();
        let mut rows: Vec<Row> = entries.iter().map(new_row).collect();
        let mut together = self.warm_ups(workload, &mut entries, &mut rows, &mut reference)?;

        // Three rounds at once have as many spins around them as one by one.
        let (at_once, spins) = match together && workload.rounds_together {
            true => (ROUNDS_TOGETHER, 2),
            false => (1, 1),
        };
        (0..spins).for_each(|_| noise.spin());
        let mut here: Vec<usize> =
            (0..rows.len()).filter(|&i| rows[i].left_out.is_none()).collect();
        for round in (0..rounds).step_by(at_once) {
            let now = round..rounds.min(round + at_once);
            if together {
                together = self.rounds_together(workload, now.len(), &here, &mut rows)?;
            }
            if !together {
                for round in now {
                    for turn in in_turn(&here, round) {
                        let (entry, row) = (&entries[turn], &mut rows[turn]);
                        self.round(workload, entry, row, &mut reference)?;
                    }
                    here.retain(|&i| rows[i].left_out.is_none());
                }
            }
            (0..spins).for_each(|_| noise.spin());
            self.signals.check()?;
        }
        Ok(Comparison {
            name: workload.name.clone(),
            section: workload.section,
            title: workload.title.clone(),
            size: workload.size,
            unit: workload.unit.map(str::to_owned),
            clock: workload.clock,
            together,
            rounds_together: together && workload.rounds_together,
            rows,
            noise,
        })
    }

    /// The warm-ups, after which a program may take no longer than some times the
    /// baseline, unless the user said how long. Says whether the rounds' programs can
    /// run at the same time.
    fn warm_ups(
        &self,
        workload: &Workload,
        entries: &mut [Entry],
        rows: &mut [Row],
        reference: &mut Reference,
    ) -> Result<bool, Trouble> {
        if !workload.warm_up {
            return Ok(workload.together);
        }
        if workload.together && self.warm_up_together(workload, rows)? {
            return Ok(true);
        }
        let mut baseline = None;
        for (entry, row) in entries.iter_mut().zip(&mut *rows) {
            let usual = entry.invocation.limit;
            entry.invocation.limit =
                limit(self.time_limit, usual, baseline.filter(|_| !entry.peer));
            let wall = self.warm_up(workload, entry, row, reference)?;
            baseline = baseline.or(wall);
        }
        self.hold(workload, rows)?;
        Ok(false)
    }

    /// The watched run. Returns its wall time, unless the program came to a
    /// limit of the machine.
    fn warm_up(
        &self,
        workload: &Workload,
        entry: &Entry,
        row: &mut Row,
        reference: &mut Reference,
    ) -> Result<Option<Duration>, Trouble> {
        self.progress.start(&workload.name, &row.program);
        let finished = match self.run(&entry.invocation, Some(&mut row.peak)) {
            Err(trouble) => return leave_out(workload, entry, row, trouble).map(|()| None),
            Ok(finished) => finished,
        };
        check(entry, &finished, reference)?;
        Ok(Some(finished.wall))
    }

    /// A program's run of one round.
    fn round(
        &self,
        workload: &Workload,
        entry: &Entry,
        row: &mut Row,
        reference: &mut Reference,
    ) -> Result<(), Trouble> {
        self.progress.start(&workload.name, &row.program);
        match self.timed(entry, reference) {
            Err(trouble) => return leave_out(workload, entry, row, trouble),
            Ok(sample) => row.samples.push(sample),
        }
        Ok(())
    }

    fn timed(&self, entry: &Entry, reference: &mut Reference) -> Result<Sample, Trouble> {
        let finished = self.run(&entry.invocation, None)?;
        check(entry, &finished, reference)?;
        sample(entry, &finished)
    }

    /// Runs a program once and makes sure that it left no process behind.
    fn run(&self, invocation: &Invocation, peak: Option<&mut Peak>) -> Result<Finished, Trouble> {
        self.signals.check()?;
        let known = own_children().map_err(Trouble::own("cannot list child processes"))?;
        let finished = invocation.run(self.signals, peak);
        let none_left = none_left(&known, &invocation.name);
        let finished = finished?;
        none_left?;
        Ok(finished)
    }
}

/// The programs of a round, each round beginning with the next: whoever is always
/// first would always find the machine as the spin left it.
fn in_turn(programs: &[usize], round: usize) -> Vec<usize> {
    let mut order = programs.to_vec();
    order.rotate_left(round % programs.len().max(1));
    order
}

/// How long a program may take: as long as the user said, if anything, and otherwise
/// as long as is usual for it, or some times as long as the baseline took.
fn limit(asked: Option<Duration>, usual: Duration, baseline: Option<Duration>) -> Duration {
    let beside = |wall: Duration| usual.min(LEAST_LIMIT.max(wall * MOST_TIMES));
    asked.unwrap_or_else(|| baseline.map_or(usual, beside))
}

/// The row of a program that has not run.
pub fn new_row(entry: &Entry) -> Row {
    Row {
        program: entry.invocation.name.clone(),
        arguments: entry.invocation.arguments.clone(),
        units: entry.units,
        samples: Vec::new(),
        peak: Peak::default(),
        memory_each: None,
        left_out: None,
    }
}

fn sample(entry: &Entry, finished: &Finished) -> Result<Sample, Trouble> {
    let taken = last_time_taken(&finished.stdout);
    if taken.is_some_and(|taken| taken > finished.wall.as_secs_f64()) {
        let what = "printed a longer time than the whole process took";
        return Err(Trouble::program(&entry.invocation.name, what));
    }
    Ok(Sample { wall: finished.wall.as_secs_f64(), cpu: finished.cpu.as_secs_f64(), taken })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_begins_with_the_next_program() {
        let rounds: Vec<_> = (0..4).map(|round| in_turn(&[0, 2, 3], round)).collect();
        assert_eq!(rounds, [[0, 2, 3], [2, 3, 0], [3, 0, 2], [0, 2, 3]]);
        assert!(in_turn(&[], 1).is_empty());
    }

    #[test]
    fn a_time_limit_that_was_asked_for_is_the_limit() {
        let [short, long, minute] = [0.1, 2.0, 60.0].map(Duration::from_secs_f64);
        for baseline in [None, Some(short), Some(long)] {
            assert_eq!(limit(Some(minute), long, baseline), minute);
            assert_eq!(limit(Some(long), minute, baseline), long);
        }
        assert_eq!(limit(None, minute, None), minute);
        assert_eq!(limit(None, minute, Some(short)), LEAST_LIMIT);
        assert_eq!(limit(None, minute, Some(long)), long * MOST_TIMES);
        assert_eq!(limit(None, minute, Some(minute)), minute);
    }
}
