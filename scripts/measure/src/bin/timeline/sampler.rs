//! Looks at the threads of a program and of all that it starts.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use procfs::process::{Process, Task};
use procfs::{ProcError, ProcResult};

use crate::names;
use crate::recording::{Counters, Sample, Thread};
use crate::trouble::Trouble;

/// How often a new thread is asked who it is: it may be seen before it has got its
/// name, or executed the program that it is to become.
const FIRST_LOOKS: u32 = 3;

/// What is known of a program's threads.
pub struct Sampler {
    myself: Process,
    root: i32,
    /// The processes that are there, in the order in which they were found.
    processes: Vec<Tree>,
    /// How many processes were ever found.
    found: usize,
    /// Every thread that was ever seen, in the order in which it was.
    seen: Vec<Seen>,
    /// Processes whose threads may not be looked at.
    forbidden: HashSet<i32>,
    orphans: Vec<i32>,
}

/// A process that is there.
struct Tree {
    pid: i32,
    /// Its place among all processes that were ever found.
    order: usize,
    /// Its threads in [`Sampler::seen`], by their numbers.
    threads: HashMap<i32, usize>,
    /// Whether it has ended and only waits for its parent to take notice.
    ended: bool,
}

struct Seen {
    process: usize,
    thread: Thread,
    on_core: u64,
    ready: u64,
    ended: bool,
    looks: u32,
    /// The programs that a process was seen to execute, for its first thread.
    programs: Vec<String>,
}

impl Sampler {
    /// Watches a child of this process, which should be the subreaper of all
    /// that the child starts.
    ///
    /// # Errors
    ///
    /// If `/proc` does not tell what is needed.
    pub fn new(root: i32) -> Result<Sampler, Trouble> {
        let blind = || "cannot see who is on a core when, /proc does not tell it here";
        let myself = Process::myself().map_err(Trouble::system(blind()))?;
        myself.schedstat().map_err(Trouble::system(blind()))?;
        let task = myself.task_main_thread().map_err(Trouble::system(blind()))?;
        task.children().map_err(Trouble::system(
            "cannot see which processes a program starts, /proc does not tell it here",
        ))?;
        Ok(Sampler {
            myself,
            root,
            processes: Vec::new(),
            found: 0,
            seen: Vec::new(),
            forbidden: HashSet::new(),
            orphans: Vec::new(),
        })
    }

    /// Looks at every thread once, `at` nanoseconds after the start.
    pub fn sample(&mut self, at: u64) -> Sample {
        self.find(self.root);
        self.orphans = self.own_children();
        self.orphans.retain(|pid| *pid != self.root);
        for pid in self.orphans.clone() {
            self.find(pid);
        }
        let mut changed = Vec::new();
        let mut next = 0;
        // What a process has started is found while it is looked at, and stands
        // behind it.
        while next < self.processes.len() {
            let mut children = Vec::new();
            match self.look_at(next, at, &mut changed, &mut children) {
                Ok(()) => next += 1,
                Err(error) => {
                    let gone = self.processes.remove(next);
                    if matches!(error, ProcError::PermissionDenied(_)) {
                        self.forbidden.insert(gone.pid);
                    }
                }
            }
            for pid in children {
                self.find(pid);
            }
        }
        Sample { at, changed }
    }

    /// The processes that are there and have not ended.
    pub fn alive(&self) -> impl Iterator<Item = i32> {
        self.processes.iter().filter(|tree| !tree.ended).map(|tree| tree.pid)
    }

    /// The children of this process other than the program itself, dead or
    /// alive, at the last sample: descendants of the program whose parent has
    /// ended.
    pub fn orphans(&self) -> &[i32] {
        &self.orphans
    }

    /// All threads, with names and in order, and for each of [`Sampler::sample`]'s
    /// positions where it is now.
    pub fn finish(self) -> (Vec<Thread>, Vec<usize>, Vec<String>) {
        let mut order: Vec<usize> = (0..self.seen.len()).collect();
        order.sort_by_key(|&i| self.seen[i].process);
        let mut places = vec![0; order.len()];
        for (place, &i) in order.iter().enumerate() {
            places[i] = place;
        }
        let root = self.seen.iter().find(|seen| seen.thread.pid == self.root);
        let program = root.and_then(|seen| seen.programs.first()).cloned();

        let mut threads: Vec<Thread> = Vec::new();
        let mut unnamed = 0;
        let mut main: Option<&Seen> = None;
        for &i in &order {
            let seen = &self.seen[i];
            let mut thread = seen.thread.clone();
            if main.is_none_or(|main| main.process != seen.process) {
                (main, unnamed) = (Some(seen), 0);
                let other = seen.programs.last().filter(|other| program.as_ref() != Some(*other));
                thread.name = names::process(thread.pid == self.root, thread.pid, other);
            } else {
                // A thread that nobody named has the name of its process.
                let inherits = main.is_some_and(|main| main.thread.comm == thread.comm)
                    || thread.comm.is_empty();
                thread.name = if inherits {
                    unnamed += 1;
                    format!("thread {unnamed}")
                } else {
                    names::library(&thread.comm)
                };
            }
            threads.push(thread);
        }
        let mut forbidden: Vec<i32> = self.forbidden.into_iter().collect();
        forbidden.sort_unstable();
        let blind = forbidden
            .iter()
            .map(|pid| format!("The threads of process {pid} may not be looked at."))
            .collect();
        (threads, places, blind)
    }

