//! What is drawn, before it is known on what: rows of threads and of tasks.

use nix::sys::signal::Signal;

use crate::names::printable;
use crate::recording::{End, Recording, Thread};
use crate::slices::{Cell, FEW, Life, Slices, Total, lives, seconds};
use crate::tasks::{Outcome, Task, tasks};

/// More rows than this are brought together in groups.
const MOST_ROWS: usize = 24;
/// How many rows are there for groups.
const GROUPS: usize = 16;

/// A run, ready to be drawn.
pub struct Picture<'a> {
    recording: &'a Recording,
    lives: Vec<Life>,
    /// The program.
    pub title: String,
    /// The run in a few words.
    pub summary: String,
    /// What else there is to say, as whole sentences.
    pub notes: Vec<String>,
    /// How long the run was, in seconds.
    pub wall: f64,
    /// The threads.
    pub threads: Vec<Row>,
    /// All threads together, if there are several.
    pub all: Option<Row>,
    /// The tasks.
    pub tasks: Vec<Bars>,
    /// The lines that are no task's, with their moments in seconds.
    pub marks: Vec<(f64, String)>,
}

/// A thread, or a group of threads.
pub struct Row {
    /// Its name.
    pub label: String,
    /// Whether it is that of all threads together, whose share of the cores is all
    /// that it tells.
    pub is_all: bool,
    /// Whether it belongs to the process above it.
    pub is_indented: bool,
    /// On a core, ready and asleep, as parts of its life.
    pub shares: Total,
    /// The threads' positions in the recording.
    members: Vec<usize>,
    /// What counts as the whole of a slice: a thread in a row of its own, each
    /// thread of a group, each core.
    whole: usize,
}

/// A task, or a group of tasks.
pub struct Bars {
    /// Its name.
    pub label: String,
    /// The tasks.
    pub bars: Vec<Bar>,
}

/// When a task ran, in seconds.
pub struct Bar {
    /// Its name.
    pub name: String,
    /// When it said that it starts.
    pub start: f64,
    /// When it said that it has ended; if it never did, when the program had.
    pub end: f64,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
}

