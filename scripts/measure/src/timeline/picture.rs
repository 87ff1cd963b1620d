//! What every drawing of a run shows: sentences, rows of threads, and rows of tasks.

use std::ops::Range;

use nix::sys::signal::Signal;

use crate::report::text::{count, printable, short_time};
use crate::timeline::recording::{End, Recording, Thread};
use crate::timeline::slices::{Life, Slices, Times, seconds};
use crate::timeline::tasks::{Outcome, Task, tasks};

/// More rows than this are brought together in so many groups of neighbours.
const MOST_ROWS: usize = 24;
const GROUPS: usize = 16;
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
    pub tasks: Vec<Bars>,
    /// The name of the row of the lines that are no task's, which [`Picture::lines`] has.
    pub lines_label: &'static str,
    lines: Vec<(f64, String)>,
}

/// A thread, or a group of threads.
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
    /// Whether the threads were looked at.
    pub is_seen: bool,
    pub on_core: usize,
    pub ready: usize,
    pub there: usize,
}

/// A task, or a group of tasks.
pub struct Bars {
    pub label: String,
    /// How long it took; of several, on the average.
    pub length: String,
    pub tasks: Vec<Task>,
}

impl<'a> Picture<'a> {
    /// What there is to draw of a run.
    pub fn new(recording: &'a Recording) -> Picture<'a> {
        let lives: Vec<Life> =
            recording.threads.iter().map(|thread| Life::new(thread, &recording.samples)).collect();
        let totals: Vec<Times> = lives.iter().map(Life::total).collect();
        let wall = seconds(recording.wall);
        let drawn: f64 = totals.iter().map(|total| total.on_core).sum();
        let (summary, notes, cores) = sentences(recording, drawn);
        let threads = recording.threads.len();
        let mut rows: Vec<Row> = groups(0..threads.min(1))
            .into_iter()
            .chain(groups(1..threads))
            .map(|members| Row::new(&recording.threads, members, &totals))
            .collect();
        if threads > 1 {
            rows.push(Row {
                label: format!("all, of {}", count(recording.cores, "core")),
                percent: vec![percent(cores, recording.cores as f64)],
                members: (0..threads).collect(),
                whole: recording.cores as f64,
            });
        }
        let (tasks, lines) = tasks(recording);
        let lines_label = if tasks.is_empty() { "lines" } else { "other lines" };
        let mut tasks = tasks.into_iter();
        let groups = groups(0..tasks.len()).into_iter();
        let bars =
            groups.map(|group| Bars::new(tasks.by_ref().take(group.len()).collect(), group[0]));
        let bars = bars.collect();
        Picture {
            title: printable(program(&recording.command[0])),
            summary,
            notes,
            wall,
            threads: rows,
            lines_label,
            tasks: bars,
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
        let cells = sums.iter().zip(slices.seen(self.recording)).map(|(sum, is_seen)| Cell {
            is_seen,
            on_core: eighths(sum.on_core).round().min(8.0) as usize,
            ready: eighths(sum.ready).round() as usize,
            // However short, it was there; but 1e-17 of a slice is a rounding error.
            there: (eighths(sum.there) - 1e-6).ceil() as usize,
        });
        cells.collect()
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

    /// Whether a task has failed.
    pub fn has_failures(&self) -> bool {
        self.tasks.iter().flat_map(|bars| &bars.tasks).any(|task| task.outcome == Outcome::Failed)
    }
}

impl Row {
    fn new(threads: &[Thread], members: Vec<usize>, totals: &[Times]) -> Row {
        let mut shares = Times::default();
        members.iter().for_each(|&i| shares.add(1.0, totals[i], Times::default()));
        let (first, last) = (&threads[members[0]], &threads[members[members.len() - 1]]);
        let label = if members.len() > 1 {
            group_label(&first.name, &last.name).unwrap_or_else(|| count(members.len(), "thread"))
        } else if first.pid != threads[0].pid && first.tid != first.pid {
            format!("  {}", first.name)
        } else {
            first.name.clone()
        };
        let on_core = percent(shares.on_core, shares.there);
        let ready = percent(shares.ready, shares.there).min(100 - on_core);
        // One that was seen once was there for no time at all.
        let percent = if shares.there > 0.0 {
            vec![on_core, ready, 100 - on_core - ready]
        } else {
            Vec::new()
        };
        Row { label: printable(&label), percent, whole: members.len() as f64, members }
    }
}

impl Bars {
    fn new(tasks: Vec<Task>, first: usize) -> Bars {
        let mean = tasks.iter().map(|task| task.end - task.start).sum::<f64>() / tasks.len() as f64;
        let mean = short_time(mean);
        let (label, length) = match &tasks[..] {
            [task] => (short_name(&task.name).to_owned(), mean),
            _ => {
                (format!("tasks {} to {}", first + 1, first + tasks.len()), format!("mean {mean}"))
            }
        };
        Bars { label, length, tasks }
    }
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
        End::Signal(number) => notes.push(match Signal::try_from(number) {
            Ok(signal) => format!("It was ended by {signal}."),
            Err(_) => format!("It was ended by signal {number}."),
        }),
    }
    let shortest = Slices::shortest(recording);
    if wall < FEW * shortest {
        notes.push(format!(
            "It was shorter than {FEW} slices of {}, too short to tell which thread ran when.",
            short_time(shortest)
        ));
    }
    let mut at_least = "";
    if cpu - drawn > VISIBLE * cpu.max(wall) {
        notes.push(format!(
            "{} % of the CPU time ({} of {}) is not drawn: it was used by threads and processes \
             that ended before the next look at them.",
            percent(cpu - drawn, cpu),
            short_time(cpu - drawn),
            short_time(cpu)
        ));
        let unseen = recording.started.saturating_sub(recording.threads.len() as u64);
        if unseen > 0 {
            at_least = "at least ";
            notes.push(format!("At most {unseen} of these were never seen."));
        }
    }
    if recording.lines_left_out > 0 {
        notes.push(format!("{} more lines are left out.", recording.lines_left_out));
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
        short_time(wall),
        count(recording.threads.len(), "thread"),
        count(recording.cores, "core")
    );
    (summary, notes, cores)
}

/// A program's name without its directory.
fn program(path: &str) -> &str {
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path)
}

/// A row for each, or, if these were too many, for groups of neighbours.
fn groups(members: Range<usize>) -> Vec<Vec<usize>> {
    let size = if members.len() > MOST_ROWS { members.len().div_ceil(GROUPS) } else { 1 };
    members.collect::<Vec<_>>().chunks(size).map(<[usize]>::to_vec).collect()
}

/// `threads 1 to 50`, if nothing but a number tells neighbours apart.
fn group_label(first: &str, last: &str) -> Option<String> {
    let number = |name: &str, kind| {
        let rest = name.strip_prefix(kind)?.strip_prefix(' ')?;
        rest.split(' ').next().map(str::to_owned)
    };
    [("thread", "threads"), ("process", "processes")].into_iter().find_map(|(kind, plural)| {
        Some(format!("{plural} {} to {}", number(first, kind)?, number(last, kind)?))
    })
}

/// A part of a whole in whole percent, at most 100.
fn percent(part: f64, whole: f64) -> u32 {
    if whole > 0.0 { (100.0 * part / whole).round().min(100.0) as u32 } else { 0 }
}

/// Of a URL, the part that tells it from the others: the path, if there is one.
fn short_name(name: &str) -> &str {
    let Some((_, rest)) = name.split_once("://") else {
        return name;
    };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let path = rest.find('/').map_or("", |slash| &rest[slash..]);
    if path.len() > 1 { path } else { rest.trim_end_matches('/') }
}
