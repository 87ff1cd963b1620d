//! Lines over a size, with the intervals of their points and their names at the end.

use std::io;

use super::axis::Axis;
use super::page::{Xml, group, shape, short, text};

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

/// One line.
pub struct Line {
    /// Its colour and mark: `a` to `d`.
    pub class: &'static str,
    /// What is written at its end.
    pub name: String,
    /// From left to right.
    pub points: Vec<Point>,
}

/// One figure.
pub struct Point {
    /// How large the work was.
    pub x: f64,
    /// The figure.
    pub y: f64,
    /// The ends of its interval.
    pub low: f64,
    /// The ends of its interval.
    pub high: f64,
    /// All of it in words, for a reader who points at it.
    pub words: String,
}

/// A chart: its place in the picture, and its axes.
pub struct Chart {
    /// The left edge of the lines.
    pub left: f64,
    /// The upper edge.
    pub top: f64,
    /// Their width, without the names.
    pub width: f64,
    /// Their height.
    pub height: f64,
    /// The sizes.
    pub x: Axis,
    /// The figures.
    pub y: Axis,
}

impl Chart {
    /// Where a size is.
    pub fn across(&self, x: f64) -> f64 {
        self.left + self.width * self.x.place(x)
    }

    /// Where a figure is.
    pub fn down(&self, y: f64) -> f64 {
        self.top + self.height * (1.0 - self.y.place(y).clamp(0.0, 1.0))
    }

    /// The grid, with what is written at each of its lines.
    pub fn grid(
        &self,
        xml: &mut Xml,
        size: impl Fn(f64) -> String,
        figure: impl Fn(f64) -> String,
    ) -> io::Result<()> {
        let (bottom, right) = (self.top + self.height, self.left + self.width);
        for &mark in &self.x.marks {
            let x = self.across(mark);
            shape(xml, "grid", &format!("M{} {}V{}", short(x), short(self.top), short(bottom)))?;
            text(xml, "small middle", x, bottom + 18.0, &size(mark))?;
        }
        for &mark in &self.y.marks {
            let y = self.down(mark);
            shape(xml, "grid", &format!("M{} {}H{}", short(self.left), short(y), short(right)))?;
            text(xml, "small end", self.left - 10.0, y + 4.0, &figure(mark))?;
        }
        Ok(())
    }

    /// The lines, each with its points and their intervals.
    pub fn lines(&self, xml: &mut Xml, lines: &[Line]) -> io::Result<()> {
        for Line { class, points, .. } in lines {
            let place =
                |p: &Point| format!("{} {}", short(self.across(p.x)), short(self.down(p.y)));
            let path: Vec<String> = points.iter().map(place).collect();
            shape(xml, &format!("{class} path"), &format!("M{}", path.join("L")))?;
            for point in points {
                group(xml, &point.words, |xml| self.point(xml, class, point))?;
            }
        }
        self.names(xml, lines)
    }

    fn point(&self, xml: &mut Xml, class: &str, point: &Point) -> io::Result<()> {
        let (x, y) = (self.across(point.x), self.down(point.y));
        let (low, high) = (self.down(point.low), self.down(point.high));
        let range = format!("M{} {}V{}", short(x), short(high), short(low));
        shape(xml, &format!("{class} range"), &range)?;
        let [left, top] = [x - 4.0, y - 4.0].map(short);
        let mark = match class {
            // A circle, a square, a triangle and a diamond.
            "a" => format!("M{left} {}a4 4 0 1 1 8 0a4 4 0 1 1 -8 0z", short(y)),
            "b" => format!("M{left} {top}h8v8h-8z"),
            "c" => format!("M{} {}h10l-5 -9z", short(x - 5.0), short(y + 4.0)),
            _ => format!("M{} {}l5 5l5 -5l-5 -5z", short(x - 5.0), short(y)),
        };
        shape(xml, &format!("{class} point"), &mark)
    }

    /// The names at the ends of the lines, moved down where they would touch.
    fn names(&self, xml: &mut Xml, lines: &[Line]) -> io::Result<()> {
        let ends = lines.iter().filter_map(|line| {
            let end = line.points.last()?;
            Some((self.down(end.y) + 4.0, self.across(end.x) + 9.0, line))
        });
        let mut ends: Vec<(f64, f64, &Line)> = ends.collect();
        ends.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut last = f64::NEG_INFINITY;
        for (y, x, line) in ends {
            last = y.max(last + APART);
            text(xml, &format!("{} name", line.class), x, last, &line.name)?;
        }
        Ok(())
    }
}
