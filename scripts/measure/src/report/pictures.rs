//! Two pictures of the results: break-even, and waiting in volume.

use std::fs;
use std::io;
use std::path::Path;

use super::axis::Axis;
use super::chart::{Chart, Line, Point, STYLE};
use super::page::{self, LINE, MARGIN, shape, short, text};
use super::{file, units};
use crate::decide::{Interval, break_even, median};
use crate::results::Results;
use crate::trouble::Trouble;
use crate::workloads::{Section, thousands};

/// The pictures that the results have figures for, each with the name of its file.
///
/// # Errors
///
/// [`Trouble::Own`] if one cannot be drawn, which is not expected.
pub fn draw(results: &Results) -> Result<Vec<(&'static str, Vec<u8>)>, Trouble> {
    let pictures = [("break_even.svg", break_even(results)), ("waits.svg", waits(results))];
    let mut drawn = Vec::new();
    for (name, picture) in pictures {
        if let Some(picture) = picture.map_err(Trouble::own(format!("cannot draw {name}")))? {
            drawn.push((name, picture));
        }
    }
    Ok(drawn)
}

/// Writes the pictures into a directory, which is created if it is missing.
///
/// # Errors
///
/// [`Trouble::Usage`] if there is nothing to draw.
pub fn write(directory: &Path, results: &Results) -> Result<(), Trouble> {
    let pictures = draw(results)?;
    if pictures.is_empty() {
        let what = "there is nothing to draw: only break-even and waits have pictures";
        return Err(Trouble::Usage(what.to_owned()));
    }
    create(directory)?;
    pictures.iter().try_for_each(|(name, svg)| file::write(&directory.join(name), svg))
}

/// Creates the directory.
///
/// # Errors
///
/// If the system refuses.
pub fn create(directory: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(directory)
        .map_err(Trouble::own(format!("cannot create the directory {}", directory.display())))
}

/// The speed-up of threads and of a pool over the size of the job.
fn break_even(results: &Results) -> io::Result<Option<Vec<u8>>> {
    const SIZE: (f64, f64) = (800.0, 420.0);
    let sizes = break_even::sizes(results);
    let line = |class, program: &str| {
        let points = sizes.iter().filter_map(|measured| {
            let speedup = measured.speedup(program, "sequential_map")?;
            let job = break_even::seconds(measured)?;
            let [ones, others] = ["sequential_map", program].map(|program| {
                measured.row(program).map_or_else(Vec::new, |row| measured.times(row))
            });
            let ratios = ones.iter().zip(&others).map(|(one, other)| units::factor(one / other));
            let words = format!(
                "{program}, job of {}: {}; rounds: {}",
                units::seconds(job),
                units::speedup(&speedup),
                ratios.collect::<Vec<_>>().join(", ")
            );
            Some(Point { x: job, y: speedup.speedup, low: speedup.low, high: speedup.high, words })
        });
        Line { class, name: program.to_owned(), points: points.collect() }
    };
    let lines = [line("b", "threaded_map"), line("c", "pool_map")];
    let points = || lines.iter().flat_map(|line| &line.points);
    if points().next().is_none() {
        return Ok(None);
    }
    let top = MARGIN + 3.0 * LINE + 14.0;
    let chart = Chart {
        left: 60.0,
        top,
        width: SIZE.0 - 60.0 - 120.0,
        height: SIZE.1 - top - 70.0,
        x: Axis::logarithmic(points().map(|point| point.x)),
        y: Axis::linear(points().map(|point| point.high).fold(1.0, f64::max), 0.1),
    };
    let title = "How large must a job be before more cores pay off?";
    let picture = page::draw(SIZE, title, STYLE, |xml| {
        text(xml, "title", MARGIN, MARGIN + 12.0, title)?;
        let how = "Speed-up over one core, with its interval. Above the line at 1 it pays off.";
        text(xml, "small", MARGIN, MARGIN + 12.0 + LINE, how)?;
        chart.grid(xml, units::about_seconds, |y| format!("{y}x"))?;
        let (bottom, right) = (chart.top + chart.height, chart.left + chart.width);
        let one = chart.down(1.0);
        shape(xml, "one", &format!("M{} {}H{}", short(chart.left), short(one), short(right)))?;
        text(
            xml,
            "small middle",
            chart.left + chart.width / 2.0,
            bottom + 35.0,
            "the job's time on one core",
        )?;
        for (i, line) in lines.iter().enumerate() {
            let Some(job) = break_even::pays_off(results, &line.name) else { continue };
            let x = chart.across(job.seconds);
            let path = format!("M{} {}V{}", short(x), short(chart.top), short(bottom));
            shape(xml, &format!("{} from", line.class), &path)?;
            let says = format!("{} pays off from {}", line.name, units::about_seconds(job.seconds));
            let y = chart.top + 12.0 + LINE * i as f64;
            text(xml, &format!("{} name end", line.class), x - 6.0, y, &says)?;
        }
        chart.lines(xml, &lines)?;
        text(xml, "small", MARGIN, SIZE.1 - MARGIN, &results.machine.line())
    })?;
    Ok(Some(picture))
}

