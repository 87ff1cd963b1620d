//! What every drawing of a run shows: sentences, rows of threads, and rows of tasks.

use console::measure_text_width;

use super::output::MOST_LINES;
use super::recording::{End, Recording, Thread};
use super::slices::{Life, Slices, Times, seconds};
use super::tasks::{Outcome, Task, tasks};
use crate::child::signals;
use crate::report::text::{count, printable};
use crate::report::units;

/// So many threads and so many tasks have rows of their own.
const MOST_ROWS: usize = 24;
/// The shortest and the longest column of names. `other lines` fits into both.
pub const LABELS: (usize, usize) = (11, 30);
/// A run of fewer slices is too short to tell which thread ran when.
const FEW: f64 = 5.0;
/// CPU time that is missing in the drawing is told from this part on, of the CPU time and of
/// one core. Less would not change a bar, which has eighths.
const VISIBLE: f64 = 0.05;

/// A run, ready to be drawn.
pub struct Picture<'a> {
    recording: &'a Recording,
    lives: Vec<Life>,
    pub title: String,
    /// The run in a few words.
    pub summary: String,
    /// What else there is to say, as whole sentences.
    pub notes: Vec<String>,
    /// How long the run was, in seconds.
    pub wall: f64,
    /// The threads, and all of them together, if there are several.
    pub threads: Vec<Row>,
    pub tasks: Vec<Task>,
    /// The lines that are no task's.
    lines: Vec<(f64, String)>,
}

/// A thread, or all threads together.
pub struct Row {
    /// Its name, indented if it belongs to the process above it.
    pub label: String,
    /// On a core, ready and asleep, in whole percent of its life; of all threads together only
    /// the share of the cores.
    pub percent: Vec<u32>,
    /// The threads' positions in the recording.
    members: Vec<usize>,
    /// How many threads or cores can be busy at a time.
    whole: f64,
}

/// A slice of a row as it is drawn, in eighths of its height.
#[derive(Clone, Copy, PartialEq)]
pub struct Cell {
    pub on_core: usize,
    pub ready: usize,
    pub there: usize,
}

impl<'a> Picture<'a> {
    /// What there is to draw of a run.
    pub fn new(recording: &'a Recording) -> Picture<'a> {
        let lives: Vec<Life> =
            recording.threads.iter().map(|thread| Life::new(thread, &recording.samples)).collect();
        let (mut tasks, lines) = tasks(recording);
        let drawn = lives.iter().map(|life| life.total().on_core).sum();
        let (summary, mut notes, cores) = sentences(recording, drawn);
        for (things, number) in [("threads", lives.len()), ("tasks", tasks.len())] {
            if number > MOST_ROWS {
                notes.push(format!("{} more {things} are left out.", number - MOST_ROWS));
            }
        }
        tasks.truncate(MOST_ROWS);
        Picture {
            title: printable(program(&recording.command[0])),
            summary,
            notes,
            wall: seconds(recording.wall),
            threads: rows(recording, &lives, cores),
            tasks,
            lines,
            recording,
            lives,
        }
    }

    /// The slices of the run, at most so many.
    pub fn slices(&self, most: usize) -> Slices {
        Slices::new(self.recording, most)
    }

    /// A row, slice by slice. Of several threads, it is their mean.
    pub fn cells(&self, row: &Row, slices: Slices) -> Vec<Cell> {
        let sums = slices.sums(row.members.iter().map(|&member| &self.lives[member]));
        let eighths = |time: f64| 8.0 * time / slices.length / row.whole;
        let cells = sums.iter().map(|sum| Cell {
            on_core: eighths(sum.on_core).round().min(8.0) as usize,
            ready: eighths(sum.ready).round() as usize,
            // However short, it was there; but 1e-17 of a slice is a rounding error.
            there: (eighths(sum.there) - 1e-6).ceil() as usize,
        });
        cells.collect()
    }

    /// The name of the row of the lines that are no task's, if there are any.
    pub fn lines_label(&self) -> Option<&'static str> {
        let label = if self.tasks.is_empty() { "lines" } else { "other lines" };
        (!self.lines.is_empty()).then_some(label)
    }

    /// The lines that are no task's, by so many columns.
    pub fn lines(&self, columns: usize) -> Vec<Vec<&(f64, String)>> {
        let mut placed = vec![Vec::new(); columns];
        for line in &self.lines {
            placed[self.column(line.0, columns)].push(line);
        }
        placed
    }

    /// In which of so many columns a moment is.
    pub fn column(&self, moment: f64, columns: usize) -> usize {
        let part = if self.wall > 0.0 { moment / self.wall } else { 0.0 };
        ((part * columns as f64) as usize).min(columns - 1)
    }

    /// The width of the column of names, in characters.
    pub fn label_width(&self) -> usize {
        let labels = self.threads.iter().map(|row| row.label.as_str());
        let labels = labels.chain(self.tasks.iter().map(Task::label));
        labels.map(measure_text_width).max().unwrap_or(0).clamp(LABELS.0, LABELS.1)
    }

