//! One line that says what is running and how much of the time is over; on a terminal
//! only.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The progress line. It vanishes when this is dropped.
pub struct Progress(ProgressBar);

impl Progress {
    /// A line on the standard error output, if that is a terminal.
    pub fn new(start: Instant, budget: Option<Duration>) -> Progress {
        let limit = budget.map(|budget| format!(" of at most {} s", budget.as_secs()));
        let template = format!("{{wide_msg}} {{elapsed}}{}", limit.unwrap_or_default());
        let style = ProgressStyle::with_template(&template).expect("the template is well-formed");
        Progress(ProgressBar::no_length().with_elapsed(start.elapsed()).with_style(style))
    }

    /// A program is about to run. The line is drawn now and not later: nothing of ours
    /// runs beside a program that is timed.
    pub fn running(&self, what: &str) {
        self.0.set_message(what.to_owned());
        self.0.tick();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
