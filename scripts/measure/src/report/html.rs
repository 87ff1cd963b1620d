//! The report as one HTML file that needs nothing else: no script, no network.

use super::{answer, markdown, pictures};
use crate::decide::Interval;
use crate::results::{Measured, Results, Row};
use crate::section::Section;
use crate::text::escape;
use crate::units;

const STYLE: &str = include_str!("report.css");

/// The timeline of one run of a program.
pub struct Timeline {
    /// The name of the workload that the program belongs to.
    pub workload: String,
    /// The program, and its size if the measured size cannot be drawn.
    pub program: String,
    /// The drawing, or why there is none.
    pub svg: Result<String, String>,
}

pub fn page(results: &Results, sections: &[Section], timelines: &[Timeline]) -> String {
    let pictures = pictures::draw(results);
    let picture = |file: &str| {
        let found = pictures.iter().filter(|(name, _)| *name == file);
        let svg = found.map(|(_, svg)| String::from_utf8_lossy(svg));
        svg.map(|svg| format!("<div class=\"wide\">{svg}</div>\n")).collect::<String>()
    };
    let answer = items(&answer::sentences(results));
    let mut body = format!("<ul class=\"answer\">\n{answer}</ul>\n");
    for section in sections {
        let tables: String = results.of(*section).map(|of| workload(of, timelines)).collect();
        let part = match section {
            Section::Claims => claims_part(results),
            Section::BreakEven => {
                picture("break_even.svg") + &folded("All sizes and rounds", &tables)
            }
            Section::Waits => tables + &picture("waits.svg"),
            _ => tables,
        };
        if !part.is_empty() {
            body += &format!("<section>\n<h2>{}</h2>\n{part}</section>\n", section.title());
        }
    }
    let mut facts = markdown::facts(results);
    if timelines.is_empty() {
        facts.push("No timelines: only a run records them, and not for break-even.".to_owned());
    }
    let facts = items(&facts);
    body += &format!("<section>\n<h2>The machine</h2>\n<ul>\n{facts}</ul>\n</section>\n");
    body += &samples(results);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Threads, processes and an event loop: which model?</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Which model?</h1>\n{body}</main>\n\
         </body>\n</html>\n"
    )
}

fn items(texts: &[String]) -> String {
    texts.iter().map(|text| format!("<li>{}</li>\n", escape(text))).collect()
}

/// A table whose first column names the rows. A table that is too wide scrolls in its frame.
fn table(caption: &str, heading: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: String = rows
        .map(|row| {
            let cells = row[1..].join("</td><td>");
            format!("<tr><th scope=\"row\">{}</th><td>{cells}</td></tr>\n", row[0])
        })
        .collect();
    format!(
        "<div class=\"wide\"><table>\n<caption>{caption}</caption>\n<thead><tr><th>{}</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table></div>\n",
        heading.join("</th><th>")
    )
}

/// A table with one bar per program, and the timelines. A click shows all rounds.
fn workload(measured: &Measured, timelines: &[Timeline]) -> String {
    let (mut heading, rows) = markdown::workload(measured);
    let bars = if measured.section == Section::Waits { "memory (of one run)" } else { "time" };
    heading.insert(2, format!("{bars}, as a bar"));
    let rows = measured.rows.iter().zip(rows).map(|(row, cells)| {
        let mut cells = html(cells);
        if row.error.is_some() {
            // The error takes the place of the figures.
            cells.splice(1..1, [String::new(), String::new()]);
            return cells;
        }
        cells[2] += &folded("rounds", &units::all_seconds(&measured.times(row)));
        cells.insert(2, bar(measured, row));
        // A phone has no room for a row of headings.
        for (cell, heading) in cells.iter_mut().zip(&heading).skip(1) {
            *cell = format!("<span class=\"heading\">{heading}</span> {cell}");
        }
        cells
    });
    let caption = format!("{}. {}", measured.title, markdown::below(measured));
    let table = table(&code(&caption), &heading, rows);
    format!("<div class=\"workload\">{table}{}</div>\n", drawings(measured, timelines))
}

/// The ends of a bar's interval, and the bar's own between them. Only times have intervals.
fn ends(measured: &Measured, row: &Row) -> [f64; 3] {
    let share = units::share(measured, row);
    match Interval::of(&measured.times(row), measured.error) {
        Some(Interval { median, low, high }) if measured.section != Section::Waits => {
            [low, median, high].map(|end| share * end / median)
        }
        _ => [share; 3],
    }
}

