//! The memory, threads and processes of a program, as far as they are seen from outside.

use procfs::ProcResult;
use procfs::process::Process;
use serde::{Deserialize, Serialize};

use super::tree::{descendants, is_alive};

/// The least looks from which the most that was seen is taken for the most that
/// there was.
const LEAST_LOOKS: u64 = 3;

/// The most that a tree of processes was seen to take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// Proportional set size in bytes: each page counted once, shared out among
    /// those who share it. Taken at the moment when this and the page tables
    /// together were largest.
    pub pss: u64,
    /// In bytes, at the same moment.
    pub page_tables: u64,
    /// At once, main threads included.
    pub threads: u64,
    pub processes: u64,
    /// How often the tree was looked at.
    pub samples: u64,
}

impl Peak {
    /// Whether the tree lived long enough to be looked at.
    pub fn is_known(&self) -> bool {
        self.samples >= LEAST_LOOKS
    }

    /// Memory in bytes, page tables included.
    pub fn memory(&self) -> u64 {
        self.pss + self.page_tables
    }

    /// Looks at the tree below a process once. A zombie is left out; a process that ends
    /// before its memory can be read still was there.
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
        self.processes = self.processes.max(alive.len() as u64);
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
