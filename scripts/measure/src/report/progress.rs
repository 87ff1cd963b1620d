//! One line on a terminal that says what is running and how much of the time is over.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The progress line. It vanishes when this is dropped.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    /// In seconds, if the time is limited.
    budget: Option<u64>,
    /// How many workloads or timelines have not begun. Shown if the time is not limited.
    pub left: AtomicUsize,
}

impl Progress {
    /// A line on the standard error output, if that is a terminal.
    pub fn new(start: Instant, budget: Option<Duration>) -> Progress {
        let budget = budget.map(|budget| budget.as_secs());
        let template = match budget {
            Some(_) => "{wide_msg} [{bar:12}] {prefix}",
            None => "{wide_msg} {prefix}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is well-formed");
        let bar = ProgressBar::new(budget.unwrap_or(0));
        bar.set_style(style.progress_chars("#>-"));
        Progress { bar, start, budget, left: AtomicUsize::new(0) }
    }

    /// Draws the line before a program runs, and not later: none of our code may run
    /// beside a program that is timed.
    pub fn running(&self, what: &str) {
        let elapsed = self.start.elapsed().as_secs();
        self.bar.set_position(elapsed);
        // It may end earlier; or later on a slow machine, where the first look at each
        // workload takes longer.
        self.bar.set_prefix(match self.budget.map(|budget| budget.saturating_sub(elapsed)) {
            None => format!("{elapsed} s, {} not yet begun", self.left.load(Relaxed)),
            Some(0) => format!("{elapsed} s, longer than planned"),
            Some(left) => format!("{elapsed} s, at most {left} s left"),
        });
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
