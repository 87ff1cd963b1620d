//! A program's tree of processes, as `/proc` and the kernel's accounting show it.

use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::time::TimeValLike;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use procfs::process::{Process, Stat};
use procfs::ticks_per_second;

use crate::trouble::Trouble;

/// The processes of programs: all descendants of this process, except children that were
/// there before. This process adopts the descendants whose parents have ended.
pub struct Tree {
    before: Vec<i32>,
}

impl Tree {
    /// Must be called before the programs start.
    pub fn before_start() -> Result<Tree, Trouble> {
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
            .map_err(Trouble::own("cannot adopt the descendants of programs"))?;
        // A kernel may be built without these lists.
        Process::myself()
            .and_then(|own| own.task_main_thread()?.children())
            .map_err(Trouble::own("cannot list child processes in /proc"))?;
        Ok(Tree { before: own_children() })
    }

    /// The programs that are not reaped yet, and the processes whose parents have ended.
    fn children(&self) -> Vec<i32> {
        let mut children = own_children();
        children.retain(|pid| !self.before.contains(pid));
        children
    }

    /// All processes that have not been reaped.
    pub fn processes(&self) -> Vec<(Process, Stat)> {
        descendants(self.children())
    }

    /// Reaps the children that have ended, but not the program with this pid.
    pub fn reap(&self, but: Option<i32>) {
        for pid in self.children().into_iter().filter(|pid| Some(*pid) != but) {
            // Children that are still alive stay.
            let _ = waitpid(Pid::from_raw(pid), Some(WaitPidFlag::WNOHANG));
        }
    }

    /// Waits up to a second for the processes that ended programs have left behind, or
    /// kills them. Returns how many are still there.
    pub fn left(&self, is_killing: bool) -> usize {
        let until = Instant::now() + Duration::from_secs(1);
        loop {
            self.reap(None);
            let mut left = self.processes();
            left.retain(|(_, stat)| is_alive(stat));
            if left.is_empty() || until <= Instant::now() {
                return left.len();
            }
            for (_, stat) in left.iter().filter(|_| is_killing) {
                // If the process has just ended, there is nothing to kill.
                let _ = kill(Pid::from_raw(stat.pid), Signal::SIGKILL);
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Whether a process is alive. A zombie is not: it waits to be reaped.
pub fn is_alive(stat: &Stat) -> bool {
    !matches!(stat.state, 'Z' | 'X')
}

/// Some processes and all their descendants.
pub fn descendants(mut pids: Vec<i32>) -> Vec<(Process, Stat)> {
    let mut found = Vec::new();
    while let Some(pid) = pids.pop() {
        // A process that has ended meanwhile has no children either.
        if let Ok((process, stat)) = Process::new(pid).and_then(|p| p.stat().map(|s| (p, s))) {
            pids.extend(children(&process));
            found.push((process, stat));
        }
    }
    found
}

/// This process's own children, zombies included.
fn own_children() -> Vec<i32> {
    Process::myself().map(|own| children(&own)).unwrap_or_default()
}

/// The children of all threads of a process, zombies included. When a thread ends, its
/// children become those of another thread.
fn children(process: &Process) -> Vec<i32> {
    let tasks = process.tasks().into_iter().flatten().flatten();
    let pids = tasks.filter_map(|task| task.children().ok()).flatten();
    // The pid fits: the kernel's own type for it is signed.
    pids.map(u32::cast_signed).collect()
}

/// The CPU time of all descendants of this process, short-lived ones included. The kernel
/// counts it in microseconds for reaped processes, and in ticks for the others. Children
/// of a parent that ignores SIGCHLD are missing.
pub fn cpu_of_descendants() -> Duration {
    let ticks: u64 = descendants(own_children())
        .iter()
        .map(|(_, s)| s.utime + s.stime + u64::try_from(s.cutime + s.cstime).unwrap_or(0))
        .sum();
    let unreaped = Duration::from_secs_f64(ticks as f64 / ticks_per_second() as f64);
    cpu_of(UsageWho::RUSAGE_CHILDREN) + unreaped
}

/// The CPU time of this process, or of all processes that it has reaped.
pub fn cpu_of(who: UsageWho) -> Duration {
    // It cannot fail: every `who` is valid.
    getrusage(who).map_or(Duration::ZERO, |usage| {
        let time = usage.user_time() + usage.system_time();
        Duration::from_micros(time.num_microseconds().cast_unsigned())
    })
}
