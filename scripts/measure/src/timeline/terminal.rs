//! Draws a run in a terminal.

use std::env;

use console::{Alignment, Term, measure_text_width, pad_str, style};

use crate::report::axis::Axis;
use crate::report::text::{short_time, wrap};
use crate::timeline::picture::{Bars, Cell, Picture};
use crate::timeline::tasks::Outcome;

/// The width if nothing tells another, and the least and the most that is drawn in, in
/// columns.
const WIDTHS: (usize, usize, usize) = (80, 50, 250);
/// The shortest and the longest column of names. `other lines` fits into both.
const LABELS: (usize, usize) = (11, 29);
/// On the right: three numbers of up to three digits.
const RIGHT: usize = 12;
/// Room that a mark of the time axis has, in columns.
const MARK: usize = 10;

/// The characters of a drawing.
struct Glyphs {
    /// On a core, from an eighth of the slice to the whole.
    on_core: [char; 8],
    ready: char,
    asleep: char,
    unseen: char,
    /// The beginning, middle and end of a task's bar.
    task: [char; 3],
    /// The whole bar of a short task.
    short_task: char,
    failed: char,
    line: char,
    axis: [char; 2],
    /// The end of a text that was cut.
    cut: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    on_core: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    ready: '░',
    asleep: '·',
    unseen: '?',
    task: ['┣', '━', '┫'],
    short_task: '┃',
    failed: '✗',
    line: '•',
    axis: ['┬', '─'],
    cut: "…",
};

const ASCII: Glyphs = Glyphs {
    on_core: [':', ':', '+', '+', '*', '*', '#', '#'],
    ready: '~',
    asleep: '.',
    unseen: '?',
    task: ['[', '=', ']'],
    short_task: '|',
    failed: 'x',
    line: '\'',
    axis: ['|', '-'],
    cut: "~",
};

/// The drawing for the standard output: in its width, in the characters of its locale, and
/// in colour if it is a terminal that can. Colours add nothing that the characters do not
/// say.
pub fn draw(picture: &Picture) -> String {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let (usual, least, most) = WIDTHS;
    let columns = set("COLUMNS").and_then(|columns| columns.parse().ok());
    let columns = columns.or_else(|| Some(usize::from(Term::stdout().size_checked()?.1)));
    let width = columns.filter(|columns| *columns > 0).unwrap_or(usual).clamp(least, most);
    // The first of these that is set decides, as it does in the C library.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let is_utf8 = ["utf-8", "utf8"].iter().any(|name| locale.to_lowercase().contains(name));
    let labels = picture.threads.iter().map(|row| &row.label);
    let labels = labels.chain(picture.tasks.iter().map(|bars| &bars.label));
    let left = labels.map(|label| measure_text_width(label)).max().unwrap_or(0);
    let left = left.clamp(LABELS.0, LABELS.1);
    let chart = Chart {
        picture,
        glyphs: if is_utf8 { &UNICODE } else { &ASCII },
        width,
        left,
        columns: width - left - 1 - RIGHT,
    };
    let drawing = chart.draw();
    let lines = drawing.iter().map(|line| line.trim_end());
    if is_utf8 {
        lines.map(|line| format!("{line}\n")).collect()
    } else {
        // Names may hold any characters.
        lines.map(|line| line.replace(|c: char| !c.is_ascii(), "?") + "\n").collect()
    }
}

struct Chart<'a> {
    picture: &'a Picture<'a>,
    glyphs: &'static Glyphs,
    /// Columns of the whole, of the names, and of the time.
    width: usize,
    left: usize,
    columns: usize,
}

