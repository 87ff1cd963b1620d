//! From counters to slices: in which part of which slice of the run a thread was
//! on a core, ready but waiting for one, or asleep.

use crate::recording::{Counters, Recording};

/// The shortest slice that is drawn, in seconds. The kernel brings the counters
/// of a running thread up to date at its ticks, which are 4 ms apart at the usual
/// 250 Hz; ten of them keep that error below a tenth.
const SHORTEST: f64 = 0.040;
/// A run of fewer slices than this is too short to tell who ran when.
pub const FEW: usize = 5;

/// How many stretches back a wait may reach.
const FURTHEST: usize = 256;

/// The slices of a run.
#[derive(Clone, Copy, Debug)]
pub struct Slices {
    /// How many there are; at least one.
    pub count: usize,
    /// How long each is, in seconds.
    pub length: f64,
    /// How short they may be at most in this run, in seconds.
    pub shortest: f64,
}

/// One thread in one slice, in parts of the slice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// On a core.
    pub on_core: f64,
    /// Ready, but waiting for a core.
    pub ready: f64,
    /// There at all; what is not accounted for above was spent asleep.
    pub there: f64,
    /// Whether the slice lies in a gap: nobody looked from before it until after.
    pub gap: bool,
}

/// How long a thread was in each state, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Total {
    /// On a core.
    pub on_core: f64,
    /// Ready, but waiting for a core.
    pub ready: f64,
    /// There at all.
    pub there: f64,
}

/// A stretch of a thread's life, in seconds, with what is known of it.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: f64,
    to: f64,
    on_core: f64,
    ready: f64,
}

/// A thread's life.
#[derive(Clone, Debug, Default)]
pub struct Life(Vec<Stretch>);

/// Nanoseconds in seconds.
pub fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

impl Slices {
    /// At most as many slices as `most`.
    pub fn new(recording: &Recording, most: usize) -> Slices {
        let wall = seconds(recording.wall);
        let mut intervals: Vec<f64> =
            recording.samples.windows(2).map(|pair| seconds(pair[1].at - pair[0].at)).collect();
        intervals.sort_by(f64::total_cmp);
        // A slice without a sample would say nothing of its own.
        let interval = intervals.get(intervals.len() / 2).copied().unwrap_or(0.0);
        let shortest = SHORTEST.max(1.5 * interval);
        let count = ((wall / shortest) as usize).clamp(1, most.max(1));
        Slices { count, length: wall.max(1e-9) / count as f64, shortest }
    }

    /// Whether there are too few of them to tell who ran when.
    pub fn are_few(self) -> bool {
        self.count < FEW
    }

    /// Where a slice begins, in seconds.
    pub fn start(self, slice: usize) -> f64 {
        slice as f64 * self.length
    }

    /// One thread, slice by slice.
    pub fn cells(self, life: &Life, gaps: &[(f64, f64)]) -> Vec<Cell> {
        let mut cells = vec![Cell::default(); self.count];
        for stretch in &life.0 {
            let length = stretch.to - stretch.from;
            let first = self.slice(stretch.from);
            for (slice, cell) in
                cells.iter_mut().enumerate().take(self.slice(stretch.to) + 1).skip(first)
            {
                let from = stretch.from.max(self.start(slice));
                let to = stretch.to.min(self.start(slice + 1));
                // What is known of a stretch is taken to be spread evenly over it.
                let part = if length > 0.0 { ((to - from) / length).max(0.0) } else { 0.0 };
                cell.on_core += stretch.on_core * part / self.length;
                cell.ready += stretch.ready * part / self.length;
                cell.there += length * part / self.length;
            }
        }
        for (slice, cell) in cells.iter_mut().enumerate() {
            let (from, to) = (self.start(slice), self.start(slice + 1));
            cell.gap = gaps.iter().any(|gap| gap.0 <= from && to <= gap.1);
        }
        cells
    }

    fn slice(self, moment: f64) -> usize {
        ((moment / self.length) as usize).min(self.count - 1)
    }

    /// The times between two samples that are longer than a slice, in seconds.
    pub fn gaps(self, recording: &Recording) -> Vec<(f64, f64)> {
        let mut moments: Vec<f64> = recording.samples.iter().map(|s| seconds(s.at)).collect();
        moments.push(seconds(recording.wall));
        let pairs = moments.windows(2).map(|pair| (pair[0], pair[1]));
        pairs.filter(|(from, to)| to - from > self.length).collect()
    }
}

/// The life of each thread, in the order of the recording.
pub fn lives(recording: &Recording) -> Vec<Life> {
    let moments: Vec<f64> = recording.samples.iter().map(|sample| seconds(sample.at)).collect();
    let mut changes: Vec<Vec<(usize, f64, f64)>> = vec![Vec::new(); recording.threads.len()];
    for (i, sample) in recording.samples.iter().enumerate() {
        for Counters(thread, on_core, ready) in &sample.changed {
            changes[*thread].push((i, seconds(*on_core), seconds(*ready)));
        }
    }
    recording
        .threads
        .iter()
        .zip(changes)
        .map(|(thread, changes)| {
            Life::new(&moments, &changes, seconds(thread.first), seconds(thread.last))
        })
        .collect()
}

impl Life {
    /// From the moments of all samples, and the counters at those samples where
    /// they had changed.
    fn new(moments: &[f64], changes: &[(usize, f64, f64)], first: f64, last: f64) -> Life {
        let mut life = Life::default();
        let mut before = (0.0, 0.0);
        for &(sample, on_core, ready) in changes {
            let spent = ((on_core - before.0).max(0.0), (ready - before.1).max(0.0));
            before = (on_core, ready);
            let to = moments[sample];
            let previous = sample.checked_sub(1).map_or(0.0, |previous| moments[previous]);
            let from = match life.0.last() {
                // It has not run between its last change and the previous sample.
                Some(stretch) => {
                    life.sleep(stretch.to, previous);
                    previous
                }
                // It started after the previous sample, and at least as long ago
                // as it was busy.
                None => previous.max(to.min(first) - spent.0 - spent.1).min(to),
            };
            life.0.push(Stretch { from, to, on_core: 0.0, ready: 0.0 });
            life.spend(spent.0, spent.1);
        }
        let end = life.0.last().map_or(first, |stretch| stretch.to);
        life.sleep(end, last);
        life
    }

    fn sleep(&mut self, from: f64, to: f64) {
        if from < to {
            self.0.push(Stretch { from, to, on_core: 0.0, ready: 0.0 });
        }
    }

    /// Accounts for time up to the end of the last stretch. More than fits was
    /// spent before it: the kernel counts a wait when it is over, and time on a
    /// core at ticks.
    fn spend(&mut self, mut on_core: f64, mut ready: f64) {
        for stretch in self.0.iter_mut().rev().take(FURTHEST) {
            let free = |stretch: &Stretch| {
                (stretch.to - stretch.from - stretch.on_core - stretch.ready).max(0.0)
            };
            let part = on_core.min(free(stretch));
            stretch.on_core += part;
            on_core -= part;
            let part = ready.min(free(stretch));
            stretch.ready += part;
            ready -= part;
            if on_core <= 0.0 && ready <= 0.0 {
                break;
            }
        }
    }

    /// The whole of it.
    pub fn total(&self) -> Total {
        let mut total = Total::default();
        for stretch in &self.0 {
            total.on_core += stretch.on_core;
            total.ready += stretch.ready;
            total.there += stretch.to - stretch.from;
        }
        total
    }
}
