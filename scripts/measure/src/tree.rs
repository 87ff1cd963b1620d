//! A program's tree of processes, seen from outside.

use std::collections::HashMap;

use procfs::ProcResult;
use procfs::process::{Process, all_processes};
use serde::{Deserialize, Serialize};

/// The most that a tree of processes was seen to take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// Proportional set size in bytes: each page counted once, shared out among
    /// those who share it. Taken at the moment when this and the page tables
    /// together were largest.
    pub pss: u64,
    /// Page tables in bytes, at the same moment.
    pub page_tables: u64,
    /// The most threads at once, main threads included.
    pub threads: u64,
    /// The most processes at once.
    pub processes: u64,
    /// How often the tree was looked at.
    pub samples: u64,
}

/// The least looks from which the most that was seen stands for the most that
/// there was.
const LEAST_LOOKS: u64 = 3;

impl Peak {
    /// Whether the tree lived long enough to be looked at.
    pub fn is_known(&self) -> bool {
        self.samples >= LEAST_LOOKS
    }

    /// Memory in bytes, page tables included.
    pub fn memory(&self) -> u64 {
        self.pss + self.page_tables
    }

    /// Looks at the tree below a process once. A process that ends meanwhile is
    /// left out, and so is a dead one that waits to be reaped.
    pub fn sample(&mut self, root: i32) {
        let (mut pss, mut page_tables, mut threads, mut processes) = (0, 0, 0, 0);
        for process in descendants(root) {
            let Ok((p, t, n)) = usage(&process) else {
                continue;
            };
            pss += p;
            page_tables += t;
            threads += n;
            processes += 1;
        }
        if pss + page_tables > self.memory() {
            (self.pss, self.page_tables) = (pss, page_tables);
        }
        self.threads = self.threads.max(threads);
        self.processes = self.processes.max(processes);
        self.samples += u64::from(processes > 0);
    }
}

/// Set size and page tables in bytes, and the number of threads.
fn usage(process: &Process) -> ProcResult<(u64, u64, u64)> {
    let status = process.status()?;
    let rollup = process.smaps_rollup()?.memory_map_rollup;
    let pss = rollup.iter().filter_map(|map| map.extension.map.get("Pss")).sum();
    Ok((pss, status.vmpte.unwrap_or(0) * 1024, status.threads))
}

/// A process and all that descend from it.
fn descendants(root: i32) -> Vec<Process> {
    let Ok(all) = all_processes() else {
        return Vec::new();
    };
    let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
    let mut found = Vec::new();
    for process in all.flatten() {
        if process.pid() == root {
            found.push(process);
        } else if let Ok(stat) = process.stat() {
            children.entry(stat.ppid).or_default().push(process);
        }
    }
    let mut seen = 0;
    while let Some(pid) = found.get(seen).map(Process::pid) {
        found.extend(children.remove(&pid).unwrap_or_default());
        seen += 1;
    }
    found
}

/// The pids of this process's own children, dead ones that wait to be reaped
/// included. Descendants whose parent has ended are among them once this process is
/// their subreaper.
pub fn own_children() -> ProcResult<Vec<u32>> {
    let mut children = Vec::new();
    for task in Process::myself()?.tasks()? {
        children.extend(task?.children()?);
    }
    Ok(children)
}
