//! Draws a picture, for a light and for a dark page.

use std::io;

use measure::report::page::{self, LINE, MARGIN, Xml, group, rectangle, shape, short, text};
use unicode_width::UnicodeWidthStr;

use crate::axis;
use crate::picture::{Bar, Bars, Picture, Row, short_time};
use crate::slices::{Cell, Slices};
use crate::tasks::Outcome;

/// The most slices. More would make a larger file and could hardly be seen.
const MOST_SLICES: usize = 80;
/// The most marks in the row of printed lines, and the most lines that one of
/// them tells of.
const MOST_MARKS: usize = 160;
const MOST_TOLD: usize = 4;

// The layout, in units of the picture.
const WIDTH: f64 = 520.0;
/// Of the columns beside the chart.
const RIGHT: f64 = 146.0;
const COLUMNS: [(f64, &str); 3] = [(88.0, "on core"), (44.0, "ready"), (0.0, "asleep")];
const ROW: f64 = 22.0;
const BAR: f64 = 15.0;
/// Between the threads and what was printed.
const GAP: f64 = 6.0;
/// The longest name, in characters.
const LONGEST_LABEL: usize = 30;
/// The longest line of a sentence, in characters; it fits into `WIDTH`.
const LONGEST_NOTE: usize = 80;
/// The width of a letter, at the most and on the average, in this font.
const LETTER: f64 = 6.6;
const SMALL_LETTER: f64 = 5.6;
/// The least distance of two marks of the time axis.
const APART: f64 = 52.0;

