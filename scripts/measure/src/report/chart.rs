//! A chart of lines by size. Points have intervals, and the names are on the right.

use super::axis::Axis;
use super::page::{LINE, MARGIN, group, rectangle, shape, short, text};
use crate::decide::Interval;

/// The size of a picture.
pub const SIZE: (f64, f64) = (800.0, 400.0);
/// The top of its charts (the title is above), and their bottom.
pub const TOP: f64 = MARGIN + 3.0 * LINE + 14.0;
const BOTTOM: f64 = SIZE.1 - 70.0;
/// The room beside a chart for the figures at its axis, and for the names of its lines.
const LEFT: f64 = 66.0;
const RIGHT: f64 = 140.0;

/// Colours of the programs, for a light and for a dark page; their dashes differ, too.
pub const STYLE: &str = "
.b{--c:#0969da}.c{--c:#bc4c00}.d{--c:#1f883d}
.path{fill:none;stroke:var(--c);stroke-width:2}.range{stroke:var(--c);stroke-width:1.5}
.c.path{stroke-dasharray:9 3}.d.path{stroke-dasharray:4 2}
.point{fill:var(--c)}.name{fill:var(--c);font-weight:600}
.from{stroke:var(--c);stroke-dasharray:3 3}.one{stroke:#59636e;stroke-width:1.5}
@media(prefers-color-scheme:dark){.b{--c:#4493f8}.c{--c:#f0883e}.d{--c:#3fb950}
.one{stroke:#9198a1}}
";

pub struct Line {
    /// Its colour: `b` to `d`.
    pub class: &'static str,
    pub name: String,
    /// From left to right.
    pub points: Vec<Point>,
}

/// The figure for one size of the work, and its interval.
pub struct Point {
    pub x: f64,
    pub y: Interval,
    /// The same in words, shown when the reader points at it.
    pub words: String,
}

/// Lines, and their place in the picture. Their names are on the right of it.
pub struct Chart<'a> {
    lines: &'a [Line],
    left: f64,
    right: f64,
    x: Axis,
    y: Axis,
}

impl Chart<'_> {
    /// A chart in the part of the picture from `left` to `right`.
    pub fn new([left, right]: [f64; 2], lines: &[Line], y: Axis) -> Chart<'_> {
        let sizes = lines.iter().flat_map(|line| &line.points).map(|point| point.x);
        let x = Axis::logarithmic(sizes);
        Chart { lines, left: left + LEFT, right: right - RIGHT, x, y }
    }

    /// The x coordinate of a size.
    pub fn across(&self, x: f64) -> f64 {
        short(self.left + (self.right - self.left) * self.x.place(x))
    }

    /// The y coordinate of a figure.
    fn down(&self, y: f64) -> f64 {
        short(BOTTOM - (BOTTOM - TOP) * self.y.place(y).clamp(0.0, 1.0))
    }

    /// A vertical line at a size.
    pub fn vertical(&self, class: &str, x: f64) -> String {
        shape(class, &format!("M{} {TOP}V{BOTTOM}", self.across(x)))
    }

    /// A horizontal line at a figure.
    pub fn horizontal(&self, class: &str, y: f64) -> String {
        shape(class, &format!("M{} {}H{}", self.left, self.down(y), self.right))
    }

    /// The grid, with a label at each of its lines and one below it.
    pub fn grid(
        &self,
        below: &str,
        size: impl Fn(f64) -> String,
        figure: impl Fn(f64) -> String,
    ) -> String {
        let mut grid = String::new();
        for &mark in &self.x.marks {
            grid += &self.vertical("grid", mark);
            grid += &text("small middle", self.across(mark), BOTTOM + 18.0, &size(mark));
        }
        for &mark in &self.y.marks {
            grid += &self.horizontal("grid", mark);
            grid += &text("small end", self.left - 10.0, self.down(mark) + 4.0, &figure(mark));
        }
        grid + &text("small middle", (self.left + self.right) / 2.0, BOTTOM + 35.0, below)
    }

    /// The lines, each with its name, its points and their intervals.
    pub fn lines(&self) -> String {
        let mut drawn = String::new();
        for (i, Line { class, name, points }) in self.lines.iter().enumerate() {
            let (x, y) = (self.right + 6.0, TOP + LINE * i as f64);
            drawn += &shape(&format!("{class} path"), &format!("M{x} {y}h14"));
            drawn += &text(&format!("{class} name"), x + 18.0, y + 4.0, name);
            let place = |p: &Point| format!("{} {}", self.across(p.x), self.down(p.y.median));
            let path: Vec<String> = points.iter().map(place).collect();
            drawn += &shape(&format!("{class} path"), &format!("M{}", path.join("L")));
            for point in points {
                let x = self.across(point.x);
                let [y, low, high] =
                    [point.y.median, point.y.low, point.y.high].map(|figure| self.down(figure));
                let mark = rectangle(x - 4.0, y - 4.0, 8.0, 8.0);
                let [range, mark] = [("range", format!("M{x} {high}V{low}")), ("point", mark)]
                    .map(|(kind, path)| shape(&format!("{class} {kind}"), &path));
                drawn += &group(&point.words, &(range + &mark));
            }
        }
        drawn
    }
}
