//! Whether the machine is quiet enough, and how many cores are really there.
//!
//! A fixed piece of work, the documents' own loop, is timed before, between and
//! after the runs: alone, and on all usable cores at the same time. On a quiet
//! machine it always takes the same time.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use common::work::{counter, cpu_bound_task};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::statistics::{median, median_absolute_deviation};

/// How far a spin counts. It must take longer than a scheduler lets a process
/// run that has just woken up, or it does not see that others want the core.
const STEPS: u64 = 40_000_000;
/// How many numbers are added up for the time of a step, which is CPU time and
/// needs no long run.
const SHORT: u64 = STEPS / 4;
/// The most that the spins may scatter: median absolute deviation over median.
const MOST_SPREAD: f64 = 0.10;
/// The most that the last third of the spins may differ from the first.
const MOST_DRIFT: f64 = 0.10;
/// The least share of the usable cores that must be there.
const LEAST_CORES: f64 = 0.75;

/// One spin. All times in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spin {
    /// How long it took alone.
    pub alone: f64,
    /// How long it took on each of the usable cores, all at once.
    pub at_once: f64,
    /// The CPU time that those got together.
    pub cpu: f64,
    /// The CPU time of a step of counting, alone.
    pub counting: f64,
    /// The CPU time of a step of adding up, alone.
    pub adding: f64,
}

/// The spins around the runs of one comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    /// The cores that may be used.
    pub usable: usize,
    /// In the order in which they were made.
    pub spins: Vec<Spin>,
}

impl Noise {
    /// Nothing known yet.
    pub fn new(usable: usize) -> Noise {
        let spins = Vec::new();
        Noise { usable, spins }
    }

    /// The spins of several comparisons, in their order.
    pub fn of_all<'a>(comparisons: impl IntoIterator<Item = &'a Noise>) -> Noise {
        let mut all = Noise::new(0);
        for noise in comparisons {
            all.usable = noise.usable;
            all.spins.extend_from_slice(&noise.spins);
        }
        all
    }

    /// Spins once more.
    pub fn spin(&mut self) {
        let start = Instant::now();
        let counting = step(counter, STEPS);
        let alone = start.elapsed().as_secs_f64();
        let add = |limit| {
            black_box(cpu_bound_task(1, limit));
        };
        let adding = step(add, SHORT);
        let (at_once, cpu) = spin_at_once(self.usable);
        self.spins.push(Spin {
            alone,
            at_once: at_once.as_secs_f64(),
            cpu: cpu.as_secs_f64(),
            counting,
            adding,
        });
    }

    /// The least CPU time in seconds that one step takes here: of counting, and
    /// of adding up.
    pub fn fastest_steps(&self) -> (f64, f64) {
        let least =
            |step: fn(&Spin) -> f64| self.spins.iter().map(step).fold(f64::INFINITY, f64::min);
        (least(|spin| spin.counting), least(|spin| spin.adding))
    }

    fn alone(&self) -> Vec<f64> {
        self.spins.iter().map(|spin| spin.alone).collect()
    }

    /// The median time of a spin alone, in seconds.
    pub fn typical(&self) -> Option<f64> {
        median(&self.alone())
    }

    /// The median absolute deviation of the spins over their median.
    pub fn spread(&self) -> Option<f64> {
        Some(median_absolute_deviation(&self.alone())? / self.typical()?)
    }

    /// How much longer the spins of the last third took than those of the
    /// first, as a share; negative if they were faster.
    pub fn drift(&self) -> Option<f64> {
        let alone = self.alone();
        let third = alone.len().div_ceil(3);
        let last = median(&alone[alone.len() - third..])?;
        Some(last / median(&alone[..third])? - 1.0)
    }

    /// How many cores are really there: the median over the spins of the lesser
    /// of two figures. The CPU time that was got per second does not see what a
    /// hypervisor takes away; the work that was done per second, compared with
    /// the fastest spin alone, does not see a load that is always there.
    pub fn cores(&self) -> Option<f64> {
        let fastest = self.alone().into_iter().min_by(f64::total_cmp)?;
        let cores: Vec<f64> = self
            .spins
            .iter()
            .map(|spin| (self.usable as f64 * fastest).min(spin.cpu) / spin.at_once)
            .collect();
        median(&cores)
    }

    /// Why the figures beside these spins are not to be trusted; empty on a
    /// quiet machine.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        if let Some(spread) = self.spread().filter(|spread| *spread > MOST_SPREAD) {
            faults.push(format!(
                "a fixed spin scatters by {} (at most {})",
                percent(spread),
                percent(MOST_SPREAD)
            ));
        }
        if let Some(drift) = self.drift().filter(|drift| drift.abs() > MOST_DRIFT) {
            faults.push(format!(
                "it drifted by {} (at most {})",
                percent(drift.abs()),
                percent(MOST_DRIFT)
            ));
        }
        let least = LEAST_CORES * self.usable as f64;
        if let Some(cores) = self.cores().filter(|cores| *cores < least) {
            faults.push(format!(
                "{cores:.2} of {} cores were really there (at least {least:.2})",
                self.usable
            ));
        }
        faults
    }
}

