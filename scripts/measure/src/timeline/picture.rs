//! What every drawing of a run shows: sentences, and rows of threads, tasks and printed lines.

use std::ops::Range;

use console::measure_text_width;

use super::output::MOST_LINES;
use super::recording::{End, Recording, Thread};
use super::slices::{Life, Slices, Times, seconds};
use super::tasks::{Outcome, Task, tasks};
use crate::child::signal_name;
use crate::text::{count, printable};
use crate::units;

/// At most this many threads, and this many tasks, have their own rows.
const MOST_ROWS: usize = 24;
/// The narrowest and the widest column of names. `other lines` fits into both.
pub const LABELS: (usize, usize) = (11, 30);
/// A run of fewer slices is too short to tell which thread ran when.
const FEW: f64 = 5.0;
/// A note tells that CPU time is missing in the drawing, if it is more than this part of the
/// CPU time and of one core. Less would not change a bar, which has eighths.
const VISIBLE: f64 = 0.05;

/// A run, ready to be drawn.
pub struct Picture<'a> {
    recording: &'a Recording,
    lives: Vec<Life>,
    pub title: String,
    /// The run in a few words.
    pub summary: String,
    /// Further notes, as whole sentences.
    pub notes: Vec<String>,
    /// How long the run was, in seconds.
    pub wall: f64,
    pub rows: Vec<Row>,
}

/// A thread, all threads together, a task, or the lines that belong to no task.
pub struct Row {
    /// Its name, indented if it belongs to the process above it.
    pub label: String,
    /// The time on a core, ready and asleep, in whole percent of its life. The row of all threads
    /// has only the share of the cores.
    pub percent: Vec<u32>,
    /// How long a task took.
    pub length: String,
    of: Of,
}

enum Of {
    /// Their positions in the recording, and how many of them can be busy at a time.
    Threads(Vec<usize>, f64),
    Task(Task),
    /// Moments and texts.
    Lines(Vec<(f64, String)>),
}

