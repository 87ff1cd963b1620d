//! What was measured. Every table and every verdict is made from this and from
//! nothing else, so that they can be made again later.

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::noise::Noise;
use crate::section::Section;
use crate::statistics::{Summary, times_as_fast};
use crate::tree::Peak;

#[cfg(test)]
pub mod made_up;

/// The version of the file format. A record of another version is refused.
pub const FORMAT: u32 = 1;

/// The programs print microseconds, in seconds. A shorter time is no figure.
const RESOLUTION: f64 = 1e-6;

/// Everything of one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`FORMAT`].
    pub format: u32,
    /// Where and when.
    pub machine: Machine,
    /// What was asked for: whole sections, or programs by name.
    pub sections: Vec<Section>,
    /// In the order in which they were measured.
    pub comparisons: Vec<Comparison>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// Which clock a comparison goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// Ours, around the whole process, from before it is made until it has ended.
    Process,
    /// The program's own, as it prints it: around the work alone.
    Printed,
}

/// Several programs that did the same work in turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// A short name, unique in a record.
    pub name: String,
    /// What it belongs to.
    pub section: Section,
    /// What the programs do, with all parameters.
    pub title: String,
    /// How large the work is, where the same work is done in several sizes.
    pub size: Option<u64>,
    /// What a run does many times, where the time of one is what is asked for.
    pub unit: Option<String>,
    /// The clock that times are taken from.
    pub clock: Clock,
    /// Whether the programs of a round ran at the same time.
    pub together: bool,
    /// Whether those of up to three rounds did.
    #[serde(default)]
    pub rounds_together: bool,
    /// One a program. The first is the baseline.
    pub rows: Vec<Row>,
    /// What the machine was like meanwhile.
    pub noise: Noise,
}

/// A program's runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The name in the table.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// How many units of its work a run does.
    pub units: u64,
    /// One a round, in the order of the rounds.
    pub samples: Vec<Sample>,
    /// Of one more run, which was watched and not timed.
    pub peak: Peak,
    /// The memory of one unit, in bytes, page tables included: what many at
    /// once took more than one, shared out.
    pub memory_each: Option<f64>,
    /// Why there are no figures: the limit of the machine that it reached.
    pub left_out: Option<String>,
}

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

impl Record {
    /// The comparison of a name, if it was made.
    pub fn comparison(&self, name: &str) -> Option<&Comparison> {
        self.comparisons.iter().find(|c| c.name == name)
    }
}

impl Comparison {
    /// The row of a program, if it has figures.
    pub fn row(&self, program: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.program == program && !row.samples.is_empty())
    }

    /// The baseline, if it has figures.
    pub fn baseline(&self) -> Option<&Row> {
        self.rows.first().filter(|row| !row.samples.is_empty())
    }

    /// The times of a program in seconds, round by round: of one unit of its
    /// work where that is what is asked for, otherwise of all.
    pub fn times(&self, row: &Row) -> Vec<f64> {
        let time = |sample: &Sample| match self.clock {
            Clock::Process => Some(sample.wall),
            Clock::Printed => sample.taken.map(|taken| taken.max(RESOLUTION)),
        };
        let units = if self.unit.is_some() { row.units as f64 } else { 1.0 };
        row.samples.iter().filter_map(time).map(|time| time / units).collect()
    }

    /// The memory of one unit in bytes, page tables included: measured on its
    /// own, or what many waits took, shared out among those that were there at
    /// the same moment.
    pub fn memory_each(&self, row: &Row) -> Option<f64> {
        let shared_out = || {
            row.peak.is_known().then_some(())?;
            let at_once = match (row.peak.processes, row.peak.threads) {
                (0, _) => return None,
                (1, 1) => row.units,
                // Without the process or the thread that started the others.
                (1, threads) => threads.saturating_sub(1),
                (processes, _) => processes - 1,
            };
            Some(row.peak.memory() as f64 / at_once as f64)
        };
        match self.section {
            Section::Waits => shared_out(),
            _ => row.memory_each,
        }
    }

    /// How many times as fast as another program of this comparison a program
    /// is.
    pub fn times_as_fast(&self, row: &Row, baseline: &Row) -> Option<Summary> {
        times_as_fast(&self.times(baseline), &self.times(row))
    }
}

impl Row {
    /// CPU time in seconds, per run.
    pub fn cpu(&self) -> Option<Summary> {
        let cpu: Vec<f64> = self.samples.iter().map(|sample| sample.cpu).collect();
        Summary::of(&cpu)
    }

    /// How many cores were busy on average over the process's life.
    pub fn cores(&self) -> Option<Summary> {
        let cores: Vec<f64> = self.samples.iter().map(|s| s.cpu / s.wall).collect();
        Summary::of(&cores)
    }
}
