//! The report as Markdown, with tables of at most six columns.

use comfy_table::{Table, presets};

use super::answer;
use crate::claims::{self, Judged, break_even};
use crate::results::{Measured, Results, Row};
use crate::section::Section;
use crate::text;
use crate::units;

/// The answer, the sections, and the machine.
pub fn report(results: &Results, sections: &[Section]) -> String {
    let sections = sections.iter().map(|section| {
        let tables = tables(results, &[*section]);
        if tables.is_empty() { tables } else { format!("## {}\n\n{tables}", section.title()) }
    });
    let parts = [answer(results)].into_iter().chain(sections).chain([machine(results)]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

pub fn answer(results: &Results) -> String {
    list(&answer::sentences(results))
}

/// The machine, what was left out, and how long it took.
pub fn machine(results: &Results) -> String {
    list(&facts(results))
}

fn list(sentences: &[String]) -> String {
    sentences.iter().map(|sentence| format!("* {sentence}\n")).collect()
}

/// The machine, what was left out, how long it took, and what was repeated, as sentences.
pub fn facts(results: &Results) -> Vec<String> {
    let repeated = match results.workloads.iter().map(|measured| measured.repeated).sum() {
        0 => "no round was repeated".to_owned(),
        rounds => {
            let who = results.meanwhile.who();
            format!("{who} made it repeat {}", text::count(rounds, "round"))
        }
    };
    let took = format!("The run took {:.0} s; {repeated}.", results.seconds);
    [vec![results.machine.line()], results.notes.clone(), vec![took]].concat()
}

/// The tables of some sections, without headings of their own.
pub fn tables(results: &Results, sections: &[Section]) -> String {
    let tables = sections.iter().map(|section| match section {
        Section::Claims => draw(claims(results)),
        Section::BreakEven => break_even(results).map_or_else(String::new, draw),
        _ => results.of(*section).map(table).collect::<Vec<_>>().join("\n"),
    });
    tables.filter(|tables| !tables.is_empty()).collect::<Vec<_>>().join("\n")
}

fn table(measured: &Measured) -> String {
    format!("### {}\n\n{}\n{}\n", measured.title, draw(workload(measured)), below(measured))
}

/// What is said below the table of a workload.
pub fn below(measured: &Measured) -> String {
    let mut facts = text::count(measured.rounds(), "round") + ".";
    if let Some(ceiling) = measured.ceiling() {
        facts += &format!(" The ceiling is {}.", units::estimate(ceiling));
    }
    for other in measured.other_speedups() {
        facts += &format!(" {}", answer::pair(measured, &other));
    }
    facts
}

/// The heading of a table, and its rows.
pub type Cells = (Vec<String>, Vec<Vec<String>>);

/// A row for each program; of one that failed, only its error.
pub fn workload(measured: &Measured) -> Cells {
    let time = measured.unit.as_ref().map_or("time".to_owned(), |unit| format!("time per {unit}"));
    let heading = ["program", &time, "speed-up", "CPU time", "memory", "threads"];
    let cells = measured.rows.iter().map(|row| cells(measured, row));
    (heading.map(str::to_owned).to_vec(), cells.collect())
}

/// A program's row in the table of a workload.
fn cells(measured: &Measured, row: &Row) -> Vec<String> {
    match &row.error {
        Some(error) => vec![code(&row.program), error.clone()],
        None => vec![
            code(&row.program),
            units::or_dash(measured.time(row), units::seconds),
            units::own_speedup(measured, row),
            units::or_dash(measured.cpu_time(row), units::seconds),
            units::or_dash(row.memory(), units::bytes),
            units::or_dash(row.memory(), |_| row.peak.threads.to_string()),
        ],
    }
}

/// A row for each size.
fn break_even(results: &Results) -> Option<Cells> {
    let sizes = break_even::sizes(results);
    let mut heading = vec!["limit".to_owned(), "job on one core".to_owned()];
    heading.extend(sizes.first()?.rows.iter().skip(1).map(|row| code(&row.program)));
    let cells = |measured: &&Measured| {
        let job = units::or_dash(break_even::seconds(measured), units::seconds);
        let speedups = measured.rows.iter().skip(1).map(|row| units::own_speedup(measured, row));
        [measured.size.unwrap_or(0).to_string(), job].into_iter().chain(speedups).collect()
    };
    Some((heading, sizes.iter().map(cells).collect()))
}

/// A row for each claim.
pub fn claims(results: &Results) -> Cells {
    let heading = ["claim", "documents", "measured", "programs", "verdict"];
    let rows = claims::judge(results).into_iter().map(|Judged { claim, figure, verdict }| {
        let programs: Vec<String> = claim.programs.iter().map(|program| code(program)).collect();
        let (says, places) = (claim.says.to_owned(), claim.places.join("; "));
        vec![says, places, figure, programs.join(", "), verdict.to_string()]
    });
    (heading.map(str::to_owned).to_vec(), rows.collect())
}

fn code(program: &str) -> String {
    format!("`{program}`")
}

fn draw((heading, rows): Cells) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(heading).add_rows(rows);
    format!("{table}\n")
}
