//! A workload while it is measured, from the first round to the last.

use std::time::Duration;

use crate::child::Peak;
use crate::decide::{Looks, Verdict};
use crate::results::{Row, Sample};
use crate::trouble::Trouble;
use crate::workloads::{Program, SOURCES, Workload};

/// The figures of a run with the right answer, or how it failed, in the program's own words.
pub type Outcome = Result<(Sample, Peak), String>;

/// A workload that is being measured.
pub struct Course {
    /// Runs add figures to its rows. A look is removed when it is taken.
    pub workload: Workload,
    /// One per round: whether it was undisturbed.
    pub quiet: Vec<bool>,
    /// How long the last round took.
    pub round: Duration,
    /// The baseline's output, if the right answer is not known otherwise.
    pub reference: Option<Vec<String>>,
}

impl Course {
    /// A workload without figures. It gets `rounds` rounds, or as many as it needs.
    pub fn new(mut workload: Workload, rounds: Option<usize>) -> Course {
        if let Some(rounds) = rounds {
            workload.looks = Looks::once(rounds);
        }
        let row = |program: &Program| Row {
            program: program.invocation.name.clone(),
            // Without the path of this machine.
            arguments: (program.invocation.arguments.iter())
                .map(|argument| argument.replace(SOURCES, "scripts/peers"))
                .collect(),
            units: program.units,
            ..Row::default()
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

    /// Keeps the result of a run: its memory if it was watched, otherwise its time.
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

    /// How many rounds the next look wants, if there is one.
    pub fn wanted(&self) -> Option<usize> {
        self.workload.looks.rounds.first().copied()
    }

    /// Takes a look after `wanted` rounds. If that many rounds were quiet, only the quiet
    /// ones count; otherwise all rounds count.
    pub fn look(&mut self, wanted: usize) {
        self.workload.looks.rounds.remove(0);
        let (all, quiet) = (self.quiet.len(), self.quiet.iter().filter(|quiet| **quiet).count());
        let enough = quiet >= wanted;
        let measured = &mut self.workload.measured;
        measured.repeated = (all - quiet).min(all.saturating_sub(wanted));
        measured.counts = self.quiet.iter().map(|quiet| *quiet || !enough).collect();
    }

    /// The programs that more rounds may decide.
    pub fn undecided(&self) -> Vec<String> {
        let mut speedups = self.workload.measured.speedups();
        speedups.retain(|s| self.wanted().is_some() && s.verdict == Verdict::Undecided);
        speedups.into_iter().map(|speedup| speedup.program).collect()
    }

    /// The time until its next look, at the pace of its last round.
    pub fn until_next_look(&self) -> Duration {
        let rounds = self.wanted().unwrap_or(0).saturating_sub(self.quiet.len());
        self.round * u32::try_from(rounds).unwrap_or(u32::MAX)
    }
}
