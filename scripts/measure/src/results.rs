//! The results. Every table, picture and verdict is made from them alone, so that it
//! can be made again later.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::child::Peak;
use crate::decide::{Interval, Verdict, median};
use crate::files;
use crate::machine::{Machine, Meanwhile};
use crate::section::Section;
use crate::trouble::Trouble;

/// The version of the file format. A file of another version is refused.
pub const FORMAT: u32 = 3;

/// The programs print times to the microsecond. A shorter time counts as one microsecond.
const RESOLUTION: f64 = 1e-6;

/// All results of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`FORMAT`].
    pub format: u32,
    pub machine: Machine,
    /// The sections that were asked for.
    pub sections: Vec<Section>,
    /// How long the run took, in seconds.
    pub seconds: f64,
    /// What other programs and other machines did during the rounds.
    pub meanwhile: Meanwhile,
    /// In the order in which they are shown.
    pub workloads: Vec<Measured>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// The clock that a comparison uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// Ours, around the whole process, from start to exit.
    #[default]
    Process,
    /// The program's own, around the work alone, as it prints it.
    Printed,
}

/// A workload, and its programs' runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// A short name, unique.
    pub name: String,
    pub section: Section,
    /// What the programs do, with all parameters.
    pub title: String,
    /// How large the work is, if the same work is done in several sizes.
    pub size: Option<u64>,
    /// What a run does many times, if times are given for one of them.
    pub unit: Option<String>,
    pub clock: Clock,
    /// The highest probability that an interval is wrong.
    pub error: f64,
    /// One per program. The first is the baseline.
    pub rows: Vec<Row>,
    /// The names of programs that are also compared with each other.
    pub pairs: Vec<[String; 2]>,
    /// One per round: whether it counts. A disturbed round that could be repeated does not.
    pub counts: Vec<bool>,
    /// How many rounds were disturbed and repeated.
    pub repeated: usize,
    /// One per round, if it was measured: how many times faster all cores together
    /// could do the baseline's work.
    pub ceiling: Vec<f64>,
}

/// A program's runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub program: String,
    pub arguments: Vec<String>,
    /// How many units of its work a run does.
    pub units: u64,
    /// One per round.
    pub samples: Vec<Sample>,
    /// Of one more run, which was watched and not timed.
    pub peak: Peak,
    /// How the program failed, if it may fail. It has no samples then.
    pub error: Option<String>,
}

/// One timed run, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Of the whole process.
    pub wall: f64,
    /// CPU time of the process and of all processes that it waited for.
    pub cpu: f64,
    /// The time taken that the program itself printed.
    pub taken: Option<f64>,
}

/// How a program compares with another that did the same work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Speedup {
    pub workload: String,
    pub program: String,
    /// The program that it is compared with.
    pub baseline: String,
    /// Of the rounds' ratios: time of the baseline / time of the program.
    #[serde(flatten)]
    pub ratio: Interval,
    /// How many rounds count.
    pub rounds: usize,
    pub verdict: Verdict,
}

/// Reads the results from a file. What follows from them is computed anew.
pub fn read(file: &Path) -> Result<Results, Trouble> {
    files::read(file, FORMAT)
}

impl Speedup {
    /// Whether the baseline is a program in Python or C++: its name has a comma.
    pub fn is_beside_python(&self) -> bool {
        self.baseline.contains(", ")
    }
}

impl Results {
    /// The workload of a name, if it was measured.
    pub fn workload(&self, name: &str) -> Option<&Measured> {
        self.workloads.iter().find(|workload| workload.name == name)
    }

    /// The workloads of a section.
    pub fn of(&self, section: Section) -> impl Iterator<Item = &Measured> {
        self.workloads.iter().filter(move |workload| workload.section == section)
    }
}

impl Measured {
    /// A workload without figures. Its times will be taken from our clock.
    pub fn new(section: Section, name: impl Into<String>, title: impl Into<String>) -> Measured {
        let (name, title) = (name.into(), title.into());
        Measured { name, section, title, ..Measured::default() }
    }

