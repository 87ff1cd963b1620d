//! Draws in a terminal.

use std::env;
use std::io::{self, IsTerminal};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::axis;
use crate::picture::{Bars, Picture, Row, short_time};
use crate::slices::Cell;
use crate::tasks::Outcome;

/// The width where nobody says another, and the least and the most that is drawn
/// in, in columns.
const WIDTHS: (usize, usize, usize) = (80, 50, 250);
/// The longest name that is not cut, in columns.
const LONGEST_LABEL: usize = 29;
/// On the right: three numbers of up to three digits.
const RIGHT: usize = 12;
/// Room that a mark of the time axis has, in columns.
const MARK: usize = 10;
/// The least part of a slice that is drawn.
const LEAST: f64 = 1.0 / 16.0;

/// What a terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Block characters, not only ASCII.
    pub unicode: bool,
    /// Colours, which add nothing that the characters do not say.
    pub colour: bool,
}

impl Style {
    /// Of the standard output.
    pub fn of_stdout() -> Style {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let (usual, least, most) = WIDTHS;
        let width = set("COLUMNS").and_then(|columns| columns.parse().ok());
        let width = width.filter(|columns| *columns > 0).or_else(|| {
            let size = rustix::termios::tcgetwinsize(&stdout).ok()?;
            Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
        });
        // The first of these that is set decides, as it does in the C library.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        let locale = locale.to_lowercase();
        Style {
            width: width.unwrap_or(usual).clamp(least, most),
            unicode: locale.contains("utf-8") || locale.contains("utf8"),
            colour: is_terminal
                && set("NO_COLOR").is_none()
                && set("TERM").is_some_and(|term| term != "dumb"),
        }
    }

