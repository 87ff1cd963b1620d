//! The axis of a chart, linear or logarithmic.

use crate::units;

/// The range of an axis, and its marks.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The values at which a chart has grid lines.
    pub marks: Vec<f64>,
    low: f64,
    high: f64,
    is_logarithmic: bool,
}

impl Axis {
    /// An axis from 0 to `high`. Marks are at least the part `apart` of the axis (0 to 1)
    /// away from each other.
    pub fn linear(high: f64, apart: f64) -> Axis {
        let least = (high * apart).max(1e-6);
        let power = 10_f64.powf(least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power);
        let step = step.into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(least);
        let count = (high / step + 1e-9) as usize;
        // Three times 0.2 is to be 0.6, without an error in the last digit.
        let marks = (0..=count).map(|i| (i as f64 * step * 1e9).round() / 1e9).collect();
        Axis { marks, low: 0.0, high, is_logarithmic: false }
    }

    /// For figures above 0, of which there is at least one. The marks are the powers of ten; if
    /// these are few, 2 and 5 times each are marks too. The first and the last mark are the ends.
    pub fn logarithmic(figures: impl Iterator<Item = f64>) -> Axis {
        let (least, greatest) = figures
            .fold((f64::INFINITY, 0.0_f64), |(least, greatest), figure| {
                (least.min(figure), greatest.max(figure))
            });
        let factors: &[f64] = if greatest / least < 100.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let powers = least.log10().floor() as i32 - 1..=greatest.log10().ceil() as i32 + 1;
        let marks: Vec<f64> =
            powers.flat_map(|n| factors.iter().map(move |f| f * 10_f64.powi(n))).collect();
        // A figure at a mark may differ from the mark in its last digit.
        let low = marks.iter().rposition(|mark| *mark <= least * (1.0 + 1e-9)).unwrap_or(0);
        let high = marks.iter().position(|mark| *mark >= greatest * (1.0 - 1e-9));
        let high = high.unwrap_or(marks.len() - 1).max(low + 1);
        let marks = marks[low..=high].to_vec();
        Axis { low: marks[0], high: marks[marks.len() - 1], marks, is_logarithmic: true }
    }

    /// The place of a figure: 0 at the beginning of the axis, 1 at its end.
    pub fn place(&self, figure: f64) -> f64 {
        if self.is_logarithmic {
            (figure / self.low).ln() / (self.high / self.low).ln()
        } else if self.high > 0.0 {
            figure / self.high
        } else {
            0.0
        }
    }

    /// The marks of a linear axis of seconds, as times in one unit.
    pub fn times(&self) -> Vec<String> {
        let step = self.marks.get(1).copied().unwrap_or(self.high).max(1e-6);
        let (factor, unit) = units::unit(self.high.max(1e-6));
        // Steps of 0.5, 0.2, 0.1 units and less need decimals.
        let decimals = (-(step * factor).log10()).ceil().max(0.0) as usize;
        self.marks.iter().map(|mark| format!("{:.decimals$} {unit}", mark * factor)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_far_enough_apart() {
        assert_eq!(Axis::linear(2.0, 0.2).times(), ["0.0 s", "0.5 s", "1.0 s", "1.5 s", "2.0 s"]);
        assert_eq!(Axis::linear(0.05, 0.3).times(), ["0 ms", "20 ms", "40 ms"]);
        assert_eq!(Axis::linear(0.0, 0.3).times().len(), 1);
        assert_eq!(Axis::linear(0.7, 0.2).marks, [0.0, 0.2, 0.4, 0.6]);
        assert_eq!(Axis::logarithmic([3.0, 40.0].into_iter()).marks, [2.0, 5.0, 10.0, 20.0, 50.0]);
        let axis = Axis::logarithmic([1.0, 1000.0].into_iter());
        assert_eq!(axis.marks, [1.0, 10.0, 100.0, 1000.0]);
        assert!((axis.place(10.0) - 1.0 / 3.0).abs() < 1e-9);
    }
}
