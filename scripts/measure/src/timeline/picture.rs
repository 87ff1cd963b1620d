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
    /// The program.
    pub title: String,
    /// The run in a few words.
    pub summary: String,
    /// What else there is to say, as whole sentences.
    pub notes: Vec<String>,
    /// How long the run was, in seconds.
    pub wall: f64,
    /// The threads, and all of them together, if there are several.
    pub threads: Vec<Row>,
    /// The tasks.
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
    /// On a core.
    pub on_core: usize,
    /// Ready, but waiting for a core.
    pub ready: usize,
    /// There at all.
    pub there: usize,
}

/// A task, or a group of tasks.
pub struct Bars {
    /// Its name.
    pub label: String,
    /// How long it took; of several, on the average.
    pub length: String,
    /// The tasks.
    pub bars: Vec<Bar>,
}

/// When a task ran, in seconds.
pub struct Bar {
    /// Its name.
    pub name: String,
    /// When it started.
    pub start: f64,
    /// When it ended, or else when the program did.
    pub end: f64,
    /// How it ended.
    pub outcome: Outcome,
}

impl<'a> Picture<'a> {
    /// What there is to draw of a run.
    pub fn new(recording: &'a Recording) -> Picture<'a> {
        let lives: Vec<Life> =
            recording.threads.iter().map(|thread| Life::new(thread, &recording.samples)).collect();
        let totals: Vec<Times> = lives.iter().map(Life::total).collect();
        let totals = &totals;
        let wall = seconds(recording.wall);
        let drawn: f64 = totals.iter().map(|total| total.on_core).sum();
        // The kernel leaves out those whose end a parent has ignored.
        let cpu = seconds(recording.cpu).max(drawn);
        let cores = if wall > 0.0 { cpu / wall } else { 0.0 };
        let missing = cpu - drawn;
        let is_visible = missing > VISIBLE * cpu.max(wall);

        let threads = recording.threads.len();
        let mut pids: Vec<i32> = recording.threads.iter().map(|thread| thread.pid).collect();
        pids.dedup();
        let mut summary = vec![short_time(wall)];
        let number = match pids.len() {
            1 => count(threads, "thread"),
            processes => format!("{} in {}", count(threads, "thread"), count(processes, "process")),
        };
        summary.push(number);
        let mut notes = notes(recording);
        if is_visible {
            notes.push(format!(
                "{} % of the CPU time ({} of {}) is not drawn: threads used it that had ended by \
                 the next look.",
                percent(missing, cpu),
                short_time(missing),
                short_time(cpu)
            ));
            let unseen = recording.started.saturating_sub(threads as u64);
            if unseen > 0 {
                summary[1] = format!("at least {}", summary[1]);
                notes.push(format!("At most {unseen} threads and processes were never seen."));
            }
        }
        summary.push(format!("on average {cores:.2} of {}", count(recording.cores, "core")));

        let mut rows: Vec<Row> = groups(0..threads.min(1))
            .into_iter()
            .chain(groups(1..threads))
            .map(|members| Row::new(&recording.threads, members, totals))
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
        Picture {
            title: printable(program(&recording.command[0])),
            summary: summary.join(", "),
            notes,
            wall,
            threads: rows,
            lines_label: if tasks.is_empty() { "lines" } else { "other lines" },
            tasks: groups(0..tasks.len())
                .into_iter()
                .map(|members| Bars::new(&tasks, members))
                .collect(),
            lines: lines.iter().map(|line| (seconds(line.at), printable(&line.text))).collect(),
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
        self.tasks.iter().flat_map(|bars| &bars.bars).any(|bar| bar.outcome == Outcome::Failed)
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
    fn new(tasks: &[Task], members: Vec<usize>) -> Bars {
        let bar = |i: &usize| Bar {
            name: printable(tasks[*i].name),
            start: seconds(tasks[*i].start),
            end: seconds(tasks[*i].end),
            outcome: tasks[*i].outcome,
        };
        let bars: Vec<Bar> = members.iter().map(bar).collect();
        let mean = bars.iter().map(|bar| bar.end - bar.start).sum::<f64>() / bars.len() as f64;
        let mean = short_time(mean);
        let (label, length) = match &bars[..] {
            [bar] => (short_name(&bar.name), mean),
            _ => (
                format!("tasks {} to {}", members[0] + 1, members[members.len() - 1] + 1),
                format!("mean {mean}"),
            ),
        };
        Bars { label, length, bars }
    }
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
    let shortest = Slices::shortest(recording);
    if seconds(recording.wall) < FEW * shortest {
        notes.push(format!(
            "It was shorter than {FEW} slices of {}, too short to tell which thread ran when.",
            short_time(shortest)
        ));
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
    notes
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
    let words = |name: &str| {
        let mut words = name.split(' ').map(str::to_owned);
        Some((words.next()?, words.next()?))
    };
    let ((kind, from), (other, to)) = (words(first)?, words(last)?);
    let plural = match kind.as_str() {
        "thread" => "threads",
        "process" => "processes",
        _ => return None,
    };
    (kind == other).then(|| format!("{plural} {from} to {to}"))
}

/// A part of a whole in whole percent, at most 100.
fn percent(part: f64, whole: f64) -> u32 {
    if whole > 0.0 { (100.0 * part / whole).round().min(100.0) as u32 } else { 0 }
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
