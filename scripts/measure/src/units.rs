//! Figures as people read them.

use crate::decide::{Interval, Verdict};
use crate::results::{Measured, Row, Speedup};
use crate::section::Section;

/// The factor and the name of the unit that suits a time in seconds.
pub fn unit(seconds: f64) -> (f64, &'static str) {
    match seconds {
        s if s < 999.5e-9 => (1e9, "ns"),
        s if s < 999.5e-6 => (1e6, "us"),
        s if s < 0.9995 => (1e3, "ms"),
        _ => (1.0, "s"),
    }
}

/// A figure with three digits.
fn three_digits(figure: f64) -> String {
    let decimals = match figure.abs() {
        f if f < 9.995 => 2,
        f if f < 99.95 => 1,
        _ => 0,
    };
    format!("{figure:.decimals$}")
}

/// A time in seconds, with its unit.
pub fn seconds(seconds: f64) -> String {
    let (factor, unit) = unit(seconds);
    format!("{} {unit}", three_digits(seconds * factor))
}

/// Times in seconds, with their units.
pub fn all_seconds(times: &[f64]) -> String {
    times.iter().map(|time| seconds(*time)).collect::<Vec<_>>().join(", ")
}

/// A time in seconds as a round figure: the first digit only.
pub fn about_seconds(seconds: f64) -> String {
    let power = 10_f64.powf(seconds.max(f64::MIN_POSITIVE).log10().floor());
    let round = (seconds / power).round() * power;
    let (factor, unit) = unit(round);
    format!("{} {unit}", (round * factor).round())
}

/// A size in bytes, with its unit.
pub fn bytes(bytes: f64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let step = (0..3).take_while(|step| bytes.abs() >= 1024_f64.powi(step + 1)).count();
    let figure = bytes / 1024_f64.powi(step as i32);
    match step {
        0 => format!("{figure:.0} B"),
        _ => format!("{} {}", three_digits(figure), UNITS[step]),
    }
}

/// A round figure of bytes: the mark of an axis.
pub fn about_bytes(bytes: f64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let step = ((bytes.max(1.0) * (1.0 + 1e-9)).log10() / 3.0).floor().min(4.0);
    format!("{} {}", (bytes / 1000_f64.powf(step)).round(), UNITS[step as usize])
}

/// A figure in words, or a dash if there is none.
pub fn or_dash<T>(figure: Option<T>, words: impl FnOnce(T) -> String) -> String {
    figure.map_or_else(|| "-".to_owned(), words)
}

/// How many times faster, as a factor.
pub fn factor(factor: f64) -> String {
    format!("{}x", three_digits(factor))
}

/// The ends of an interval.
pub fn interval(low: f64, high: f64) -> String {
    format!("({}-{})", three_digits(low), three_digits(high))
}

/// A factor with its interval.
pub fn estimate(Interval { median, low, high }: Interval) -> String {
    format!("{} {}", factor(median), interval(low, high))
}

/// A speed-up with its interval, as a figure.
pub fn ratio(speedup: &Speedup) -> String {
    format!("speed-up {}", estimate(speedup.ratio))
}

/// A speed-up in the words of its verdict.
pub fn verdict(speedup: &Speedup) -> String {
    match speedup.verdict {
        Verdict::Faster => format!("{} faster", factor(speedup.ratio.median)),
        Verdict::Slower => format!("{} slower", factor(1.0 / speedup.ratio.median)),
        Verdict::Same => "about the same".to_owned(),
        Verdict::Undecided => "undecided".to_owned(),
    }
}

/// The same, with its interval.
pub fn speedup(speedup: &Speedup) -> String {
    let Interval { low, high, .. } = speedup.ratio;
    let (low, high) = match speedup.verdict {
        Verdict::Slower => (1.0 / high, 1.0 / low),
        _ => (low, high),
    };
    format!("{} {}", verdict(speedup), interval(low, high))
}

/// The length of a program's bar: its time (for waits, its memory) as a part of the largest.
pub fn share(measured: &Measured, row: &Row) -> f64 {
    let figure = |row: &Row| match measured.section {
        Section::Waits => row.memory(),
        _ => measured.time(row),
    };
    let largest = measured.rows.iter().filter_map(figure).fold(f64::MIN_POSITIVE, f64::max);
    figure(row).unwrap_or(0.0) / largest
}

/// How a program compares with its baseline, in words; nothing if it runs alone.
pub fn own_speedup(measured: &Measured, row: &Row) -> String {
    match (measured.baseline(row), measured.own_speedup(row)) {
        _ if measured.rows.len() == 1 => String::new(),
        (None, _) => "baseline".to_owned(),
        (_, own) => own.map_or_else(String::new, |own| speedup(&own)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    #[test]
    fn times_and_sizes_have_three_digits_and_a_fitting_unit() {
        assert_eq!(seconds(0.65e-6), "650 ns");
        assert_eq!(seconds(307e-6), "307 us");
        assert_eq!(seconds(0.0123), "12.3 ms");
        assert_eq!(seconds(0.9999), "1.00 s");
        assert_eq!(about_seconds(0.00217), "2 ms");
        assert_eq!(
            (about_seconds(0.0123), about_seconds(0.00096)),
            ("10 ms".into(), "1 ms".into())
        );
        assert_eq!(bytes(463.2), "463 B");
        assert_eq!((about_bytes(1e6), about_bytes(1e4)), ("1 MB".to_owned(), "10 kB".to_owned()));
        assert_eq!(bytes(28.0 * 1024.0), "28.0 KiB");
        assert_eq!(bytes(1.5 * 1024.0 * 1024.0), "1.50 MiB");
    }

    #[test]
    fn a_speedup_is_worded_by_its_verdict() {
        let workload = made_up::workload(Section::Cpu, "w", &[("a", 1.0), ("b", 1.0)]);
        let same = workload.speedup("b", "a").unwrap();
        let says = |median, low, high, verdict| {
            speedup(&Speedup { ratio: Interval { median, low, high }, verdict, ..same.clone() })
        };
        assert_eq!(says(1.984, 1.96, 1.99, Verdict::Faster), "1.98x faster (1.96-1.99)");
        assert_eq!(says(0.5, 0.4, 0.625, Verdict::Slower), "2.00x slower (1.60-2.50)");
        assert_eq!(says(1.0, 0.99, 1.02, Verdict::Same), "about the same (0.99-1.02)");
        assert_eq!(says(1.0, 0.9, 1.1, Verdict::Undecided), "undecided (0.90-1.10)");
    }
}
