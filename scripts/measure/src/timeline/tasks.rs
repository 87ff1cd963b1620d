//! Tasks, which the kernel cannot see, from what a program printed.
//!
//! A task lasts from a line that says that it starts to one that says that it has ended.

use crate::report::text::printable;
use crate::timeline::recording::Recording;
use crate::timeline::slices::seconds;

/// What the line that starts a task begins with, and the one that ends it. The rest of
/// both is the task's name.
const WORDS: [(&str, &str); 3] = [
    ("Starting to fetch data from ", "Finished fetching data from "),
    ("Fetching ", "Finished fetching "),
    ("Downloading ", "Downloaded "),
];
/// What the line of a download that failed begins with. The name, a colon and the reason
/// follow.
const FAILED: &str = "Failed to download ";

/// One task. Moments are seconds since the start of the run.
pub struct Task {
    /// Its name, as printed.
    pub name: String,
    /// When it said that it starts.
    pub start: f64,
    /// When it said that it has ended; if it never did, when the program had.
    pub end: f64,
    pub outcome: Outcome,
    /// What the line of its end begins with.
    ending: &'static str,
}

/// How a task ended.
#[derive(Clone, Copy, PartialEq)]
pub enum Outcome {
    /// Well.
    Done,
    /// With a reason, which the line gave.
    Failed,
    /// Not before the program.
    Open,
}

/// The tasks of a run, in the order in which they started, and the moments and texts of the
/// lines that start or end none. Of several with one name, the first that started ends first.
pub fn tasks(recording: &Recording) -> (Vec<Task>, Vec<(f64, String)>) {
    let (mut tasks, mut others) = (Vec::new(), Vec::new());
    for line in &recording.lines {
        let (at, text) = (seconds(line.at), printable(&line.text));
        let started =
            WORDS.iter().find_map(|(starts, ends)| Some((text.strip_prefix(starts)?, *ends)));
        if let Some((task, outcome)) = ended(&mut tasks, &text) {
            (task.end, task.outcome) = (at, outcome);
        } else if let Some((name, ending)) = started {
            let (name, end) = (name.to_owned(), seconds(recording.wall));
            tasks.push(Task { name, start: at, end, outcome: Outcome::Open, ending });
        } else {
            others.push((at, text));
        }
    }
    (tasks, others)
}

/// The task that a line ends, and how.
fn ended<'a>(tasks: &'a mut [Task], text: &str) -> Option<(&'a mut Task, Outcome)> {
    let mut open = tasks.iter_mut().filter(|task| task.outcome == Outcome::Open);
    if let Some(rest) = text.strip_prefix(FAILED) {
        // The reason may hold a colon too, and so may the name.
        let failed = |task: &&mut Task| {
            rest.strip_prefix(&task.name).is_some_and(|rest| rest.starts_with(": "))
        };
        return Some((open.find(failed)?, Outcome::Failed));
    }
    WORDS.iter().any(|(_, ends)| text.starts_with(ends)).then_some(())?;
    Some((open.find(|task| text.strip_prefix(task.ending) == Some(&*task.name))?, Outcome::Done))
}
