//! Finds tasks, which the kernel cannot see, in a program's output.
//!
//! A task lasts from the line that tells its start to the line that tells its end.

use super::recording::Recording;
use super::slices::seconds;
use crate::text::printable;

/// The beginning of a line that starts a task. The rest is the task's name.
const STARTS: [&str; 4] =
    ["Starting to fetch data from ", "Fetching ", "Downloading ", "Working on "];
/// The beginning of a line that ends a task. The rest is the task's name.
const ENDS: [&str; 5] =
    ["Finished fetching data from ", "Finished fetching ", "Downloaded ", "Saved ", "Data from "];
/// The beginning of a failed task's line. The name, a colon and the reason follow.
const FAILED: [&str; 2] = ["Failed to download ", "Failed to fetch data from "];

/// One task. Moments are seconds since the start of the run.
pub struct Task {
    pub name: String,
    /// When the line came that tells its start.
    pub start: f64,
    /// When the line came that tells its end; without one, when the program had ended.
    pub end: f64,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Outcome {
    Done,
    /// Its line gave a reason.
    Failed,
    /// It had not ended when the program ended.
    Open,
}

impl Outcome {
    pub fn words(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Failed => "failed",
            Outcome::Open => "had not ended",
        }
    }
}

/// The tasks of a run, in the order in which they started, and the moments and texts of all
/// other lines. If several tasks have one name, the first to start is the first to end.
pub fn tasks(recording: &Recording) -> (Vec<Task>, Vec<(f64, String)>) {
    let (mut tasks, mut others) = (Vec::new(), Vec::new());
    for line in &recording.lines {
        let (at, text) = (seconds(line.at), printable(&line.text));
        let started = STARTS.iter().find_map(|start| text.strip_prefix(start));
        if let Some((task, outcome)) = ended(&mut tasks, &text) {
            (task.end, task.outcome) = (at, outcome);
        } else if let Some(name) = started {
            let (name, end) = (name.to_owned(), seconds(recording.wall));
            tasks.push(Task { name, start: at, end, outcome: Outcome::Open });
        } else {
            others.push((at, text));
        }
    }
    (tasks, others)
}

/// The task that a line ends, and how.
fn ended<'a>(tasks: &'a mut [Task], text: &str) -> Option<(&'a mut Task, Outcome)> {
    tasks.iter_mut().filter(|task| task.outcome == Outcome::Open).find_map(|task| {
        let after = |words: &str| text.strip_prefix(words)?.strip_prefix(task.name.as_str());
        let outcome = if ENDS.into_iter().any(|end| after(end) == Some("")) {
            Outcome::Done
        } else {
            FAILED.into_iter().find_map(after)?.starts_with(": ").then_some(Outcome::Failed)?
        };
        Some((task, outcome))
    })
}
