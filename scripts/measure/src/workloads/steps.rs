//! Sizes of CPU-bound work that fit this machine.

use std::time::Instant;

use common::work::{counter, cpu_bound_task};
use serde::Deserialize;

/// The time of one step in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Steps {
    pub counting: f64,
    pub adding: f64,
}

impl Steps {
    /// Tries both, for a few milliseconds each. The fastest of a few tries counts;
    /// it is only used to choose sizes.
    pub fn measure() -> Steps {
        Steps {
            counting: step(counter),
            adding: step(|limit| {
                std::hint::black_box(cpu_bound_task(0, limit));
            }),
        }
    }
}

fn step(work: impl Fn(u64)) -> f64 {
    const STEPS: u64 = 2_000_000;
    let time = || {
        let start = Instant::now();
        work(STEPS);
        start.elapsed().as_secs_f64() / STEPS as f64
    };
    (0..5).map(|_| time()).fold(f64::INFINITY, f64::min)
}

/// A limit for a loop that runs four times, one after the other, in at most `seconds`.
/// It is a round number, so that two machines can be compared.
pub fn limit_within(step: f64, seconds: f64) -> u64 {
    let most = (seconds / (4.0 * step)).max(1.0);
    let power = 10_f64.powf(most.log10().floor());
    let digit = [8.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.5, 1.0].into_iter().find(|d| d * power <= most);
    (digit.unwrap_or(1.0) * power) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_round_number_and_takes_no_longer() {
        assert_eq!(limit_within(1e-9, 0.1), 20_000_000);
        assert_eq!(limit_within(0.3e-9, 0.1), 80_000_000);
        assert_eq!(limit_within(10.0, 0.1), 1);
    }
}