    /// Takes note of a process, unless it is known.
    fn find(&mut self, pid: i32) {
        if self.forbidden.contains(&pid) || self.processes.iter().any(|tree| tree.pid == pid) {
            return;
        }
        let tree = Tree { pid, order: self.found, threads: HashMap::new(), ended: false };
        self.processes.push(tree);
        self.found += 1;
    }

    fn own_children(&self) -> Vec<i32> {
        let mut children = Vec::new();
        for task in self.myself.tasks().into_iter().flatten().flatten() {
            children.extend(task.children().unwrap_or_default());
        }
        // A pid fits: the kernel's own type for it is signed.
        children.into_iter().map(u32::cast_signed).collect()
    }

    /// Looks at each thread of a process.
    ///
    /// # Errors
    ///
    /// If there is no such process, or it may not be looked at.
    fn look_at(
        &mut self,
        process: usize,
        at: u64,
        changed: &mut Vec<Counters>,
        children: &mut Vec<i32>,
    ) -> ProcResult<()> {
        let tree = &mut self.processes[process];
        let kernel = Process::new(tree.pid)?;
        let mut there = 0;
        for task in kernel.tasks()? {
            // A thread that has just ended.
            let Ok((counters, task)) = task.and_then(|task| Ok((task.schedstat()?, task))) else {
                continue;
            };
            there += 1;
            let (on_core, ready) = (counters.sum_exec_runtime, counters.run_delay);
            let known = tree.threads.get(&task.tid).copied();
            // Counters that went back are those of another thread of that number.
            let known = known.filter(|&i| self.seen[i].on_core <= on_core);
            let i = known.unwrap_or_else(|| {
                self.seen.push(Seen::new(tree.order, &task, at));
                tree.threads.insert(task.tid, self.seen.len() - 1);
                self.seen.len() - 1
            });
            let seen = &mut self.seen[i];
            if seen.ended {
                continue;
            }
            seen.thread.last = at;
            if known.is_some() && (seen.on_core, seen.ready) == (on_core, ready) {
                // It has not run, so it has neither ended, nor started a process,
                // nor become another program.
                continue;
            }
            (seen.on_core, seen.ready) = (on_core, ready);
            changed.push(Counters(i, on_core, ready));
            seen.look_closer(&kernel, &task);
            if task.tid == tree.pid {
                tree.ended = seen.ended;
            }
            children.extend(task.children().unwrap_or_default().into_iter().map(u32::cast_signed));
        }
        if there < tree.threads.len() {
            let seen = &self.seen;
            tree.threads.retain(|_, i| seen[*i].thread.last == at || seen[*i].ended);
        }
        Ok(())
    }
}

impl Seen {
    fn new(process: usize, task: &Task, at: u64) -> Seen {
        let thread = Thread {
            name: String::new(),
            pid: task.pid,
            tid: task.tid,
            comm: String::new(),
            first: at,
            last: at,
        };
        Seen { process, thread, on_core: 0, ready: 0, ended: false, looks: 0, programs: Vec::new() }
    }

    /// Reads what can have changed only while the thread was on a core.
    fn look_closer(&mut self, kernel: &Process, task: &Task) {
        self.looks = self.looks.saturating_add(1);
        let is_first = self.thread.pid == self.thread.tid;
        // A thread that is not its process's first leaves nothing behind when it
        // ends, and is given its name, if any, soon after its start.
        if !is_first && self.looks > FIRST_LOOKS && !self.looks.is_power_of_two() {
            return;
        }
        let Ok(stat) = task.stat() else {
            return;
        };
        self.ended = matches!(stat.state, 'Z' | 'X');
        let is_renamed = self.thread.comm != stat.comm;
        self.thread.comm = stat.comm;
        if is_first && (is_renamed || self.looks <= FIRST_LOOKS) {
            // Of one that has ended, nothing can be read any more.
            let arguments = kernel.cmdline().unwrap_or_default();
            let program = arguments.first().map(Path::new).and_then(Path::file_name);
            if let Some(program) = program {
                let program = program.to_string_lossy().into_owned();
                if self.programs.last() != Some(&program) {
                    self.programs.push(program);
                }
            }
        }
    }
}
