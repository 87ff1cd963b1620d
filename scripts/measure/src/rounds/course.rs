//! A workload on its way from the first round to the last.

use std::time::Duration;

use super::one::Outcome;
use crate::child::Peak;
use crate::decide::{Looks, Verdict};
use crate::results::Row;
use crate::trouble::Trouble;
use crate::workloads::{Program, Workload};

/// A workload that is being measured.
pub struct Course {
    /// Its rows get their figures, and it loses the looks that were taken.
    pub workload: Workload,
    /// One per round: whether nobody disturbed it.
    pub quiet: Vec<bool>,
    /// How long the last round took.
    pub round: Duration,
    /// What the baseline printed, if nothing else is known of the right answer.
    pub reference: Option<Vec<String>>,
}

impl Course {
    /// Nothing measured yet. It has as many rounds as it is told, or as it takes.
    pub fn new(mut workload: Workload, rounds: Option<usize>) -> Course {
        if let Some(rounds) = rounds {
            workload.looks = Looks::once(rounds);
        }
        let row = |program: &Program| Row {
            program: program.invocation.name.clone(),
            arguments: program.invocation.arguments.clone(),
            units: program.units,
            samples: Vec::new(),
            peak: Peak::default(),
            error: None,
        };
        workload.measured.error = workload.looks.error;
        workload.measured.rows = workload.programs.iter().map(row).collect();
        Course { workload, quiet: Vec::new(), round: Duration::ZERO, reference: None }
    }

    /// The programs that have not failed.
    pub fn alive(&self) -> Vec<usize> {
        let rows = &self.workload.measured.rows;
        (0..rows.len()).filter(|&i| rows[i].error.is_none()).collect()
    }

    /// Keeps what a run came to: its memory if it was watched, else its time.
    pub fn keep(
        &mut self,
        program: usize,
        outcome: Outcome,
        is_watched: bool,
    ) -> Result<(), Trouble> {
        let row = &mut self.workload.measured.rows[program];
        match outcome {
            Ok((_, peak)) if is_watched => row.peak = peak,
            Ok((sample, _)) => row.samples.push(sample),
            Err(how) if self.workload.may_fail => {
                row.samples.clear();
                row.error = Some(how);
            }
            Err(how) => return Err(Trouble::program(&row.program, how)),
        }
        Ok(())
    }

    /// How many rounds are wanted for the next look, if there is one.
    pub fn wanted(&self) -> Option<usize> {
        self.workload.looks.rounds.first().copied()
    }

    /// Takes a look after so many wanted rounds. If there are as many quiet ones, only
    /// these count; if the machine did not get quiet, all do.
    pub fn look(&mut self, wanted: usize) {
        self.workload.looks.rounds.remove(0);
        let enough = self.quiet.iter().filter(|quiet| **quiet).count() >= wanted;
        let measured = &mut self.workload.measured;
        measured.repeated = self.quiet.len().saturating_sub(wanted);
        measured.counts = self.quiet.iter().map(|quiet| *quiet || !enough).collect();
    }

    /// Whether more rounds may decide it.
    pub fn is_undecided(&self) -> bool {
        let speedups = self.workload.measured.speedups();
        self.wanted().is_some() && speedups.iter().any(|s| s.verdict == Verdict::Undecided)
    }

    /// How long it takes until its next look, at the pace of its last round.
    pub fn until_next_look(&self) -> Duration {
        let rounds = self.wanted().unwrap_or(0).saturating_sub(self.quiet.len());
        self.round * u32::try_from(rounds).unwrap_or(u32::MAX)
    }
}