impl Chart<'_> {
    fn draw(&self) -> Vec<String> {
        let picture = self.picture;
        let slices = picture.slices(self.columns);
        let mut lines = vec![String::new()];
        for sentence in
            [&format!("{}: {}", picture.title, picture.summary)].into_iter().chain(&picture.notes)
        {
            lines.extend(self.wrap(sentence, " "));
        }
        lines.push(String::new());
        lines.extend(self.axis());
        for row in &picture.threads {
            let cells = picture.cells(row, slices);
            let of = |column: usize| cells[column * cells.len() / self.columns];
            let chart: String = (0..self.columns).map(|column| self.cell(of(column))).collect();
            let percent: String = row.percent.iter().map(|part| format!("{part:4}")).collect();
            lines.push(self.line(&row.label, &chart, &percent));
        }
        for bars in &picture.tasks {
            let length = format!("{:>RIGHT$}", bars.length);
            lines.push(self.line(&bars.label, &self.bars(bars), &length));
        }
        let printed = picture.lines(self.columns);
        let has_lines = printed.iter().any(|lines| !lines.is_empty());
        if has_lines {
            let mark = |count: usize| match count {
                0 => ' ',
                1 => self.glyphs.line,
                2..=9 => char::from_digit(count as u32, 10).unwrap_or('+'),
                _ => '+',
            };
            let marks: String = printed.iter().map(|lines| mark(lines.len())).collect();
            lines.push(self.line(picture.lines_label, &marks, ""));
        }
        lines.push(String::new());
        lines.extend(self.wrap(&self.legend(slices.length, has_lines), "   "));
        lines
    }

    /// A row: name, chart (which is as wide as it must be), numbers.
    fn line(&self, label: &str, chart: &str, right: &str) -> String {
        let label = pad_str(label, self.left, Alignment::Left, Some(self.glyphs.cut));
        format!("{label} {chart}{right}")
    }

    fn axis(&self) -> [String; 2] {
        let wall = self.picture.wall;
        let mut numbers = vec![' '; self.columns];
        let mut line = vec![self.glyphs.axis[1]; self.columns];
        let axis = Axis::linear(wall, MARK as f64 / self.columns as f64);
        for (moment, text) in axis.marks.iter().zip(axis.times()) {
            let column = self.picture.column(*moment, self.columns);
            line[column] = self.glyphs.axis[0];
            if let Some(room) = numbers.get_mut(column..column + text.len()) {
                room.copy_from_slice(&text.chars().collect::<Vec<_>>());
            }
        }
        let [numbers, line]: [String; 2] = [numbers, line].map(|chars| chars.into_iter().collect());
        [self.line("", &numbers, "  on rdy slp"), self.line("", &line, "   %   %   %")]
    }

    fn cell(&self, cell: Cell) -> String {
        match cell {
            Cell { is_seen: false, .. } => self.glyphs.unseen.to_string(),
            Cell { on_core: eighths @ 1.., ready, .. } => {
                let block = style(self.glyphs.on_core[eighths - 1]).green();
                (if ready >= 2 { block.on_yellow() } else { block }).to_string()
            }
            Cell { ready: ready @ 1.., there, .. } if 2 * ready >= there => {
                style(self.glyphs.ready).yellow().to_string()
            }
            Cell { there: 1.., .. } => self.glyphs.asleep.to_string(),
            _ => " ".to_owned(),
        }
    }

    /// The bar of a task; of several, how many of them were under way.
    fn bars(&self, bars: &Bars) -> String {
        let mut chars = vec![' '; self.columns];
        if let [bar] = &bars.tasks[..] {
            let [start, end] =
                [bar.start, bar.end].map(|moment| self.picture.column(moment, self.columns));
            chars[start..=end].fill(self.glyphs.task[1]);
            chars[start] = self.glyphs.task[0];
            match bar.outcome {
                Outcome::Failed => chars[end] = self.glyphs.failed,
                Outcome::Done if start == end => chars[end] = self.glyphs.short_task,
                Outcome::Done => chars[end] = self.glyphs.task[2],
                Outcome::Open => {}
            }
        } else {
            let width = self.picture.wall / self.columns as f64;
            for (column, char) in chars.iter_mut().enumerate() {
                let (from, to) = (column as f64 * width, (column + 1) as f64 * width);
                let under_way =
                    bars.tasks.iter().map(|bar| (bar.end.min(to) - bar.start.max(from)).max(0.0));
                let part = under_way.sum::<f64>() / width / bars.tasks.len() as f64;
                if part > 0.0 {
                    *char = self.glyphs.on_core[(part * 8.0).round().clamp(1.0, 8.0) as usize - 1];
                }
            }
        }
        style(chars.into_iter().collect::<String>()).cyan().to_string()
    }

    fn legend(&self, slice: f64, has_lines: bool) -> String {
        let Glyphs {
            on_core, ready, asleep, unseen, task: [start, middle, end], failed, line, ..
        } = self.glyphs;
        let mut text = format!(
            "{} on a core ({} for half of the slice)   {ready} ready, no core was free   \
             {asleep} asleep   {unseen} not seen   a slice is {}",
            on_core[7],
            on_core[3],
            short_time(slice)
        );
        if self.picture.tasks.iter().any(|bars| bars.tasks.len() == 1) {
            text += &format!("   {start}{middle}{end} a task, by what was printed");
            if self.picture.has_failures() {
                text += &format!("   {failed} it failed");
            }
        }
        if has_lines {
            text += &format!("   {line} a line printed (a digit: so many)");
        }
        text
    }

    fn wrap(&self, text: &str, separator: &str) -> Vec<String> {
        wrap(text, separator, self.width, self.glyphs.cut)
    }
}
