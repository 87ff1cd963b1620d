//! Draws a run as a picture, for a light and for a dark page.

use console::truncate_str;

use super::picture::{Cell, LABELS, Picture, Row};
use super::recording::Recording;
use super::slices::Slices;
use super::tasks::{Outcome, Task};
use crate::report::axis::Axis;
use crate::report::page::{self, LINE, MARGIN, group, rectangle, shape, short, text};
use crate::report::text::wrap;

/// The most slices. More would make a larger file and could hardly be seen.
const MOST_SLICES: usize = 80;
/// The most marks of printed lines.
const MOST_MARKS: usize = 160;

// The layout, in units of the picture.
const WIDTH: f64 = 520.0;
/// Of the columns beside the chart.
const RIGHT: f64 = 146.0;
const COLUMNS: [(f64, &str); 3] = [(88.0, "on core"), (44.0, "ready"), (0.0, "asleep")];
const ROW: f64 = 22.0;
const BAR: f64 = 15.0;
/// Between the threads and what was printed.
const GAP: f64 = 6.0;
/// The longest line of a sentence, in characters; it fits into `WIDTH`.
const LONGEST_NOTE: usize = 80;
/// The width of the widest letter of this font.
const LETTER: f64 = 6.6;
/// How many entries of the legend a line has.
const IN_A_LINE: usize = 3;
/// The least distance of two marks of the time axis.
const APART: f64 = 52.0;

