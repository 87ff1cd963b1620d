//! Draws a run as a picture, for a light and for a dark page.

use console::truncate_str;

use super::picture::{LABELS, Look, Picture};
use super::recording::Recording;
use super::tasks::Outcome;
use crate::report::axis::Axis;
use crate::report::page::{self, LINE, MARGIN, group, rectangle, shape, text};
use crate::text::wrap;

/// The columns of the chart. More would make a larger file and could hardly be seen.
const COLUMNS: usize = 160;

// The layout, in units of the picture.
const WIDTH: f64 = 520.0;
/// The numbers beside the chart, and where each of them ends.
const RIGHT: f64 = 146.0;
const NUMBERS: [(f64, &str); 3] = [(88.0, "on core"), (44.0, "ready"), (0.0, "asleep")];
const ROW: f64 = 22.0;
const BAR: f64 = 15.0;
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
.failed{fill:#cf222e}.line{fill:#59636e}.slice{fill:none}
.core,.ready,.asleep,.task,.failed,.line{shape-rendering:crispEdges}
@media(prefers-color-scheme:dark){.core{fill:#4493f8}.ready{fill:#d29922}.asleep{fill:#656c76}
.task{fill:#3fb950}.failed{fill:#f85149}.line{fill:#9198a1}}
";

/// The picture as an SVG file.
pub fn draw(recording: &Recording) -> Vec<u8> {
    let picture = &Picture::new(recording);
    let notes = picture.notes.iter().flat_map(|note| wrap(note, " ", LONGEST_NOTE, ""));
    let sentences: Vec<String> = [picture.summary.clone()].into_iter().chain(notes).collect();
    let legend = picture.legend(COLUMNS);

    let top = MARGIN + (2 + sentences.len()) as f64 * LINE + 12.0;
    let bottom = top + picture.rows.len() as f64 * ROW;
    let left = MARGIN + picture.label_width() as f64 * LETTER + 6.0;
    let width = WIDTH - left - RIGHT;
    let height = bottom + (legend.len().div_ceil(IN_A_LINE) + 1) as f64 * LINE + MARGIN;

    let mut svg = text("title", MARGIN, MARGIN + 12.0, &truncate_str(&picture.title, 60, "…"));
    for (i, sentence) in sentences.iter().enumerate() {
        svg += &text("small", MARGIN, MARGIN + 12.0 + (i + 1) as f64 * LINE, sentence);
    }
    for (from_right, name) in NUMBERS {
        svg += &text("small end", WIDTH - MARGIN - from_right, top - 8.0, name);
    }
    let axis = Axis::linear(picture.wall, APART / width);
    for (&moment, name) in axis.marks.iter().zip(axis.times()) {
        let x = left + width * axis.place(moment);
        svg += &shape("grid", &format!("M{} {}V{bottom}", page::short(x), top - 4.0));
        if x < left + width - 40.0 {
            svg += &text("small", x, top - 8.0, &name);
        }
    }
    for (i, row) in picture.rows.iter().enumerate() {
        let y = top + i as f64 * ROW;
        let name = row.label.trim_start();
        let indent = (row.label.len() - name.len()) as f64 * LETTER;
        svg += &text("label", MARGIN + indent, y + 12.0, &truncate_str(name, LABELS.1, "…"));
        for (percent, (from_right, _)) in row.percent.iter().zip(NUMBERS) {
            let x = WIDTH - MARGIN - from_right;
            svg += &text("small end", x, y + 12.0, &format!("{percent} %"));
        }
        if !row.length.is_empty() {
            svg += &text("small end", WIDTH - MARGIN, y + 12.0, &row.length);
        }
        for piece in picture.pieces(row, COLUMNS) {
            let [from, to] = [piece.columns.start, piece.columns.end]
                .map(|column| left + width * column as f64 / COLUMNS as f64);
            svg += &group(&piece.words, &shapes(piece.look, from, y, to - from));
        }
    }
    for (i, (class, meaning)) in legend.iter().enumerate() {
        let left = MARGIN + (i % IN_A_LINE) as f64 * WIDTH / IN_A_LINE as f64;
        let y = bottom + 8.0 + (i / IN_A_LINE + 1) as f64 * LINE;
        svg += &shape(class, &rectangle(left, y - 10.0, 10.0, 10.0));
        svg += &text("small", left + 14.0, y, meaning);
    }
    let what = format!("{}: {}", picture.title, picture.summary);
    page::draw((WIDTH, height), &what, STYLE, &svg)
}

/// A slice: on a core at the bottom, ready above it, or a thin line if it was only there.
fn shapes(look: Look, x: f64, y: f64, width: f64) -> String {
    let bar = |class: &str, from: usize, eighths: usize| {
        let [from, height] = [from, eighths].map(|eighths| BAR * eighths as f64 / 8.0);
        match eighths {
            0 => String::new(),
            _ => shape(class, &rectangle(x, y + BAR - from - height, width, height)),
        }
    };
    match look {
        Look::Slice { on_core: 0, ready: 0, .. } => {
            shape("asleep", &rectangle(x, y + BAR - 1.5, width, 1.5))
        }
        Look::Slice { on_core, ready, .. } => {
            bar("core", 0, on_core) + &bar("ready", on_core, ready.min(8 - on_core))
        }
        Look::Task(Outcome::Failed) => bar("failed", 0, 8),
        Look::Task(_) => bar("task", 0, 8),
        Look::Lines(_) => bar("line", 1, 6),
    }
}