impl<'a> Picture<'a> {
    /// What there is to draw of a run.
    pub fn new(recording: &'a Recording) -> Picture<'a> {
        let lives = lives(recording);
        let totals: Vec<Total> = lives.iter().map(Life::total).collect();
        let wall = seconds(recording.wall);
        let on_core: f64 = totals.iter().map(|total| total.on_core).sum();
        let cores = if wall > 0.0 { on_core / wall } else { 0.0 };

        let threads = recording.threads.len();
        let mut pids: Vec<i32> = recording.threads.iter().map(|thread| thread.pid).collect();
        pids.dedup();
        let on_average = format!(", on average {cores:.2} of {}", count(recording.cores, "core"));
        let summary = match (threads, pids.len()) {
            (0, _) => short_time(wall),
            (_, 1) => format!("{}, {}{on_average}", short_time(wall), count(threads, "thread")),
            (_, processes) => {
                format!(
                    "{}, {threads} threads in {processes} processes{on_average}",
                    short_time(wall)
                )
            }
        };
        let (tasks, marks) = tasks(recording);
        let all = (threads > 1).then(|| Row {
            label: format!("all, of {}", count(recording.cores, "core")),
            is_all: true,
            is_indented: false,
            shares: Total { on_core, ready: 0.0, there: wall * recording.cores as f64 },
            members: (0..threads).collect(),
            whole: recording.cores,
        });
        Picture {
            title: printable(&program(&recording.command[0])),
            summary,
            notes: notes(recording),
            wall,
            threads: rows(&recording.threads, &totals),
            all,
            tasks: bars(&tasks, recording.wall),
            marks: marks.iter().map(|line| (seconds(line.at), printable(&line.text))).collect(),
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
        let gaps = slices.gaps(self.recording);
        let mut sum = vec![Cell::default(); slices.count];
        for &member in &row.members {
            for (sum, cell) in sum.iter_mut().zip(slices.cells(&self.lives[member], &gaps)) {
                sum.on_core += cell.on_core / row.whole as f64;
                sum.ready += cell.ready / row.whole as f64;
                sum.there += cell.there / row.whole as f64;
                sum.gap = cell.gap;
            }
        }
        sum
    }
}

impl Row {
    /// On a core, ready and asleep, in whole percent of its life, together 100.
    pub fn percent(&self) -> [u32; 3] {
        let Total { on_core, ready, there } = self.shares;
        let percent = |part: f64| if there > 0.0 { (100.0 * part / there).round() } else { 0.0 };
        let on_core = percent(on_core).min(100.0) as u32;
        let ready = (percent(ready) as u32).min(100 - on_core);
        [on_core, ready, 100 - on_core - ready]
    }
}

impl Bars {
    /// Their mean length in seconds.
    pub fn mean(&self) -> f64 {
        self.bars.iter().map(|bar| bar.end - bar.start).sum::<f64>() / self.bars.len() as f64
    }
}

/// A program's name without its directory.
fn program(path: &str) -> String {
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path).to_owned()
}

fn notes(recording: &Recording) -> Vec<String> {
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
    let slices = Slices::new(recording, usize::MAX);
    if slices.are_few() {
        notes.push(format!(
            "It was shorter than {FEW} slices of {}, too short to tell which thread ran when.",
            short_time(slices.shortest)
        ));
    }
    if recording.lines_left_out > 0 {
        notes.push(format!("{} more lines are left out.", recording.lines_left_out));
    }
    notes.extend(recording.blind.iter().map(|sentence| printable(sentence)));
    notes
}

/// A row a thread; if they are too many, groups of those that nothing but a
/// number tells apart.
fn rows(threads: &[Thread], totals: &[Total]) -> Vec<Row> {
    let root = threads.first().map_or(0, |thread| thread.pid);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut many: Vec<usize> = (0..threads.len()).collect();
    if threads.len() > MOST_ROWS {
        let special: Vec<usize> = many
            .iter()
            .copied()
            .filter(|&i| numbered(&threads[i].name).is_none())
            .take(MOST_ROWS - GROUPS)
            .collect();
        many.retain(|i| !special.contains(i));
        groups.extend(special.into_iter().map(|i| vec![i]));
        groups.extend(many.chunks(many.len().div_ceil(GROUPS)).map(<[usize]>::to_vec));
    } else {
        groups.extend(many.drain(..).map(|i| vec![i]));
    }
    let row = |members: Vec<usize>| {
        let first = &threads[members[0]];
        let last = &threads[members[members.len() - 1]];
        let mut shares = Total::default();
        for &member in &members {
            shares.on_core += totals[member].on_core;
            shares.ready += totals[member].ready;
            shares.there += totals[member].there;
        }
        let label = match members.len() {
            1 => printable(&first.name),
            n => group_label(&first.name, &last.name, first.pid == last.pid)
                .unwrap_or_else(|| format!("{n} threads")),
        };
        let is_indented = members.len() == 1 && first.pid != root && first.tid != first.pid;
        Row { label, is_all: false, is_indented, shares, whole: members.len(), members }
    };
    groups.into_iter().map(row).collect()
}

/// `threads 1 to 50`, of neighbours that nothing but a number tells apart.
fn group_label(first: &str, last: &str, one_process: bool) -> Option<String> {
    let (first, last) = (numbered(first)?, numbered(last)?);
    match (first.0, last.0) {
        ("thread", "thread") if one_process => Some(format!("threads {} to {}", first.1, last.1)),
        ("process", "process") => Some(format!("processes {} to {}", first.1, last.1)),
        _ => None,
    }
}

/// `thread` or `process`, and its number, if the name begins with both.
fn numbered(name: &str) -> Option<(&str, &str)> {
    let (kind, rest) =
        name.split_once(' ').filter(|(kind, _)| ["thread", "process"].contains(kind))?;
    let number = rest.split(' ').next().unwrap_or(rest);
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some((kind, number))
}

fn bars(tasks: &[Task], wall: u64) -> Vec<Bars> {
    let size = if tasks.len() > MOST_ROWS { tasks.len().div_ceil(GROUPS) } else { 1 };
    let bar = |task: &Task| Bar {
        name: printable(&task.name),
        start: seconds(task.start),
        end: seconds(task.until(wall)),
        outcome: task.end.map(|(_, outcome)| outcome),
    };
    let group = |(i, tasks): (usize, &[Task])| Bars {
        label: match tasks {
            [task] => printable(&short_name(&task.name)),
            _ => format!("tasks {} to {}", i * size + 1, i * size + tasks.len()),
        },
        bars: tasks.iter().map(bar).collect(),
    };
    tasks.chunks(size).enumerate().map(group).collect()
}

/// Of a URL, the part that tells it from the others: the path, if there is one.
fn short_name(name: &str) -> String {
    let Some((_, rest)) = name.split_once("://") else {
        return name.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    match rest.split_once('/') {
        Some((_, path)) if !path.is_empty() => format!("/{path}"),
        Some((host, _)) => host.to_owned(),
        None => rest.to_owned(),
    }
}

/// A time with three digits that count.
pub fn short_time(seconds: f64) -> String {
    match seconds {
        s if s < 0.001 => format!("{:.0} us", s * 1e6),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 10.0 => format!("{s:.2} s"),
        s if s < 1000.0 => format!("{s:.1} s"),
        s => format!("{s:.0} s"),
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
