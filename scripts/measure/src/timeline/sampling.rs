//! Reads what the kernel counts for each thread of a program and of all that it starts.

use std::collections::HashMap;
use std::mem;
use std::path::Path;

use procfs::ProcResult;
use procfs::process::Process;

use crate::child::tree::Tree;
use crate::timeline::recording::{Counters, Thread};

/// The kernel keeps 15 bytes of a thread's name. These are the whole names of threads
/// that libraries hide.
const LIBRARIES: [&str; 2] = ["reqwest-internal-sync-runtime", "tokio-runtime-worker"];
const KEPT: usize = 15;

/// What is known of a program's threads.
#[derive(Default)]
pub struct Sampler {
    /// Every process that was ever seen, in the order in which it was.
    processes: Vec<Seen>,
    /// The moments of the samples.
    samples: Vec<u64>,
}

#[derive(Default)]
struct Seen {
    pid: i32,
    /// Every thread that was ever seen. Its name is the kernel's until the end.
    threads: Vec<Thread>,
    /// The positions in `threads` of those that are there now, by their numbers.
    there: HashMap<i32, usize>,
    /// What the process executes, without the directory.
    program: String,
    /// Whether the first thread has ended.
    has_ended: bool,
    /// Whether nothing more can be read.
    is_gone: bool,
}

impl Sampler {
    /// Looks at every thread once, `at` nanoseconds after the start.
    pub fn sample(&mut self, tree: &Tree, at: u64) {
        self.samples.push(at);
        let mut found = tree.children();
        let mut next = 0;
        loop {
            for pid in found.drain(..) {
                // A process that could never be read is not tried again.
                let is_known =
                    |seen: &Seen| seen.pid == pid && (!seen.is_gone || seen.threads.is_empty());
                if !self.processes.iter().any(is_known) {
                    self.processes.push(Seen { pid, ..Seen::default() });
                }
            }
            let Some(process) = self.processes.get_mut(next) else {
                break;
            };
            if !process.is_gone {
                match process.look(self.samples.len() - 1, at) {
                    Ok(children) => found = children,
                    Err(_) => process.is_gone = true,
                }
            }
            next += 1;
        }
    }

    /// All threads, with the names that a drawing gives them, and the moments of the samples.
    /// `program` is what was asked for.
    pub fn finish(self, program: &str) -> (Vec<Thread>, Vec<u64>) {
        let mut threads = Vec::new();
        let seen = self.processes.into_iter().filter(|process| !process.threads.is_empty());
        for (i, mut process) in seen.enumerate() {
            let inherited = process.threads[0].name.clone();
            let mut unnamed = 0;
            for thread in &mut process.threads {
                let comm = thread.name.as_str();
                thread.name = if thread.tid == thread.pid {
                    match (i, process.program.as_str()) {
                        (0, _) => "main".to_owned(),
                        (_, own) if own.is_empty() || Path::new(program).ends_with(own) => {
                            format!("process {}", thread.pid)
                        }
                        (_, own) => format!("process {} {own}", thread.pid),
                    }
                } else if comm.is_empty() || comm == inherited {
                    unnamed += 1;
                    format!("thread {unnamed}")
                } else {
                    let whole = LIBRARIES.iter().find(|whole| whole.get(..KEPT) == Some(comm));
                    whole.map_or(comm, |whole| whole).to_owned()
                };
            }
            threads.append(&mut process.threads);
        }
        (threads, self.samples)
    }
}

impl Seen {
    /// Looks at each thread of the process, and returns the children of those that have run
    /// since they were last looked at.
    ///
    /// # Errors
    ///
    /// If there is no such process any more, or it may not be looked at.
    fn look(&mut self, sample: usize, at: u64) -> ProcResult<Vec<i32>> {
        let process = Process::new(self.pid)?;
        let mut children = Vec::new();
        let before = mem::take(&mut self.there);
        for task in process.tasks()? {
            // A thread may end between the list and the look.
            let Ok((times, task)) = task.and_then(|task| Ok((task.schedstat()?, task))) else {
                continue;
            };
            let counters = Counters(sample, times.sum_exec_runtime, times.run_delay);
            let last = |i: usize| self.threads[i].counters.last().map_or((0, 0), |c| (c.1, c.2));
            // If its time went back, the number was given to another thread.
            let known = before.get(&task.tid).copied().filter(|&i| last(i).0 <= counters.1);
            let has_run = known.is_none_or(|i| last(i) != (counters.1, counters.2));
            let i = known.unwrap_or(self.threads.len());
            if known.is_none() {
                let (name, pid, tid) = (String::new(), self.pid, task.tid);
                self.threads.push(Thread { name, pid, tid, last: at, counters: Vec::new() });
            }
            self.there.insert(task.tid, i);
            let (thread, is_first) = (&mut self.threads[i], task.tid == self.pid);
            if is_first && self.has_ended {
                continue;
            }
            thread.last = at;
            // Only a thread that has run can have ended, started a process, or become
            // another program.
            if has_run {
                thread.counters.push(counters);
                children
                    .extend(task.children().unwrap_or_default().into_iter().map(u32::cast_signed));
                let Ok(stat) = task.stat() else {
                    continue;
                };
                thread.name = stat.comm;
                if is_first {
                    self.has_ended = matches!(stat.state, 'Z' | 'X');
                    // Nothing is there to be read of one that has ended.
                    let arguments = process.cmdline().unwrap_or_default();
                    let program = arguments.first().and_then(|first| Path::new(first).file_name());
                    if let Some(program) = program {
                        self.program = program.to_string_lossy().into_owned();
                    }
                }
            }
        }
        Ok(children)
    }
}
