//! A logarithmic axis.

/// From where to where an axis goes, and its marks.
#[derive(Clone, Debug)]
pub struct LogAxis {
    /// The marks, the first and the last at the ends of the axis.
    pub marks: Vec<f64>,
}

impl LogAxis {
    /// An axis for figures above 0: with a mark at each power of ten, or, where
    /// these would be few, at 1, 2 and 5 times each.
    pub fn over(figures: impl Iterator<Item = f64>) -> LogAxis {
        let (mut least, mut greatest) = (f64::INFINITY, 0.0_f64);
        for figure in figures.filter(|figure| *figure > 0.0) {
            (least, greatest) = (least.min(figure), greatest.max(figure));
        }
        if least > greatest {
            (least, greatest) = (1.0, 10.0);
        }
        let factors: &[f64] = if greatest / least < 100.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let powers = least.log10().floor() as i32 - 1..=greatest.log10().ceil() as i32 + 1;
        let marks: Vec<f64> =
            powers.flat_map(|n| factors.iter().map(move |f| f * 10_f64.powi(n))).collect();
        // A figure at a mark may differ from it in its last digit.
        let low = marks.iter().rposition(|mark| *mark <= least * (1.0 + 1e-9)).unwrap_or(0);
        let high = marks.iter().position(|mark| *mark >= greatest * (1.0 - 1e-9));
        let high = high.unwrap_or(marks.len() - 1).max(low + 1);
        LogAxis { marks: marks[low..=high].to_vec() }
    }

    /// Where a figure is: 0 at the beginning of the axis, 1 at its end.
    pub fn place(&self, figure: f64) -> f64 {
        let (low, high) = (self.marks[0], self.marks[self.marks.len() - 1]);
        (figure / low).ln() / (high / low).ln()
    }
}
