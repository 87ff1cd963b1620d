//! Which limit of the machine a program has reached that could start no more.
//!
//! The system's answer is the same for several of them: try again later.

use std::fs;
use std::path::Path;

use procfs::process::{LimitValue, Process, all_processes};
use procfs::sys::{kernel, vm};
use procfs::{Current, LoadAverage};

use crate::machine::usable_cores;
use crate::run::NO_MEMORY;

/// The share of a limit that must have been taken if the limit is to be the reason.
/// Not all of it: who else was there is counted after the program's end.
const LEAST_TAKEN: f64 = 0.9;
/// How many memory mappings a thread takes at least: its stack and the guard.
const MAPPINGS: u64 = 2;
/// The stack of a thread in Rust, in KiB. Elsewhere it is as large as `ulimit -s`
/// says, or this where that says nothing.
const STACK: u64 = 2 * 1024;
/// The addresses that the C library sets aside for the allocations of a thread, in
/// KiB, and for how many threads a core.
const ARENA: u64 = 64 * 1024;
const ARENAS: u64 = 8;

/// How many there may be of something, and how many there were.
#[derive(Debug)]
struct Limit {
    name: &'static str,
    most: u64,
    taken: u64,
}

/// What could not be started.
#[derive(Clone, Copy)]
struct Refused {
    /// The first that could not, counted from 1.
    nth: u64,
    /// Whether it was a thread, and no process.
    thread: bool,
}

/// The limits of the machine for a program, and what others have taken of them.
#[derive(Default)]
struct Limits {
    mappings: Option<u64>,
    threads: Option<u64>,
    pids: Option<u64>,
    /// `None` for root, for whom there is none.
    of_user: Option<u64>,
    /// In KiB.
    addresses: Option<u64>,
    /// Of the control group and those above it, with what is taken of each.
    groups: Vec<(u64, u64)>,
    /// All threads of the system.
    there: u64,
    /// All threads of the user.
    there_of_user: u64,
    /// The stack of a thread, in KiB.
    stack: u64,
    /// How many threads get an arena.
    arenas: u64,
}

/// The limits that explain why a program could start no more, or got no more
/// memory, if there are any: their names and values.
pub fn named(what: &str, peer: bool) -> Option<String> {
    let limits = Limits::look(peer);
    let names: Vec<String> = match refused(what) {
        Some(refused) => limits.explaining(refused),
        None if NO_MEMORY.iter().any(|no_memory| what.contains(no_memory)) => {
            limits.addresses.map(|most| shown("ulimit -v", most)).into_iter().collect()
        }
        None => Vec::new(),
    };
    (!names.is_empty()).then(|| names.join(" or "))
}

/// What a program says that it could not start, if the system's answer leaves open
/// why.
fn refused(what: &str) -> Option<Refused> {
    let open = ["(os error 11)", "EAGAIN", "can't start new thread"];
    open.iter().find(|answer| what.contains(**answer))?;
    let (kind, rest) = what.split_once("could not start ")?.1.split_once(' ')?;
    Some(Refused { nth: rest.split(' ').next()?.parse().ok()?, thread: kind == "thread" })
}

fn shown(name: &str, most: u64) -> String {
    format!("{name} ({most})")
}

impl Limits {
    /// Looks at this machine, now. The programs have the limits of this process.
    fn look(peer: bool) -> Limits {
        let limits = Process::myself().and_then(|own| own.limits()).ok();
        let value = |limit: LimitValue| match limit {
            LimitValue::Value(most) => Some(most),
            LimitValue::Unlimited => None,
        };
        let own_stack = || value(limits.as_ref()?.max_stack_size.soft_limit).map(|b| b / 1024);
        let user = rustix::process::getuid();
        let load = LoadAverage::current();
        Limits {
            mappings: vm::max_map_count().ok(),
            threads: kernel::threads_max().ok().map(u64::from),
            pids: kernel::pid_max().ok().and_then(|most| u64::try_from(most).ok()),
            of_user: (limits.as_ref().filter(|_| !user.is_root()))
                .and_then(|limits| value(limits.max_processes.soft_limit)),
            addresses: (limits.as_ref())
                .and_then(|limits| value(limits.max_address_space.soft_limit))
                .map(|bytes| bytes / 1024),
            groups: groups(),
            there: load.map_or(0, |load| u64::from(load.max)),
            there_of_user: threads_of(user.as_raw()),
            stack: if peer { own_stack().unwrap_or(STACK) } else { STACK },
            arenas: ARENAS * usable_cores() as u64,
        }
    }

