//! What a terminal can show.

use std::env;
use std::io::{self, IsTerminal};

use console::Term;

/// The width of a report in columns: if nobody says another, the least and the most.
const WIDTHS: (usize, usize, usize) = (80, 60, 120);

/// What a terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Block characters, not only ASCII.
    pub unicode: bool,
    /// Colours, which add nothing that the words do not say.
    pub colour: bool,
}

impl Style {
    /// What is plain everywhere.
    pub const PLAIN: Style = Style { width: WIDTHS.0, unicode: false, colour: false };

    /// Of the standard output.
    pub fn of_stdout() -> Style {
        let stdout = io::stdout();
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let width = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
        let (usual, least, most) = WIDTHS;
        let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let can = stdout.is_terminal() && set("TERM").is_some_and(|term| term != "dumb");
        let colour = forced || (can && set("NO_COLOR").is_none());
        // The first of these that is set decides, as it does in the C library.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        Style {
            width: width.filter(|width| *width > 0).unwrap_or(usual).clamp(least, most),
            unicode: colour && locale.to_lowercase().replace('-', "").contains("utf8"),
            colour,
        }
    }

    /// Text in a colour, by its ANSI code.
    pub fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A bar of so many of 1, in a field of some columns.
    pub fn bar(self, share: f64, columns: usize) -> String {
        let eighths = (share.clamp(0.0, 1.0) * columns as f64 * 8.0).round() as usize;
        let mut bar = String::new();
        if self.unicode {
            bar.push_str(&"█".repeat(eighths / 8));
            bar.extend(['▏', '▎', '▍', '▌', '▋', '▊', '▉'].get((eighths % 8).wrapping_sub(1)));
        } else {
            bar.push_str(&"#".repeat((eighths + 4) / 8));
        }
        if bar.is_empty() && share > 0.0 {
            bar.push(if self.unicode { '▏' } else { '#' });
        }
        let drawn = bar.chars().count();
        bar + &" ".repeat(columns.saturating_sub(drawn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_its_field() {
        let unicode = Style { unicode: true, ..Style::PLAIN };
        assert_eq!(Style::PLAIN.bar(0.5, 6), "###   ");
        assert_eq!(unicode.bar(0.5, 3), "█▌ ");
        assert_eq!(Style::PLAIN.bar(0.001, 3), "#  ");
        assert_eq!(unicode.bar(1.0, 3), "███");
    }
}
