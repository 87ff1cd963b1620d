//! Tasks, which the kernel cannot see, from what a program printed.
//!
//! A task is a bar between a line that says that it starts and one that says
//! that it has ended. Every other line is a mark.

use std::collections::{HashMap, VecDeque};

use crate::recording::{Line, Recording};

/// What the line that starts a task begins with, and the one that ends it. The
/// rest of both is the task's name. A beginning stands before shorter ones that
/// it begins with.
const WORDS: [(&str, &str); 3] = [
    ("Starting to fetch data from ", "Finished fetching data from "),
    ("Fetching ", "Finished fetching "),
    ("Downloading ", "Downloaded "),
];
/// Which of them downloads.
const DOWNLOAD: usize = 2;
/// What the line of a download that failed begins with; the name, a colon and
/// the reason follow.
const FAILED: &str = "Failed to download ";

/// One task. Moments are nanoseconds since the start of the run.
#[derive(Debug)]
pub struct Task {
    /// Its name, as printed.
    pub name: String,
    /// When it said that it starts.
    pub start: u64,
    /// When it said that it has ended, and how; `None` if it never did.
    pub end: Option<(u64, Outcome)>,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// Well.
    Done,
    /// With a reason, which the line gave.
    Failed,
}

impl Task {
    /// Where its bar ends in a run of this length.
    pub fn until(&self, wall: u64) -> u64 {
        self.end.map_or(wall, |(at, _)| at)
    }
}

/// The tasks in the order they started, and the lines that are not theirs.
pub fn tasks(recording: &Recording) -> (Vec<Task>, Vec<&Line>) {
    let mut tasks = Vec::new();
    let mut marks = Vec::new();
    let mut open = Open::default();
    for line in &recording.lines {
        let text = line.text.as_str();
        let ended = ended(text, &open);
        if let Some((kind, name, outcome)) = ended {
            let task: usize = open.close(kind, name);
            let task: &mut Task = &mut tasks[task];
            task.end = Some((line.at, outcome));
        } else if let Some((kind, name)) = begun(text) {
            open.0.entry((kind, name.to_owned())).or_default().push_back(tasks.len());
            tasks.push(Task { name: name.to_owned(), start: line.at, end: None });
        } else {
            marks.push(line);
        }
    }
    (tasks, marks)
}

/// The tasks that have not ended, by kind and name. Several of one name end in
/// the order in which they started.
#[derive(Default)]
struct Open(HashMap<(usize, String), VecDeque<usize>>);

impl Open {
    fn has(&self, kind: usize, name: &str) -> bool {
        self.0.contains_key(&(kind, name.to_owned()))
    }

    /// Ends the oldest task of a name, which must be there.
    fn close(&mut self, kind: usize, name: &str) -> usize {
        let key = (kind, name.to_owned());
        let waiting = self.0.get_mut(&key).expect("a task of this name is open");
        let task = waiting.pop_front().expect("an empty queue is removed");
        if waiting.is_empty() {
            self.0.remove(&key);
        }
        task
    }
}

/// The kind and name of a task that a line starts.
fn begun(text: &str) -> Option<(usize, &str)> {
    WORDS.iter().enumerate().find_map(|(kind, (start, _))| Some((kind, text.strip_prefix(start)?)))
}

/// The kind and name of an open task that a line ends, and how.
fn ended<'a>(text: &'a str, open: &Open) -> Option<(usize, &'a str, Outcome)> {
    if let Some(rest) = text.strip_prefix(FAILED) {
        // The reason may hold a colon too, and so may the name.
        let mut ends = rest.match_indices(": ").map(|(at, _)| &rest[..at]);
        let name = ends.find(|name| open.has(DOWNLOAD, name))?;
        return Some((DOWNLOAD, name, Outcome::Failed));
    }
    WORDS.iter().enumerate().find_map(|(kind, (_, end))| {
        let name = text.strip_prefix(end)?;
        open.has(kind, name).then_some((kind, name, Outcome::Done))
    })
}
