//! Runs of programs that sleep, at the same time.

use std::io;
use std::sync::Mutex;
use std::thread;

use super::answers::check;
use super::limits::is_limit;
use super::{Session, sample};
use crate::record::Row;
use crate::run::{Finished, none_left};
use crate::tree::{Peak, own_children};
use crate::trouble::Trouble;
use crate::workload::{Entry, Holders, Workload};

impl Session<'_> {
    /// Watches those who hold one unit, and many, for the memory of one; all at
    /// the same time, since they sleep.
    pub fn hold(&self, workload: &Workload, rows: &mut [Row]) -> Result<(), Trouble> {
        let held: Vec<(usize, &Holders)> = (workload.entries.iter().enumerate())
            .filter_map(|(i, entry)| Some((i, entry.holders.as_ref()?)))
            .collect();
        if held.is_empty() {
            return Ok(());
        }
        let entries: Vec<&Entry> =
            held.iter().flat_map(|(_, holders)| [&*holders.one, &*holders.many]).collect();
        let mut peaks = vec![Peak::default(); entries.len()];
        match self.run_together(workload, &entries, Some(&mut peaks)) {
            // No memory of one then; how much there may be of each, the waits tell.
            Err(trouble) if is_limit(&trouble) => return Ok(()),
            result => result?,
        };
        for ((i, holders), peaks) in held.iter().zip(peaks.chunks(2)) {
            let more = peaks[1].memory() as f64 - peaks[0].memory() as f64;
            rows[*i].memory_each = Some(more / (holders.count - 1) as f64);
        }
        Ok(())
    }

    /// The watched run of all. Says whether they can run at the same time: if they
    /// come to a limit of the machine, each is to come to it on its own.
    pub fn warm_up_together(&self, workload: &Workload, rows: &mut [Row]) -> Result<bool, Trouble> {
        let mut peaks = vec![Peak::default(); rows.len()];
        let entries: Vec<&Entry> = workload.entries.iter().collect();
        match self.run_together(workload, &entries, Some(&mut peaks)) {
            Err(trouble) if workload.may_reach_limit && is_limit(&trouble) => return Ok(false),
            result => result?,
        };
        for (row, peak) in rows.iter_mut().zip(peaks) {
            row.peak = peak;
        }
        Ok(true)
    }

    /// So many rounds at the same time. Says whether that could be, as in the
    /// warm-up.
    pub fn rounds_together(
        &self,
        workload: &Workload,
        rounds: usize,
        here: &[usize],
        rows: &mut [Row],
    ) -> Result<bool, Trouble> {
        let here = here.repeat(rounds);
        let entries: Vec<&Entry> = here.iter().map(|&i| &workload.entries[i]).collect();
        let finished = match self.run_together(workload, &entries, None) {
            Err(trouble) if workload.may_reach_limit && is_limit(&trouble) => return Ok(false),
            result => result?,
        };
        for ((&i, entry), finished) in here.iter().zip(entries).zip(finished) {
            rows[i].samples.push(sample(entry, &finished)?);
        }
        Ok(true)
    }

    /// Runs programs at the same time, each waited for by a thread of its own.
    fn run_together(
        &self,
        workload: &Workload,
        entries: &[&Entry],
        peaks: Option<&mut [Peak]>,
    ) -> Result<Vec<Finished>, Trouble> {
        let names: Vec<&str> = entries.iter().map(|e| e.invocation.name.as_str()).collect();
        let names = names.join(", ");
        self.progress.start(&workload.name, &names);
        let known = own_children().map_err(Trouble::own("cannot list child processes"))?;
        let mut peaks: Vec<Option<&mut Peak>> = match peaks {
            Some(peaks) => peaks.iter_mut().map(Some).collect(),
            None => entries.iter().map(|_| None).collect(),
        };
        // Programs that come to a limit would leave no room for a thread of ours, so
        // none begins before all threads are there.
        let gate = Mutex::new(());
        let run = |entry: &Entry, peak: &mut Option<&mut Peak>| {
            drop(gate.lock());
            entry.invocation.run(self.signals, peak.as_deref_mut())
        };
        let finished: Result<Vec<Result<Finished, Trouble>>, io::Error> = thread::scope(|scope| {
            let closed = gate.lock();
            let threads: Result<Vec<_>, _> = entries
                .iter()
                .zip(&mut peaks)
                .map(|(entry, peak)| {
                    thread::Builder::new().spawn_scoped(scope, || run(entry, peak))
                })
                .collect();
            drop(closed);
            let finished = threads?.into_iter().map(|thread| thread.join());
            Ok(finished.map(|finished| finished.expect("nothing there panics")).collect())
        });
        let finished = finished.map_err(Trouble::own("cannot start a thread"))?;
        let none_left = none_left(&known, &names);
        let finished: Vec<Finished> = finished.into_iter().collect::<Result<_, _>>()?;
        none_left?;
        for (entry, finished) in entries.iter().zip(&finished) {
            check(entry, finished, &mut None)?;
        }
        Ok(finished)
    }
}