/// Spins on as many threads, from the same moment on. Returns the wall time
/// until the last has finished, and the CPU time of all.
fn spin_at_once(threads: usize) -> (Duration, Duration) {
    let barrier = Barrier::new(threads);
    let spin = || {
        barrier.wait();
        let (start, cpu) = (Instant::now(), cpu_time());
        counter(STEPS);
        (start, Instant::now(), cpu_time().saturating_sub(cpu))
    };
    let spins: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(spin)).collect();
        let spins = threads.into_iter().map(|thread| thread.join());
        spins.map(|spin| spin.expect("a count does not panic")).collect()
    });
    let start = spins.iter().map(|spin| spin.0).min();
    let end = spins.iter().map(|spin| spin.1).max();
    let wall = start.zip(end).map_or(Duration::ZERO, |(s, e)| e - s);
    (wall, spins.iter().map(|spin| spin.2).sum())
}

/// The CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Neither is negative for a CPU clock.
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// The CPU time in seconds of one step of some work. Wall time would count the
/// times when somebody else has the processor.
fn step(work: impl Fn(u64), steps: u64) -> f64 {
    let start = cpu_time();
    work(steps);
    cpu_time().saturating_sub(start).as_secs_f64() / steps as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(usable: usize, spins: &[(f64, f64, f64)]) -> Noise {
        let spins = spins.iter().map(|&(alone, at_once, cpu)| Spin {
            alone,
            at_once,
            cpu,
            counting: alone / STEPS as f64,
            adding: alone / STEPS as f64,
        });
        Noise { usable, spins: spins.collect() }
    }

    #[test]
    fn a_quiet_machine_has_no_faults() {
        let quiet = noise(2, &[(1.00, 1.01, 2.0), (1.02, 1.03, 2.0), (1.01, 1.0, 2.0)]);
        assert_eq!(quiet.faults(), Vec::<String>::new());
        assert!(quiet.cores().unwrap() > 1.9);
    }

    #[test]
    fn scatter_drift_and_missing_cores_are_faults() {
        let scattered = noise(1, &[(1.0, 1.0, 1.0), (1.5, 1.0, 1.0), (2.0, 1.0, 1.0)]);
        assert!(scattered.faults()[0].contains("scatters by 33 %"));
        let drifting = noise(1, &[(1.0, 1.0, 1.0), (1.0, 1.0, 1.0), (1.2, 1.0, 1.0)]);
        assert_eq!(drifting.faults().len(), 1);
        assert!(drifting.faults()[0].contains("drifted by 20 %"));
        // Another program has half of each core: everything takes twice as
        // long, alone too, and the CPU time shows it.
        let loaded = noise(2, &[(2.0, 2.0, 2.0), (2.0, 2.0, 2.0), (2.0, 2.0, 2.0)]);
        assert!(loaded.faults()[0].contains("1.00 of 2 cores"));
        // A hypervisor shares one core among two: the CPU time does not show it.
        let stolen = noise(2, &[(1.0, 2.0, 4.0), (1.0, 2.0, 4.0), (1.0, 2.0, 4.0)]);
        assert!(stolen.faults()[0].contains("1.00 of 2 cores"));
    }

    #[test]
    fn a_spin_here_takes_time_on_every_core() {
        let mut noise = Noise::new(2);
        noise.spin();
        let spin = noise.spins[0];
        assert!(spin.alone > 0.0 && spin.at_once > 0.0 && spin.cpu > 0.0);
        let (counting, adding) = noise.fastest_steps();
        assert!(counting > 0.05e-9 && adding > 0.05e-9);
        assert!(noise.cores().unwrap() <= 2.01);
    }
}
