//! Time and memory over the number of waits, for each model.

use std::io;

use measure::page::{self, LINE, MARGIN, text};

use super::chart::{Chart, Line, Point, STYLE};
use super::{time_mark, told, unquiet};
use crate::machine::Machine;
use crate::record::{Comparison, Row};
use crate::statistics::Summary;
use crate::units;

const PROGRAMS: [(&str, &str, &str); 3] = [
    ("b", "threaded_waits", "threads"),
    ("c", "process_waits", "processes"),
    ("d", "async_waits", "tasks"),
];
const SIZE: (f64, f64) = (800.0, 384.0);
const MIB: f64 = 1024.0 * 1024.0;

/// What is drawn of a run, with how it is told.
type Figure = fn(&Comparison, &Row) -> Option<(Summary, String)>;

/// The picture, if there is anything to draw.
pub fn draw(comparisons: &[&Comparison], machine: &Machine) -> io::Result<Option<Vec<u8>>> {
    let times = lines(comparisons, time);
    let memory = lines(comparisons, memory);
    if times.is_empty() || memory.is_empty() {
        return Ok(None);
    }
    let (width, height) = SIZE;
    let top = MARGIN + 4.0 * LINE + 24.0;
    let half = width / 2.0;
    let chart = |left: f64, lines: &[Line]| {
        Chart::new([left + 62.0, top, half - 62.0 - 80.0, height - top - 70.0], lines)
    };
    let what = "What many waits of a second cost, all at once";
    let picture = page::draw(SIZE, what, STYLE, |xml| {
        text(xml, "title", MARGIN, MARGIN + 12.0, what)?;
        let how =
            "The whole process, made, run and ended. All axes are logarithmic; less is better.";
        text(xml, "small", MARGIN, MARGIN + 12.0 + LINE, how)?;
        if let Some(warning) = unquiet(comparisons) {
            text(xml, "small", MARGIN, MARGIN + 12.0 + 2.0 * LINE, &warning)?;
        }
        for (left, heading, lines, mark) in [
            (0.0, "Wall time, median and range", &times, time_mark as fn(f64) -> String),
            (half, "Memory with page tables, the most seen", &memory, |mib| format!("{mib} MiB")),
        ] {
            let chart = chart(left, lines);
            text(xml, "", left + MARGIN, top - 18.0, heading)?;
            chart.grid(xml, count, mark)?;
            chart.lines(xml, lines)?;
            let (middle, bottom) = (chart.left + chart.width / 2.0, chart.top + chart.height);
            text(xml, "small middle", middle, bottom + 35.0, "waits at once")?;
        }
        text(xml, "small", MARGIN, height - MARGIN, &machine.line())
    })?;
    Ok(Some(picture))
}

fn lines(comparisons: &[&Comparison], figure: Figure) -> Vec<Line> {
    let line = |&(class, program, name): &(&'static str, &str, &str)| {
        let mut points: Vec<Point> = comparisons
            .iter()
            .filter_map(|comparison| {
                let (size, row) = (comparison.size?, comparison.row(program)?);
                let (figure, text) = figure(comparison, row)?;
                let told = told(program, &format!("{size} waits"), &text);
                Some(Point { size: size as f64, figure, told })
            })
            .collect();
        points.sort_by(|one, other| one.size.total_cmp(&other.size));
        (!points.is_empty()).then(|| Line { class, name: name.to_owned(), points })
    };
    PROGRAMS.iter().filter_map(line).collect()
}

fn time(comparison: &Comparison, row: &Row) -> Option<(Summary, String)> {
    let time = Summary::of(&comparison.times(row))?;
    Some((time, units::time(time)))
}

/// In MiB. How many were there at once is told, since a model that starts its
/// waits slowly has ended some when it starts the last.
fn memory(_: &Comparison, row: &Row) -> Option<(Summary, String)> {
    let memory = row.peak.memory() as f64;
    let told = format!(
        "{}, in at most {} threads and {} processes at once",
        units::bytes(memory),
        row.peak.threads,
        row.peak.processes
    );
    let mib = Summary::of(&[memory / MIB]).filter(|mib| mib.median > 0.0)?;
    Some((mib, told))
}

/// A number of waits, with its thousands apart.
fn count(waits: f64) -> String {
    let digits = format!("{waits:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}
