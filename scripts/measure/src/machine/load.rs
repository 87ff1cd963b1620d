//! How much CPU time was used, by whom: the kernel's counters in `/proc/stat`.

use std::fs;
use std::time::Instant;

use nix::sched::sched_getaffinity;
use nix::sys::resource::UsageWho;
use nix::unistd::Pid;
use procfs::ticks_per_second;
use serde::{Deserialize, Serialize};

use crate::child::tree::{cpu_of, cpu_of_descendants};
use crate::trouble::Trouble;

/// If others use more than this share of the cores' time, a round is disturbed.
const MOST: f64 = 0.05;
/// How exact the counters of a core are: they count ticks.
const TICKS: f64 = 2.0;

/// The counters of the cores that this process may use, at one moment.
pub struct Load {
    at: Instant,
    /// In seconds, by all programs on this machine.
    busy: f64,
    /// In seconds, by other machines, to which the hypervisor gave it.
    stolen: f64,
    /// In seconds, by this process and its descendants.
    own: f64,
    cores: usize,
}

/// What happened between two moments, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meanwhile {
    pub wall: f64,
    /// CPU time of other programs.
    pub others: f64,
    /// CPU time of other machines.
    pub stolen: f64,
    pub cores: usize,
}

impl Load {
    pub fn now() -> Result<Load, Trouble> {
        let stat = fs::read_to_string("/proc/stat");
        let stat = stat.map_err(Trouble::own("cannot read /proc/stat"))?;
        let usable = sched_getaffinity(Pid::from_raw(0)).ok();
        let own = (cpu_of(UsageWho::RUSAGE_SELF) + cpu_of_descendants()).as_secs_f64();
        let mut load = Load { at: Instant::now(), busy: 0.0, stolen: 0.0, own, cores: 0 };
        let seconds = |ticks: usize| ticks as f64 / ticks_per_second() as f64;
        // The first line has the sums. Then each core has one, except those that are switched off.
        for core in stat.lines().skip(1).map_while(|line| line.strip_prefix("cpu")) {
            let numbers: Vec<usize> = core.split(' ').flat_map(str::parse).collect();
            let [core, user, nice, system, _, _, irq, softirq, steal, ..] = numbers[..] else {
                continue;
            };
            if usable.as_ref().is_none_or(|set| set.is_set(core).unwrap_or(true)) {
                load.busy += seconds(user + nice + system + irq + softirq);
                load.stolen += seconds(steal);
                load.cores += 1;
            }
        }
        Ok(load)
    }

    /// What happened since then.
    pub fn until_now(&self) -> Result<Meanwhile, Trouble> {
        let now = Load::now()?;
        Ok(Meanwhile {
            wall: now.at.duration_since(self.at).as_secs_f64(),
            others: ((now.busy - self.busy) - (now.own - self.own)).max(0.0),
            stolen: (now.stolen - self.stolen).max(0.0),
            cores: now.cores,
        })
    }
}

impl Meanwhile {
    /// Whether other programs and other machines took more than 5 % of the cores' time.
    pub fn is_disturbed(&self) -> bool {
        let cores = self.cores as f64;
        let blur = TICKS * cores / ticks_per_second() as f64;
        self.others + self.stolen > MOST * cores * self.wall + blur
    }

    /// Who took the time. Less than a tenth of it is not worth a word.
    pub fn who(&self) -> &'static str {
        match (self.others, self.stolen) {
            (others, stolen) if stolen * 10.0 < others => "other programs",
            (others, stolen) if others * 10.0 < stolen => "other virtual machines",
            _ => "other programs and virtual machines",
        }
    }

    pub fn add(&mut self, other: Meanwhile) {
        self.wall += other.wall;
        self.others += other.others;
        self.stolen += other.stolen;
        self.cores = other.cores;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_twentieth_of_the_cores_is_a_disturbance() {
        let while_two = |others, stolen| Meanwhile { wall: 1.0, others, stolen, cores: 2 };
        assert!(!while_two(0.0, 0.0).is_disturbed());
        assert!(!while_two(0.09, 0.0).is_disturbed());
        assert!(while_two(0.2, 0.0).is_disturbed());
        assert!(while_two(0.0, 0.2).is_disturbed());
        // A tick more or less says nothing of a short time.
        let short = Meanwhile { wall: 0.01, others: 0.01, stolen: 0.0, cores: 1 };
        assert!(!short.is_disturbed());
    }
}