/// A bar and its interval. The longest interval of the workload fits.
fn bar(measured: &Measured, row: &Row) -> String {
    let highs = measured.rows.iter().map(|row| ends(measured, row)[2]);
    let percent = 100.0 / highs.fold(f64::MIN_POSITIVE, f64::max);
    let [low, end, high] = ends(measured, row).map(|end| end * percent);
    let mut bars = format!("<span class=\"bar\" style=\"width:{end:.1}%\"></span>");
    if low < high {
        let style = format!("left:{low:.1}%;width:{:.1}%", high - low);
        bars += &format!("<span class=\"interval\" style=\"{style}\"></span>");
    }
    format!("<div class=\"bars\">{bars}</div>")
}

/// Text as HTML. Text between backticks becomes code.
fn code(text: &str) -> String {
    let text = escape(text);
    let parts = text.split('`').enumerate().map(|(i, part)| match i % 2 {
        0 => part.to_owned(),
        _ => format!("<code>{part}</code>"),
    });
    parts.collect()
}

fn html(cells: Vec<String>) -> Vec<String> {
    cells.iter().map(|cell| code(cell)).collect()
}

/// The timelines of a workload, one below the other.
fn drawings(measured: &Measured, timelines: &[Timeline]) -> String {
    let own = timelines.iter().filter(|timeline| timeline.workload == measured.name);
    let drawing = |Timeline { program, svg, .. }: &Timeline| {
        let program = escape(program);
        let failed = |why: String| format!("<p>Not recorded: {}</p>", escape(&why));
        let drawing = svg.clone().unwrap_or_else(failed);
        format!(
            "<figure class=\"wide\"><figcaption>When each thread and task of \
             <code>{program}</code> ran</figcaption>{drawing}</figure>\n"
        )
    };
    folded("Timelines", &own.map(drawing).collect::<String>())
}

/// A part that a click unfolds; nothing if it is empty.
fn folded(title: &str, part: &str) -> String {
    if part.is_empty() {
        return String::new();
    }
    format!("<details><summary>{title}</summary>\n{part}</details>\n")
}

fn claims_part(results: &Results) -> String {
    let (mut heading, rows) = markdown::claims(results);
    heading.remove(1);
    let rows = rows.into_iter().map(|cells| {
        let mut cells = html(cells);
        let places = cells.remove(1);
        cells[0] += &folded("where", &places);
        cells
    });
    table("Each claim, and what was measured here", &heading, rows)
}

/// All samples as one table to copy.
fn samples(results: &Results) -> String {
    let all = results.workloads.iter();
    let all = all.flat_map(|measured| measured.rows.iter().map(|row| (&measured.name, row)));
    let rows = all.flat_map(|(workload, row)| {
        row.samples.iter().enumerate().map(move |(round, sample)| {
            let mut cells = vec![escape(workload), escape(&row.program), (round + 1).to_string()];
            let times = [Some(sample.wall), Some(sample.cpu), sample.taken];
            cells.extend(times.map(|time| units::or_dash(time, |time| format!("{time:.6}"))));
            cells
        })
    });
    let heading = ["workload", "program", "round", "wall time", "CPU time", "printed time"];
    let heading = heading.map(str::to_owned);
    let table = folded("Show the table", &table("In seconds, to copy", &heading, rows));
    format!("<section>\n<h2>All samples</h2>\n{table}</section>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    #[test]
    fn the_page_holds_the_answer_and_every_figure() {
        let mut results = made_up::results();
        let times = [("sequential_map", 0.2), ("threaded_map", 0.1), ("pool_map", 0.4)];
        let mut mapping = made_up::workload(Section::Cpu, "mapping", &times);
        mapping.ceiling = vec![2.0; 8];
        mapping.rows[1].program = "<b>&".to_owned();
        results.workloads.push(mapping);
        let timelines = [Ok("<svg></svg>".to_owned()), Err("no <room>".to_owned())].map(|svg| {
            Timeline { workload: "mapping".to_owned(), program: "threaded_map 9".to_owned(), svg }
        });
        let page = page(&results, Section::all(), &timelines);
        for words in [
            "200 ms",
            "100 ms",
            "2.00x faster",
            "2.00x slower",
            "ceiling",
            "&lt;b&gt;&amp;",
            "threaded_map 9",
            "<svg></svg>",
            "no &lt;room&gt;",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // It needs nothing else.
        for words in ["<script", "http://", "https://", "<b>"] {
            let outside = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!outside.contains(words), "{words}");
        }
    }

    #[test]
    fn the_longest_interval_fits() {
        let mut mapping = made_up::workload(Section::Cpu, "mapping", &[("a", 0.2), ("b", 0.1)]);
        for row in &mut mapping.rows {
            row.samples[..3].iter_mut().for_each(|sample| sample.wall *= 2.0);
        }
        let [a, b] = [0, 1].map(|row| bar(&mapping, &mapping.rows[row]));
        assert!(a.contains("width:50.0%") && a.contains("left:50.0%;width:50.0%"), "{a}");
        assert!(b.contains("width:25.0%") && b.contains("left:25.0%;width:25.0%"), "{b}");
    }
}