/// Columns of a row that look the same.
pub struct Piece {
    pub columns: Range<usize>,
    pub look: Look,
    /// Its description, shown when the reader points at it.
    pub words: String,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Look {
    /// The share of threads on a core, ready, and there, in eighths of the height.
    Slice {
        on_core: usize,
        ready: usize,
        there: usize,
    },
    Task(Outcome),
    /// The number of lines.
    Lines(usize),
}

impl Row {
    /// A row without numbers.
    fn new(label: String, of: Of) -> Row {
        Row { label, percent: Vec::new(), length: String::new(), of }
    }
}

impl<'a> Picture<'a> {
    /// Prepares a run for drawing.
    pub fn new(recording: &'a Recording) -> Picture<'a> {
        let lives: Vec<Life> =
            recording.threads.iter().map(|thread| Life::new(thread, &recording.samples)).collect();
        let (tasks, lines) = tasks(recording);
        let drawn = lives.iter().map(|life| life.total().on_core).sum();
        let (summary, mut notes, cores) = sentences(recording, drawn);
        for (things, number) in [("threads", lives.len()), ("tasks", tasks.len())] {
            if number > MOST_ROWS {
                notes.push(format!("{} more {things} are left out.", number - MOST_ROWS));
            }
        }
        let mut rows = threads(recording, &lives, cores);
        let lines_label = if tasks.is_empty() { "lines" } else { "other lines" };
        rows.extend(tasks.into_iter().take(MOST_ROWS).map(|task| Row {
            length: units::seconds(task.end - task.start),
            ..Row::new(last_part(&task.name).to_owned(), Of::Task(task))
        }));
        if !lines.is_empty() {
            rows.push(Row::new(lines_label.to_owned(), Of::Lines(lines)));
        }
        let (title, wall) = (printable(last_part(&recording.command[0])), seconds(recording.wall));
        Picture { recording, lives, title, summary, notes, wall, rows }
    }

    /// The pieces of a row with `columns` columns, from left to right.
    pub fn pieces(&self, row: &Row, columns: usize) -> Vec<Piece> {
        match &row.of {
            Of::Threads(members, whole) => {
                self.slices(row.label.trim_start(), members, *whole, columns)
            }
            Of::Task(Task { name, start, end, outcome }) => {
                let [first, last] = [start, end].map(|moment| self.column(*moment, columns));
                let (length, outcome_words) = (&row.length, outcome.words());
                let words = format!("{name}, {start:.2} to {end:.2} s: {length}, {outcome_words}");
                vec![Piece { columns: first..last + 1, look: Look::Task(*outcome), words }]
            }
            Of::Lines(lines) => {
                let column = |line: &(f64, String)| self.column(line.0, columns);
                let at_once = lines.chunk_by(|one, other| column(one) == column(other));
                let piece = |lines: &[(f64, String)]| {
                    let (column, (moment, text)) = (column(&lines[0]), &lines[0]);
                    let words = format!("{moment:.2} s\n{text}");
                    Piece { columns: column..column + 1, look: Look::Lines(lines.len()), words }
                };
                at_once.map(piece).collect()
            }
        }
    }

    /// The pieces of a row of threads. For several threads, they show the mean.
    fn slices(&self, label: &str, members: &[usize], whole: f64, columns: usize) -> Vec<Piece> {
        let slices = Slices::new(self.recording, columns);
        let sums = slices.sums(members.iter().map(|&member| &self.lives[member]));
        let eighths = |time: f64| 8.0 * time / slices.length / whole;
        let looks = sums.iter().map(|sum| Look::Slice {
            on_core: eighths(sum.on_core).round().min(8.0) as usize,
            ready: eighths(sum.ready).round() as usize,
            // Even a short time counts as there; but 1e-17 of a slice is a rounding error.
            there: (eighths(sum.there) - 1e-6).ceil() as usize,
        });
        let looks: Vec<Look> = looks.collect();
        let (mut pieces, mut next) = (Vec::new(), 0);
        for same in looks.chunk_by(Look::eq) {
            let ends = [next, next + same.len()];
            next = ends[1];
            if let Look::Slice { on_core, ready, there: 1.. } = same[0] {
                let [start, end] = ends.map(|slice| (slice * columns).div_ceil(slices.count));
                let [from, to] = ends.map(|slice| slices.start(slice));
                let [core, ready] = [on_core, ready].map(|n| (12.5 * n as f64).round());
                let words =
                    format!("{label}, {from:.2} to {to:.2} s: on a core {core} %, ready {ready} %");
                pieces.push(Piece { columns: start..end, look: same[0], words });
            }
        }
        pieces
    }

    /// The column of a moment, out of `columns`.
    pub fn column(&self, moment: f64, columns: usize) -> usize {
        let part = if self.wall > 0.0 { moment / self.wall } else { 0.0 };
        ((part * columns as f64) as usize).min(columns - 1)
    }

    /// The width of the column of names, in characters.
    pub fn label_width(&self) -> usize {
        let labels = self.rows.iter().map(|row| measure_text_width(&row.label));
        labels.max().unwrap_or(0).clamp(LABELS.0, LABELS.1)
    }

    /// The marks in a drawing of `columns` columns, and their meanings.
    pub fn legend(&self, columns: usize) -> Vec<(&'static str, String)> {
        let has = |is_so: fn(&Of) -> bool| self.rows.iter().any(|row| is_so(&row.of));
        let has_tasks = has(|of| matches!(of, Of::Task(_)));
        let has_failures = has(|of| matches!(of, Of::Task(Task { outcome: Outcome::Failed, .. })));
        let slice = units::seconds(Slices::new(self.recording, columns).length);
        let slice = format!("a slice is {slice}");
        let entries = [
            (true, "core", "on a core"),
            (true, "ready", "ready, no core was free"),
            (true, "asleep", "asleep"),
            (has_tasks, "task", "a task, by what was printed"),
            (has_failures, "failed", "it failed"),
            (has(|of| matches!(of, Of::Lines(_))), "line", "a line printed"),
            (true, "slice", slice.as_str()),
        ];
        let entries = entries.into_iter().filter(|(is_there, ..)| *is_there);
        entries.map(|(_, mark, meaning)| (mark, meaning.to_owned())).collect()
    }
}

/// A row for each of the first threads, and one for all threads together.
fn threads(recording: &Recording, lives: &[Life], cores: f64) -> Vec<Row> {
    let threads = &recording.threads;
    let one = |(i, (thread, life)): (usize, (&Thread, &Life))| {
        let Times { on_core, ready, there } = life.total();
        let on_core = percent(on_core, there);
        let ready = percent(ready, there).min(100 - on_core);
        let is_inner = thread.pid != threads[0].pid && thread.tid != thread.pid;
        let indent = if is_inner { "  " } else { "" };
        let label = printable(&format!("{indent}{}", thread.name));
        // A thread that was seen only once has a life of 0 s.
        let is_known = there > 0.0;
        let percent = if is_known { vec![on_core, ready, 100 - on_core - ready] } else { vec![] };
        Row { percent, ..Row::new(label, Of::Threads(vec![i], 1.0)) }
    };
    let mut rows: Vec<Row> =
        threads.iter().zip(lives).take(MOST_ROWS).enumerate().map(one).collect();
    if threads.len() > 1 {
        let label = format!("all, of {}", count(recording.cores, "core"));
        let whole = recording.cores as f64;
        let all = Of::Threads((0..threads.len()).collect(), whole);
        rows.push(Row { percent: vec![percent(cores, whole)], ..Row::new(label, all) });
    }
    rows
}

/// The run in a few words, further notes, and how many cores it used on average. `drawn` is
/// the part of the CPU time that the drawing shows.
fn sentences(recording: &Recording, drawn: f64) -> (String, Vec<String>, f64) {
    let wall = seconds(recording.wall);
    // The kernel does not count processes whose parent ignores SIGCHLD.
    let cpu = seconds(recording.cpu).max(drawn);
    let cores = if wall > 0.0 { cpu / wall } else { 0.0 };

    let mut notes = Vec::new();
    if recording.interrupted {
        notes.push("It was interrupted: this is what was seen until then.".to_owned());
    }
    match recording.end {
        End::Status(0) => {}
        End::Status(status) => notes.push(format!("It ended with exit status {status}.")),
        End::Signal(number) => notes.push(format!("It was ended by {}.", signal_name(number))),
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

/// A program's name without its directory, or the last part of a URL.
fn last_part(path: &str) -> &str {
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path)
}

/// A part of a whole in whole percent, at most 100.
fn percent(part: f64, whole: f64) -> u32 {
    if whole > 0.0 { (100.0 * part / whole).round().min(100.0) as u32 } else { 0 }
}
