//! Median, spread and range of a few figures.

use serde::{Deserialize, Serialize};

/// The middle of the figures in order; with an even number of them, the mean
/// of the two in the middle. `None` if there are none.
pub fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        Some(sorted[middle])
    } else {
        Some((sorted.get(middle.checked_sub(1)?)? + sorted.get(middle)?) / 2.0)
    }
}

/// The median absolute deviation: the median of how far the figures are from
/// their median. Not scaled to a standard deviation. `None` if there are none.
pub fn median_absolute_deviation(figures: &[f64]) -> Option<f64> {
    let middle = median(figures)?;
    let distances: Vec<f64> = figures.iter().map(|x| (x - middle).abs()).collect();
    median(&distances)
}

/// A median with the least and the greatest of its figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The median.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
}

impl Summary {
    /// Summarizes figures; `None` if there are none.
    pub fn of(figures: &[f64]) -> Option<Summary> {
        Some(Summary {
            median: median(figures)?,
            least: figures.iter().copied().min_by(f64::total_cmp)?,
            greatest: figures.iter().copied().max_by(f64::total_cmp)?,
        })
    }

    /// Whether the range of a ratio holds 1, which is to say that nothing was
    /// told apart. What is printed as 1.00 is taken for 1.
    pub fn holds_one(&self) -> bool {
        self.least < 1.005 && self.greatest >= 0.995
    }
}

/// How many times as fast as a baseline a program is: the ratios of the two
/// times, baseline over program, round by round. `None` without a round.
///
/// A round's two runs are neighbours in time, so what slows the machine for a
/// while slows both, and their ratio moves less than either.
pub fn times_as_fast(baseline: &[f64], program: &[f64]) -> Option<Summary> {
    let ratios: Vec<f64> = baseline.iter().zip(program).map(|(b, p)| b / p).collect();
    Summary::of(&ratios)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_that_of_pythons_documentation() {
        // https://docs.python.org/3/library/statistics.html#statistics.median
        assert_eq!(median(&[1.0, 3.0, 5.0]), Some(3.0));
        assert_eq!(median(&[1.0, 3.0, 5.0, 7.0]), Some(4.0));
        assert_eq!(median(&[5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(&[2.0]), Some(2.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_median_absolute_deviation_is_that_of_the_textbook() {
        // https://en.wikipedia.org/wiki/Median_absolute_deviation#Example
        let figures = [1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0];
        assert_eq!(median(&figures), Some(2.0));
        assert_eq!(median_absolute_deviation(&figures), Some(1.0));
        assert_eq!(median_absolute_deviation(&[]), None);
    }

    #[test]
    fn an_outlier_moves_the_range_and_not_the_median() {
        let summary = Summary::of(&[2.0, 1.0, 3.0, 1.5, 400.0]).unwrap();
        assert_eq!(summary.median, 2.0);
        assert_eq!((summary.least, summary.greatest), (1.0, 400.0));
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The second round was disturbed, and disturbed both alike.
        let ratio = times_as_fast(&[2.0, 20.0, 2.2], &[1.0, 10.0, 1.0]).unwrap();
        assert_eq!(ratio.median, 2.0);
        assert_eq!((ratio.least, ratio.greatest), (2.0, 2.2));
        let same = times_as_fast(&[1.0, 1.1], &[1.05, 1.0]).unwrap();
        assert!(same.holds_one());
        assert!(!ratio.holds_one());
    }

    #[test]
    fn a_ratio_holds_one_to_the_printed_precision() {
        let range = |least, greatest| Summary { median: least, least, greatest };
        assert!(range(0.9, 1.1).holds_one());
        assert!(range(1.004, 1.2).holds_one());
        assert!(!range(1.006, 1.2).holds_one());
        assert!(range(0.8, 0.996).holds_one());
        assert!(!range(0.8, 0.994).holds_one());
    }
}