    /// The limits that were reached with as many as a program had, itself included.
    fn explaining(&self, Refused { nth, thread }: Refused) -> Vec<String> {
        let limit = |name, most: Option<u64>, taken| Some(Limit { name, most: most?, taken });
        let addresses = nth * self.stack + nth.min(self.arenas) * ARENA;
        let of_threads = [
            limit("vm.max_map_count", self.mappings, nth * MAPPINGS),
            limit("ulimit -v", self.addresses, addresses),
        ];
        let of_both = [
            limit("kernel.threads-max", self.threads, nth + self.there),
            limit("kernel.pid_max", self.pids, nth + self.there),
            limit("ulimit -u", self.of_user, nth + self.there_of_user),
        ];
        let groups =
            self.groups.iter().map(|&(most, taken)| limit("pids.max", Some(most), nth + taken));
        let all = of_threads.into_iter().filter(|_| thread).chain(of_both).chain(groups);
        let reached = |limit: &Limit| limit.taken as f64 >= LEAST_TAKEN * limit.most as f64;
        all.flatten().filter(reached).map(|limit| shown(limit.name, limit.most)).collect()
    }
}

/// How many threads a user has.
fn threads_of(user: u32) -> u64 {
    let processes = all_processes().into_iter().flatten().flatten();
    let status = processes.filter_map(|process| process.status().ok());
    status.filter(|status| status.ruid == user).map(|status| status.threads).sum()
}

/// What the control groups allow that this process is in, and what is taken of it;
/// in version 1 or 2 of control groups.
fn groups() -> Vec<(u64, u64)> {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let number = |file: &Path| fs::read_to_string(file).ok()?.trim().parse().ok();
    let mut found = Vec::new();
    for line in own.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        let root = match controllers {
            "" => "/sys/fs/cgroup",
            "pids" => "/sys/fs/cgroup/pids",
            _ => continue,
        };
        let group = Path::new(root).join(path.trim_start_matches('/'));
        for group in group.ancestors().take_while(|group| group.starts_with(root)) {
            // "max" is no number.
            let most = number(&group.join("pids.max"));
            found.extend(most.zip(number(&group.join("pids.current"))));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREAD: &str = "could not start thread 976 of 5000: try again (os error 11)";
    const PROCESS: &str = "could not start process 976 of 5000: could not fork: EAGAIN";

    /// The limits of a usual machine, some of them changed.
    fn explaining(what: &str, change: fn(&mut Limits)) -> Vec<String> {
        let mut limits = Limits {
            mappings: Some(65_530),
            threads: Some(192_731),
            pids: Some(32_768),
            of_user: Some(96_365),
            there: 150,
            there_of_user: 20,
            stack: STACK,
            arenas: 16,
            ..Limits::default()
        };
        change(&mut limits);
        limits.explaining(refused(what).unwrap())
    }

    #[test]
    fn the_limit_that_was_reached_is_named() {
        for what in [THREAD, PROCESS] {
            assert!(explaining(what, |_| ()).is_empty());
            for (change, name) in [
                ((|limits| limits.of_user = Some(1_000)) as fn(&mut Limits), "ulimit -u (1000)"),
                (|limits| limits.threads = Some(1_130), "kernel.threads-max (1130)"),
                (|limits| limits.pids = Some(1_130), "kernel.pid_max (1130)"),
                (|limits| limits.groups = vec![(5_000, 9), (1_000, 30)], "pids.max (1000)"),
            ] {
                assert_eq!(explaining(what, change), [name]);
            }
        }
        let both = |limits: &mut Limits| (limits.pids, limits.of_user) = (Some(1_000), Some(990));
        assert_eq!(explaining(THREAD, both), ["kernel.pid_max (1000)", "ulimit -u (990)"]);
    }

    #[test]
    fn threads_take_addresses_and_mappings_and_processes_take_none() {
        let addresses = |limits: &mut Limits| limits.addresses = Some(3_000_000);
        assert_eq!(explaining(THREAD, addresses), ["ulimit -v (3000000)"]);
        assert!(explaining(PROCESS, addresses).is_empty());
        let mappings = |limits: &mut Limits| limits.mappings = Some(2_000);
        assert_eq!(explaining(THREAD, mappings), ["vm.max_map_count (2000)"]);
        assert!(explaining(PROCESS, mappings).is_empty());
    }

    #[test]
    fn only_an_answer_that_leaves_the_reason_open_asks_for_it() {
        let nth = |what: &str| refused(what).map(|refused| (refused.nth, refused.thread));
        assert_eq!(nth(THREAD), Some((976, true)));
        assert_eq!(nth(PROCESS), Some((976, false)));
        assert_eq!(
            nth("could not start thread 11 of 20: can't start new thread"),
            Some((11, true))
        );
        for what in [
            "could not start thread 9 of 20: vm.max_map_count leaves no room for another thread",
            "could not start process 9 of 20: could not fork: ENOMEM",
            "could not be started: try again (os error 11)",
        ] {
            assert_eq!(nth(what), None);
        }
    }
}
