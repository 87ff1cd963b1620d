//! How large a job must be before more than one core pays off.

use super::{Verdict, median};
use crate::results::{Measured, Results};
use crate::workloads::Section;

/// A job that is large enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job {
    /// The limit of its sums.
    pub limit: u64,
    /// How long it takes on one core, in seconds.
    pub seconds: f64,
}

/// The sizes that were measured, ascending.
pub fn sizes(results: &Results) -> Vec<&Measured> {
    let mut sizes: Vec<&Measured> = results.of(Section::BreakEven).collect();
    sizes.sort_by_key(|measured| measured.size);
    sizes
}

/// The smallest job that a program does faster than `sequential_map` does, if it also
/// does all larger ones faster. `None` if there is none.
pub fn pays_off(results: &Results, program: &str) -> Option<Job> {
    let faster = |measured: &&&Measured| {
        let speedup = measured.speedup(program, "sequential_map");
        speedup.is_some_and(|speedup| speedup.verdict == Verdict::Faster)
    };
    let sizes = sizes(results);
    let smallest = sizes.iter().rev().take_while(faster).last()?;
    Some(Job { limit: smallest.size?, seconds: seconds(smallest)? })
}

/// How long a job takes on one core, in seconds.
pub fn seconds(measured: &Measured) -> Option<f64> {
    median(&measured.times(measured.row("sequential_map")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    /// Results with sizes 1, 2, 3 ..., one at a time 1 s each, and threads as given.
    fn results(threads: &[f64]) -> Results {
        let mut results = made_up::results();
        for (size, time) in (1..).zip(threads) {
            let times = [("sequential_map", 1.0), ("threaded_map", *time)];
            let mut measured = made_up::workload(Section::BreakEven, &size.to_string(), &times);
            measured.size = Some(size);
            // In any order.
            results.workloads.insert(0, measured);
        }
        results
    }

    #[test]
    fn it_pays_off_at_a_size_if_it_does_at_all_larger_ones() {
        let limit = |threads| pays_off(&results(threads), "threaded_map").map(|job| job.limit);
        assert_eq!(limit(&[2.0, 0.5, 0.5]), Some(2));
        assert_eq!(limit(&[0.5, 2.0, 0.5, 0.5]), Some(3));
        assert_eq!(limit(&[2.0, 1.0, 0.5]), Some(3));
        assert_eq!(limit(&[0.5, 0.5, 1.0]), None);
        assert_eq!(limit(&[]), None);
    }
}
