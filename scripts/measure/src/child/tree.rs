//! A program's tree of processes, as `/proc` and the kernel's accounting show it.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use procfs::process::{Process, Stat};
use procfs::{CurrentSI, KernelStats, ProcResult};

use crate::trouble::Trouble;

/// The descendants of this process that a program made: all but those children that
/// were there before it. This process must be their subreaper; then a process
/// whose parent has ended is a child of this one.
pub struct Tree {
    before: Vec<i32>,
    cpu_before: Duration,
    started_before: u64,
}

impl Tree {
    /// Of a program that is about to be started.
    ///
    /// # Errors
    ///
    /// If `/proc` does not tell what is needed.
    pub fn before_start() -> Result<Tree, Trouble> {
        let blind = "cannot see which thread is on a core when, /proc does not tell it here";
        let myself = Process::myself().map_err(Trouble::own(blind))?;
        myself.schedstat().map_err(Trouble::own(blind))?;
        let before = own_children()
            .map_err(Trouble::own("cannot see which processes a program starts in /proc"))?;
        let started_before = started().map_err(Trouble::own("cannot read /proc/stat"))?;
        let cpu_before = reaped_cpu().map_err(Trouble::own("cannot read a program's CPU time"))?;
        Ok(Tree { before, cpu_before, started_before })
    }

    /// The program, until it is reaped, and processes whose parent has ended.
    pub fn children(&self) -> Vec<i32> {
        let mut children = own_children().unwrap_or_default();
        children.retain(|pid| !self.before.contains(pid));
        children
    }

    /// All processes that have not been reaped.
    pub fn processes(&self) -> Vec<Stat> {
        descendants(self.children()).into_iter().map(|(_, stat)| stat).collect()
    }

    /// Reaps the children that have ended, but the program.
    pub fn reap_orphans(&self, program: i32) {
        for pid in self.children().into_iter().filter(|pid| *pid != program) {
            // One that is still alive stays.
            let _ = waitpid(Pid::from_raw(pid), Some(WaitPidFlag::WNOHANG));
        }
    }

    /// The CPU time of all processes, short-lived ones included, as the kernel accounts for
    /// it: what was reaped, to the microsecond, and what was not, to the tick. It lacks the
    /// processes that a parent ignored by ignoring SIGCHLD.
    pub fn cpu(&self) -> Duration {
        let reaped = reaped_cpu().unwrap_or_default().saturating_sub(self.cpu_before);
        let ticks: u64 = self
            .processes()
            .iter()
            .map(|s| s.utime + s.stime + u64::try_from(s.cutime + s.cstime).unwrap_or(0))
            .sum();
        reaped
            + Duration::from_secs(ticks) / u32::try_from(procfs::ticks_per_second()).unwrap_or(100)
    }

    /// How many processes and threads the whole machine has started since the program
    /// was about to start: at least as many as the program did.
    pub fn started(&self) -> u64 {
        started().map_or(0, |now| now.saturating_sub(self.started_before))
    }
}

/// Some processes, and all that descend from them.
pub fn descendants(mut pids: Vec<i32>) -> Vec<(Process, Stat)> {
    let mut found = Vec::new();
    while let Some(pid) = pids.pop() {
        // A process that is gone by now has no children either.
        if let Ok((process, stat)) = Process::new(pid).and_then(|p| p.stat().map(|s| (p, s))) {
            pids.extend(children(&process).unwrap_or_default());
            found.push((process, stat));
        }
    }
    found
}

/// The pids of this process's own children, dead ones that are not reaped included.
///
/// # Errors
///
/// If the kernel does not list children.
pub fn own_children() -> ProcResult<Vec<i32>> {
    children(&Process::myself()?)
}

/// The children of all threads of a process, dead ones that are not reaped included.
///
/// # Errors
///
/// If there is no such process, or the kernel does not list children.
pub fn children(process: &Process) -> ProcResult<Vec<i32>> {
    let mut children = Vec::new();
    for task in process.tasks()?.flatten() {
        // A pid fits: the kernel's own type for it is signed.
        children.extend(task.children()?.into_iter().map(u32::cast_signed));
    }
    Ok(children)
}

fn started() -> ProcResult<u64> {
    Ok(KernelStats::current()?.processes)
}

/// The CPU time of the children that this process has reaped, and of all that these
/// had reaped.
fn reaped_cpu() -> nix::Result<Duration> {
    cpu_of(UsageWho::RUSAGE_CHILDREN)
}

/// The CPU time of this process, or of the children that it has reaped.
///
/// # Errors
///
/// If the system refuses.
pub fn cpu_of(who: UsageWho) -> nix::Result<Duration> {
    let usage = getrusage(who)?;
    let duration = |time: TimeVal| {
        let micros = time.tv_sec() * 1_000_000 + time.tv_usec();
        Duration::from_micros(micros.cast_unsigned())
    };
    Ok(duration(usage.user_time()) + duration(usage.system_time()))
}