const STYLE: &str = "
.core{fill:#0969da}.ready{fill:#e0a100}.asleep{fill:#a8b1ba}.task{fill:#1f883d}
.failed{fill:#cf222e}.line{fill:#59636e}
path{shape-rendering:crispEdges}
@media(prefers-color-scheme:dark){.core{fill:#4493f8}.ready{fill:#d29922}.asleep{fill:#656c76}
.task{fill:#3fb950}.failed{fill:#f85149}.line{fill:#9198a1}}
";

/// Where time is on the page.
struct Chart {
    left: f64,
    width: f64,
    axis: Axis,
}

impl Chart {
    fn new(picture: &Picture) -> Chart {
        let left = MARGIN + picture.label_width() as f64 * LETTER + 6.0;
        let width = WIDTH - left - RIGHT;
        Chart { left, width, axis: Axis::linear(picture.wall, APART / width) }
    }

    /// Where a moment is.
    fn x(&self, moment: f64) -> f64 {
        self.left + self.width * self.axis.place(moment)
    }
}

/// The picture as an SVG file.
pub fn draw(recording: &Recording) -> Vec<u8> {
    let picture = &Picture::new(recording);
    let slices = picture.slices(MOST_SLICES);
    let chart = Chart::new(picture);
    let notes = picture.notes.iter().flat_map(|note| wrap(note, " ", LONGEST_NOTE, "…"));
    let notes: Vec<String> = notes.collect();
    let legend = picture.legend(slices);

    let top = MARGIN + (3 + notes.len()) as f64 * LINE + 12.0;
    let lines_label = picture.lines_label();
    let number = picture.threads.len() + picture.tasks.len() + usize::from(lines_label.is_some());
    let bottom = top + number as f64 * ROW + GAP;
    let height = bottom + (legend.len().div_ceil(IN_A_LINE) + 1) as f64 * LINE + MARGIN;

    let mut svg = text("title", MARGIN, MARGIN + 12.0, &truncate_str(&picture.title, 60, "…"));
    for (i, note) in [&picture.summary].into_iter().chain(&notes).enumerate() {
        svg += &text("small", MARGIN, MARGIN + 12.0 + (i + 1) as f64 * LINE, note);
    }
    for (from_right, name) in COLUMNS {
        svg += &text("small end", WIDTH - MARGIN - from_right, top - 8.0, name);
    }
    for (moment, name) in chart.axis.marks.iter().zip(chart.axis.times()) {
        let x = chart.x(*moment);
        svg += &shape("grid", &format!("M{} {}V{}", short(x), short(top - 4.0), short(bottom)));
        if x < chart.left + chart.width - 40.0 {
            svg += &text("small", x, top - 8.0, &name);
        }
    }
    let mut y = top;
    for row in &picture.threads {
        svg += &thread(row, &picture.cells(row, slices), slices, &chart, y);
        y += ROW;
    }
    y += GAP;
    for task in &picture.tasks {
        svg += &bar(task, &chart, y);
        y += ROW;
    }
    svg += &lines_label.map_or_else(String::new, |label| name(label, y));
    for lines in picture.lines(MOST_MARKS) {
        let Some((moment, text)) = lines.first() else { continue };
        let mark = rectangle(chart.x(*moment) - 1.0, y + 2.0, 2.0, BAR - 4.0);
        svg += &group(&format!("{moment:.2} s\n{text}"), &shape("line", &mark));
    }
    for (i, entry) in legend.iter().enumerate() {
        let left = MARGIN + (i % IN_A_LINE) as f64 * WIDTH / IN_A_LINE as f64;
        svg += &explain(entry, left, bottom + 8.0 + (i / IN_A_LINE + 1) as f64 * LINE);
    }
    let what = format!("{}: {}", picture.title, picture.summary);
    page::draw((WIDTH, height), &what, STYLE, &svg)
}

/// The row of a thread or of several: on a core from below, ready above it, and a thin
/// line for as long as it was there. Slices that look the same are one piece.
fn thread(row: &Row, cells: &[Cell], slices: Slices, chart: &Chart, y: f64) -> String {
    let mut svg = name(&row.label, y);
    for (percent, (from_right, _)) in row.percent.iter().zip(COLUMNS) {
        svg += &text("small end", WIDTH - MARGIN - from_right, y + 12.0, &format!("{percent} %"));
    }
    let mut next = 0;
    for piece in cells.chunk_by(Cell::eq) {
        let (from, to) = (slices.start(next), slices.start(next + piece.len()));
        next += piece.len();
        let Cell { on_core, ready, there } = piece[0];
        if there == 0 {
            continue;
        }
        let (left, width) = (chart.x(from), chart.x(to) - chart.x(from));
        let bar = |class: &str, from: usize, eighths: usize| {
            let [from, height] = [from, eighths].map(|eighths| BAR * eighths as f64 / 8.0);
            shape(class, &rectangle(left, y + BAR - from - height, width, height))
        };
        let mut shapes = match on_core {
            0 => shape("asleep", &rectangle(left, y + BAR - 1.5, width, 1.5)),
            _ => bar("core", 0, on_core),
        };
        // All threads together have three numbers less to tell.
        if ready > 0 && row.percent.len() > 1 {
            shapes += &bar("ready", on_core, ready.min(8 - on_core));
        }
        let [on_core, ready] = [on_core, ready].map(|eighths| (12.5 * eighths as f64).round());
        let label = row.label.trim_start();
        let what =
            format!("{label}, {from:.2} to {to:.2} s: on a core {on_core} %, ready {ready} %");
        svg += &group(&what, &shapes);
    }
    svg
}

fn bar(task: &Task, chart: &Chart, y: f64) -> String {
    let Task { name: full, start, end, outcome } = task;
    let what = format!("{full}, {start:.2} to {end:.2} s: {}, {}", task.length(), outcome.words());
    let class = if *outcome == Outcome::Failed { "failed" } else { "task" };
    let width = (chart.x(*end) - chart.x(*start)).max(1.0);
    name(task.label(), y)
        + &text("small end", WIDTH - MARGIN, y + 12.0, &task.length())
        + &group(&what, &shape(class, &rectangle(chart.x(*start), y, width, BAR)))
}

/// What a mark means: its class, if it has one, and the words.
fn explain((class, what): &(&str, String), left: f64, y: f64) -> String {
    let (height, width) = match *class {
        "" => return text("small", left, y, what),
        "asleep" => (2.0, 10.0),
        "line" => (10.0, 2.0),
        _ => (10.0, 10.0),
    };
    shape(class, &rectangle(left, y - height, width, height)) + &text("small", left + 14.0, y, what)
}

/// The name of a row, indented as in the terminal.
fn name(label: &str, y: f64) -> String {
    let name = label.trim_start();
    let indent = (label.len() - name.len()) as f64 * LETTER;
    text("", MARGIN + indent, y + 12.0, &truncate_str(name, LABELS.1, "…"))
}