    /// What there is in the drawing, and what it means.
    pub fn legend(&self, slices: Slices) -> Vec<(&'static str, String)> {
        let has_failures = self.tasks.iter().any(|task| task.outcome == Outcome::Failed);
        let slice = format!("a slice is {}", units::seconds(slices.length));
        let entries = [
            (true, "core", "on a core"),
            (true, "ready", "ready, no core was free"),
            (true, "asleep", "asleep"),
            (!self.tasks.is_empty(), "task", "a task, by what was printed"),
            (has_failures, "failed", "it failed"),
            (!self.lines.is_empty(), "line", "a line printed"),
            (true, "", slice.as_str()),
        ];
        let entries = entries.into_iter().filter(|(is_there, ..)| *is_there);
        entries.map(|(_, mark, meaning)| (mark, meaning.to_owned())).collect()
    }
}

/// A row for each of the first threads, and for all together.
fn rows(recording: &Recording, lives: &[Life], cores: f64) -> Vec<Row> {
    let threads = &recording.threads;
    let row = |(i, (thread, life)): (usize, (&Thread, &Life))| {
        let Times { on_core, ready, there } = life.total();
        let on_core = percent(on_core, there);
        let ready = percent(ready, there).min(100 - on_core);
        let is_inner = thread.pid != threads[0].pid && thread.tid != thread.pid;
        let indent = if is_inner { "  " } else { "" };
        // One that was seen once was there for no time at all.
        let is_known = there > 0.0;
        Row {
            label: printable(&format!("{indent}{}", thread.name)),
            percent: if is_known { vec![on_core, ready, 100 - on_core - ready] } else { vec![] },
            members: vec![i],
            whole: 1.0,
        }
    };
    let mut rows: Vec<Row> =
        threads.iter().zip(lives).take(MOST_ROWS).enumerate().map(row).collect();
    if threads.len() > 1 {
        rows.push(Row {
            label: format!("all, of {}", count(recording.cores, "core")),
            percent: vec![percent(cores, recording.cores as f64)],
            members: (0..threads.len()).collect(),
            whole: recording.cores as f64,
        });
    }
    rows
}

/// The run in a few words, what else there is to say, and how many cores it used on the average.
/// So much of the CPU time is `drawn`.
fn sentences(recording: &Recording, drawn: f64) -> (String, Vec<String>, f64) {
    let wall = seconds(recording.wall);
    // The kernel does not account for a process whose parent ignores SIGCHLD.
    let cpu = seconds(recording.cpu).max(drawn);
    let cores = if wall > 0.0 { cpu / wall } else { 0.0 };

    let mut notes = Vec::new();
    if recording.interrupted {
        notes.push("It was interrupted: this is what was seen until then.".to_owned());
    }
    match recording.end {
        End::Status(0) => {}
        End::Status(status) => notes.push(format!("It ended with exit status {status}.")),
        End::Signal(number) => notes.push(format!("It was ended by {}.", signals::name(number))),
    }
    let shortest = Slices::shortest(recording);
    if wall < FEW * shortest {
        notes.push(format!(
            "It was shorter than {FEW} slices of {}, too short to tell which thread ran when.",
            units::seconds(shortest)
        ));
    }
    let mut at_least = "";
    if cpu - drawn > VISIBLE * cpu.max(wall) {
        notes.push(format!(
            "{} % of the CPU time ({} of {}) is not drawn: it was used by threads and processes \
             that ended before the next look at them.",
            percent(cpu - drawn, cpu),
            units::seconds(cpu - drawn),
            units::seconds(cpu)
        ));
        let unseen = recording.started.saturating_sub(recording.threads.len() as u64);
        if unseen > 0 {
            at_least = "at least ";
            notes.push(format!("At most {unseen} of these were never seen."));
        }
    }
    if recording.lines.len() == MOST_LINES {
        notes.push(format!("Lines after the first {MOST_LINES} are left out."));
    }
    if recording.left > 0 {
        notes.push(format!(
            "{} of the processes that it started outlive it and are not watched any more.",
            recording.left
        ));
    }

    let mut pids: Vec<i32> = recording.threads.iter().map(|thread| thread.pid).collect();
    pids.dedup();
    let processes = match pids.len() {
        1 => String::new(),
        processes => format!(" in {}", count(processes, "process")),
    };
    let summary = format!(
        "{}, {at_least}{}{processes}, on average {cores:.2} of {}",
        units::seconds(wall),
        count(recording.threads.len(), "thread"),
        count(recording.cores, "core")
    );
    (summary, notes, cores)
}

/// A program's name without its directory.
fn program(path: &str) -> &str {
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path)
}

/// A part of a whole in whole percent, at most 100.
fn percent(part: f64, whole: f64) -> u32 {
    if whole > 0.0 { (100.0 * part / whole).round().min(100.0) as u32 } else { 0 }
}
