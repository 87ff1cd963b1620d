//! Figures as people read them.

use crate::statistics::Summary;

/// What stands for a figure that there is not.
pub fn nothing() -> String {
    "-".to_owned()
}

/// The factor and the name of the unit that suits a time in seconds.
fn unit(seconds: f64) -> (f64, &'static str) {
    match seconds {
        s if s < 1e-6 => (1e9, "ns"),
        s if s < 1e-3 => (1e6, "us"),
        s if s < 1.0 => (1e3, "ms"),
        _ => (1.0, "s"),
    }
}

/// As many decimals as three digits leave.
fn decimals(figure: f64) -> usize {
    match figure.abs() {
        f if f < 9.995 => 2,
        f if f < 99.95 => 1,
        _ => 0,
    }
}

/// A time in seconds, with its unit.
pub fn seconds(seconds: f64) -> String {
    let (factor, unit) = unit(seconds);
    let decimals = decimals(seconds * factor);
    format!("{:.decimals$} {unit}", seconds * factor)
}

/// A time in seconds with its range, in the unit that suits its median.
pub fn time(summary: Summary) -> String {
    let (factor, unit) = unit(summary.median);
    let decimals = decimals(summary.median * factor);
    format!(
        "{:.decimals$} {unit} ({:.decimals$} to {:.decimals$})",
        summary.median * factor,
        summary.least * factor,
        summary.greatest * factor
    )
}

/// A ratio with its range, the median to two digits at the least.
pub fn ratio(ratio: Summary) -> String {
    let digits = match ratio.median {
        r if r < 0.1 => (1.0 - r.max(1e-9).log10().floor()) as usize,
        r => decimals(r).max(1),
    };
    format!("{:.digits$} ({:.digits$} to {:.digits$})", ratio.median, ratio.least, ratio.greatest)
}

/// A size in bytes, with its unit.
pub fn bytes(bytes: f64) -> String {
    let (factor, unit) = match bytes.abs() {
        b if b < 1024.0 => (1.0, "B"),
        b if b < 1024.0 * 1024.0 => (1024.0, "KiB"),
        b if b < 1024.0 * 1024.0 * 1024.0 => (1024.0 * 1024.0, "MiB"),
        _ => (1024.0 * 1024.0 * 1024.0, "GiB"),
    };
    let figure = bytes / factor;
    let decimals = if unit == "B" { 0 } else { decimals(figure) };
    format!("{figure:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_fitting_unit() {
        assert_eq!(seconds(0.65e-6), "650 ns");
        assert_eq!(seconds(307e-6), "307 us");
        assert_eq!(seconds(0.0123), "12.3 ms");
        assert_eq!(seconds(1.5), "1.50 s");
        let summary = Summary { median: 0.0999, least: 0.05, greatest: 1.2 };
        assert_eq!(time(summary), "99.9 ms (50.0 to 1200.0)");
    }

    #[test]
    fn ratios_have_two_digits_however_small() {
        let summary = |median| Summary { median, least: 0.0004, greatest: 12.3 };
        assert_eq!(ratio(summary(11.31)), "11.3 (0.0 to 12.3)");
        assert_eq!(ratio(summary(1.806)), "1.81 (0.00 to 12.30)");
        assert_eq!(ratio(summary(0.00123)), "0.0012 (0.0004 to 12.3000)");
    }

    #[test]
    fn sizes_have_three_digits_and_a_fitting_unit() {
        assert_eq!(bytes(463.2), "463 B");
        assert_eq!(bytes(28.0 * 1024.0), "28.0 KiB");
        assert_eq!(bytes(1.5 * 1024.0 * 1024.0), "1.50 MiB");
    }
}
