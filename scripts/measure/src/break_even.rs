//! From which size of the work on more than one core pays.

use crate::noise::Noise;
use crate::record::Comparison;
use crate::statistics::Summary;
use crate::table::{markdown, noise, versus};
use crate::units;

/// Where a program is faster than the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pays {
    /// From this size on.
    From(u64),
    /// At none of the sizes that were measured.
    Nowhere,
    /// At none for certain: at the largest there is no measurable difference.
    Untold,
}

impl Pays {
    /// The least size at which a program is faster than the baseline, and is
    /// not slower at any that is larger. A disturbed round at one of these,
    /// which leaves open what it does there, does not move it.
    ///
    /// The comparisons are those of one section, from the least size to the
    /// largest.
    pub fn of(comparisons: &[&Comparison], program: &str) -> Pays {
        let ratio = |comparison: &Comparison| {
            let (row, baseline) = comparison.row(program).zip(comparison.baseline())?;
            Some((comparison.size?, comparison.times_as_fast(row, baseline)?))
        };
        let from_the_largest: Vec<(u64, Summary)> =
            comparisons.iter().rev().filter_map(|comparison| ratio(comparison)).collect();
        let faster = from_the_largest.iter().take_while(|(_, ratio)| ratio.median > 1.0);
        match (faster.filter(|(_, ratio)| !ratio.holds_one()).last(), from_the_largest.first()) {
            (Some((size, _)), _) => Pays::From(*size),
            (None, Some((_, ratio))) if ratio.holds_one() => Pays::Untold,
            (None, _) => Pays::Nowhere,
        }
    }
}

/// One row a limit: the time of one program, and how many times as fast the
/// others are; then the limit from which each pays.
pub fn table(comparisons: &[&Comparison]) -> String {
    let Some(first) = comparisons.first() else {
        return String::new();
    };
    let programs: Vec<&str> = first.rows.iter().map(|row| row.program.as_str()).collect();
    let headings: Vec<String> = programs.iter().map(|program| format!("`{program}`")).collect();
    let mut heading = vec!["limit", "runs"];
    heading.extend(headings.iter().map(String::as_str));
    let mut table = markdown(&heading, heading.len());
    let mut warnings = Vec::new();
    for comparison in comparisons {
        let mut cells = vec![
            comparison.size.unwrap_or(0).to_string(),
            comparison.rows.first().map_or(0, |row| row.samples.len()).to_string(),
        ];
        for (index, row) in comparison.rows.iter().enumerate() {
            cells.push(match comparison.baseline() {
                Some(baseline) if index > 0 => versus(comparison, row, baseline),
                _ => Summary::of(&comparison.times(row)).map_or_else(units::nothing, units::time),
            });
        }
        table.add_row(cells);
        let faults = comparison.noise.faults();
        if !faults.is_empty() {
            warnings.push(format!(
                "NOISY MACHINE at {}: {}.\n",
                comparison.size.unwrap_or(0),
                faults.join("; ")
            ));
        }
    }
    let mut text = format!(
        "### Four sums of the numbers below a limit\n\n{}{}{table}\n\n{} The first program's time, \
         and how many times as fast the others are. Inside the clock: the work alone, as the \
         program prints it; what takes less than a microsecond counts as one.\n",
        warnings.concat(),
        if warnings.is_empty() { "" } else { "\n" },
        noise(&Noise::of_all(comparisons.iter().map(|comparison| &comparison.noise))).1
    );
    for program in programs.iter().skip(1) {
        let verdict = match Pays::of(comparisons, program) {
            Pays::From(limit) => format!("pays from a limit of {limit} on"),
            Pays::Nowhere => "pays nowhere in this range".to_owned(),
            Pays::Untold => "pays nowhere in this range, as far as can be told: at the largest \
                             limit there is no measurable difference"
                .to_owned(),
        };
        text.push_str(&format!("\n`{program}` {verdict}.\n"));
    }
    text
}
