//! A program's memory and threads, as seen from outside.

use procfs::ProcResult;
use procfs::process::Process;
use serde::{Deserialize, Serialize};

use super::tree::{descendants, is_alive};

/// With fewer looks, the real peak may have been missed.
const LEAST_LOOKS: u64 = 3;

/// The highest values seen in a tree of processes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// Proportional set size in bytes: a shared page is divided among the processes
    /// that share it. Taken when its sum with the page tables was largest.
    pub pss: u64,
    /// Their size in bytes at the same moment.
    pub page_tables: u64,
    /// The most threads at once, main threads included.
    pub threads: u64,
    /// How often the tree was looked at.
    pub samples: u64,
}

impl Peak {
    /// Whether the tree was looked at often enough.
    pub fn is_known(&self) -> bool {
        self.samples >= LEAST_LOOKS
    }

    /// Memory in bytes, page tables included.
    pub fn memory(&self) -> u64 {
        self.pss + self.page_tables
    }

    /// Looks once at the tree below a process, without its zombies. A process that ends
    /// before its memory can be read still counts.
    pub fn sample(&mut self, root: i32) {
        let mut alive = descendants(vec![root]);
        alive.retain(|(_, stat)| is_alive(stat));
        let (mut pss, mut page_tables, mut threads) = (0, 0, 0);
        for (process, stat) in &alive {
            threads += stat.num_threads.unsigned_abs();
            let (p, t) = memory(process).unwrap_or_default();
            pss += p;
            page_tables += t;
        }
        if pss + page_tables > self.memory() {
            (self.pss, self.page_tables) = (pss, page_tables);
        }
        self.threads = self.threads.max(threads);
        self.samples += u64::from(!alive.is_empty());
    }
}

/// Set size and page tables in bytes.
fn memory(process: &Process) -> ProcResult<(u64, u64)> {
    let status = process.status()?;
    let rollup = process.smaps_rollup()?.memory_map_rollup;
    let pss = rollup.iter().filter_map(|map| map.extension.map.get("Pss")).sum();
    Ok((pss, status.vmpte.unwrap_or(0) * 1024))
}
