//! One line that says what is running and how long it will take; on a terminal
//! only.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The progress line. It vanishes when this is dropped.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    /// How long everything takes, by experience.
    expected: Duration,
}

impl Progress {
    /// A line on the standard error output, if that is a terminal.
    pub fn new(expected: Duration) -> Progress {
        let bar = ProgressBar::new_spinner();
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar.set_style(ProgressStyle::with_template("{msg}").expect("the template is well-formed"));
        Progress { bar, start: Instant::now(), expected }
    }

    /// A program is about to run. Drawn now and not meanwhile: nothing of ours
    /// runs beside a program that is timed.
    pub fn start(&self, workload: &str, program: &str) {
        let left = self.expected.saturating_sub(self.start.elapsed());
        let left = if left.is_zero() {
            "longer than expected".to_owned()
        } else {
            format!("about {} left", HumanDuration(left))
        };
        self.bar.set_message(format!("{workload}: {program}, {left}"));
        self.bar.tick();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
