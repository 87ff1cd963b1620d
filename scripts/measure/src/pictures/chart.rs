//! Lines over a size, both on logarithmic axes, with their names at their ends.

use std::io;

use measure::page::{Xml, group, shape, short, text};

use super::log_axis::LogAxis;
use crate::statistics::Summary;

/// The distance of two names, and the width that one may take.
const APART: f64 = 14.0;
const NAME_WIDTH: f64 = 100.0;

/// Colours and marks of the programs: told apart without colour, too.
pub const STYLE: &str = "
.a{--c:#59636e}.b{--c:#0969da}.c{--c:#bc4c00}.d{--c:#1f883d}
.path{fill:none;stroke:var(--c);stroke-width:2}.range{stroke:var(--c);stroke-width:1.5}
.point{fill:var(--c)}.name{fill:var(--c);font-weight:600}
.from{stroke:var(--c);stroke-dasharray:3 3}
@media(prefers-color-scheme:dark){.a{--c:#9198a1}.b{--c:#4493f8}.c{--c:#f0883e}.d{--c:#3fb950}}
";

/// One line.
pub struct Line {
    /// Its colour: `a` to `d`.
    pub class: &'static str,
    /// What stands at its end.
    pub name: String,
    /// From left to right.
    pub points: Vec<Point>,
}

/// One figure.
pub struct Point {
    /// How large the work was.
    pub size: f64,
    /// What was measured.
    pub figure: Summary,
    /// Both, for who points at it.
    pub told: String,
}

/// A chart: where it is on the page, and its axes.
pub struct Chart {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    pub sizes: LogAxis,
    pub figures: LogAxis,
}

impl Chart {
    /// A chart at a place, with axes that suit the lines.
    pub fn new([left, top, width, height]: [f64; 4], lines: &[Line]) -> Chart {
        let points = || lines.iter().flat_map(|line| &line.points);
        let figures = points().flat_map(|point| [point.figure.least, point.figure.greatest]);
        Chart {
            left,
            top,
            width,
            height,
            sizes: LogAxis::over(points().map(|point| point.size)),
            figures: LogAxis::over(figures),
        }
    }

    pub fn x(&self, size: f64) -> f64 {
        self.left + self.width * self.sizes.place(size)
    }

    pub fn y(&self, figure: f64) -> f64 {
        self.top + self.height * (1.0 - self.figures.place(figure))
    }

    /// The grid, with what is to stand at each of its lines.
    pub fn grid(
        &self,
        xml: &mut Xml,
        size: impl Fn(f64) -> String,
        figure: impl Fn(f64) -> String,
    ) -> io::Result<()> {
        let bottom = self.top + self.height;
        for &mark in &self.sizes.marks {
            let x = self.x(mark);
            shape(xml, "grid", &format!("M{} {}V{}", short(x), short(self.top), short(bottom)))?;
            text(xml, "small middle", x, bottom + 18.0, &size(mark))?;
        }
        for &mark in &self.figures.marks {
            let (y, right) = (self.y(mark), self.left + self.width);
            shape(xml, "grid", &format!("M{} {}H{}", short(self.left), short(y), short(right)))?;
            text(xml, "small end", self.left - 10.0, y + 4.0, &figure(mark))?;
        }
        Ok(())
    }

    /// The lines, each with its points and their ranges.
    pub fn lines(&self, xml: &mut Xml, lines: &[Line]) -> io::Result<()> {
        for Line { class, points, .. } in lines {
            let place =
                |p: &Point| format!("{} {}", short(self.x(p.size)), short(self.y(p.figure.median)));
            let path: Vec<String> = points.iter().map(place).collect();
            shape(xml, &format!("{class} path"), &format!("M{}", path.join("L")))?;
            for point in points {
                group(xml, &point.told, |xml| self.point(xml, class, point))?;
            }
        }
        self.names(xml, lines)
    }

    fn point(&self, xml: &mut Xml, class: &str, point: &Point) -> io::Result<()> {
        let (x, y) = (self.x(point.size), self.y(point.figure.median));
        let (least, greatest) = (self.y(point.figure.least), self.y(point.figure.greatest));
        let range = format!("M{} {}V{}", short(x), short(greatest), short(least));
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
            Some((self.x(end.size) + 9.0, self.y(end.figure.median) + 4.0, line))
        });
        let mut ends: Vec<(f64, f64, &Line)> = ends.collect();
        ends.sort_by(|one, other| one.1.total_cmp(&other.1));
        let mut placed: Vec<(f64, f64)> = Vec::new();
        for (x, mut y, line) in ends {
            for (other_x, other_y) in &placed {
                if (x - other_x).abs() < NAME_WIDTH {
                    y = y.max(other_y + APART);
                }
            }
            placed.push((x, y));
            text(xml, &format!("{} name", line.class), x, y, &line.name)?;
        }
        Ok(())
    }
}
