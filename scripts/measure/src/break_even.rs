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
    /// not slower at any that is larger. What leaves open how it stands at one of
    /// these does not move it: a disturbed round, or a machine that was noisy.
    ///
    /// The comparisons are those of one section, from the least size to the
    /// largest.
    pub fn of(comparisons: &[&Comparison], program: &str) -> Pays {
        let ratio = |comparison: &Comparison| {
            let (row, baseline) = comparison.row(program).zip(comparison.baseline())?;
            comparison.times_as_fast(row, baseline)
        };
        let from_the_largest: Vec<(&Comparison, Summary)> = (comparisons.iter().rev())
            .filter_map(|comparison| Some((*comparison, ratio(comparison)?)))
            .collect();
        let not_slower = from_the_largest.iter().take_while(|(comparison, ratio)| {
            let noisy = !comparison.noise.faults().is_empty();
            ratio.median > 1.0 || (noisy && ratio.holds_one())
        });
        let least = not_slower.filter(|(_, ratio)| !ratio.holds_one()).last();
        match (least.and_then(|(comparison, _)| comparison.size), from_the_largest.first()) {
            (Some(size), _) => Pays::From(size),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::Spin;
    use crate::record::{Sample, made_up};
    use crate::section::Section;

    /// A size with the times of three rounds, in seconds; one at a time takes 1 s.
    fn size(size: u64, times: [f64; 3]) -> Comparison {
        let sample = |taken| Sample { wall: taken, cpu: taken, taken: Some(taken) };
        let row = |program, times: [f64; 3]| made_up::row(program, times.map(sample).to_vec());
        let rows = vec![row("alone", [1.0; 3]), row("threads", times)];
        made_up::comparison(size.to_string(), Section::BreakEven, size, rows)
    }

    fn pays(sizes: &[Comparison]) -> Pays {
        Pays::of(&sizes.iter().collect::<Vec<_>>(), "threads")
    }

    const FASTER: [f64; 3] = [0.5; 3];
    const SLOWER: [f64; 3] = [2.0; 3];
    const ONCE_SLOWER: [f64; 3] = [0.5, 0.5, 2.0];
    const ONCE_FASTER: [f64; 3] = [0.5, 2.0, 2.0];

    #[test]
    fn it_pays_from_where_it_is_faster_and_no_longer_slower() {
        let sizes = |times: [[f64; 3]; 4]| [1, 2, 3, 4].map(|n| size(n, times[n as usize - 1]));
        assert_eq!(pays(&sizes([FASTER, SLOWER, FASTER, FASTER])), Pays::From(3));
        assert_eq!(pays(&sizes([SLOWER, FASTER, ONCE_SLOWER, FASTER])), Pays::From(2));
        assert_eq!(pays(&sizes([SLOWER, ONCE_SLOWER, FASTER, FASTER])), Pays::From(3));
        assert_eq!(pays(&sizes([SLOWER, FASTER, ONCE_FASTER, FASTER])), Pays::From(4));
        assert_eq!(pays(&sizes([FASTER, FASTER, FASTER, SLOWER])), Pays::Nowhere);
        assert_eq!(pays(&sizes([SLOWER, SLOWER, SLOWER, ONCE_FASTER])), Pays::Untold);
    }

    #[test]
    fn a_noisy_machine_moves_no_threshold_and_hides_no_loss() {
        let noisy = |mut comparison: Comparison| {
            let spin = Spin { alone: 1.0, at_once: 2.0, cpu: 2.0, counting: 1.0, adding: 1.0 };
            comparison.noise.spins = vec![spin; 3];
            comparison
        };
        let middle = |times| [size(1, SLOWER), size(2, FASTER), size(3, times), size(4, FASTER)];
        let mut sizes = middle(ONCE_FASTER);
        sizes[2] = noisy(sizes[2].clone());
        assert_eq!(pays(&sizes), Pays::From(2));
        let mut sizes = middle(SLOWER);
        sizes[2] = noisy(sizes[2].clone());
        assert_eq!(pays(&sizes), Pays::From(4));
    }
}