    fn glyphs(self) -> &'static Glyphs {
        if self.unicode { &UNICODE } else { &ASCII }
    }

    fn paint(self, colour: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The characters of a drawing.
struct Glyphs {
    /// On a core, from an eighth of the slice to the whole.
    on_core: [char; 8],
    ready: char,
    asleep: char,
    gap: char,
    /// The beginning, middle and end of a task's bar.
    task: [char; 3],
    /// The whole bar of a short task.
    short_task: char,
    failed: char,
    line: char,
    axis: [char; 2],
    cut: char,
}

const UNICODE: Glyphs = Glyphs {
    on_core: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    ready: '░',
    asleep: '·',
    gap: '?',
    task: ['┣', '━', '┫'],
    short_task: '┃',
    failed: '✗',
    line: '•',
    axis: ['┬', '─'],
    cut: '…',
};

const ASCII: Glyphs = Glyphs {
    on_core: [':', ':', '+', '+', '*', '*', '#', '#'],
    ready: '~',
    asleep: '.',
    gap: '?',
    task: ['[', '=', ']'],
    short_task: '|',
    failed: 'x',
    line: '\'',
    axis: ['|', '-'],
    cut: '~',
};

/// The drawing, with a line break at the end of each line.
pub fn draw(picture: &Picture, style: Style) -> String {
    let labels = picture.threads.iter().chain(&picture.all).map(indented);
    let labels = labels.chain(picture.tasks.iter().map(|bars| bars.label.clone()));
    let left = labels.map(|label| label.width()).max().unwrap_or(0).clamp(11, LONGEST_LABEL);
    let chart = Chart { style, left, columns: style.width - left - 1 - RIGHT };
    chart.draw(picture)
}

struct Chart {
    style: Style,
    /// Columns of the names.
    left: usize,
    /// Columns of the time.
    columns: usize,
}

impl Chart {
    fn draw(&self, picture: &Picture) -> String {
        let slices = picture.slices(self.columns);
        let mut lines = vec![String::new()];
        lines.extend(self.wrap(&format!("{}: {}", picture.title, picture.summary)));
        lines.extend(picture.notes.iter().flat_map(|note| self.wrap(note)));
        lines.push(String::new());
        lines.extend(self.axis(picture.wall));
        for row in picture.threads.iter().chain(&picture.all) {
            let cells = picture.cells(row, slices);
            let of = |column: usize| &cells[column * cells.len() / self.columns];
            let chart: String = (0..self.columns).map(|column| self.cell(of(column))).collect();
            let right = match row.percent() {
                // Seen once, for no time at all.
                _ if row.shares.there == 0.0 => String::new(),
                [on_core, ..] if row.is_all => format!("{on_core:4}"),
                [on_core, ready, asleep] => format!("{on_core:4}{ready:4}{asleep:4}"),
            };
            lines.push(self.line(&indented(row), &chart, &right));
        }
        for bars in &picture.tasks {
            let mean = if bars.bars.len() > 1 { "mean " } else { "" };
            let right = format!("{:>RIGHT$}", format!("{mean}{}", short_time(bars.mean())));
            lines.push(self.line(&bars.label, &self.bars(bars, picture.wall), &right));
        }
        if !picture.marks.is_empty() {
            let name = if picture.tasks.is_empty() { "lines" } else { "other lines" };
            lines.push(self.line(name, &self.marks(picture), ""));
        }
        lines.push(String::new());
        lines.extend(self.legend(picture, slices.length));
        let mut text = String::new();
        for line in lines {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// A row: name, chart (which is as wide as it must be), numbers.
    fn line(&self, label: &str, chart: &str, right: &str) -> String {
        format!("{} {chart}{right}", self.fit(label, self.left))
    }

    fn axis(&self, wall: f64) -> [String; 2] {
        let glyphs = self.style.glyphs();
        let mut numbers = vec![' '; self.columns];
        let mut line = vec![glyphs.axis[1]; self.columns];
        for (moment, text) in axis::marks(wall, MARK as f64 / self.columns as f64) {
            let column = self.column(moment, wall);
            line[column] = glyphs.axis[0];
            if column + text.len() <= self.columns {
                numbers[column..column + text.len()]
                    .copy_from_slice(&text.chars().collect::<Vec<_>>());
            }
        }
        let [numbers, line]: [String; 2] = [numbers, line].map(|chars| chars.into_iter().collect());
        [self.line("", &numbers, "  on rdy slp"), self.line("", &line, "   %   %   %")]
    }

    fn column(&self, moment: f64, wall: f64) -> usize {
        let part = if wall > 0.0 { moment / wall } else { 0.0 };
        ((part * self.columns as f64) as usize).min(self.columns - 1)
    }

    fn cell(&self, cell: &Cell) -> String {
        let glyphs = self.style.glyphs();
        if cell.gap {
            return glyphs.gap.to_string();
        }
        if cell.on_core >= LEAST {
            let eighths = (cell.on_core * 8.0).round().clamp(1.0, 8.0) as usize;
            let colour = if cell.ready >= 0.25 { "32;43" } else { "32" };
            return self.style.paint(colour, &glyphs.on_core[eighths - 1].to_string());
        }
        if cell.ready >= LEAST.max(cell.there / 2.0) {
            return self.style.paint("33", &glyphs.ready.to_string());
        }
        if cell.there > 0.0 { glyphs.asleep.to_string() } else { " ".to_owned() }
    }

    /// The bar of a task; of several, how many of them were under way.
    fn bars(&self, bars: &Bars, wall: f64) -> String {
        let glyphs = self.style.glyphs();
        let mut chars = vec![' '; self.columns];
        if let [bar] = &bars.bars[..] {
            let (start, end) = (self.column(bar.start, wall), self.column(bar.end, wall));
            chars[start..=end].fill(glyphs.task[1]);
            chars[start] = glyphs.task[0];
            match bar.outcome {
                Some(Outcome::Failed) => chars[end] = glyphs.failed,
                Some(Outcome::Done) if start == end => chars[end] = glyphs.short_task,
                Some(Outcome::Done) => chars[end] = glyphs.task[2],
                None => {}
            }
        } else {
            let width = wall / self.columns as f64;
            for (column, char) in chars.iter_mut().enumerate() {
                let (from, to) = (column as f64 * width, (column + 1) as f64 * width);
                let under_way = |start: f64, end: f64| (end.min(to) - start.max(from)).max(0.0);
                let sum: f64 = bars.bars.iter().map(|bar| under_way(bar.start, bar.end)).sum();
                let part = sum / width / bars.bars.len() as f64;
                if part > 0.0 {
                    *char = glyphs.on_core[(part * 8.0).round().clamp(1.0, 8.0) as usize - 1];
                }
            }
        }
        self.style.paint("36", &chars.into_iter().collect::<String>())
    }

    fn marks(&self, picture: &Picture) -> String {
        let mut counts = vec![0_u32; self.columns];
        for (moment, _) in &picture.marks {
            counts[self.column(*moment, picture.wall)] += 1;
        }
        let mark = |count| match count {
            0 => ' ',
            1 => self.style.glyphs().line,
            2..=9 => char::from_digit(count, 10).unwrap_or('+'),
            _ => '+',
        };
        counts.into_iter().map(mark).collect()
    }

    fn legend(&self, picture: &Picture, slice: f64) -> Vec<String> {
        let glyphs = self.style.glyphs();
        let (full, half) = (glyphs.on_core[7], glyphs.on_core[3]);
        let mut text = format!(
            "{full} on a core ({half} for half of the slice)   {} ready, no core was free   \
             {} asleep   {} not seen   a slice is {}",
            glyphs.ready,
            glyphs.asleep,
            glyphs.gap,
            short_time(slice)
        );
        if picture.tasks.iter().any(|bars| bars.bars.len() == 1) {
            let [start, middle, end] = glyphs.task;
            text += &format!("   {start}{middle}{end} a task, by what was printed");
            if picture
                .tasks
                .iter()
                .flat_map(|b| &b.bars)
                .any(|b| b.outcome == Some(Outcome::Failed))
            {
                text += &format!("   {} it failed", glyphs.failed);
            }
        }
        if !picture.marks.is_empty() {
            text += &format!("   {} a line printed (a digit: so many)", glyphs.line);
        }
        self.wrap_at(&text, "   ")
    }

    fn wrap(&self, text: &str) -> Vec<String> {
        self.wrap_at(text, " ")
    }

    /// Lines that fit, broken at a separator.
    fn wrap_at(&self, text: &str, separator: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for part in text.split(separator) {
            let part = self.shown(part);
            match lines.last_mut() {
                Some(line) if line.width() + separator.len() + part.width() <= self.style.width => {
                    line.push_str(separator);
                    line.push_str(&part);
                }
                _ => lines.push(self.cut(&part, self.style.width)),
            }
        }
        lines
    }

    /// As it may be printed: where the terminal knows only ASCII, only that.
    fn shown(&self, text: &str) -> String {
        let unicode = self.style.unicode;
        text.chars().map(|c| if unicode || c.is_ascii() { c } else { '?' }).collect()
    }

    /// As wide as asked, by cutting or filling.
    fn fit(&self, text: &str, width: usize) -> String {
        let mut text = self.cut(&self.shown(text), width);
        text.extend(std::iter::repeat_n(' ', width - text.width()));
        text
    }

    fn cut(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let mut cut = String::new();
        for c in text.chars() {
            if cut.width() + c.width().unwrap_or(0) + 1 > width {
                break;
            }
            cut.push(c);
        }
        cut.push(self.style.glyphs().cut);
        cut
    }
}

fn indented(row: &Row) -> String {
    if row.is_indented { format!("  {}", row.label) } else { row.label.clone() }
}
