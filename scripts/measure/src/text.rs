//! Text that fits into its place and is safe for terminals and XML.

use console::{measure_text_width, truncate_str};

/// Text without control characters, which would change a terminal, without marks that
/// change its direction, and without characters that XML forbids.
pub fn printable(text: &str) -> String {
    let is_printable = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect()
}

/// Text for XML and HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Lines of at most `width` columns, broken at a separator; all but the first are indented.
/// A longer part without a separator is cut.
pub fn wrap(text: &str, separator: &str, width: usize, indent: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in text.split(separator) {
        let columns = separator.len() + measure_text_width(part);
        match lines.last_mut().filter(|line| measure_text_width(line) + columns <= width) {
            Some(line) => *line = format!("{line}{separator}{part}"),
            None => {
                let indent = if lines.is_empty() { "" } else { indent };
                lines.push(truncate_str(&format!("{indent}{part}"), width, "..").into_owned());
            }
        }
    }
    lines
}

/// A number of things: `1 core`, `2 cores`, `2 processes`.
pub fn count(number: usize, thing: &str) -> String {
    let plural = if thing.ends_with('s') { "es" } else { "s" };
    format!("{number} {thing}{}", if number == 1 { "" } else { plural })
}

/// A number with spaces between its thousands.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}
