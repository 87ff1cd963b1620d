//! Draws a run in a terminal.

use console::{Alignment, pad_str, style};

use super::picture::{Cell, Picture};
use super::recording::Recording;
use super::tasks::{Outcome, Task};
use crate::report::axis::Axis;
use crate::report::output::width;
use crate::report::text;

/// On the right: three numbers of up to three digits.
const RIGHT: usize = 12;
/// Room that a mark of the time axis has, in columns.
const MARK: usize = 10;
/// On a core, from an eighth of the slice to the whole.
const ON_CORE: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The drawing for the standard output: in its width, or in 80 columns, and in colour if it is
/// a terminal that can. Colours add nothing that the characters do not say. Each line ends
/// with a line break.
pub fn draw(recording: &Recording) -> String {
    let picture = &Picture::new(recording);
    let width = width(50, 250);
    let left = picture.label_width();
    let chart = Chart { picture, width, left, columns: width - left - 1 - RIGHT };
    chart.draw().iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

struct Chart<'a> {
    picture: &'a Picture<'a>,
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
        let summary = format!("{}: {}", picture.title, picture.summary);
        for sentence in [&summary].into_iter().chain(&picture.notes) {
            lines.extend(self.wrap(sentence, " "));
        }
        lines.push(String::new());
        lines.extend(self.axis());
        for row in &picture.threads {
            let cells = picture.cells(row, slices);
            let of = |column: usize| cells[column * cells.len() / self.columns];
            let chart: String = (0..self.columns).map(|column| cell(of(column))).collect();
            let percent: String = row.percent.iter().map(|part| format!("{part:4}")).collect();
            lines.push(self.line(&row.label, &chart, &percent));
        }
        for task in &picture.tasks {
            let length = format!("{:>RIGHT$}", task.length());
            lines.push(self.line(task.label(), &self.bar(task), &length));
        }
        if let Some(label) = picture.lines_label() {
            let mark = |lines: usize| match lines {
                0 => ' ',
                1 => '•',
                _ => u32::try_from(lines).ok().and_then(|n| char::from_digit(n, 10)).unwrap_or('+'),
            };
            let printed = picture.lines(self.columns);
            let marks: String = printed.iter().map(|lines| mark(lines.len())).collect();
            lines.push(self.line(label, &marks, ""));
        }
        lines.push(String::new());
        let legend = picture.legend(slices).into_iter().map(|(mark, meaning)| match mark {
            "core" => format!("█ {meaning} (▄ for half of the slice)"),
            "ready" => format!("░ {meaning}"),
            "asleep" => format!("· {meaning}"),
            "task" => format!("┣━┫ {meaning}"),
            "failed" => format!("✗ {meaning}"),
            "line" => format!("• {meaning} (a digit: so many)"),
            _ => meaning,
        });
        lines.extend(self.wrap(&legend.collect::<Vec<_>>().join("   "), "   "));
        lines
    }

    /// A row: name, chart (which is as wide as it must be), numbers.
    fn line(&self, label: &str, chart: &str, right: &str) -> String {
        let label = pad_str(label, self.left, Alignment::Left, Some("…"));
        format!("{label} {chart}{right}")
    }

    fn axis(&self) -> [String; 2] {
        let mut numbers = vec![' '; self.columns];
        let mut line = vec!['─'; self.columns];
        let axis = Axis::linear(self.picture.wall, MARK as f64 / self.columns as f64);
        for (moment, text) in axis.marks.iter().zip(axis.times()) {
            let column = self.picture.column(*moment, self.columns);
            line[column] = '┬';
            if let Some(room) = numbers.get_mut(column..column + text.len()) {
                room.copy_from_slice(&text.chars().collect::<Vec<_>>());
            }
        }
        let [numbers, line]: [String; 2] = [numbers, line].map(|chars| chars.into_iter().collect());
        [self.line("", &numbers, "  on rdy slp"), self.line("", &line, "   %   %   %")]
    }

    fn bar(&self, task: &Task) -> String {
        let mut chars = vec![' '; self.columns];
        let [start, end] =
            [task.start, task.end].map(|moment| self.picture.column(moment, self.columns));
        chars[start..=end].fill('━');
        chars[start] = '┣';
        match task.outcome {
            Outcome::Failed => chars[end] = '✗',
            Outcome::Done if start == end => chars[end] = '┃',
            Outcome::Done => chars[end] = '┫',
            Outcome::Open => {}
        }
        style(chars.into_iter().collect::<String>()).cyan().to_string()
    }

    fn wrap(&self, text: &str, separator: &str) -> Vec<String> {
        text::wrap(text, separator, self.width, "…")
    }
}

fn cell(cell: Cell) -> String {
    match cell {
        Cell { on_core: eighths @ 1.., ready, .. } => {
            let block = style(ON_CORE[eighths - 1]).green();
            (if ready >= 2 { block.on_yellow() } else { block }).to_string()
        }
        Cell { ready: ready @ 1.., there, .. } if 2 * ready >= there => {
            style('░').yellow().to_string()
        }
        Cell { there: 1.., .. } => "·".to_owned(),
        _ => " ".to_owned(),
    }
}
