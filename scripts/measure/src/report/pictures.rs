//! Two pictures of the results: break-even, and many waits at once.

use std::fs;
use std::path::Path;

use super::axis::Axis;
use super::chart::{Chart, Line, Point, SIZE, STYLE, TOP};
use super::page::{self, LINE, MARGIN, text};
use crate::claims::break_even;
use crate::decide::Interval;
use crate::files;
use crate::results::{Measured, Results, Row};
use crate::section::Section;
use crate::text::thousands;
use crate::trouble::Trouble;
use crate::units;

/// The pictures that the results have figures for, each with the name of its file.
pub fn draw(results: &Results) -> Vec<(&'static str, Vec<u8>)> {
    let pictures = [("break_even.svg", break_even(results)), ("waits.svg", waits(results))];
    pictures.into_iter().filter_map(|(name, picture)| Some((name, picture?))).collect()
}

/// Writes the pictures into a directory.
pub fn write(directory: &Path, results: &Results) -> Result<(), Trouble> {
    let pictures = draw(results);
    if pictures.is_empty() {
        return Err(Trouble::Usage("nothing was measured that has a picture".to_owned()));
    }
    pictures.iter().try_for_each(|(name, svg)| files::write(&directory.join(name), svg))
}

/// Creates the directory for the pictures, unless it is there.
pub fn create(directory: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(directory)
        .map_err(Trouble::own(format!("cannot create the directory {}", directory.display())))
}

/// A title, how to read the picture, charts, and the machine.
fn picture(results: &Results, [title, how]: [&str; 2], charts: &str) -> Vec<u8> {
    let contents = [
        text("title", MARGIN, MARGIN + 12.0, title),
        text("small", MARGIN, MARGIN + 12.0 + LINE, how),
        charts.to_owned(),
        text("small", MARGIN, SIZE.1 - MARGIN, &results.machine.line()),
    ];
    page::draw(SIZE, title, STYLE, &contents.concat())
}

