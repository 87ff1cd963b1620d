//! Draws a run in a terminal.

use console::{Alignment, pad_str, style};

use super::picture::{Look, Picture, Piece};
use super::recording::Recording;
use super::tasks::Outcome;
use crate::files::width;
use crate::report::axis::Axis;
use crate::text::wrap;

/// On the right: three numbers of up to three digits.
const RIGHT: usize = 12;
/// Room that a mark of the time axis has, in columns.
const MARK: usize = 10;
/// The time on a core, from an eighth of the slice to the whole slice.
const ON_CORE: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The drawing for the standard output. It is as wide as the terminal, or 80 columns, and in
/// colour if the terminal can show it. Colours only repeat what the characters say. Each line
/// ends with a line break.
pub fn draw(recording: &Recording) -> String {
    let picture = &Picture::new(recording);
    let width = width(50, 250);
    let left = picture.label_width();
    let columns = width - left - 1 - RIGHT;
    // A row: name, chart (already padded to its width), numbers.
    let row = |label: &str, chart: &str, right: &str| {
        format!("{} {chart}{right}", pad_str(label, left, Alignment::Left, Some("…")))
    };

    let summary = format!("{}: {}", picture.title, picture.summary);
    let sentences = [&summary].into_iter().chain(&picture.notes);
    let mut lines = vec![String::new()];
    lines.extend(sentences.flat_map(|sentence| wrap(sentence, " ", width, "")));
    let [numbers, line] = axis(picture, columns);
    lines.push(String::new());
    lines.push(row("", &numbers, "  on rdy slp"));
    lines.push(row("", &line, "   %   %   %"));
    for of in &picture.rows {
        let (mut chart, mut next) = (String::new(), 0);
        for piece in picture.pieces(of, columns) {
            chart += &" ".repeat(piece.columns.start - next);
            chart += &paint(&piece);
            next = piece.columns.end;
        }
        chart += &" ".repeat(columns - next);
        let percent: String = of.percent.iter().map(|part| format!("{part:4}")).collect();
        lines.push(row(&of.label, &chart, &format!("{percent}{:>RIGHT$}", of.length)));
    }
    let legend = picture.legend(columns).into_iter().map(|(mark, meaning)| match mark {
        "core" => format!("█ {meaning} (▄ for half of the slice)"),
        "ready" => format!("░ {meaning}"),
        "asleep" => format!("· {meaning}"),
        "task" => format!("┣━┫ {meaning}"),
        "failed" => format!("✗ {meaning}"),
        "line" => format!("• {meaning} (a digit: so many)"),
        _ => meaning,
    });
    lines.push(String::new());
    lines.extend(wrap(&legend.collect::<Vec<_>>().join("   "), "   ", width, ""));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The numbers of the time axis, and the line below them.
fn axis(picture: &Picture, columns: usize) -> [String; 2] {
    let mut numbers = vec![' '; columns];
    let mut line = vec!['─'; columns];
    let axis = Axis::linear(picture.wall, MARK as f64 / columns as f64);
    for (moment, text) in axis.marks.iter().zip(axis.times()) {
        let column = picture.column(*moment, columns);
        line[column] = '┬';
        if let Some(room) = numbers.get_mut(column..column + text.len()) {
            room.copy_from_slice(&text.chars().collect::<Vec<_>>());
        }
    }
    [numbers, line].map(|chars| chars.into_iter().collect())
}

fn paint(piece: &Piece) -> String {
    let columns = piece.columns.len();
    match piece.look {
        Look::Slice { on_core: eighths @ 1.., ready, .. } => {
            let block = style(ON_CORE[eighths - 1].repeat(columns)).green();
            (if ready >= 2 { block.on_yellow() } else { block }).to_string()
        }
        Look::Slice { ready: ready @ 1.., there, .. } if 2 * ready >= there => {
            style("░".repeat(columns)).yellow().to_string()
        }
        Look::Slice { .. } => "·".repeat(columns),
        Look::Task(outcome) => {
            let mut bar = vec!["━"; columns];
            bar[0] = "┣";
            bar[columns - 1] = match outcome {
                Outcome::Failed => "✗",
                Outcome::Done if columns == 1 => "┃",
                Outcome::Done => "┫",
                Outcome::Open => bar[columns - 1],
            };
            style(bar.concat()).cyan().to_string()
        }
        Look::Lines(1) => "•".to_owned(),
        Look::Lines(lines @ ..=9) => lines.to_string(),
        Look::Lines(_) => "+".to_owned(),
    }
}