/// Time and memory over the number of waits.
fn waits(results: &Results) -> io::Result<Option<Vec<u8>>> {
    const SIZE: (f64, f64) = (800.0, 400.0);
    const PROGRAMS: [(&str, &str); 3] =
        [("b", "threaded_waits"), ("c", "process_waits"), ("d", "async_waits")];
    let mut measured: Vec<_> = results.of(Section::Waits).collect();
    measured.sort_by_key(|measured| measured.size);
    let lines = |memory: bool| -> Vec<Line> {
        let line = |(class, program): (&'static str, &str)| {
            let points = measured.iter().filter_map(|measured| {
                let (row, size) = (measured.row(program)?, measured.size?);
                let times = measured.times(row);
                let (y, figure) = match memory {
                    true => (row.peak.memory() as f64, units::bytes(row.peak.memory() as f64)),
                    false => {
                        let rounds = times.iter().map(|time| units::seconds(*time));
                        let rounds = rounds.collect::<Vec<_>>().join(", ");
                        let median = median(&times)?;
                        (median, format!("{}; rounds: {rounds}", units::seconds(median)))
                    }
                };
                let interval = Interval::of(&times, measured.error).filter(|_| !memory);
                let (low, high) = interval.map_or((y, y), |interval| (interval.low, interval.high));
                let words = format!("{program}, {} waits: {figure}", thousands(size));
                Some(Point { x: size as f64, y, low, high, words })
            });
            Line { class, name: program.to_owned(), points: points.collect() }
        };
        PROGRAMS.into_iter().map(line).filter(|line| !line.points.is_empty()).collect()
    };
    let (time, memory) = (lines(false), lines(true));
    if time.is_empty() {
        return Ok(None);
    }
    let title = "Waiting a second, many times at once: what does it cost?";
    let top = MARGIN + 3.0 * LINE + 14.0;
    let chart = |left: f64, lines: &[Line]| Chart {
        left: left + 66.0,
        top,
        width: SIZE.0 / 2.0 - 66.0 - 116.0,
        height: SIZE.1 - top - 70.0,
        x: Axis::logarithmic(lines.iter().flat_map(|line| &line.points).map(|point| point.x)),
        y: Axis::logarithmic(lines.iter().flat_map(|l| &l.points).flat_map(|p| [p.low, p.high])),
    };
    let picture = page::draw(SIZE, title, STYLE, |xml| {
        text(xml, "title", MARGIN, MARGIN + 12.0, title)?;
        let how = "Both axes are logarithmic; less is better.";
        text(xml, "small", MARGIN, MARGIN + 12.0 + LINE, how)?;
        for (left, what, lines) in
            [(0.0, "wall time", &time), (SIZE.0 / 2.0, "memory, page tables included", &memory)]
        {
            let chart = chart(left, lines);
            text(xml, "name", left + MARGIN, top - 10.0, what)?;
            let figure = |y: f64| match what {
                "wall time" => units::about_seconds(y),
                _ => units::about_bytes(y),
            };
            chart.grid(xml, |x| thousands(x.round() as u64), figure)?;
            let (x, y) = (chart.left + chart.width / 2.0, chart.top + chart.height + 35.0);
            text(xml, "small middle", x, y, "waits at once")?;
            chart.lines(xml, lines)?;
        }
        text(xml, "small", MARGIN, SIZE.1 - MARGIN, &results.machine.line())
    })?;
    Ok(Some(picture))
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;
    use crate::results::made_up;

    #[test]
    fn a_point_is_where_its_figure_is() {
        let axis = Axis::logarithmic([100.0, 10_000.0].into_iter());
        let chart = Chart {
            left: 0.0,
            top: 0.0,
            width: 100.0,
            height: 100.0,
            x: axis,
            y: Axis::linear(2.0, 0.1),
        };
        assert_eq!(
            (chart.across(100.0), chart.across(1000.0), chart.across(10_000.0)),
            (0.0, 50.0, 100.0)
        );
        assert_eq!((chart.down(0.0), chart.down(1.0), chart.down(2.0)), (100.0, 50.0, 0.0));
    }

    #[test]
    fn pictures_are_well_formed_and_name_what_was_measured() {
        let mut results = made_up::results();
        assert!(draw(&results).unwrap().is_empty());
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
        let pictures = draw(&results).unwrap();
        assert_eq!(pictures.len(), 2);
        for ((_, svg), words) in
            pictures.iter().zip(["threaded_map pays off from", "100 waits: 1.00 s"])
        {
            let svg = String::from_utf8(svg.clone()).unwrap();
            let document = Document::parse(&svg).unwrap();
            let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
            assert!(texts.iter().any(|text| text.contains(words)), "{words}: {texts:?}");
        }
    }
}
