//! Turns the ratios of paired runs into a verdict, and says when to look at them.

use serde::{Deserialize, Serialize};

use super::statistics::Interval;

/// Whether a program is faster than its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The whole interval is above 1.02.
    Faster,
    /// The whole interval is below 0.98.
    Slower,
    /// The whole interval lies within 0.95 to 1.05.
    Same,
    /// None of these.
    Undecided,
}

impl Verdict {
    /// The verdict on a speed-up.
    pub fn of(speedup: &Interval) -> Verdict {
        match speedup {
            Interval { low, .. } if *low > 1.02 => Verdict::Faster,
            Interval { high, .. } if *high < 0.98 => Verdict::Slower,
            Interval { low, high, .. } if *low >= 0.95 && *high <= 1.05 => Verdict::Same,
            _ => Verdict::Undecided,
        }
    }
}

/// The numbers of rounds after which a comparison is looked at. It ends at the first
/// look that decides it.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// The numbers of rounds, ascending.
    pub rounds: Vec<usize>,
    /// The highest probability that the interval of one look is wrong.
    pub error: f64,
}

impl Looks {
    /// For short rounds. The five looks leave out the 0, 1, 4, 8 and 16 lowest and highest
    /// ratios. Together they are wrong in at most 4.1 % of comparisons.
    pub fn several() -> Looks {
        Looks { rounds: vec![8, 12, 20, 32, 52], error: 0.012 }
    }

    /// One look after `rounds` rounds (at least 6), for rounds that take seconds. It is wrong in
    /// at most 5 % (after 6 rounds, in 3.1 %).
    pub fn once(rounds: usize) -> Looks {
        Looks { rounds: vec![rounds], error: 0.05 }
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    #[test]
    fn an_interval_becomes_a_verdict() {
        for (low, high, verdict) in [
            (1.03, 1.5, Verdict::Faster),
            (0.5, 0.97, Verdict::Slower),
            (0.96, 1.04, Verdict::Same),
            (0.99, 1.3, Verdict::Undecided),
            (0.9, 1.01, Verdict::Undecided),
        ] {
            assert_eq!(Verdict::of(&Interval { median: 1.0, low, high }), verdict, "{low} {high}");
        }
    }

    #[test]
    fn each_look_leaves_out_its_number_of_ratios() {
        let looks = Looks::several();
        for (n, left_out) in looks.rounds.iter().zip([0, 1, 4, 8, 16]) {
            let figures: Vec<f64> = (0..*n).map(|i| i as f64).collect();
            assert_eq!(Interval::of(&figures, looks.error).unwrap().low, f64::from(left_out));
        }
    }

    /// A time of about 1: noise on both sides, and now and then a long delay.
    fn time(random: &mut Rng, noise: f64) -> f64 {
        let (u, v) = (random.f64().max(1e-12), random.f64());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let delayed = if random.f64() < 0.05 { 5.0 * noise * random.f64() } else { 0.0 };
        (1.0 + noise * normal + delayed).max(0.1)
    }

    /// Compares a program with itself, 2 000 times. Counts the verdicts: faster, slower, same,
    /// undecided.
    fn verdicts(random: &mut Rng, noise: f64) -> [usize; 4] {
        let looks = Looks::several();
        let mut counts = [0; 4];
        for _ in 0..2_000 {
            let mut ratios = Vec::new();
            let mut verdict = Verdict::Undecided;
            for rounds in &looks.rounds {
                while ratios.len() < *rounds {
                    // The machine gets slower from run to run, and the order changes.
                    let drift = |run| 1.0 + 0.002 * (2 * ratios.len() + run) as f64;
                    let [first, second] = [0, 1].map(|run| drift(run) * time(random, noise));
                    let is_first = ratios.len() % 2 == 0;
                    ratios.push(if is_first { first / second } else { second / first });
                }
                verdict = Verdict::of(&Interval::of(&ratios, looks.error).unwrap());
                if verdict != Verdict::Undecided {
                    break;
                }
            }
            counts[verdict as usize] += 1;
        }
        counts
    }

    #[test]
    fn equal_programs_are_seldom_called_different() {
        let random = &mut Rng::with_seed(20_261_124);
        for noise in [0.005, 0.02, 0.04, 0.08] {
            let [faster, slower, same, _] = verdicts(random, noise);
            assert!(faster + slower <= 2_000 * 41 / 1_000, "{noise}: {faster} and {slower}");
            assert!(same > 1_900 || noise > 0.02, "{noise}: {same}");
        }
    }
}
