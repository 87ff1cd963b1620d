//! One line that says what is running and how much of the time is over; on a terminal
//! only.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The progress line. It vanishes when this is dropped.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    budget: Option<Duration>,
}

impl Progress {
    /// A line on the standard error output, if that is a terminal.
    pub fn new(start: Instant, budget: Option<Duration>) -> Progress {
        let bar = ProgressBar::new(budget.map_or(0, |budget| budget.as_secs()));
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let template = match budget {
            Some(_) => "{wide_msg} [{bar:20}] {prefix}",
            None => "{wide_msg} {prefix}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is well-formed");
        bar.set_style(style.progress_chars("#>-"));
        Progress { bar, start, budget }
    }

    /// A program is about to run. The line is drawn now and not later: nothing of ours
    /// runs beside a program that is timed.
    pub fn running(&self, what: &str) {
        let elapsed = self.start.elapsed().as_secs();
        self.bar.set_position(elapsed);
        self.bar.set_prefix(match self.budget {
            Some(budget) => format!("{elapsed} of at most {} s", budget.as_secs()),
            None => format!("{elapsed} s"),
        });
        self.bar.set_message(what.to_owned());
        self.bar.tick();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
