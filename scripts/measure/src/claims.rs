//! What the documents say, each with the figure measured here and a verdict
//! that is computed from it.

mod figures;
mod list;
mod rules;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::record::{Comparison, Record};
use crate::table::{markdown, warning};

/// What becomes of a claim on this machine, in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The figures agree with it.
    Holds,
    /// The figures contradict it.
    DoesNotHold,
    /// The figures contradict it, and agree with it where threads share a lock
    /// as CPython's do.
    OnlyWithGil,
    /// The machine is too noisy or has too few cores, or the figures lie
    /// between.
    CannotBeTold,
    /// It is about how programs are written, not about what they take.
    MatterOfReading,
    /// This run left out what it takes.
    NotMeasured,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does not hold",
            Verdict::OnlyWithGil => "holds only with a GIL",
            Verdict::CannotBeTold => "cannot be told on this machine",
            Verdict::MatterOfReading => "a matter of reading",
            Verdict::NotMeasured => "not measured in this run",
        })
    }
}

/// A sentence, or a cell of a table, that claims something.
pub struct Claim {
    /// The number of the document.
    document: &'static str,
    /// What it says; for a cell, its row and column first.
    says: &'static str,
    /// The programs to look at.
    programs: &'static [&'static str],
    /// The figure and the verdict; `None` if what it takes was not measured.
    judge: fn(&Record) -> Option<Judgement>,
}

/// A figure with its verdict.
pub struct Judgement {
    figure: String,
    verdict: Verdict,
}

impl Claim {
    fn judge(&self, record: &Record) -> Judgement {
        (self.judge)(record)
            .unwrap_or(Judgement { figure: crate::units::nothing(), verdict: Verdict::NotMeasured })
    }
}

/// What the rules take their figures from, beside the most waits.
const NEEDED: &[&str] =
    &["counting", "mapping", "downloading", "start", "fetching", "files", "break-even-10000"];

/// One row a claim.
pub fn table(record: &Record) -> String {
    let heading = ["document", "it says", "measured here", "look at", "verdict"];
    let mut table = markdown(&heading, 0);
    for claim in list::CLAIMS {
        let Judgement { figure, verdict } = claim.judge(record);
        let programs: Vec<String> = claim.programs.iter().map(|p| format!("`{p}`")).collect();
        table.add_row([
            claim.document.to_owned(),
            claim.says.to_owned(),
            figure,
            programs.join(", "),
            verdict.to_string(),
        ]);
    }
    let waits = rules::most_waits(record).map(|pair| &pair.comparison.name);
    let needed = |c: &&Comparison| NEEDED.contains(&c.name.as_str()) || Some(&c.name) == waits;
    let warning = warning(record.comparisons.iter().filter(needed));
    format!(
        "{warning}{table}\n\nEvery verdict is computed from the figures of the tables above by a rule in \
         `scripts/measure/src/claims`. \"Matter of reading\" names the programs to `diff`.\n"
    )
}
