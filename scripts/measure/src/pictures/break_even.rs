//! The time of a map over its limit, for each way to map.

use std::io;

use measure::page::{self, LINE, MARGIN, shape, short, text};

use super::chart::{Chart, Line, Point, STYLE};
use super::{time_mark, told, unquiet};
use crate::break_even::Pays;
use crate::machine::Machine;
use crate::record::Comparison;
use crate::statistics::Summary;
use crate::units;

const PROGRAMS: [(&str, &str); 3] =
    [("a", "sequential_map"), ("b", "threaded_map"), ("c", "pool_map")];
const SIZE: (f64, f64) = (800.0, 452.0);

/// The picture, if there is anything to draw.
pub fn draw(comparisons: &[&Comparison], machine: &Machine) -> io::Result<Option<Vec<u8>>> {
    let lines: Vec<Line> =
        PROGRAMS.iter().filter_map(|(class, name)| line(comparisons, class, name)).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let (width, height) = SIZE;
    let top = MARGIN + 3.0 * LINE + 28.0;
    let chart = Chart::new([76.0, top, width - 76.0 - 128.0, height - top - 70.0], &lines);
    let what =
        "From which size on do more cores pay? Time of four sums of the numbers below a limit";
    let picture = page::draw(SIZE, what, STYLE, |xml| {
        text(xml, "title", MARGIN, MARGIN + 12.0, what)?;
        let how = "The work alone, as the program prints it: median and range. Both axes are \
                   logarithmic; less is better.";
        text(xml, "small", MARGIN, MARGIN + 12.0 + LINE, how)?;
        text(xml, "small end", chart.left - 10.0, top - 14.0, "time")?;
        chart.grid(xml, power, time_mark)?;
        let bottom = chart.top + chart.height;
        text(xml, "small middle", chart.left + chart.width / 2.0, bottom + 35.0, "limit")?;
        let mut y = bottom - 8.0;
        for line in &lines {
            let Pays::From(from) = Pays::of(comparisons, &line.name) else { continue };
            let x = chart.x(from as f64);
            let path = format!("M{} {}V{}", short(x), short(chart.top), short(bottom));
            shape(xml, &format!("{} from", line.class), &path)?;
            let says = format!("{} pays from {} on", line.name, power(from as f64));
            // On the side that has the room.
            let (x, end) = if x < width / 2.0 { (x + 6.0, "") } else { (x - 6.0, " end") };
            text(xml, &format!("{} name{end}", line.class), x, y, &says)?;
            y -= LINE;
        }
        chart.lines(xml, &lines)?;
        let foot = height - MARGIN;
        text(xml, "small", MARGIN, foot, &machine.line())?;
        match unquiet(comparisons) {
            Some(warning) => text(xml, "small", MARGIN, MARGIN + 12.0 + 2.0 * LINE, &warning),
            None => Ok(()),
        }
    })?;
    Ok(Some(picture))
}

fn line(comparisons: &[&Comparison], class: &'static str, program: &str) -> Option<Line> {
    let mut points: Vec<Point> = comparisons
        .iter()
        .filter_map(|comparison| {
            let size = comparison.size?;
            let figure = Summary::of(&comparison.times(comparison.row(program)?))?;
            let told = told(program, &format!("limit {size}"), &units::time(figure));
            Some(Point { size: size as f64, figure, told })
        })
        .collect();
    points.sort_by(|one, other| one.size.total_cmp(&other.size));
    (!points.is_empty()).then(|| Line { class, name: program.to_owned(), points })
}

/// A limit as a power of ten, with what it is multiplied by if that is not 1.
fn power(limit: f64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let scientific = format!("{limit:e}");
    let Some((times, exponent)) = scientific.split_once('e') else { return scientific };
    let digits = exponent.chars().filter_map(|c| DIGITS.get(c.to_digit(10)? as usize));
    let power = format!("10{}", digits.collect::<String>());
    if times == "1" { power } else { format!("{times}·{power}") }
}
