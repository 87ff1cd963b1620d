//! Draws a picture, for a light and for a dark page.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;
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
const WIDTH: f64 = 800.0;
const MARGIN: f64 = 12.0;
const LEFT: f64 = 204.0;
const RIGHT: f64 = 136.0;
const CHART: f64 = WIDTH - LEFT - RIGHT;
const ROW: f64 = 22.0;
const BAR: f64 = 15.0;
/// Between the threads and what was printed.
const GAP: f64 = 6.0;
const LINE: f64 = 17.0;
/// The longest name, in characters; it fits into `LEFT`.
const LONGEST_LABEL: usize = 30;
/// The longest sentence, in characters; it fits into `WIDTH`.
const LONGEST_NOTE: usize = 125;
/// The least distance of two marks of the time axis, as a part of it.
const APART: f64 = 0.12;

/// The picture has a ground of its own, so that it can be read on a page that
/// does not follow the reader's preference.
const STYLE: &str = "
text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}
.ground{fill:#fff}.title{font-weight:600;font-size:14px}.small{fill:#59636e;font-size:11px}
.grid{stroke:#d1d9e0}.core{fill:#0969da}.ready{fill:#e0a100}.asleep{fill:#a8b1ba}
.task{fill:#1f883d}.failed{fill:#cf222e}.gap{fill:#59636e;fill-opacity:.2}.line{fill:#59636e}
.end{text-anchor:end}path{shape-rendering:crispEdges}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#0d1117}.small{fill:#9198a1}
.grid{stroke:#30363d}.core{fill:#4493f8}.ready{fill:#d29922}.asleep{fill:#656c76}
.task{fill:#3fb950}.failed{fill:#f85149}.gap{fill:#9198a1}.line{fill:#9198a1}}
";

type Xml = Writer<Vec<u8>>;

/// The picture as an SVG file.
///
/// # Errors
///
/// None that is expected: it is written to memory.
pub fn draw(picture: &Picture) -> io::Result<Vec<u8>> {
    let slices = picture.slices(MOST_SLICES);
    let rows: Vec<&Row> = picture.threads.iter().chain(&picture.all).collect();
    let top = MARGIN + (3 + picture.notes.len()) as f64 * LINE + 12.0;
    let marks = usize::from(!picture.marks.is_empty());
    let bottom = top + (rows.len() + picture.tasks.len() + marks) as f64 * ROW + GAP;
    let height = bottom + LINE + 3.0 * MARGIN;

    let mut xml = Writer::new(Vec::new());
    let size = [
        ("viewBox", format!("0 0 {WIDTH} {height}")),
        ("width", WIDTH.to_string()),
        ("height", height.to_string()),
    ];
    let size = size.iter().map(|(name, value)| (*name, value.as_str()));
    xml.create_element("svg")
        .with_attribute(("xmlns", "http://www.w3.org/2000/svg"))
        .with_attributes(size)
        .with_attribute(("role", "img"))
        .write_inner_content(|xml| {
            title(xml, &format!("{}: {}", picture.title, picture.summary))?;
            xml.create_element("style").write_text_content(BytesText::from_escaped(STYLE))?;
            shape(xml, "ground", &rectangle(0.0, 0.0, WIDTH, height))?;
            heading(xml, picture, top)?;
            grid(xml, picture.wall, top, bottom)?;
            let mut y = top;
            for row in rows {
                thread(xml, row, &picture.cells(row, slices), slices, y)?;
                y += ROW;
            }
            y += GAP;
            for bars in &picture.tasks {
                tasks(xml, bars, picture.wall, y)?;
                y += ROW;
            }
            if !picture.marks.is_empty() {
                printed(xml, picture, y)?;
            }
            legend(xml, picture, slices, bottom + LINE + 8.0)
        })?;
    let mut svg = xml.into_inner();
    svg.push(b'\n');
    Ok(svg)
}

fn heading(xml: &mut Xml, picture: &Picture, top: f64) -> io::Result<()> {
    let mut y = MARGIN + 12.0;
    text(xml, "title", MARGIN, y, &cut(&picture.title, LONGEST_NOTE))?;
    y += LINE;
    text(xml, "small", MARGIN, y, &picture.summary)?;
    for note in &picture.notes {
        y += LINE;
        text(xml, "small", MARGIN, y, &cut(note, LONGEST_NOTE))?;
    }
    let columns = [(92.0, "on core"), (44.0, "ready"), (0.0, "asleep")];
    for (from_right, name) in columns {
        text(xml, "small end", WIDTH - MARGIN - from_right, top - 8.0, name)?;
    }
    Ok(())
}

fn grid(xml: &mut Xml, wall: f64, top: f64, bottom: f64) -> io::Result<()> {
    for (moment, name) in axis::marks(wall, APART) {
        let x = x(moment, wall);
        let path = format!("M{} {}V{}", short(x), short(top - 4.0), short(bottom));
        xml.create_element("path")
            .with_attributes([("class", "grid"), ("d", path.as_str())])
            .write_empty()?;
        if x < LEFT + CHART - 36.0 {
            text(xml, "small", x, top - 8.0, &name)?;
        }
    }
    Ok(())
}

/// The row of a thread or of several: on a core from below, ready above it, and
/// a thin line for as long as it was there.
fn thread(xml: &mut Xml, row: &Row, cells: &[Cell], slices: Slices, y: f64) -> io::Result<()> {
    let indent = if row.is_indented { 14.0 } else { 0.0 };
    name(xml, &row.label, indent, y)?;
    let [on_core, ready, asleep] = row.percent();
    let columns = [(92.0, on_core), (44.0, ready), (0.0, asleep)];
    for (from_right, percent) in &columns[..if row.is_all { 1 } else { 3 }] {
        text(xml, "small end", WIDTH - MARGIN - from_right, y + 12.0, &format!("{percent} %"))?;
    }
    let wall = slices.start(slices.count);
    let mut from = 0;
    for piece in cells.chunk_by(|a, b| look(a) == look(b)) {
        let to = from + piece.len();
        let mean =
            |part: fn(&Cell) -> f64| piece.iter().map(part).sum::<f64>() / piece.len() as f64;
        let (on_core, ready) = (mean(|cell| cell.on_core), mean(|cell| cell.ready));
        let (start, end) = (slices.start(from), slices.start(to));
        let when = format!("{}, {start:.2} to {end:.2} s", row.label);
        let (left, width) = (x(start, wall), x(end, wall) - x(start, wall));
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

fn tasks(xml: &mut Xml, bars: &Bars, wall: f64, y: f64) -> io::Result<()> {
    name(xml, &bars.label, 0.0, y)?;
    let mean = if bars.bars.len() > 1 { "mean " } else { "" };
    let length = format!("{mean}{}", short_time(bars.mean()));
    text(xml, "small end", WIDTH - MARGIN, y + 12.0, &length)?;
    // Bars of a group share the height.
    let height = BAR / bars.bars.len() as f64;
    for (i, bar) in bars.bars.iter().enumerate() {
        let left = x(bar.start, wall);
        let width = (x(bar.end, wall) - left).max(1.0);
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

fn printed(xml: &mut Xml, picture: &Picture, y: f64) -> io::Result<()> {
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
        let left = x(lines[0].0, picture.wall) - 1.0;
        group(xml, &what, |xml| shape(xml, "line", &rectangle(left, y + 2.0, 2.0, BAR - 4.0)))?;
    }
    Ok(())
}

fn legend(xml: &mut Xml, picture: &Picture, slices: Slices, y: f64) -> io::Result<()> {
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
    let mut left = MARGIN;
    for (class, what) in entries {
        let (height, width) = match class {
            "asleep" => (2.0, 10.0),
            "line" => (10.0, 2.0),
            _ => (10.0, 10.0),
        };
        shape(xml, class, &rectangle(left, y - height, width, height))?;
        text(xml, "small", left + 14.0, y, what)?;
        // The width of a letter, on the average, in this font.
        left += 32.0 + what.len() as f64 * 5.6;
    }
    let slice = format!("a slice is {}", short_time(slices.length));
    text(xml, "small end", WIDTH - MARGIN, y, &slice)
}

/// Where a moment is.
fn x(moment: f64, wall: f64) -> f64 {
    LEFT + CHART * if wall > 0.0 { moment / wall } else { 0.0 }
}

fn name(xml: &mut Xml, label: &str, indent: f64, y: f64) -> io::Result<()> {
    text(xml, "", MARGIN + indent, y + 12.0, &cut(label, LONGEST_LABEL))
}

fn text(xml: &mut Xml, class: &str, x: f64, y: f64, what: &str) -> io::Result<()> {
    let (x, y) = (short(x), short(y));
    let class = (!class.is_empty()).then_some(("class", class));
    xml.create_element("text")
        .with_attributes(class.into_iter().chain([("x", x.as_str()), ("y", y.as_str())]))
        .write_text_content(BytesText::new(what))?;
    Ok(())
}

fn title(xml: &mut Xml, what: &str) -> io::Result<()> {
    xml.create_element("title").write_text_content(BytesText::new(what))?;
    Ok(())
}

fn group(
    xml: &mut Xml,
    what: &str,
    shapes: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element("g").write_inner_content(|xml| {
        title(xml, what)?;
        shapes(xml)
    })?;
    Ok(())
}

fn shape(xml: &mut Xml, class: &str, path: &str) -> io::Result<()> {
    xml.create_element("path").with_attributes([("class", class), ("d", path)]).write_empty()?;
    Ok(())
}

/// A rectangle as a path, which is shorter.
fn rectangle(x: f64, y: f64, width: f64, height: f64) -> String {
    let [x, y, width, height] = [x, y, width, height].map(short);
    format!("M{x} {y}h{width}v{height}h-{width}z")
}

/// A length to the hundredth.
fn short(length: f64) -> String {
    ((length * 100.0).round() / 100.0).to_string()
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
