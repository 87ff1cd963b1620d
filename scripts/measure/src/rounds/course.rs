//! A workload on its way from the first round to the last.

use std::time::Duration;

use super::one::{Outcome, Reference};
use crate::child::Peak;
use crate::decide::{Looks, Verdict};
use crate::results::{Measured, Row};
use crate::trouble::Trouble;
use crate::workloads::{Program, Workload};

/// A workload that is being measured.
pub struct Course<'a> {
    pub workload: &'a Workload,
    /// How many rounds run at the same time; 0 if each program runs alone.
    pub at_once: usize,
    looks: Looks,
    /// How many looks were taken.
    looked: usize,
    /// One per round: whether nobody disturbed it.
    pub quiet: Vec<bool>,
    /// How long the last round took.
    pub round: Duration,
    pub reference: Reference,
    pub measured: Measured,
}

impl<'a> Course<'a> {
    /// Nothing measured yet. It has as many rounds as it is told, or as it takes.
    pub fn new(workload: &'a Workload, rounds: Option<usize>) -> Course<'a> {
        let looks = rounds.map_or_else(|| workload.looks.clone(), Looks::once);
        let row = |program: &Program| Row {
            program: program.invocation.name.clone(),
            arguments: program.invocation.arguments.clone(),
            units: program.units,
            samples: Vec::new(),
            peak: Peak::default(),
            error: None,
        };
        let measured = Measured {
            name: workload.name.clone(),
            section: workload.section,
            title: workload.title.clone(),
            size: workload.size,
            unit: workload.unit.clone(),
            clock: workload.clock,
            error: looks.error,
            rows: workload.programs.iter().map(row).collect(),
            pairs: workload.pairs.clone(),
            counts: Vec::new(),
            repeated: 0,
            ceiling: Vec::new(),
        };
        Course {
            workload,
            at_once: workload.at_once,
            looks,
            looked: 0,
            quiet: Vec::new(),
            round: Duration::ZERO,
            reference: Reference::default(),
            measured,
        }
    }

    /// The programs that have not failed.
    pub fn alive(&self) -> Vec<usize> {
        let rows = &self.measured.rows;
        (0..rows.len()).filter(|&i| rows[i].error.is_none()).collect()
    }

    /// Keeps what a run came to, and its time if it was timed.
    pub fn keep(&mut self, program: usize, outcome: Outcome, timed: bool) -> Result<(), Trouble> {
        let row = &mut self.measured.rows[program];
        match outcome {
            Outcome::Sample(sample) => row.samples.extend(timed.then_some(sample)),
            Outcome::Failed(how) if self.workload.may_fail => {
                row.samples.clear();
                row.error = Some(how);
            }
            Outcome::Failed(how) => return Err(Trouble::program(&row.program, how)),
        }
        Ok(())
    }

    /// How many rounds are wanted for the next look, if there is one.
    pub fn wanted(&self) -> Option<usize> {
        self.looks.rounds.get(self.looked).copied()
    }

    /// Takes a look after so many wanted rounds. If there are as many quiet ones, only
    /// these count; if the machine did not get quiet, all do.
    pub fn look(&mut self, wanted: usize) {
        self.looked += 1;
        let enough = self.quiet.iter().filter(|quiet| **quiet).count() >= wanted;
        self.measured.repeated = self.quiet.len().saturating_sub(wanted);
        self.measured.counts = self.quiet.iter().map(|quiet| *quiet || !enough).collect();
    }

    /// Whether more rounds may decide it.
    pub fn is_undecided(&self) -> bool {
        let speedups = self.measured.speedups();
        self.wanted().is_some() && speedups.iter().any(|s| s.verdict == Verdict::Undecided)
    }

    /// How long it takes until its next look, at the pace of its last round.
    pub fn until_next_look(&self) -> Duration {
        let rounds = self.wanted().unwrap_or(0).saturating_sub(self.quiet.len());
        self.round * u32::try_from(rounds).unwrap_or(u32::MAX)
    }
}
