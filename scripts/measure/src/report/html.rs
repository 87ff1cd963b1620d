//! The report as one HTML file that needs nothing else: no script, no network.

use std::fmt::Write;

use super::text::escape;
use super::{answer, pictures, text, units};
use crate::decide::{Interval, claims};
use crate::results::{Measured, Results, Row, Sample, Speedup};
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
            let _ = write!(body, "<section>\n<h2>{}</h2>\n{part}</section>\n", section.title());
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
    let sentences = answer::sentences(results);
    let items: String = sentences.iter().map(|s| format!("<li>{}</li>\n", escape(s))).collect();
    format!("<ul class=\"answer\">\n{items}</ul>\n")
}

/// A table with a bar per program; all rounds are shown on a tap.
fn workload(measured: &Measured) -> String {
    let memory = measured.section == Section::Waits;
    let figure = |row: &Row| if memory { row.memory() } else { measured.time(row) };
    let longest = measured.rows.iter().filter_map(figure).fold(f64::MIN_POSITIVE, f64::max);
    let mut rows = String::new();
    for row in &measured.rows {
        let name = format!("<th scope=\"row\"><code>{}</code></th>", escape(&row.program));
        if let Some(error) = &row.error {
            let _ = writeln!(rows, "<tr>{name}<td colspan=\"4\">{}</td></tr>", escape(error));
            continue;
        }
        let words = match measured.baseline(row) {
            _ if measured.rows.len() == 1 => String::new(),
            None => "baseline".to_owned(),
            Some(_) => {
                measured.own_speedup(row).map_or_else(String::new, |own| units::speedup(&own))
            }
        };
        let share = figure(row).unwrap_or(0.0) / longest * 100.0;
        let time = units::or_dash(measured.time(row), units::seconds);
        let bytes = units::or_dash(row.memory(), units::bytes);
        let _ = writeln!(
            rows,
            "<tr>{name}<td class=\"figure\">{time}</td><td><div class=\"bars\"><span class=\"bar\" \
             style=\"width:{share:.1}%\"></span>{}</div></td><td class=\"words\">{words}{}</td><td \
             class=\"figure\">{bytes}</td></tr>",
            if memory { String::new() } else { interval(measured, row, longest) },
            rounds(measured, row)
        );
    }
    let bars = if memory { "memory" } else { "time" };
    let ceiling = measured.ceiling().map_or_else(String::new, |ceiling| {
        format!(" The ceiling on this machine is {}.", units::factor(ceiling.median))
    });
    let besides: String = (measured.other_speedups().filter(Speedup::is_beside_python))
        .map(|pair| format!(" {}", escape(&answer::pair(&pair))))
        .collect();
    let count = text::count(measured.rounds(), "round");
    format!(
        "<div class=\"wide\"><table class=\"workload\">\n<caption>{}. {count}.{ceiling}{besides}</caption>\n<thead><tr>\
         <th>program</th><th>time</th><th>{bars}, as a bar</th><th>speed-up</th><th>memory</th></tr>\
         </thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        escape(&measured.title)
    )
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

/// The interval of a program's times, drawn over its bar.
fn interval(measured: &Measured, row: &Row, longest: f64) -> String {
    let Some(Interval { low, high, .. }) = Interval::of(&measured.times(row), measured.error)
    else {
        return String::new();
    };
    let [left, right] = [low, high].map(|end| (end / longest * 100.0).min(100.0));
    let width = right - left;
    format!("<span class=\"interval\" style=\"left:{left:.1}%;width:{width:.1}%\"></span>")
}

fn rounds(measured: &Measured, row: &Row) -> String {
    let times = measured.times(row);
    let all: Vec<String> = times.iter().map(|time| units::seconds(*time)).collect();
    let cpu = units::or_dash(measured.cpu_time(row), units::seconds);
    let all = all.join(", ");
    format!("<details><summary>rounds</summary>{all}. CPU time {cpu}.</details>")
}

fn claims_part(results: &Results) -> String {
    let mut rows = String::new();
    for judged in claims::judge(results) {
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{}<details><summary>where</summary>{}</details></th>\
             <td>{}</td><td>{}</td></tr>",
            escape(judged.says),
            escape(&judged.places.join("; ")),
            escape(&judged.figure),
            judged.verdict
        );
    }
    format!(
        "<div class=\"wide\"><table>\n<thead><tr><th>claim</th><th>measured</th><th>verdict</th>\
         </tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn machine(results: &Results) -> String {
    let facts = [
        vec![results.machine.line()],
        results.notes.clone(),
        vec![format!("The run took {:.0} s.", results.seconds)],
    ];
    let facts = facts.concat();
    let items: String = facts.iter().map(|fact| format!("<li>{}</li>\n", escape(fact))).collect();
    format!("<section>\n<h2>The machine</h2>\n<ul>\n{items}</ul>\n</section>\n")
}

/// All samples as one table to copy.
fn samples(results: &Results) -> String {
    let mut rows = String::new();
    for measured in &results.workloads {
        for row in &measured.rows {
            for (round, Sample { wall, cpu, taken }) in row.samples.iter().enumerate() {
                let taken = taken.map_or_else(String::new, |taken| format!("{taken:.6}"));
                let _ = writeln!(
                    rows,
                    "<tr><td>{}</td><td>{}</td><td>{}</td><td>{wall:.6}</td><td>{cpu:.6}</td>\
                     <td>{taken}</td></tr>",
                    escape(&measured.name),
                    escape(&row.program),
                    round + 1
                );
            }
        }
    }
    format!(
        "<section>\n<h2>All samples</h2>\n<details><summary>Show the table: seconds, to copy</summary>\
         \n<div class=\"wide\"><table>\n<thead><tr><th>workload</th><th>program</th><th>round</th>\
         <th>wall time</th><th>CPU time</th><th>printed time</th></tr></thead>\n<tbody>\n{rows}</tbody>\
         \n</table></div></details>\n</section>\n"
    )
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
        let page = page(&results, &Section::ALL, &[timeline]);
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
