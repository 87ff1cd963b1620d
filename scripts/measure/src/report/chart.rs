//! Lines over a size, with the intervals of their points and their names at the end.

use super::axis::Axis;
use super::page::{group, shape, short, text};

/// The distance of two names, in units of the picture.
const APART: f64 = 14.0;

/// Colours of the programs, for a light and for a dark page; their marks differ, too.
pub const STYLE: &str = "
.a{--c:#59636e}.b{--c:#0969da}.c{--c:#bc4c00}.d{--c:#1f883d}
.path{fill:none;stroke:var(--c);stroke-width:2}.range{stroke:var(--c);stroke-width:1.5}
.point{fill:var(--c)}.name{fill:var(--c);font-weight:600}
.from{stroke:var(--c);stroke-dasharray:3 3}.one{stroke:#59636e;stroke-width:1.5}
@media(prefers-color-scheme:dark){.a{--c:#9198a1}.b{--c:#4493f8}.c{--c:#f0883e}.d{--c:#3fb950}
.one{stroke:#9198a1}}
";

pub struct Line {
    /// Its colour and mark: `a` to `d`.
    pub class: &'static str,
    /// What is written at its end.
    pub name: String,
    /// From left to right.
    pub points: Vec<Point>,
}

/// A figure of work of a size, and its interval.
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub low: f64,
    pub high: f64,
    /// All of it in words, for a reader who points at it.
    pub words: String,
}

/// Where the lines are in the picture (their names are right of it), and the axes.
pub struct Chart {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    pub x: Axis,
    pub y: Axis,
}

impl Chart {
    /// Where a size is.
    pub fn across(&self, x: f64) -> f64 {
        short(self.left + self.width * self.x.place(x))
    }

    /// Where a figure is.
    pub fn down(&self, y: f64) -> f64 {
        short(self.top + self.height * (1.0 - self.y.place(y).clamp(0.0, 1.0)))
    }

    /// The grid, with what is written at each of its lines.
    pub fn grid(&self, size: impl Fn(f64) -> String, figure: impl Fn(f64) -> String) -> String {
        let mut grid = String::new();
        for &mark in &self.x.marks {
            let y = self.top + self.height + 18.0;
            grid += &self.vertical("grid", mark);
            grid += &text("small middle", self.across(mark), y, &size(mark));
        }
        for &mark in &self.y.marks {
            let y = self.down(mark) + 4.0;
            grid += &self.horizontal("grid", mark);
            grid += &text("small end", self.left - 10.0, y, &figure(mark));
        }
        grid
    }

    /// A line at a size, from top to bottom.
    pub fn vertical(&self, class: &str, x: f64) -> String {
        let (top, bottom) = (short(self.top), short(self.top + self.height));
        shape(class, &format!("M{} {top}V{bottom}", self.across(x)))
    }

    /// A line at a figure, from left to right.
    pub fn horizontal(&self, class: &str, y: f64) -> String {
        let (left, right) = (short(self.left), short(self.left + self.width));
        shape(class, &format!("M{left} {}H{right}", self.down(y)))
    }

    /// The lines, each with its points and their intervals, and their names.
    pub fn lines(&self, lines: &[Line]) -> String {
        let mut drawn = String::new();
        for Line { class, points, .. } in lines {
            let place = |p: &Point| format!("{} {}", self.across(p.x), self.down(p.y));
            let path: Vec<String> = points.iter().map(place).collect();
            drawn += &shape(&format!("{class} path"), &format!("M{}", path.join("L")));
            drawn.extend(points.iter().map(|p| group(&p.words, &self.point(class, p))));
        }
        drawn + &self.names(lines)
    }

    fn point(&self, class: &str, point: &Point) -> String {
        let (x, y) = (self.across(point.x), self.down(point.y));
        let range = format!("M{x} {}V{}", self.down(point.high), self.down(point.low));
        let [left, top, far_left, bottom] = [x - 4.0, y - 4.0, x - 5.0, y + 4.0].map(short);
        let mark = match class {
            // A circle, a square, a triangle and a diamond.
            "a" => format!("M{left} {y}a4 4 0 1 1 8 0a4 4 0 1 1 -8 0z"),
            "b" => format!("M{left} {top}h8v8h-8z"),
            "c" => format!("M{far_left} {bottom}h10l-5 -9z"),
            _ => format!("M{far_left} {y}l5 5l5 -5l-5 -5z"),
        };
        shape(&format!("{class} range"), &range) + &shape(&format!("{class} point"), &mark)
    }

    /// The names at the ends of the lines, moved down where they would touch.
    fn names(&self, lines: &[Line]) -> String {
        let ends = lines.iter().filter_map(|line| {
            let end = line.points.last()?;
            Some((self.down(end.y) + 4.0, self.across(end.x) + 9.0, line))
        });
        let mut ends: Vec<(f64, f64, &Line)> = ends.collect();
        ends.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (mut last, mut names) = (f64::NEG_INFINITY, String::new());
        for (y, x, line) in ends {
            last = y.max(last + APART);
            names += &text(&format!("{} name", line.class), x, last, &line.name);
        }
        names
    }
}
