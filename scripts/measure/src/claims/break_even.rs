//! How large a job must be before several cores are faster than one.

use crate::decide::Verdict;
use crate::results::{Measured, Results, Speedup};
use crate::section::Section;

/// The sizes that were measured, ascending.
pub fn sizes(results: &Results) -> Vec<&Measured> {
    let mut sizes: Vec<&Measured> = results.of(Section::BreakEven).collect();
    sizes.sort_by_key(|measured| measured.size);
    sizes
}

/// The break-even point of a program: how long a job takes on one core, in seconds, if the
/// program is as fast as `sequential_map`. The line between the speed-ups of the sizes crosses 1
/// there, for the last time. `None` if it does not, if no larger job is clearly faster, or if
/// the largest job clearly is not.
pub fn point(results: &Results, program: &str) -> Option<f64> {
    let figure = |size: &Measured| Some((seconds(size)?, size.speedup(program, "sequential_map")?));
    let figures: Vec<(f64, Speedup)> = sizes(results).into_iter().filter_map(figure).collect();
    let is_open = |(_, own): &(f64, Speedup)| own.verdict == Verdict::Undecided;
    let is_faster = |(_, own): &(f64, Speedup)| own.verdict == Verdict::Faster;
    figures.last().filter(|largest| is_faster(largest) || is_open(largest))?;
    let slow = figures.iter().rposition(|(_, speedup)| speedup.ratio.median < 1.0)?;
    figures[slow..].iter().find(|own| is_faster(own))?;
    let [(job, below), (next, above)] = &figures[slow..slow + 2] else { return None };
    let part = (1.0 - below.ratio.median) / (above.ratio.median - below.ratio.median);
    Some(job * (next / job).powf(part))
}

/// How long a job takes on one core, in seconds.
pub fn seconds(measured: &Measured) -> Option<f64> {
    measured.time(measured.row("sequential_map")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    /// Results for sizes 1, 2, 3 ...: size n takes n seconds one at a time. Threads take
    /// that time multiplied by their factor.
    fn results(threads: &[f64]) -> Results {
        let mut results = made_up::results();
        for (size, factor) in (1..).zip(threads) {
            let times = [("sequential_map", size as f64), ("threaded_map", factor * size as f64)];
            let mut measured = made_up::workload(Section::BreakEven, &size.to_string(), &times);
            measured.size = Some(size);
            // The sizes may be in any order.
            results.workloads.insert(0, measured);
        }
        results
    }

    #[test]
    fn the_break_even_point_is_where_the_line_crosses_1_for_the_last_time() {
        let point = |threads| point(&results(threads), "threaded_map");
        // A speed-up of 0.5, then of 2: a third of the way.
        let third = |from: f64, to: f64| Some(from * (to / from).powf(1.0 / 3.0));
        assert_eq!(point(&[2.0, 0.5, 0.5]), third(1.0, 2.0));
        assert_eq!(point(&[0.5, 2.0, 0.5, 0.5]), third(2.0, 3.0));
        assert_eq!(point(&[2.0, 2.0, 1.0, 0.5]), Some(3.0));
        // The largest is undecided, as a figure that is no number.
        assert_eq!(point(&[2.0, 0.5, f64::NAN]), third(1.0, 2.0));
        assert_eq!(point(&[2.0, f64::NAN]), None);
        // Faster at all sizes, and not faster at the largest.
        assert_eq!([point(&[0.5, 0.5]), point(&[2.0, 0.5, 1.0]), point(&[])], [None; 3]);
    }
}
