//! The report as one HTML file that needs nothing else: no script, no network.

use super::text::escape;
use super::{answer, markdown, pictures, text, units};
use crate::decide::{Interval, claims};
use crate::results::{Measured, Results, Row, Speedup};
use crate::workloads::Section;

const STYLE: &str = include_str!("report.css");

/// The timeline of one run of a program.
pub struct Timeline {
    /// The section that the program belongs to.
    pub section: Section,
    /// The program.
    pub program: String,
    /// The drawing.
    pub svg: String,
}

/// The whole page.
pub fn page(results: &Results, sections: &[Section], timelines: &[Timeline]) -> String {
    let pictures = pictures::draw(results);
    let picture = |file: &str| {
        let found = pictures.iter().find(|(name, _)| *name == file);
        found.map_or_else(String::new, |(_, svg)| {
            format!("<div class=\"wide\">{}</div>\n", String::from_utf8_lossy(svg))
        })
    };
    let mut body = answer_part(results);
    for section in sections {
        let part = match section {
            Section::Claims => claims_part(results),
            Section::BreakEven => {
                let sizes: String = results.of(*section).map(workload).collect();
                picture("break_even.svg") + &folded("All sizes and rounds", &sizes)
            }
            Section::Thresholds => String::new(),
            _ => {
                let tables: String = results.of(*section).map(workload).collect();
                let waits = *section == Section::Waits;
                tables + &if waits { picture("waits.svg") } else { String::new() }
            }
        };
        let part = part + &drawings(*section, timelines);
        if !part.is_empty() {
            body += &format!("<section>\n<h2>{}</h2>\n{part}</section>\n", section.title());
        }
    }
    body.push_str(&machine(results));
    body.push_str(&samples(results));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Threads, processes and an event loop: which model?</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Which model?</h1>\n{body}</main>\n\
         </body>\n</html>\n"
    )
}

fn answer_part(results: &Results) -> String {
    format!("<ul class=\"answer\">\n{}</ul>\n", items(&answer::sentences(results)))
}

/// The items of a list.
fn items(texts: &[String]) -> String {
    texts.iter().map(|text| format!("<li>{}</li>\n", escape(text))).collect()
}

/// A table whose first column names the rows. What is too wide scrolls in its frame.
fn table(caption: &str, heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
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

/// A table with a bar per program; all rounds are shown on a tap.
fn workload(measured: &Measured) -> String {
    let is_memory = measured.section == Section::Waits;
    let figure = |row: &Row| if is_memory { row.memory() } else { measured.time(row) };
    let longest = measured.rows.iter().filter_map(figure).fold(f64::MIN_POSITIVE, f64::max);
    let rows = measured.rows.iter().map(|row| {
        let name = format!("<code>{}</code>", escape(&row.program));
        if let Some(error) = &row.error {
            return vec![name, String::new(), String::new(), escape(error), String::new()];
        }
        let share = figure(row).unwrap_or(0.0) / longest * 100.0;
        let interval = Interval::of(&measured.times(row), measured.error).filter(|_| !is_memory);
        let interval = interval.map_or_else(String::new, |Interval { low, high, .. }| {
            let [left, right] = [low, high].map(|end| (end / longest * 100.0).min(100.0));
            let width = right - left;
            format!("<span class=\"interval\" style=\"left:{left:.1}%;width:{width:.1}%\"></span>")
        });
        let cpu = units::or_dash(measured.cpu_time(row), units::seconds);
        let rounds = format!("{}. CPU time {cpu}.", units::all_seconds(&measured.times(row)));
        vec![
            name,
            units::or_dash(measured.time(row), units::seconds),
            format!(
                "<div class=\"bars\"><span class=\"bar\" style=\"width:{share:.1}%\"></span>{interval}\
                 </div>"
            ),
            units::own_speedup(measured, row) + &folded("rounds", &rounds),
            units::or_dash(row.memory(), units::bytes),
        ]
    });
    let bars = if is_memory { "memory, as a bar" } else { "time, as a bar" };
    let count = text::count(measured.rounds(), "round");
    let mut caption = format!("{}. {count}.", escape(&measured.title));
    if let Some(ceiling) = measured.ceiling() {
        caption += &format!(" The ceiling on this machine is {}.", units::factor(ceiling.median));
    }
    for pair in measured.other_speedups().filter(Speedup::is_beside_python) {
        caption += &format!(" {}", escape(&answer::pair(&pair)));
    }
    let table = table(&caption, &["program", "time", bars, "speed-up", "memory"], rows);
    format!("<div class=\"workload\">{table}</div>")
}

/// The timelines of a section, one below the other.
fn drawings(section: Section, timelines: &[Timeline]) -> String {
    let own = timelines.iter().filter(|timeline| timeline.section == section);
    let drawings: String = own
        .map(|Timeline { program, svg, .. }| {
            format!(
                "<figure class=\"wide\"><figcaption>When each thread and task of <code>{}</code> \
                 ran</figcaption>{svg}</figure>\n",
                escape(program)
            )
        })
        .collect();
    folded("Timelines", &drawings)
}

/// A part that is shown on a tap; nothing if it is empty.
fn folded(title: &str, part: &str) -> String {
    if part.is_empty() {
        return String::new();
    }
    format!("<details><summary>{title}</summary>\n{part}</details>\n")
}

fn claims_part(results: &Results) -> String {
    let rows = claims::judge(results).into_iter().map(|judged| {
        let places = folded("where", &escape(&judged.places.join("; ")));
        vec![escape(judged.says) + &places, escape(&judged.figure), judged.verdict.to_string()]
    });
    table("Each claim, and what was measured here", &["claim", "measured", "verdict"], rows)
}

fn machine(results: &Results) -> String {
    let facts = items(&markdown::facts(results));
    format!("<section>\n<h2>The machine</h2>\n<ul>\n{facts}</ul>\n</section>\n")
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
        let (program, svg) = ("threaded_map".to_owned(), "<svg></svg>".to_owned());
        let timeline = Timeline { section: Section::Cpu, program, svg };
        let page = page(&results, Section::all(), &[timeline]);
        for words in [
            "200 ms",
            "100 ms",
            "2.00x faster",
            "2.00x slower",
            "ceiling",
            "&lt;b&gt;&amp;",
            "<svg></svg>",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // It needs nothing else.
        for words in ["<script", "http://", "https://", "<b>"] {
            let outside = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!outside.contains(words), "{words}");
        }
        assert_eq!(page.matches("<table").count(), page.matches("</table>").count());
    }
}
