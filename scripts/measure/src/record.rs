//! What was measured. Every table is made from this and from nothing else, so
//! that it can be made again later.

use serde::{Deserialize, Serialize};

use crate::statistics::{Summary, times_as_fast};
use crate::tree::Peak;

/// One timed run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Wall time of the whole process, in seconds.
    pub wall: f64,
    /// CPU time of it and of what it waited for, in seconds.
    pub cpu: f64,
    /// What the program itself printed as the time taken, in seconds.
    pub taken: Option<f64>,
}

/// A program's runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The name in the table.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// One a round, in the order of the rounds.
    pub samples: Vec<Sample>,
    /// Of one more run, which was watched and not timed.
    pub peak: Peak,
}

/// Several programs that did the same work in turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// A short name, unique in a record.
    pub name: String,
    /// What the programs do, with all parameters.
    pub title: String,
    /// One a program. The first is the baseline.
    pub rows: Vec<Row>,
}

impl Row {
    /// Of the wall times, in seconds; `None` without a run.
    pub fn wall(&self) -> Option<Summary> {
        Summary::of(&self.walls())
    }

    fn walls(&self) -> Vec<f64> {
        self.samples.iter().map(|sample| sample.wall).collect()
    }

    /// How many times as fast as a baseline, by wall time.
    pub fn times_as_fast_as(&self, baseline: &Row) -> Option<Summary> {
        times_as_fast(&baseline.walls(), &self.walls())
    }
}
