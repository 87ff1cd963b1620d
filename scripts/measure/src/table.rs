//! Tables, in Markdown that also reads well in a terminal.

use comfy_table::{CellAlignment, Table, presets};

use crate::record::{Comparison, Row};
use crate::statistics::Summary;

/// A table of one comparison, with its heading.
pub fn comparison(comparison: &Comparison) -> String {
    let mut table = markdown(&["program", "wall time", "runs", "times as fast"]);
    for (index, row) in comparison.rows.iter().enumerate() {
        table.add_row([
            format!("`{}`", row.program),
            row.wall().map_or_else(nothing, time),
            row.samples.len().to_string(),
            match comparison.rows.first() {
                Some(baseline) if index > 0 => versus(row, baseline),
                _ => "baseline".to_owned(),
            },
        ]);
    }
    format!("## {}\n\n{table}\n", comparison.title)
}

/// An empty table with a heading, text to the left and figures to the right.
fn markdown(heading: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(heading);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn nothing() -> String {
    "-".to_owned()
}

/// How many times as fast as the baseline, unless the range holds 1.
fn versus(row: &Row, baseline: &Row) -> String {
    match row.times_as_fast_as(baseline) {
        None => nothing(),
        Some(ratio) if ratio.holds_one() => "no measurable difference".to_owned(),
        Some(ratio) => format!("{:.2} ({:.2} to {:.2})", ratio.median, ratio.least, ratio.greatest),
    }
}

/// A time in seconds with its range, in the unit that suits its median.
fn time(summary: Summary) -> String {
    let (factor, unit) = match summary.median {
        s if s < 1e-6 => (1e9, "ns"),
        s if s < 1e-3 => (1e6, "us"),
        s if s < 1.0 => (1e3, "ms"),
        _ => (1.0, "s"),
    };
    let median = summary.median * factor;
    // Three digits that mean something.
    let decimals = match median {
        m if m < 10.0 => 2,
        m if m < 100.0 => 1,
        _ => 0,
    };
    format!(
        "{median:.decimals$} {unit} ({:.decimals$} to {:.decimals$})",
        summary.least * factor,
        summary.greatest * factor
    )
}