const STYLE: &str = "
.core{fill:#0969da}.ready{fill:#e0a100}.asleep{fill:#a8b1ba}.task{fill:#1f883d}
.failed{fill:#cf222e}.gap{fill:#59636e;fill-opacity:.2}.line{fill:#59636e}
path{shape-rendering:crispEdges}
@media(prefers-color-scheme:dark){.core{fill:#4493f8}.ready{fill:#d29922}.asleep{fill:#656c76}
.task{fill:#3fb950}.failed{fill:#f85149}.gap{fill:#9198a1}.line{fill:#9198a1}}
";

/// Where time is on the page.
#[derive(Clone, Copy)]
struct Chart {
    left: f64,
    width: f64,
    wall: f64,
}

impl Chart {
    fn new(picture: &Picture, rows: &[&Row]) -> Chart {
        let indent = |row: &&Row| row.label.width() + if row.is_indented { 2 } else { 0 };
        let tasks = picture.tasks.iter().map(|bars| bars.label.width());
        let longest = rows.iter().map(indent).chain(tasks).max().unwrap_or(0);
        // With room for `other lines`.
        let letters = longest.clamp(11, LONGEST_LABEL);
        let left = MARGIN + letters as f64 * LETTER + 6.0;
        Chart { left, width: WIDTH - left - RIGHT, wall: picture.wall }
    }

    /// Where a moment is.
    fn x(self, moment: f64) -> f64 {
        self.left + self.width * if self.wall > 0.0 { moment / self.wall } else { 0.0 }
    }
}

/// The picture as an SVG file.
///
/// # Errors
///
/// None that is expected: it is written to memory.
pub fn draw(picture: &Picture) -> io::Result<Vec<u8>> {
    let slices = picture.slices(MOST_SLICES);
    let rows: Vec<&Row> = picture.threads.iter().chain(&picture.all).collect();
    let chart = Chart::new(picture, &rows);
    let notes: Vec<String> = picture.notes.iter().flat_map(|note| lines(note)).collect();
    let top = MARGIN + (3 + notes.len()) as f64 * LINE + 12.0;
    let marks = usize::from(!picture.marks.is_empty());
    let bottom = top + (rows.len() + picture.tasks.len() + marks) as f64 * ROW + GAP;
    let legend = legend(picture, slices);
    let height = bottom + (legend.len() + 1) as f64 * LINE + MARGIN;

    let what = format!("{}: {}", picture.title, picture.summary);
    page::draw((WIDTH, height), &what, STYLE, |xml| {
        heading(xml, picture, &notes, top)?;
        grid(xml, chart, top, bottom)?;
        let mut y = top;
        for row in rows {
            thread(xml, row, &picture.cells(row, slices), slices, chart, y)?;
            y += ROW;
        }
        y += GAP;
        for bars in &picture.tasks {
            tasks(xml, bars, chart, y)?;
            y += ROW;
        }
        if !picture.marks.is_empty() {
            printed(xml, picture, chart, y)?;
        }
        let mut y = bottom + LINE + 8.0;
        for entries in legend {
            explain(xml, &entries, y)?;
            y += LINE;
        }
        Ok(())
    })
}

fn heading(xml: &mut Xml, picture: &Picture, notes: &[String], top: f64) -> io::Result<()> {
    let mut y = MARGIN + 12.0;
    text(xml, "title", MARGIN, y, &cut(&picture.title, LONGEST_NOTE * 3 / 4))?;
    y += LINE;
    text(xml, "small", MARGIN, y, &picture.summary)?;
    for note in notes {
        y += LINE;
        text(xml, "small", MARGIN, y, note)?;
    }
    for (from_right, name) in COLUMNS {
        text(xml, "small end", WIDTH - MARGIN - from_right, top - 8.0, name)?;
    }
    Ok(())
}

fn grid(xml: &mut Xml, chart: Chart, top: f64, bottom: f64) -> io::Result<()> {
    for (moment, name) in axis::marks(chart.wall, APART / chart.width) {
        let x = chart.x(moment);
        shape(xml, "grid", &format!("M{} {}V{}", short(x), short(top - 4.0), short(bottom)))?;
        if x < chart.left + chart.width - 40.0 {
            text(xml, "small", x, top - 8.0, &name)?;
        }
    }
    Ok(())
}

/// The row of a thread or of several: on a core from below, ready above it, and
/// a thin line for as long as it was there.
fn thread(
    xml: &mut Xml,
    row: &Row,
    cells: &[Cell],
    slices: Slices,
    chart: Chart,
    y: f64,
) -> io::Result<()> {
    let indent = if row.is_indented { 14.0 } else { 0.0 };
    name(xml, &row.label, indent, y)?;
    let shown = if row.is_all { 1 } else { 3 };
    for (percent, (from_right, _)) in row.percent().into_iter().zip(COLUMNS).take(shown) {
        text(xml, "small end", WIDTH - MARGIN - from_right, y + 12.0, &format!("{percent} %"))?;
    }
    let mut from = 0;
    for piece in cells.chunk_by(|a, b| look(a) == look(b)) {
        let to = from + piece.len();
        let mean =
            |part: fn(&Cell) -> f64| piece.iter().map(part).sum::<f64>() / piece.len() as f64;
        let (on_core, ready) = (mean(|cell| cell.on_core), mean(|cell| cell.ready));
        let (start, end) = (slices.start(from), slices.start(to));
        let when = format!("{}, {start:.2} to {end:.2} s", row.label);
        let (left, width) = (chart.x(start), chart.x(end) - chart.x(start));
        from = to;
        if piece[0].gap {
            group(xml, &format!("{when}: not seen"), |xml| {
                shape(xml, "gap", &rectangle(left, y, width, BAR))
            })?;
        } else if piece[0].there > 0.0 {
            let asleep = (mean(|cell| cell.there) - on_core - ready).max(0.0);
            let percent = |part: f64| (100.0 * part).round();
            let what = if row.is_all {
                format!("{when}: {} % of the cores in use", percent(on_core))
            } else {
                format!(
                    "{when}: on a core {} %, ready {} %, asleep {} %",
                    percent(on_core),
                    percent(ready),
                    percent(asleep)
                )
            };
            group(xml, &what, |xml| {
                let (on_core, ready) = (BAR * on_core.min(1.0), BAR * ready);
                let ready = ready.min(BAR - on_core);
                // Thinner than half a unit, it would not be seen.
                if on_core >= 0.5 {
                    shape(xml, "core", &rectangle(left, y + BAR - on_core, width, on_core))?;
                }
                if ready >= 0.5 && !row.is_all {
                    shape(xml, "ready", &rectangle(left, y + BAR - on_core - ready, width, ready))?;
                }
                if on_core < 1.5 {
                    shape(xml, "asleep", &rectangle(left, y + BAR - 1.5, width, 1.5))?;
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// What two slices have in common if they are drawn as one piece.
fn look(cell: &Cell) -> (bool, bool, u32, u32) {
    let eighths = |part: f64| (8.0 * part).round() as u32;
    (cell.gap, cell.there > 0.0, eighths(cell.on_core), eighths(cell.ready))
}

fn tasks(xml: &mut Xml, bars: &Bars, chart: Chart, y: f64) -> io::Result<()> {
    name(xml, &bars.label, 0.0, y)?;
    let mean = if bars.bars.len() > 1 { "mean " } else { "" };
    let length = format!("{mean}{}", short_time(bars.mean()));
    text(xml, "small end", WIDTH - MARGIN, y + 12.0, &length)?;
    // Bars of a group share the height.
    let height = BAR / bars.bars.len() as f64;
    for (i, bar) in bars.bars.iter().enumerate() {
        let left = chart.x(bar.start);
        let width = (chart.x(bar.end) - left).max(1.0);
        let class = if bar.outcome == Some(Outcome::Failed) { "failed" } else { "task" };
        let top = y + i as f64 * height;
        group(xml, &told(bar), |xml| shape(xml, class, &rectangle(left, top, width, height)))?;
    }
    Ok(())
}

fn told(bar: &Bar) -> String {
    let how = match bar.outcome {
        Some(Outcome::Done) => "",
        Some(Outcome::Failed) => ", failed",
        None => ", had not ended",
    };
    let length = short_time(bar.end - bar.start);
    format!("{}, {:.2} to {:.2} s: {length}{how}", bar.name, bar.start, bar.end)
}

fn printed(xml: &mut Xml, picture: &Picture, chart: Chart, y: f64) -> io::Result<()> {
    let label = if picture.tasks.is_empty() { "lines" } else { "other lines" };
    name(xml, label, 0.0, y)?;
    let place = |moment: f64| (moment / picture.wall.max(1e-9) * MOST_MARKS as f64) as usize;
    for lines in picture.marks.chunk_by(|a, b| place(a.0) == place(b.0)) {
        let mut what = format!("{:.2} s", lines[0].0);
        for (_, line) in lines.iter().take(MOST_TOLD) {
            what.push('\n');
            what.push_str(line);
        }
        if lines.len() > MOST_TOLD {
            what.push_str(&format!("\nand {} more", lines.len() - MOST_TOLD));
        }
        let left = chart.x(lines[0].0) - 1.0;
        group(xml, &what, |xml| shape(xml, "line", &rectangle(left, y + 2.0, 2.0, BAR - 4.0)))?;
    }
    Ok(())
}

/// What the colours mean, in lines of as many entries as fit.
fn legend(picture: &Picture, slices: Slices) -> Vec<Vec<(&'static str, String)>> {
    let mut entries =
        vec![("core", "on a core"), ("ready", "ready, no core was free"), ("asleep", "asleep")];
    let rows = picture.threads.iter().map(|row| picture.cells(row, slices));
    if rows.flatten().any(|cell| cell.gap) {
        entries.push(("gap", "not seen"));
    }
    if !picture.tasks.is_empty() {
        entries.push(("task", "a task, by what was printed"));
    }
    if picture.tasks.iter().flat_map(|b| &b.bars).any(|b| b.outcome == Some(Outcome::Failed)) {
        entries.push(("failed", "it failed"));
    }
    if !picture.marks.is_empty() {
        entries.push(("line", "a line printed"));
    }
    let slice = ("", format!("a slice is {}", short_time(slices.length)));
    let entries = entries.into_iter().map(|(class, what)| (class, what.to_owned()));
    let mut lines: Vec<Vec<(&str, String)>> = Vec::new();
    let mut used = f64::INFINITY;
    for entry in entries.chain([slice]) {
        // Behind the last there is neither space nor, for the slice, a colour.
        let width = entry_width(&entry.1);
        if used + width > WIDTH - 2.0 * MARGIN + 26.0 {
            lines.push(Vec::new());
            used = 0.0;
        }
        used += width;
        lines.last_mut().expect("a line was begun").push(entry);
    }
    lines
}

fn entry_width(what: &str) -> f64 {
    26.0 + what.len() as f64 * SMALL_LETTER
}

fn explain(xml: &mut Xml, entries: &[(&str, String)], y: f64) -> io::Result<()> {
    let mut left = MARGIN;
    for (class, what) in entries {
        if class.is_empty() {
            text(xml, "small", left, y, what)?;
            continue;
        }
        let (height, width) = match *class {
            "asleep" => (2.0, 10.0),
            "line" => (10.0, 2.0),
            _ => (10.0, 10.0),
        };
        shape(xml, class, &rectangle(left, y - height, width, height))?;
        text(xml, "small", left + 14.0, y, what)?;
        left += entry_width(what);
    }
    Ok(())
}

fn name(xml: &mut Xml, label: &str, indent: f64, y: f64) -> io::Result<()> {
    text(xml, "", MARGIN + indent, y + 12.0, &cut(label, LONGEST_LABEL))
}

/// A sentence in lines that fit.
fn lines(sentence: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= LONGEST_NOTE {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| cut(line, LONGEST_NOTE)).collect()
}

fn cut(text: &str, longest: usize) -> String {
    if text.width() <= longest {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if cut.width() >= longest - 1 {
            break;
        }
    }
    cut + "…"
}
