//! One line on a terminal that says what is running and how much of the time is over.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The progress line. It vanishes when this is dropped.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
}

impl Progress {
    /// A line on the standard error output, if that is a terminal.
    pub fn new(start: Instant, budget: Option<Duration>) -> Progress {
        let budget = budget.map(|budget| budget.as_secs());
        let template = budget.map_or("{wide_msg} {elapsed}".to_owned(), |budget| {
            format!("{{wide_msg}} [{{bar:20}}] {{elapsed}} of at most {budget}s")
        });
        let style = ProgressStyle::with_template(&template).expect("the template is well-formed");
        let bar = ProgressBar::new(budget.unwrap_or(0)).with_elapsed(start.elapsed());
        bar.set_style(style.progress_chars("#>-"));
        Progress { bar, start }
    }

    /// Draws the line before a program runs, and not later: none of our code may run
    /// beside a program that is timed.
    pub fn running(&self, what: &str) {
        self.bar.set_position(self.start.elapsed().as_secs());
        self.bar.set_message(what.to_owned());
        self.bar.tick();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
