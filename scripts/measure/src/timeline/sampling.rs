//! Reads what the kernel counts for each thread of a program and of all that it starts.

use std::collections::HashMap;
use std::mem;
use std::path::Path;

use procfs::ProcResult;
use procfs::process::{Process, Stat};

use super::recording::{Counters, Thread};
use crate::child::Tree;

/// What is known of a program's threads.
pub struct Sampler {
    /// The program's pid.
    root: i32,
    /// Every thread that was ever seen, in the order in which it was.
    threads: Vec<Seen>,
    /// The positions of those that are there now, by the start of their process, and by
    /// their own number, which may be given to another thread later.
    there: HashMap<(u64, i32), usize>,
    /// The moments of the samples.
    samples: Vec<u64>,
}

struct Seen {
    /// Its name is the kernel's until the end.
    thread: Thread,
    /// When its process was started, in ticks.
    start: u64,
    /// What its process executes, without the directory, if it is the first thread.
    program: String,
}

impl Sampler {
    /// For the program with this pid.
    pub fn new(root: i32) -> Sampler {
        Sampler { root, threads: Vec::new(), there: HashMap::new(), samples: Vec::new() }
    }

    /// Looks at every thread once, `at` nanoseconds after the start.
    pub fn sample(&mut self, tree: &Tree, at: u64) {
        self.samples.push(at);
        let before = mem::take(&mut self.there);
        for (process, stat) in tree.processes() {
            // A process that has gone meanwhile has nothing more to tell.
            let _ = self.look(&process, &stat, &before, at);
        }
    }

    fn look(
        &mut self,
        process: &Process,
        stat: &Stat,
        before: &HashMap<(u64, i32), usize>,
        at: u64,
    ) -> ProcResult<()> {
        for task in process.tasks()? {
            // A thread may end between the list and the look.
            let Ok((times, task)) = task.and_then(|task| Ok((task.schedstat()?, task))) else {
                continue;
            };
            let counters =
                Counters(self.samples.len() - 1, times.sum_exec_runtime, times.run_delay);
            let (pid, tid, start) = (stat.pid, task.tid, stat.starttime);
            let last = |i: usize| self.threads[i].thread.counters.last();
            // A thread that starts another program takes over the first one's number, and its
            // time may go back.
            let known = before.get(&(start, tid)).copied();
            let known = known.filter(|&i| last(i).is_none_or(|last| last.1 <= counters.1));
            let last = known.and_then(last).map(|last| (last.1, last.2));
            let i = known.unwrap_or(self.threads.len());
            if known.is_none() {
                let (name, program) = (String::new(), String::new());
                let thread = Thread { name, pid, tid, last: at, counters: Vec::new() };
                self.threads.push(Seen { thread, start, program });
            }
            self.there.insert((start, tid), i);
            let Seen { thread, program, .. } = &mut self.threads[i];
            // The first thread of a process stays as a zombie until the others have ended, or
            // until the process is reaped.
            if tid != pid || !matches!(stat.state, 'Z' | 'X') {
                thread.last = at;
            }
            // Only a thread that has run can have become another program.
            if last == Some((counters.1, counters.2)) {
                continue;
            }
            thread.counters.push(counters);
            if let Ok(stat) = task.stat() {
                thread.name = stat.comm;
            }
            if tid == pid {
                // There is nothing to be read of a zombie.
                let arguments = process.cmdline().unwrap_or_default();
                let own = arguments.first().and_then(|first| Path::new(first).file_name());
                if let Some(own) = own {
                    *program = own.to_string_lossy().into_owned();
                }
            }
        }
        Ok(())
    }

    /// All threads by their processes, with the names that a drawing gives them, and the
    /// moments of the samples. `program` is what was asked for.
    pub fn finish(mut self, program: &str) -> (Vec<Thread>, Vec<u64>) {
        let process = |seen: &Seen| (seen.thread.pid != self.root, seen.start, seen.thread.pid);
        self.threads.sort_by_key(process);
        for threads in self.threads.chunk_by_mut(|a, b| process(a) == process(b)) {
            let inherited = threads[0].thread.name.clone();
            let mut unnamed = 0;
            for Seen { thread, program: own, .. } in threads {
                if thread.tid == self.root {
                    thread.name = "main".to_owned();
                } else if thread.tid == thread.pid {
                    let is_same = own.is_empty() || Path::new(program).ends_with(&own);
                    let own = if is_same { String::new() } else { format!(" {own}") };
                    thread.name = format!("process {}{own}", thread.pid);
                } else if thread.name.is_empty() || thread.name == inherited {
                    unnamed += 1;
                    thread.name = format!("thread {unnamed}");
                }
            }
        }
        (self.threads.into_iter().map(|seen| seen.thread).collect(), self.samples)
    }
}
