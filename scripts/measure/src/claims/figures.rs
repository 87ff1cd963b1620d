//! What the rules are made of: figures in words, and what decides them.

use super::{Judgement, Verdict};
use crate::record::{Comparison, Record, Row};
use crate::statistics::{Summary, times_as_fast};
use crate::units;

/// The least cores that must be there for a speed-up to be told.
pub const LEAST_CORES: f64 = 1.5;
/// The least share of the cores that counts as running in parallel.
const PARALLEL: f64 = 0.7;
/// A program that is less than this times as fast is no faster.
pub const NO_FASTER: f64 = 1.1;
/// What is at least this times as much is more: in every round, or where it was
/// looked at once and has no range.
pub const MORE: f64 = 1.25;
/// Into how many pieces the CPU-bound work is divided.
const PIECES: usize = 4;

/// How a CPU-bound program stands to the one that does one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// It uses the cores that are there.
    Parallel,
    /// It is no faster, and in no round so much as counts as using them.
    NoFaster,
    /// The machine or the figures do not tell.
    Untold,
}

impl Speed {
    /// A verdict for each of the first two.
    pub fn verdict(self, parallel: Verdict, no_faster: Verdict) -> Verdict {
        match self {
            Speed::Parallel => parallel,
            Speed::NoFaster => no_faster,
            Speed::Untold => Verdict::CannotBeTold,
        }
    }
}

/// A judgement.
pub fn judged(figure: impl Into<String>, verdict: Verdict) -> Option<Judgement> {
    let figure = figure.into();
    Some(Judgement { figure, verdict })
}

/// The verdict of a condition.
pub fn holds_if(condition: bool) -> Verdict {
    match condition {
        true => Verdict::Holds,
        false => Verdict::DoesNotHold,
    }
}

/// The verdict on a figure that should be below a limit, in every round.
pub fn below(figure: Summary, limit: f64) -> Verdict {
    if figure.greatest < limit {
        Verdict::Holds
    } else if figure.least >= limit {
        Verdict::DoesNotHold
    } else {
        Verdict::CannotBeTold
    }
}

/// The verdict on a program that should be so many times as fast as another. One
/// disturbed round can leave it open, and cannot turn it.
pub fn at_least(ratio: Summary, factor: f64) -> Verdict {
    if ratio.median < factor {
        Verdict::DoesNotHold
    } else if ratio.holds_one() {
        Verdict::CannotBeTold
    } else {
        Verdict::Holds
    }
}

/// The verdict on a figure that should be less than another, where each was taken
/// once.
pub fn less(one: f64, other: f64) -> Verdict {
    if one * MORE <= other {
        Verdict::Holds
    } else if other * MORE <= one {
        Verdict::DoesNotHold
    } else {
        Verdict::CannotBeTold
    }
}

/// A claim of two parts.
pub fn both(one: Judgement, other: Judgement) -> Option<Judgement> {
    let parts = [one.verdict, other.verdict];
    let verdict = if parts.contains(&Verdict::DoesNotHold) {
        Verdict::DoesNotHold
    } else if parts.contains(&Verdict::CannotBeTold) {
        Verdict::CannotBeTold
    } else {
        Verdict::Holds
    };
    judged(format!("{}; {}", one.figure, other.figure), verdict)
}

/// A comparison with two of its rows.
pub struct Pair<'a> {
    /// Which did the same work.
    pub comparison: &'a Comparison,
    /// The program.
    pub program: &'a Row,
    /// What it is held against.
    pub other: &'a Row,
}

/// Finds two programs of a comparison.
pub fn pair<'a>(
    record: &'a Record,
    comparison: &str,
    program: &str,
    other: &str,
) -> Option<Pair<'a>> {
    let comparison = record.comparison(comparison)?;
    Some(Pair { comparison, program: comparison.row(program)?, other: comparison.row(other)? })
}

impl Pair<'_> {
    /// How many times as fast as the other the program is.
    pub fn ratio(&self) -> Option<Summary> {
        self.comparison.times_as_fast(self.program, self.other)
    }

    /// The ratio in words.
    pub fn figure(&self) -> Option<String> {
        let ratio = self.ratio()?;
        let other = &self.other.program;
        Some(match ratio.holds_one() {
            true => format!("no measurable difference to `{other}`"),
            false => format!("{} times as fast as `{other}`", units::ratio(ratio)),
        })
    }

    /// How many times the other's CPU time the program takes.
    pub fn cpu_ratio(&self) -> Option<Summary> {
        let cpu = |row: &Row| -> Vec<f64> { row.samples.iter().map(|s| s.cpu).collect() };
        times_as_fast(&cpu(self.program), &cpu(self.other))
    }

    /// Whether the machine was quiet.
    pub fn quiet(&self) -> bool {
        self.comparison.noise.faults().is_empty()
    }

    /// How many times as fast as one at a time CPU-bound work is, judged by the
    /// cores that were really there.
    pub fn speed(&self) -> Option<Speed> {
        let ratio = self.ratio()?;
        let cores = self.comparison.noise.cores()?;
        // Of three workers with four pieces of work, one has two.
        let turns = PIECES.div_ceil(self.comparison.noise.usable.max(1));
        let most = cores.min(PIECES as f64 / turns as f64);
        let parallel = (PARALLEL * most).max(NO_FASTER);
        Some(if !self.quiet() || cores < LEAST_CORES {
            Speed::Untold
        } else if ratio.median < NO_FASTER && ratio.greatest < parallel {
            Speed::NoFaster
        } else if ratio.median >= parallel && !ratio.holds_one() {
            Speed::Parallel
        } else {
            Speed::Untold
        })
    }

    /// The speed-up in words, with the cores that it is to be seen against.
    pub fn speed_figure(&self) -> Option<String> {
        let cores = self.comparison.noise.cores()?;
        Some(format!("{}, with {cores:.2} cores there", self.figure()?))
    }
}
