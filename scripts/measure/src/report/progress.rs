//! One line on a terminal that says what is running and how much of the time is over.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The progress line. It vanishes when this is dropped.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    /// In seconds, if the time is limited.
    budget: Option<u64>,
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
        Progress { bar, start, budget }
    }

    /// Draws the line before a program runs, and not later: none of our code may run
    /// beside a program that is timed. `left` is how many workloads or timelines are to come.
    pub fn running(&self, what: &str, left: usize) {
        let elapsed = self.start.elapsed().as_secs();
        self.bar.set_position(elapsed);
        // It may end earlier; or later on a slow or busy machine.
        self.bar.set_prefix(match self.budget.map(|budget| budget.saturating_sub(elapsed)) {
            None if left == 0 => format!("{elapsed} s"),
            None => format!("{elapsed} s, {left} not yet begun"),
            Some(0) => format!("{elapsed} s, longer than planned"),
            Some(left) => format!("{elapsed} of {} s", elapsed + left),
        });
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
