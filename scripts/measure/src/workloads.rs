//! The comparisons: the same work for several programs, with its parameters and its
//! right answer in one place. Each section has a module.

mod break_even;
mod chosen;
mod cpu;
pub mod expected;
mod gil;
mod io;
mod maker;
mod peers;
mod pool;
mod python;
mod start;
mod steps;
mod traps;
mod waits;

use std::path::PathBuf;

use self::expected::Answer;
use crate::child::Invocation;
use crate::decide::Looks;
use crate::results::{Clock, Measured};
use crate::section::Section;
use crate::trouble::Trouble;

pub use maker::{Maker, Scale};
pub use peers::{Peers, SOURCES};
pub use steps::Steps;

/// Our programs, each with its twin: a model of the peers' programs, as their names end.
const TWINS: [(&str, &str); 5] = [
    ("threaded_counter", ", threaded"),
    ("pool_map", ", pool"),
    ("downloads", ", threaded"),
    ("async_waits", ", tasks"),
    ("fetch_data", ", tasks"),
];

/// Programs that do the same work.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its description and its figures (at first there are no figures).
    pub measured: Measured,
    /// The numbers of rounds after which it is looked at.
    pub looks: Looks,
    /// How many rounds run at the same time, if the programs only sleep; 0 if each
    /// program runs alone.
    pub at_once: usize,
    /// Whether a program may fail, for example at a limit of the system. Its row then
    /// shows the error, and the others go on.
    pub may_fail: bool,
    /// Whether each program first runs once more, watched for its memory.
    pub watched: bool,
    /// Whether the ceiling is measured: how fast the baseline's work could be if it
    /// were divided among all cores.
    pub ceiling: bool,
    /// The programs. The first is the baseline.
    pub programs: Vec<Program>,
}

/// A program, its arguments, and its right answer.
#[derive(Clone, Debug)]
pub struct Program {
    pub invocation: Invocation,
    /// The right output and files. If `None`, it must always print the same as the
    /// baseline.
    pub answer: Option<Answer>,
    /// How many units of its work a run does.
    pub units: u64,
}

impl Program {
    pub fn new(name: &str, path: PathBuf, arguments: &[String], answer: Option<Answer>) -> Program {
        let (name, arguments) = (name.to_owned(), arguments.to_vec());
        let invocation = Invocation { name, path, arguments };
        Program { invocation, answer, units: 1 }
    }

    /// Sets how many units of its work a run does.
    pub fn units(mut self, units: u64) -> Program {
        self.units = units;
        self
    }
}

impl Workload {
    /// A workload by our clock that is looked at several times. The caller sets the rest.
    pub fn new(section: Section, name: impl Into<String>, title: impl Into<String>) -> Workload {
        Workload {
            measured: Measured::new(section, name, title),
            looks: Looks::several(),
            at_once: 0,
            may_fail: false,
            watched: true,
            ceiling: false,
            programs: Vec::new(),
        }
    }

    /// The same, by the times that the programs print, for one unit of their work.
    fn per(mut self, unit: &str) -> Workload {
        self.measured.clock = Clock::Printed;
        self.measured.unit = Some(unit.to_owned());
        self
    }

    /// The names of its programs.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.programs.iter().map(|program| &*program.invocation.name)
    }

    /// Compares programs of ours with their twins in each interpreter.
    fn add_twins(&mut self) {
        let mut pairs = Vec::new();
        for (ours, model) in TWINS.iter().filter(|(ours, _)| self.names().any(|n| n == *ours)) {
            let twins =
                self.names().filter(|name| name.ends_with(model) && !name.starts_with("C++"));
            pairs.extend(twins.map(|twin| [*ours, twin].map(str::to_owned)));
        }
        self.measured.pairs.extend(pairs);
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
    for section in sections {
        workloads.extend(match section {
            Section::Cpu => cpu::workloads(maker),
            Section::Gil => vec![gil::workload(maker)],
            Section::Io if maker.is_long() => vec![io::workload(maker), io::limited(maker)],
            Section::Io => vec![io::workload(maker)],
            Section::Waits => waits::workloads(maker),
            Section::Start if maker.is_long() => vec![start::workload(maker), start::queues(maker)],
            Section::Start => vec![start::workload(maker)],
            Section::Pool => pool::workloads(maker),
            Section::Traps => traps::workloads(maker),
            Section::BreakEven => break_even::workloads(maker),
            Section::Python => python::workloads(maker),
            Section::Programs => vec![chosen::workload(maker, chosen.0, chosen.1)?],
            // These are made from the figures of the others.
            Section::Claims | Section::Thresholds => Vec::new(),
        });
    }
    workloads.iter_mut().for_each(Workload::add_twins);
    Ok(workloads)
}
