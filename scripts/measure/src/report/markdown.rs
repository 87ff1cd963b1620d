//! The report as Markdown, with tables of at most six columns.

use comfy_table::{Table, presets};

use super::{answer, text, units};
use crate::decide::{Interval, break_even, claims};
use crate::results::{Measured, Results};
use crate::workloads::Section;

/// The answer, the sections, and the machine.
pub fn report(results: &Results, sections: &[Section]) -> String {
    let sections = sections.iter().map(|section| {
        let tables = tables(results, &[*section]);
        if tables.is_empty() { tables } else { format!("## {}\n\n{tables}", section.title()) }
    });
    let parts = [answer(results)].into_iter().chain(sections).chain([machine(results)]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The machine, what was left out, and how long it took, as a list.
pub fn machine(results: &Results) -> String {
    facts(results).iter().map(|fact| format!("* {fact}\n")).collect()
}

/// The machine, what was left out, how long it took, and what was repeated, as sentences.
pub fn facts(results: &Results) -> Vec<String> {
    let repeated: usize = results.workloads.iter().map(|measured| measured.repeated).sum();
    let repeated = match repeated {
        0 => "no round was repeated".to_owned(),
        1 => "1 round was disturbed by other programs and repeated".to_owned(),
        n => format!("{n} rounds were disturbed by other programs and repeated"),
    };
    let took = format!("The run took {:.0} s; {repeated}.", results.seconds);
    [vec![results.machine.line()], results.notes.clone(), vec![took]].concat()
}

/// A list of the answer's sentences.
pub fn answer(results: &Results) -> String {
    let sentences = answer::sentences(results);
    sentences.iter().map(|sentence| format!("* {sentence}\n")).collect()
}

/// The tables of some sections, without headings of their own.
pub fn tables(results: &Results, sections: &[Section]) -> String {
    let tables = sections.iter().map(|section| match section {
        Section::Claims => claims(results),
        Section::BreakEven => break_even(results),
        _ => results.of(*section).map(table).collect::<Vec<_>>().join("\n"),
    });
    tables.filter(|tables| !tables.is_empty()).collect::<Vec<_>>().join("\n")
}

fn table(measured: &Measured) -> String {
    let time = measured.unit.as_ref().map_or("time".to_owned(), |unit| format!("time per {unit}"));
    let mut table = new_table(&["program", &time, "speed-up", "CPU time", "memory", "threads"]);
    for row in &measured.rows {
        let program = format!("`{}`", row.program);
        if let Some(error) = &row.error {
            table.add_row([program, error.clone()]);
            continue;
        }
        table.add_row([
            program,
            units::or_dash(measured.time(row), units::seconds),
            units::own_speedup(measured, row),
            units::or_dash(measured.cpu_time(row), units::seconds),
            units::or_dash(row.memory(), units::bytes),
            units::or_dash(row.memory(), |_| row.peak.threads.to_string()),
        ]);
    }
    let mut facts = text::count(measured.rounds(), "round") + ".";
    if let Some(Interval { median, low, high }) = measured.ceiling() {
        facts += &format!(" The ceiling is {} ({low:.2}-{high:.2}).", units::factor(median));
    }
    for other in measured.other_speedups() {
        facts += &format!(" {}", answer::pair(&other));
    }
    format!("### {}\n\n{table}\n\n{facts}\n", measured.title)
}

fn break_even(results: &Results) -> String {
    let sizes = break_even::sizes(results);
    let Some(first) = sizes.first() else { return String::new() };
    let programs: Vec<&str> = first.rows.iter().skip(1).map(|row| row.program.as_str()).collect();
    let names: Vec<String> = programs.iter().map(|program| format!("`{program}`")).collect();
    let mut heading = vec!["limit", "job on one core"];
    heading.extend(names.iter().map(String::as_str));
    let mut table = new_table(&heading);
    for measured in &sizes {
        let job = units::or_dash(break_even::seconds(measured), units::seconds);
        let mut cells = vec![measured.size.unwrap_or(0).to_string(), job];
        cells.extend(programs.iter().map(|program| {
            let speedup = measured.speedup(program, "sequential_map");
            units::or_dash(speedup, |speedup| units::speedup(&speedup))
        }));
        table.add_row(cells);
    }
    format!("{table}\n")
}

fn claims(results: &Results) -> String {
    let mut table = new_table(&["claim", "documents", "measured", "programs", "verdict"]);
    for judged in claims::judge(results) {
        let programs: Vec<String> = judged.programs.iter().map(|p| format!("`{p}`")).collect();
        table.add_row([
            judged.says.to_owned(),
            judged.places.join("; "),
            judged.figure,
            programs.join(", "),
            judged.verdict.to_string(),
        ]);
    }
    format!("{table}\n")
}

fn new_table(heading: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(heading.to_vec());
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    #[test]
    fn no_table_has_more_than_six_columns() {
        let mut results = made_up::results();
        let times = [("sequential_map", 0.2), ("threaded_map", 0.1)];
        results.workloads.push(made_up::workload(Section::Cpu, "mapping", &times));
        results.workloads.push(made_up::workload(Section::BreakEven, "break-even-10000", &times));
        let text = report(&results, Section::all());
        for row in text.lines().filter(|line| line.starts_with('|')) {
            assert!(row.matches('|').count() <= 7, "{row}");
        }
        assert!(text.contains("2.00x faster (2.00-2.00)"), "{text}");
        assert!(text.contains("true only with a GIL") || text.contains("not measured"), "{text}");
    }
}
