//! Two pictures of the results: break-even, and waiting in volume.

use std::fs;
use std::path::Path;

use super::axis::Axis;
use super::chart::{Chart, Line, Point, STYLE};
use super::page::{self, LINE, MARGIN, text};
use super::{output, units};
use crate::decide::{Interval, break_even};
use crate::results::Results;
use crate::trouble::Trouble;
use crate::workloads::{Section, thousands};

/// Where the charts begin, below the title.
const TOP: f64 = MARGIN + 3.0 * LINE + 14.0;
/// Below the charts.
const BELOW: f64 = 70.0;

/// The pictures that the results have figures for, each with the name of its file.
pub fn draw(results: &Results) -> Vec<(&'static str, Vec<u8>)> {
    let pictures = [("break_even.svg", break_even(results)), ("waits.svg", waits(results))];
    pictures.into_iter().filter_map(|(name, picture)| Some((name, picture?))).collect()
}

/// Writes the pictures into a directory, which is created if it is missing.
pub fn write(directory: &Path, results: &Results) -> Result<(), Trouble> {
    let pictures = draw(results);
    if pictures.is_empty() {
        let what = "there is nothing to draw: only break-even and waits have pictures";
        return Err(Trouble::Usage(what.to_owned()));
    }
    create(directory)?;
    pictures.iter().try_for_each(|(name, svg)| output::write(&directory.join(name), svg))
}

/// Creates the directory.
pub fn create(directory: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(directory)
        .map_err(Trouble::own(format!("cannot create the directory {}", directory.display())))
}

/// A title, how to read the picture, charts, and the machine.
fn picture(
    results: &Results,
    (width, height): (f64, f64),
    [title, how]: [&str; 2],
    charts: &str,
) -> Vec<u8> {
    let contents = [
        text("title", MARGIN, MARGIN + 12.0, title),
        text("small", MARGIN, MARGIN + 12.0 + LINE, how),
        charts.to_owned(),
        text("small", MARGIN, height - MARGIN, &results.machine.line()),
    ];
    page::draw((width, height), title, STYLE, &contents.concat())
}

/// What an axis from left to right is of.
fn below(chart: &Chart, what: &str) -> String {
    let (x, y) = (chart.left + chart.width / 2.0, chart.top + chart.height + 35.0);
    text("small middle", x, y, what)
}

/// The speed-up of threads and of a pool over the size of the job.
fn break_even(results: &Results) -> Option<Vec<u8>> {
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
    points().next()?;
    let chart = Chart {
        left: 60.0,
        top: TOP,
        width: SIZE.0 - 60.0 - 120.0,
        height: SIZE.1 - TOP - BELOW,
        x: Axis::logarithmic(points().map(|point| point.x)),
        y: Axis::linear(points().map(|point| point.high).fold(1.0, f64::max), 0.1),
    };
    let mut drawn = chart.grid(units::about_seconds, |y| format!("{y}x"));
    drawn += &chart.horizontal("one", 1.0);
    drawn += &below(&chart, "the job's time on one core");
    for (i, line) in lines.iter().enumerate() {
        let Some(job) = break_even::pays_off(results, &line.name) else { continue };
        drawn += &chart.vertical(&format!("{} from", line.class), job.seconds);
        let says = format!("{} pays off from {}", line.name, units::about_seconds(job.seconds));
        let (x, y) = (chart.across(job.seconds) - 6.0, chart.top + 12.0 + LINE * i as f64);
        drawn += &text(&format!("{} name end", line.class), x, y, &says);
    }
    drawn += &chart.lines(&lines);
    let title = "How large must a job be before more cores pay off?";
    let how = "Speed-up over one core, with its interval. Above the line at 1 it pays off.";
    Some(picture(results, SIZE, [title, how], &drawn))
}

/// Time and memory over the number of waits.
fn waits(results: &Results) -> Option<Vec<u8>> {
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
                        let rounds: Vec<String> =
                            times.iter().copied().map(units::seconds).collect();
                        let median = measured.time(row)?;
                        (
                            median,
                            format!("{}; rounds: {}", units::seconds(median), rounds.join(", ")),
                        )
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
    let mut drawn = String::new();
    for (left, memory, what) in
        [(0.0, false, "wall time"), (SIZE.0 / 2.0, true, "memory, page tables included")]
    {
        let lines = lines(memory);
        let points = || lines.iter().flat_map(|line| &line.points);
        points().next()?;
        let chart = Chart {
            left: left + 66.0,
            top: TOP,
            width: SIZE.0 / 2.0 - 66.0 - 116.0,
            height: SIZE.1 - TOP - BELOW,
            x: Axis::logarithmic(points().map(|point| point.x)),
            y: Axis::logarithmic(points().flat_map(|point| [point.low, point.high])),
        };
        let figure = if memory { units::about_bytes } else { units::about_seconds };
        drawn += &text("name", left + MARGIN, TOP - 10.0, what);
        drawn += &chart.grid(|x| thousands(x.round() as u64), figure);
        drawn += &below(&chart, "waits at once");
        drawn += &chart.lines(&lines);
    }
    let title = "Waiting a second, many times at once: what does it cost?";
    Some(picture(results, SIZE, [title, "Both axes are logarithmic; less is better."], &drawn))
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
            pictures.iter().zip(["threaded_map pays off from", "100 waits: 1.00 s"])
        {
            let svg = String::from_utf8(svg.clone()).unwrap();
            let document = Document::parse(&svg).unwrap();
            let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
            assert!(texts.iter().any(|text| text.contains(words)), "{words}: {texts:?}");
        }
    }
}
