//! Reads the kernel's counters of each thread of a program and of all processes it starts.

use std::collections::HashMap;
use std::mem;

use super::recording::{Counters, Thread};
use crate::child::Tree;

/// The threads of a program that were seen so far.
#[derive(Default)]
pub struct Sampler {
    /// Every thread that was ever seen, in the order of the first look at it, and when its
    /// process was started, in ticks. Its name is the one in the kernel.
    threads: Vec<(Thread, u64)>,
    /// The positions of the threads that are there now, by their number and by the start of
    /// their process: the number alone may be given to another thread later.
    there: HashMap<(u64, i32), usize>,
    samples: Vec<u64>,
}

impl Sampler {
    /// Looks at every thread once, `at` nanoseconds after the start.
    pub fn sample(&mut self, tree: &Tree, at: u64) {
        self.samples.push(at);
        let before = mem::take(&mut self.there);
        for (process, stat) in tree.processes() {
            // A process that has ended meanwhile cannot be read any more.
            let Ok(tasks) = process.tasks() else { continue };
            for task in tasks {
                // A thread may end between the list and the look.
                let Ok((times, task)) = task.and_then(|task| Ok((task.schedstat()?, task))) else {
                    continue;
                };
                let counters =
                    Counters(self.samples.len() - 1, times.sum_exec_runtime, times.run_delay);
                let (pid, tid, start) = (stat.pid, task.tid, stat.starttime);
                let last = |i: usize| self.threads[i].0.counters.last();
                // A thread that executes another program takes over the first thread's number, and
                // its time may go back.
                let known = before.get(&(start, tid)).copied();
                let known = known.filter(|&i| last(i).is_none_or(|last| last.1 <= counters.1));
                let last = known.and_then(last).map(|last| (last.1, last.2));
                let i = known.unwrap_or(self.threads.len());
                if known.is_none() {
                    let (name, counters) = (String::new(), Vec::new());
                    let thread = Thread { name, pid, tid, last: at, counters };
                    self.threads.push((thread, start));
                }
                self.there.insert((start, tid), i);
                let thread = &mut self.threads[i].0;
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
            }
        }
    }

    /// All threads, grouped by process and named for a drawing, and the moments of the samples.
    /// `root` is the program's pid, and `program` its name on the command line.
    pub fn finish(mut self, root: i32, program: &str) -> (Vec<Thread>, Vec<u64>) {
        let process = |seen: &(Thread, u64)| (seen.0.pid != root, seen.1, seen.0.pid);
        let program = program.rsplit('/').next().unwrap_or(program);
        self.threads.sort_by_key(process);
        for threads in self.threads.chunk_by_mut(|a, b| process(a) == process(b)) {
            let inherited = threads[0].0.name.clone();
            let mut unnamed = 0;
            for (thread, _) in threads {
                if thread.tid == root {
                    thread.name = "main".to_owned();
                } else if thread.tid == thread.pid {
                    // The kernel keeps 15 bytes of a program's name.
                    let is_same =
                        [program, program.get(..15).unwrap_or("")].contains(&&*thread.name);
                    let other = if is_same { String::new() } else { format!(" {}", thread.name) };
                    thread.name = format!("process {}{other}", thread.pid);
                } else if thread.name.is_empty() || thread.name == inherited {
                    unnamed += 1;
                    thread.name = format!("thread {unnamed}");
                }
            }
        }
        (self.threads.into_iter().map(|seen| seen.0).collect(), self.samples)
    }
}
