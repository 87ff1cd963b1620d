//! What the sections need to make their workloads.

use std::path::PathBuf;

use common::site::Site;

use super::expected::Answer;
use super::steps::Steps;
use super::{Peers, Program};

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Within 25 s on two cores.
    Quick,
    /// Within two minutes on two cores.
    Normal,
    /// The documents' own values and the largest waits, without a limit on the total time.
    Full,
}

impl Scale {
    /// One of three values, by scale.
    pub fn pick<T>(self, quick: T, normal: T, full: T) -> T {
        match self {
            Scale::Quick => quick,
            Scale::Normal => normal,
            Scale::Full => full,
        }
    }
}

/// What the sections need to make their workloads.
pub struct Maker<'a> {
    /// The directory of the built programs.
    pub programs: PathBuf,
    pub scale: Scale,
    /// How long one step of the work takes on this machine.
    pub steps: Steps,
    /// The site that the downloads come from.
    pub site: &'a Site,
    /// Python and C++, if they are installed.
    pub peers: &'a Peers,
    /// Whether the peers run in every section where they can.
    pub with_peers: bool,
}

impl Maker<'_> {
    /// Whether the run also measures what only the tables of `results/` show.
    pub fn is_long(&self) -> bool {
        self.scale == Scale::Full || self.with_peers && self.scale == Scale::Normal
    }

    /// A program that takes a model and the number of units of its work.
    pub fn model(&self, name: &str, model: &str, units: u64, answer: Answer) -> Program {
        let (row, arguments) = (format!("{name} {model}"), [model.to_owned(), units.to_string()]);
        Program::new(&row, self.programs.join(name), &arguments, Some(answer)).units(units)
    }

    /// A program of the workspace.
    pub fn program(&self, name: &str, arguments: &[String], answer: Answer) -> Program {
        Program::new(name, self.programs.join(name), arguments, Some(answer))
    }
}
