//! Pictures show what was measured, where it belongs.

use std::fs;

use roxmltree::{Document, Node};

use super::log_axis::LogAxis;
use super::*;
use crate::record::{Row, Sample, made_up};
use crate::tree::Peak;

fn comparison(section: Section, size: u64, programs: &[(&str, f64)]) -> Comparison {
    let row = |&(program, time): &(&str, f64)| {
        let sample = |part: f64| Sample { wall: time * part, cpu: time, taken: Some(time * part) };
        Row {
            peak: Peak { pss: size << 20, page_tables: 0, threads: 1, processes: 1, samples: 1 },
            ..made_up::row(program, [0.9, 1.0, 1.2].map(sample).to_vec())
        }
    };
    let name = format!("{}-{size}", section.name());
    made_up::comparison(name, section, size, programs.iter().map(row).collect())
}

fn record(comparisons: Vec<Comparison>) -> Record {
    let mut record = made_up::record(comparisons);
    record.machine.cpu = "<A & B>".to_owned();
    record
}

fn break_even() -> Vec<Comparison> {
    (2..=8).map(|n| mapping(10_u64.pow(n))).collect()
}

fn mapping(limit: u64) -> Comparison {
    let alone = limit as f64 * 1e-8;
    let programs = [
        ("sequential_map", alone),
        ("threaded_map", alone / 2.0 + 1e-4),
        ("pool_map", alone / 2.0 + 5e-4),
    ];
    comparison(Section::BreakEven, limit, &programs)
}

fn waits() -> Vec<Comparison> {
    let all = [("threaded_waits", 1.1), ("process_waits", 1.5), ("async_waits", 1.0)];
    vec![
        comparison(Section::Waits, 100, &all),
        comparison(Section::Waits, 1_000, &all),
        comparison(Section::Waits, 1_000_000, &all[2..]),
    ]
}

/// A picture as text, which must be well-formed.
fn picture(record: &Record, section: Section) -> String {
    let text = String::from_utf8(draw(record, section).unwrap().unwrap()).unwrap();
    let document = Document::parse(&text).unwrap();
    assert!(text.contains("prefers-color-scheme:dark"));
    let titled = |node: &Node| node.first_element_child().is_some_and(|c| c.has_tag_name("title"));
    assert!(document.descendants().filter(|node| node.has_tag_name("g")).all(|g| titled(&g)));
    assert!(document.descendants().any(|node| node.text().is_some_and(|t| t.contains("<A & B>"))));
    text
}

/// The points of a line, from left to right.
fn path(picture: &str, class: &str) -> Vec<(f64, f64)> {
    let document = Document::parse(picture).unwrap();
    let class = format!("{class} path");
    let line = document.descendants().find(|node| node.attribute("class") == Some(&class)).unwrap();
    let points = line.attribute("d").unwrap()[1..].split('L').map(|point| {
        let (x, y) = point.split_once(' ').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    });
    points.collect()
}

#[test]
fn each_figure_is_a_point_where_its_logarithm_is() {
    let text = picture(&record(break_even()), Section::BreakEven);
    assert_eq!(text.matches("<g>").count(), 3 * 7);
    assert!(
        text.contains("<title>sequential_map, limit 1000: 10.0 us (9.0 to 12.0)</title>"),
        "{text}"
    );
    let points = path(&text, "a");
    assert_eq!(points.len(), 7);
    // Time grows as the limit does, so the points are on a straight line.
    for pair in points.windows(2) {
        let (first, step) = (points[1].0 - points[0].0, points[1].1 - points[0].1);
        assert!(first > 10.0 && step < -10.0);
        assert!((pair[1].0 - pair[0].0 - first).abs() < 0.05, "{points:?}");
        assert!((pair[1].1 - pair[0].1 - step).abs() < 0.05, "{points:?}");
    }
    // The pool is above the threads, since it takes longer.
    assert!(path(&text, "c")[0].1 < path(&text, "b")[0].1);
}

#[test]
fn the_break_even_is_marked_where_the_table_says() {
    let text = picture(&record(break_even()), Section::BreakEven);
    assert!(text.contains("threaded_map pays from 10⁵ on"), "{text}");
    assert!(text.contains("pool_map pays from 10⁶ on"), "{text}");
    let mut finer = break_even();
    finer.insert(4, mapping(200_000));
    assert!(picture(&record(finer), Section::BreakEven).contains("pool_map pays from 2·10⁵ on"));
    let one = record(break_even().drain(..2).collect());
    assert!(!picture(&one, Section::BreakEven).contains("pays from 10"));
}

#[test]
fn waits_have_a_chart_of_time_and_one_of_memory() {
    let text = picture(&record(waits()), Section::Waits);
    // Two charts, with three points of tasks, and two of each of the others.
    assert_eq!(text.matches("<g>").count(), 2 * (3 + 2 + 2));
    assert!(text.contains("process_waits, 1000 waits: 1000 MiB, in at most 1 threads"), "{text}");
    for name in ["threads", "processes", "tasks"] {
        assert_eq!(text.matches(&format!(">{name}</text>")).count(), 2, "{name}");
    }
}

#[test]
fn what_was_not_measured_is_not_drawn() {
    let directory = tempfile::tempdir().unwrap();
    let pictures = directory.path().join("pictures");
    let file = Path::new("some.json");
    let both = wanted(&[]).unwrap();
    let nothing = write(&pictures, &record(Vec::new()), &both, Some(file)).unwrap_err();
    let sentence = "there is no break-even in some.json: no picture of it";
    assert!(nothing.to_string().starts_with(sentence), "{nothing}");
    assert!(matches!(nothing, Trouble::Usage(_)) && !pictures.exists());
    assert!(wanted(&[Section::Cpu]).is_err());

    write(&pictures, &record(waits()), &both, Some(file)).unwrap();
    let files: Vec<_> = fs::read_dir(&pictures).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files, ["waits.svg"]);
}

#[test]
fn an_axis_reaches_from_mark_to_mark() {
    let axis = |figures: &[f64]| LogAxis::over(figures.iter().copied());
    assert_eq!(axis(&[100.0, 1e4]).marks, [100.0, 1e3, 1e4]);
    assert_eq!(axis(&[1.01, 2.5]).marks, [1.0, 2.0, 5.0]);
    assert_eq!(axis(&[3.0, 999.0]).marks, [1.0, 10.0, 100.0, 1000.0]);
    // One figure, or none, has an axis too.
    assert_eq!(axis(&[10.0]).marks, [10.0, 20.0]);
    assert_eq!(axis(&[]).marks, [1.0, 2.0, 5.0, 10.0]);
    let axis = axis(&[1.0, 1e4]);
    assert_eq!([1.0, 1e2, 1e4].map(|figure| axis.place(figure)), [0.0, 0.5, 1.0]);
}
