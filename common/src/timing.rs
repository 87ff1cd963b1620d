//! The stopwatch behind the documents' line `Time taken: 1.726520 seconds`.

use std::time::Instant;

/// Measures wall time from [`Stopwatch::start`] to [`Stopwatch::report`].
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to measure.
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Prints the seconds since the start, to the microsecond: work for a small
    /// limit takes no more than some of them.
    pub fn report(&self) {
        println!("Time taken: {:.6} seconds", self.0.elapsed().as_secs_f64());
    }
}