/// One line per program that has points.
fn lines(
    measured: &[&Measured],
    programs: &[(&'static str, &str)],
    point: impl Fn(&Measured, &Row) -> Option<Point>,
) -> Vec<Line> {
    let line = |&(class, program): &(&'static str, &str)| {
        let points = measured.iter().filter_map(|of| point(of, of.row(program)?)).collect();
        Line { class, name: program.to_owned(), points }
    };
    programs.iter().map(line).filter(|line| !line.points.is_empty()).collect()
}

/// The speed-up of threads and of a pool by the size of the job.
fn break_even(results: &Results) -> Option<Vec<u8>> {
    let programs = [("b", "threaded_map"), ("c", "pool_map")];
    let lines = lines(&break_even::sizes(results), &programs, |measured, row| {
        let pair = measured.speedup(&row.program, "sequential_map")?;
        let job = break_even::seconds(measured)?;
        let what = format!("job of {}: {}", units::seconds(job), units::speedup(&pair));
        let words = words(measured, row, &what);
        Some(Point { x: job, y: pair.ratio, words })
    });
    let highest = lines.iter().flat_map(|line| &line.points).map(|point| point.y.high);
    let highest = highest.reduce(f64::max)?;
    let chart = Chart::new([0.0, SIZE.0], &lines, Axis::linear(highest.max(1.0), 0.1));
    let mut drawn =
        chart.grid("the job's time on one core", units::about_seconds, |y| format!("{y}x"));
    drawn += &chart.horizontal("one", 1.0);
    let job = |line: &Line| break_even::point(results, &line.name);
    // The words are on the left of all marks.
    let leftmost = lines.iter().filter_map(job).map(|job| chart.across(job)).reduce(f64::min);
    for (i, line) in lines.iter().enumerate() {
        let (Some(job), Some(leftmost)) = (job(line), leftmost) else { continue };
        drawn += &chart.vertical(&format!("{} from", line.class), job);
        let says = format!("{} breaks even at about {}", line.name, units::about_seconds(job));
        let (x, y) = (leftmost - 6.0, TOP + 12.0 + LINE * i as f64);
        drawn += &text(&format!("{} name end", line.class), x, y, &says);
    }
    drawn += &chart.lines();
    let title = "How large must a job be before several cores are faster?";
    let how = "Speed-up over one core, with its interval. Above the line at 1, they are faster.";
    Some(picture(results, [title, how], &drawn))
}

/// Time and memory by the number of waits.
fn waits(results: &Results) -> Option<Vec<u8>> {
    let programs = [("b", "threaded_waits"), ("c", "process_waits"), ("d", "async_waits")];
    let mut measured: Vec<_> = results.of(Section::Waits).collect();
    measured.sort_by_key(|measured| measured.size);
    let point = |measured: &Measured, row: &Row, y: Interval, figure: &str| {
        let size = measured.size?;
        let words = words(measured, row, &format!("{} waits: {figure}", thousands(size)));
        Some(Point { x: size as f64, y, words })
    };
    let times = lines(&measured, &programs, |of, row| {
        let time = of.time(row)?;
        let interval = Interval::of(&of.times(row), of.error);
        point(of, row, interval.unwrap_or(Interval::exact(time)), &units::seconds(time))
    });
    let memory = lines(&measured, &programs, |of, row| {
        let memory = row.memory()?;
        point(of, row, Interval::exact(memory), &units::bytes(memory))
    });
    times.first().and(memory.first())?;
    let mut drawn = String::new();
    let mut half = |ends: [f64; 2], lines: &[Line], what: &str, figure: fn(f64) -> String| {
        let points = lines.iter().flat_map(|line| &line.points);
        let y = Axis::logarithmic(points.flat_map(|point| [point.y.low, point.y.high]));
        let chart = Chart::new(ends, lines, y);
        drawn += &text("small", ends[0] + MARGIN, TOP - 10.0, what);
        drawn += &chart.grid("waits at once", |x| thousands(x.round() as u64), figure);
        drawn += &chart.lines();
    };
    let middle = SIZE.0 / 2.0;
    half([0.0, middle], &times, "wall time", units::about_seconds);
    half([middle, SIZE.0], &memory, "memory, page tables included", units::about_bytes);
    let title = "Waiting a second, many times at once: what does it cost?";
    Some(picture(results, [title, "Both axes are logarithmic; less is better."], &drawn))
}

/// The words of a point: its program, its figure, and the times of all rounds.
fn words(measured: &Measured, row: &Row, what: &str) -> String {
    let rounds = units::all_seconds(&measured.times(row));
    format!("{}, {what}\ntimes of the rounds: {rounds}", row.program)
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;
    use crate::results::made_up;

    #[test]
    fn pictures_are_well_formed_and_name_what_was_measured() {
        let mut results = made_up::results();
        assert!(draw(&results).is_empty());
        for (limit, threads) in [(1_000, 2.0), (1_000_000, 0.5)] {
            let job = limit as f64 * 1e-9;
            let times =
                [("sequential_map", job), ("threaded_map", threads * job), ("pool_map", 2.0 * job)];
            let mut size = made_up::workload(Section::BreakEven, &limit.to_string(), &times);
            size.size = Some(limit);
            results.workloads.push(size);
        }
        let mut waits = made_up::workload(Section::Waits, "waits", &[("async_waits", 1.0)]);
        waits.size = Some(100);
        results.workloads.push(waits);
        let pictures = draw(&results);
        assert_eq!(pictures.len(), 2);
        for ((_, svg), words) in
            pictures.iter().zip(["threaded_map breaks even at about", "100 waits: 1.00 s"])
        {
            let svg = String::from_utf8(svg.clone()).unwrap();
            let document = Document::parse(&svg).unwrap();
            let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
            assert!(texts.iter().any(|text| text.contains(words)), "{words}: {texts:?}");
        }
    }
}
