//! Turns counters into times: when a thread was on a core, ready (waiting for a core), or
//! asleep.

use super::recording::{Counters, Recording, Thread};

/// The shortest slice that is drawn, in seconds. The kernel updates the counters of a
/// running thread only at its ticks, which are 4 ms apart at the usual 250 Hz. With ten
/// ticks in a slice, this error is below a tenth.
const SHORTEST: f64 = 0.040;

/// How long threads were in each state, in seconds. The rest of the time they were asleep.
#[derive(Clone, Copy, Default)]
pub struct Times {
    pub on_core: f64,
    pub ready: f64,
    pub there: f64,
}

impl Times {
    /// Adds a factor times the difference of two others.
    pub fn add(&mut self, factor: f64, to: Times, from: Times) {
        self.on_core += factor * (to.on_core - from.on_core);
        self.ready += factor * (to.ready - from.ready);
        self.there += factor * (to.there - from.there);
    }
}

/// The life of a thread: moments in seconds, and how long it had been in each state by
/// then. In between, the times grow evenly.
pub struct Life(pub Vec<(f64, Times)>);

/// Nanoseconds in seconds.
pub fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

impl Life {
    /// The life of a thread that was looked at in these samples.
    pub fn new(thread: &Thread, samples: &[u64]) -> Life {
        let mut points: Vec<(f64, Times)> = Vec::new();
        for &Counters(sample, on_core, ready) in &thread.counters {
            let (at, on_core, ready) = (seconds(samples[sample]), seconds(on_core), seconds(ready));
            let previous = sample.checked_sub(1).map_or(0.0, |previous| seconds(samples[previous]));
            // A new thread started after the previous sample, but early enough for the time
            // that it was busy. A known thread slept until the previous sample.
            let start = points.first().map_or(previous.max(at - on_core - ready), |first| first.0);
            let before = points.last().map_or(Times::default(), |last| last.1);
            let from = previous.max(start).min(at);
            points.push((from, Times { there: from - start, ..before }));
            points.push((at, Times { on_core, ready, there: at - start }));
        }
        let (first, last) = (points[0], points[points.len() - 1]);
        let end = seconds(thread.last).max(last.0);
        points.push((end, Times { there: end - first.0, ..last.1 }));
        // The kernel counts a wait when it is over, and time on a core at ticks. Time that
        // does not fit between two moments was spent before them.
        for i in (1..points.len()).rev() {
            let (at, later) = points[i];
            let (from, earlier) = &mut points[i - 1];
            earlier.on_core = earlier.on_core.max(later.on_core - (at - *from));
            let free = at - *from - (later.on_core - earlier.on_core);
            earlier.ready = earlier.ready.max(later.ready - free);
        }
        Life(points)
    }

    /// How long the thread was in each state altogether.
    pub fn total(&self) -> Times {
        let mut total = Times::default();
        total.add(1.0, self.0[self.0.len() - 1].1, self.0[0].1);
        total
    }

    /// How long the thread had been in each state by a moment.
    fn until(&self, moment: f64) -> Times {
        let i = self.0.partition_point(|point| point.0 <= moment).clamp(1, self.0.len() - 1);
        let ((from, mut times), (to, later)) = (self.0[i - 1], self.0[i]);
        if from < to {
            times.add(((moment - from) / (to - from)).clamp(0.0, 1.0), later, times);
        }
        times
    }
}

#[derive(Clone, Copy)]
pub struct Slices {
    /// How many there are; at least one.
    pub count: usize,
    /// How long each is, in seconds.
    pub length: f64,
}

impl Slices {
    /// At most `most` slices, and none shorter than the samples allow.
    pub fn new(recording: &Recording, most: usize) -> Slices {
        let wall = seconds(recording.wall);
        let count = ((wall / Slices::shortest(recording)) as usize).clamp(1, most.max(1));
        Slices { count, length: wall.max(1e-9) / count as f64 }
    }

    /// The shortest slice that this run allows, in seconds.
    pub fn shortest(recording: &Recording) -> f64 {
        let mut intervals: Vec<u64> =
            recording.samples.windows(2).map(|pair| pair[1] - pair[0]).collect();
        intervals.sort_unstable();
        // A slice without a sample would show nothing new.
        SHORTEST.max(1.5 * seconds(intervals.get(intervals.len() / 2).copied().unwrap_or(0)))
    }

    /// The start of a slice, in seconds.
    pub fn start(self, slice: usize) -> f64 {
        slice as f64 * self.length
    }

    /// The times of all of these threads together, slice by slice.
    pub fn sums<'a>(self, lives: impl Iterator<Item = &'a Life>) -> Vec<Times> {
        let mut sums = vec![Times::default(); self.count];
        for life in lives {
            let mut before = life.until(0.0);
            for (slice, sum) in sums.iter_mut().enumerate() {
                let after = life.until(self.start(slice + 1));
                sum.add(1.0, after, before);
                before = after;
            }
        }
        sums
    }
}
