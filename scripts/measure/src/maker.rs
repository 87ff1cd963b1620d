//! What the sections need to make their workloads.

use std::path::PathBuf;
use std::time::Duration;

use common::site::Site;

use crate::answer::Answer;
use crate::peers::Peers;
use crate::workload::Entry;

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Within 25 s on two cores.
    Quick,
    /// Within two minutes on two cores.
    Normal,
    /// The documents' own values and the largest waits, as long as it takes.
    Full,
}

impl Scale {
    /// One of three, by scale.
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
    /// Where the built programs are.
    pub programs: PathBuf,
    /// How much is measured.
    pub scale: Scale,
    /// Whether one section alone is measured, which then may take longer.
    pub alone: bool,
    /// The least CPU time of a step on this machine, in seconds: of counting, and
    /// of adding up.
    pub steps: (f64, f64),
    /// The site that the downloads come from.
    pub site: &'a Site,
    /// Python and C++, as far as they are there.
    pub peers: &'a Peers,
    /// Whether the peers run in every section where they can.
    pub with_peers: bool,
}

impl Maker<'_> {
    /// A program of the workspace.
    pub fn program(&self, name: &str, arguments: &[String], answer: Answer) -> Entry {
        let entry = Entry::new(name, self.programs.join(name), arguments, answer);
        match self.scale {
            Scale::Full => entry.limit(Duration::from_secs(300)),
            _ => entry,
        }
    }

    /// A limit for four runs of a loop, one after the other, so that they take
    /// at most the given time in seconds: a round number, so that a table reads
    /// well and two machines can be compared.
    pub fn limit_within(&self, step: f64, seconds: f64) -> u64 {
        let most = seconds / (4.0 * step);
        // A step takes less than a microsecond and the time is at least some
        // milliseconds, so `most` is at least some hundred.
        let power = 10_f64.powf(most.log10().floor());
        let digit =
            [8.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.5, 1.0].into_iter().find(|d| d * power <= most);
        (digit.unwrap_or(1.0) * power) as u64
    }
}
