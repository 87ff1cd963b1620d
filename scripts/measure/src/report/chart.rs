//! Lines over a size, with the intervals of their points and their names at the end.

use std::io;

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

/// From where to where an axis goes, and its marks.
pub struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    marks: Vec<f64>,
}

impl Axis {
    /// A logarithmic axis over figures above 0, with a mark at each power of ten.
    pub fn powers(figures: impl Iterator<Item = f64>) -> Axis {
        let (mut least, mut greatest) = (f64::INFINITY, 0.0_f64);
        for figure in figures.filter(|figure| *figure > 0.0) {
            (least, greatest) = (least.min(figure), greatest.max(figure));
        }
        // A figure at a mark may differ from it in its last digit.
        let first = (least.min(1e12) * (1.0 + 1e-9)).log10().floor() as i32;
        let last = ((greatest.max(1e-12) * (1.0 - 1e-9)).log10().ceil() as i32).max(first + 1);
        let marks: Vec<f64> = (first..=last).map(|power| 10_f64.powi(power)).collect();
        Axis { low: marks[0], high: marks[marks.len() - 1], logarithmic: true, marks }
    }

    /// A linear axis from 0, with a mark at each whole or half number.
    pub fn from_zero(figures: impl Iterator<Item = f64>) -> Axis {
        let greatest = figures.fold(1.0_f64, f64::max);
        let step = [0.5, 1.0, 2.0, 5.0, 10.0].into_iter().find(|step| greatest / step <= 8.0);
        let step = step.unwrap_or(greatest / 8.0);
        let count = (greatest / step).ceil() as usize;
        let marks: Vec<f64> = (0..=count).map(|i| i as f64 * step).collect();
        Axis { low: 0.0, high: marks[count], logarithmic: false, marks }
    }

    /// The place of a figure: 0 at the beginning of the axis, 1 at its end.
    fn place(&self, figure: f64) -> f64 {
        match self.logarithmic {
            true => (figure / self.low).ln() / (self.high / self.low).ln(),
            false => (figure - self.low) / (self.high - self.low),
        }
    }
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
    ///
    /// # Errors
    ///
    /// None that is expected, here and below: it is written to memory.
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
    ///
    /// # Errors
    ///
    /// As [`Chart::grid`].
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
