//! What is compared: the same work for several programs, with its parameters and
//! its right answer in one place. One module per section.

pub mod answer;
mod break_even;
mod chosen;
mod cpu;
mod gil;
mod io;
mod maker;
mod peers;
mod pool;
mod python;
mod section;
mod start;
mod traps;
mod waits;

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::answer::Answer;
use crate::child::Invocation;
use crate::decide::Looks;
use crate::trouble::Trouble;

pub use cpu::thousands;
pub use maker::Steps;
pub use maker::{Maker, Scale};
pub use peers::Peers;
pub use section::Section;

/// Programs that do the same work.
#[derive(Clone, Debug)]
pub struct Workload {
    /// A short name, unique.
    pub name: String,
    /// What it belongs to.
    pub section: Section,
    /// What the programs do, with all parameters.
    pub title: String,
    /// How large the work is, if the same work is done in several sizes.
    pub size: Option<u64>,
    /// What a run does many times, if the time of one is the question.
    pub unit: Option<String>,
    /// The clock that times are taken from.
    pub clock: Clock,
    /// After how many rounds it is looked at.
    pub looks: Looks,
    /// How many rounds run at the same time, if the programs only sleep; 0 if each
    /// program runs alone.
    pub at_once: usize,
    /// Whether a program may fail, as it does at a limit of the system: its error is
    /// shown in its row and the others go on.
    pub may_fail: bool,
    /// Whether each program first runs once more, watched for its memory.
    pub watched: bool,
    /// Whether the ceiling is measured: how fast the baseline's work could be if it
    /// were divided among all cores.
    pub ceiling: bool,
    /// The programs. The first is the baseline.
    pub programs: Vec<Program>,
    /// Programs to compare with another one than the baseline, by name.
    pub pairs: Vec<[String; 2]>,
}

/// The clock that a comparison uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// Ours, around the whole process, from start to exit.
    Process,
    /// The program's own, around the work alone, as it prints it.
    Printed,
}

/// A program, what it is given, and the answer it must give.
#[derive(Clone, Debug)]
pub struct Program {
    /// How it is run.
    pub invocation: Invocation,
    /// What it must print and write; `None` if nothing is known of it: then the same
    /// as the baseline, each time.
    pub answer: Option<Answer>,
    /// How many units of its work a run does.
    pub units: u64,
}

impl Program {
    /// A program with its arguments and its answer, and 60 s to give it.
    pub fn new(name: &str, path: PathBuf, arguments: &[String], answer: Option<Answer>) -> Program {
        let invocation = Invocation {
            name: name.to_owned(),
            path,
            arguments: arguments.to_vec(),
            limit: Duration::from_secs(60),
        };
        Program { invocation, answer, units: 1 }
    }

    /// Its run does so many units of work.
    pub fn units(mut self, units: u64) -> Program {
        self.units = units;
        self
    }
}

impl Workload {
    /// A workload by our clock that is looked at several times, to be refined.
    pub fn new(section: Section, name: impl Into<String>, title: impl Into<String>) -> Workload {
        Workload {
            name: name.into(),
            section,
            title: title.into(),
            size: None,
            unit: None,
            clock: Clock::Process,
            looks: Looks::several(),
            at_once: 0,
            may_fail: false,
            watched: true,
            ceiling: false,
            programs: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Compares a program of ours with its twin in each interpreter: the same model there.
    fn add_twins(&mut self, ours: &str, model: &str) {
        let names = self.programs.iter().map(|program| &program.invocation.name);
        let is_twin = |name: &&String| match name.rsplit_once(", ") {
            Some((language, other)) => language != "C++" && other == model,
            None => false,
        };
        let twins: Vec<String> = names.filter(is_twin).cloned().collect();
        self.pairs.extend(twins.into_iter().map(|twin| [ours.to_owned(), twin]));
    }
}

/// The workloads of some sections.
///
/// # Errors
///
/// [`Trouble::Own`] if there is no current directory for the path of a program.
pub fn of(
    sections: &[Section],
    chosen: (&[String], &[String]),
    maker: &Maker<'_>,
) -> Result<Vec<Workload>, Trouble> {
    let mut workloads = Vec::new();
    let full = maker.scale == Scale::Full;
    for section in sections {
        workloads.extend(match section {
            Section::Cpu => cpu::workloads(maker, None),
            Section::Gil => vec![gil::workload(maker)],
            Section::Io if full => vec![io::workload(maker), io::limited(maker)],
            Section::Io => vec![io::workload(maker)],
            Section::Waits => waits::workloads(maker),
            Section::Start if full => vec![start::workload(maker), start::queues(maker)],
            Section::Start => vec![start::workload(maker)],
            Section::Pool => pool::workloads(maker),
            Section::Traps => traps::workloads(maker),
            Section::BreakEven => break_even::workloads(maker),
            Section::Python => python::workloads(maker),
            Section::Programs => vec![chosen::workload(maker, chosen.0, chosen.1)?],
            // Made from the figures of the others.
            Section::Claims | Section::Thresholds => Vec::new(),
        });
    }
    Ok(workloads)
}
