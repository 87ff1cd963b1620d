//! How large a job must be before more than one core pays off.

use crate::decide::Verdict;
use crate::results::{Measured, Results};
use crate::section::Section;

/// The sizes that were measured, ascending.
pub fn sizes(results: &Results) -> Vec<&Measured> {
    let mut sizes: Vec<&Measured> = results.of(Section::BreakEven).collect();
    sizes.sort_by_key(|measured| measured.size);
    sizes
}

/// The size from which a program is faster than `sequential_map`, if it is not as slow for a
/// larger job: as the job's time on one core. `None` if there is none.
pub fn pays_off(results: &Results, program: &str) -> Option<f64> {
    let sizes = sizes(results);
    let verdict = |size: &&&Measured| Some(size.speedup(program, "sequential_map")?.verdict);
    // A size that is undecided says nothing against it.
    let open =
        |size: &&&Measured| matches!(verdict(size), Some(Verdict::Faster | Verdict::Undecided));
    let from = sizes.iter().rev().take_while(open);
    seconds(from.filter(|size| verdict(size) == Some(Verdict::Faster)).last()?)
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
    fn it_pays_off_at_a_size_if_it_does_at_all_larger_ones() {
        let from = |threads| pays_off(&results(threads), "threaded_map");
        assert_eq!(from(&[2.0, 0.5, 0.5]), Some(2.0));
        assert_eq!(from(&[0.5, 2.0, 0.5, 0.5]), Some(3.0));
        assert_eq!(from(&[2.0, 1.0, 0.5]), Some(3.0));
        // A figure that is no number is undecided.
        assert_eq!(from(&[2.0, 0.5, f64::NAN, 0.5]), Some(2.0));
        assert_eq!(from(&[2.0, f64::NAN, 0.5]), Some(3.0));
        assert_eq!(from(&[0.5, 0.5, 1.0]), None);
        assert_eq!(from(&[]), None);
    }
}
