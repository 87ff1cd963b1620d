//! The median of a few figures, and a confidence interval around it.

use serde::Serialize;

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

/// A median with its confidence interval. JSON calls the median the speed-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    #[serde(rename = "speedup")]
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// A figure without an uncertainty.
    pub fn exact(figure: f64) -> Interval {
        Interval { median: figure, low: figure, high: figure }
    }

    /// The interval of the sign test. It misses the true median with a probability of
    /// at most `error`, for any distribution in which each figure is equally likely to
    /// be too large or too small.
    ///
    /// `None` if there are too few figures: an error of 5 % needs at least six.
    pub fn of(figures: &[f64], error: f64) -> Option<Interval> {
        let left_out = left_out(figures.len(), error)?;
        let mut sorted = figures.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Interval {
            median: median(figures)?,
            low: sorted[left_out],
            high: sorted[sorted.len() - 1 - left_out],
        })
    }
}

/// How many of `n` figures an interval leaves out at each end: the most for which
/// both ends together are wrong with a probability of at most `error`. The number
/// of figures on one side of the median follows a binomial distribution.
fn left_out(n: usize, error: f64) -> Option<usize> {
    let mut term = 0.5_f64.powi(i32::try_from(n).ok()?);
    let mut both_ends = 0.0;
    let mut left_out = None;
    for k in 0..n / 2 {
        both_ends += 2.0 * term;
        if both_ends > error {
            break;
        }
        left_out = Some(k);
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_as_in_pythons_documentation() {
        // https://docs.python.org/3/library/statistics.html#statistics.median
        assert_eq!(median(&[1.0, 3.0, 5.0]), Some(3.0));
        assert_eq!(median(&[1.0, 3.0, 5.0, 7.0]), Some(4.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_interval_is_as_in_the_tables() {
        // Order statistics for a 95 % interval of the median, as in Conover,
        // "Practical Nonparametric Statistics": the ranks of both ends.
        for (n, low, high) in
            [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15)]
        {
            let figures: Vec<f64> = (1..=n).rev().map(f64::from).collect();
            let interval = Interval::of(&figures, 0.05).unwrap();
            assert_eq!((interval.low, interval.high), (f64::from(low), f64::from(high)), "{n}");
            assert_eq!(interval.median, f64::from(n + 1) / 2.0);
        }
        assert_eq!(Interval::of(&[1.0; 5], 0.05), None);
    }
}