    /// The row of a program, if it has figures.
    pub fn row(&self, program: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.program == program && !row.samples.is_empty())
    }

    /// The samples of the rounds that count.
    fn samples<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = &'a Sample> {
        row.samples.iter().zip(&self.counts).filter(|(_, counts)| **counts).map(|(s, _)| s)
    }

    /// The times of a program in seconds, round by round: for one unit of its work if
    /// the workload has a unit, otherwise for all of it.
    pub fn times(&self, row: &Row) -> Vec<f64> {
        let time = |sample: &Sample| match self.clock {
            Clock::Process => Some(sample.wall),
            Clock::Printed => sample.taken.map(|taken| taken.max(RESOLUTION)),
        };
        let units = if self.unit.is_some() { row.units as f64 } else { 1.0 };
        self.samples(row).filter_map(time).map(|time| time / units).collect()
    }

    /// The median of a program's times, in seconds.
    pub fn time(&self, row: &Row) -> Option<f64> {
        median(&self.times(row))
    }

    /// The median of a program's CPU times, in seconds.
    pub fn cpu_time(&self, row: &Row) -> Option<f64> {
        median(&self.cpu(row))
    }

    /// How many rounds count.
    pub fn rounds(&self) -> usize {
        self.counts.iter().filter(|counts| **counts).count()
    }

    /// The CPU times of a program in seconds, round by round.
    pub fn cpu(&self, row: &Row) -> Vec<f64> {
        self.samples(row).map(|sample| sample.cpu).collect()
    }

    /// How a program compares with another one.
    pub fn speedup(&self, program: &str, baseline: &str) -> Option<Speedup> {
        let (row, other) = (self.row(program)?, self.row(baseline)?);
        let (times, others) = (self.times(row), self.times(other));
        let ratio = ratios(&others, &times, self.error)?;
        Some(Speedup {
            workload: self.name.clone(),
            program: program.to_owned(),
            baseline: baseline.to_owned(),
            ratio,
            rounds: times.len(),
            verdict: Verdict::of(&ratio),
        })
    }

    /// The program that a program is compared with: the first one, or in the section `gil`
    /// the sequential program of the same language. `None` for a baseline.
    pub fn baseline(&self, row: &Row) -> Option<String> {
        let first = &self.rows.first()?.program;
        match row.program.rsplit_once(", ") {
            Some((language, model)) if self.section == Section::Gil => {
                (model != "sequential").then(|| format!("{language}, sequential"))
            }
            _ => (row.program != *first).then(|| first.clone()),
        }
    }

    /// How a program compares with its baseline.
    pub fn own_speedup(&self, row: &Row) -> Option<Speedup> {
        self.speedup(&row.program, &self.baseline(row)?)
    }

    /// The speed-ups of the other pairs.
    pub fn other_speedups(&self) -> impl Iterator<Item = Speedup> {
        self.pairs.iter().filter_map(|[one, other]| self.speedup(one, other))
    }

    /// All programs against their baselines, and the other pairs.
    pub fn speedups(&self) -> Vec<Speedup> {
        let own = self.rows.iter().filter_map(|row| self.own_speedup(row));
        own.chain(self.other_speedups()).collect()
    }

    /// A program's CPU time, divided by another program's.
    pub fn cpu_ratio(&self, program: &str, other: &str) -> Option<Interval> {
        let (row, other) = (self.row(program)?, self.row(other)?);
        ratios(&self.cpu(row), &self.cpu(other), self.error)
    }

    /// How much faster the work could be on all cores, if that was measured.
    pub fn ceiling(&self) -> Option<Interval> {
        let counted = self.ceiling.iter().zip(&self.counts).filter(|(_, counts)| **counts);
        Interval::of(&counted.map(|(ceiling, _)| *ceiling).collect::<Vec<_>>(), self.error)
    }
}

/// The ratios of two programs' times, round by round. The runs of a round follow each
/// other, so if the machine is slow for a while, both are slow.
fn ratios(times: &[f64], others: &[f64], error: f64) -> Option<Interval> {
    let ratios: Vec<f64> = times.iter().zip(others).map(|(time, other)| time / other).collect();
    Interval::of(&ratios, error)
}

impl Row {
    /// Memory in bytes, page tables included, if it was seen.
    pub fn memory(&self) -> Option<f64> {
        self.peak.is_known().then(|| self.peak.memory() as f64)
    }

    /// The memory in bytes of one of the threads or processes that were there at the same
    /// moment, without the first; or of a task, if there is only one thread.
    pub fn memory_each(&self) -> Option<f64> {
        let others = self.peak.threads.saturating_sub(1);
        Some(self.memory()? / if others == 0 { self.units } else { others } as f64)
    }
}

/// Results for tests. Each test sets the figures that it is about.
#[cfg(test)]
pub mod made_up {
    use super::*;

    /// Results without a workload.
    pub fn results() -> Results {
        Results {
            format: FORMAT,
            machine: Machine { usable: 2, online: 2, ..Machine::look() },
            sections: Section::all().to_vec(),
            seconds: 100.0,
            meanwhile: Meanwhile { wall: 90.0, others: 0.0, stolen: 0.0, cores: 2 },
            workloads: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A workload of eight rounds, in which each program takes its seconds.
    pub fn workload(section: Section, name: &str, times: &[(&str, f64)]) -> Measured {
        let row = |(program, time): &(&str, f64)| Row {
            program: (*program).to_owned(),
            arguments: vec!["1000".to_owned()],
            units: 1,
            samples: vec![Sample { wall: *time, cpu: *time, taken: Some(*time) }; 8],
            peak: Peak { pss: 1 << 20, page_tables: 0, threads: 1, samples: 9 },
            error: None,
        };
        let mut measured = Measured::new(section, name, format!("The title of {name}"));
        measured.error = 0.012;
        measured.rows = times.iter().map(row).collect();
        measured.counts = vec![true; 8];
        measured
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round() {
        let mut measured =
            made_up::workload(Section::Cpu, "counting", &[("alone", 2.0), ("threads", 1.0)]);
        // A disturbed round: both programs are slower.
        for row in &mut measured.rows {
            row.samples[3].wall *= 10.0;
        }
        let speedup = measured.speedup("threads", "alone").unwrap();
        assert_eq!(speedup.ratio, Interval::exact(2.0));
        assert_eq!((speedup.rounds, speedup.verdict), (8, Verdict::Faster));
        assert_eq!(measured.speedup("alone", "threads").unwrap().verdict, Verdict::Slower);
    }

    #[test]
    fn a_round_that_was_repeated_does_not_count() {
        let mut measured =
            made_up::workload(Section::Cpu, "counting", &[("alone", 2.0), ("threads", 1.0)]);
        for row in &mut measured.rows {
            row.samples.insert(2, Sample { wall: 7.0, cpu: 7.0, taken: None });
        }
        measured.counts = vec![true, true, false, true, true, true, true, true, true];
        assert_eq!(measured.speedup("threads", "alone").unwrap().ratio.low, 2.0);
        assert_eq!(measured.times(&measured.rows[0]), [2.0; 8]);
    }
}
