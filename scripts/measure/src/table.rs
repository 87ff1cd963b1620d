//! Tables, in Markdown that also reads well in a terminal.

use comfy_table::{CellAlignment, Table, presets};

use crate::noise::Noise;
use crate::record::{Clock, Comparison, Record, Row};
use crate::section::Section;
use crate::statistics::Summary;
use crate::{break_even, claims, thresholds, units};

/// Everything that a record says, section by section.
pub fn report(record: &Record) -> String {
    let card = machine(record);
    let sections = record.sections.iter().filter_map(|section| part(record, *section));
    [card].into_iter().chain(sections).collect::<Vec<_>>().join("\n")
}

/// What a record says in some sections, with the machine on a line.
pub fn extract(record: &Record, sections: &[Section]) -> String {
    let part = |section: &Section| {
        part(record, *section)
            .unwrap_or_else(|| format!("## {}\n\nNot measured in this run.\n", section.title()))
    };
    let machine = format!("{}\n", record.machine.line());
    sections.iter().map(part).chain([machine]).collect::<Vec<_>>().join("\n")
}

/// A section, if there is anything in it.
fn part(record: &Record, section: Section) -> Option<String> {
    let comparisons: Vec<&Comparison> =
        record.comparisons.iter().filter(|comparison| comparison.section == section).collect();
    let body = match section {
        Section::Claims => claims::table(record),
        Section::Thresholds => thresholds::table(record),
        Section::BreakEven => break_even::table(&comparisons),
        _ => {
            let tables: Vec<String> = comparisons.iter().map(|c| comparison(c)).collect();
            tables.join("\n")
        }
    };
    (!body.is_empty()).then(|| format!("## {}\n\n{body}", section.title()))
}

/// The machine card.
fn machine(Record { machine, comparisons, notes, .. }: &Record) -> String {
    let there = Noise::of_all(comparisons.iter().map(|comparison| &comparison.noise)).cores();
    let there = there.map_or_else(String::new, |cores| format!(", {cores:.2} really there"));
    let mut table = markdown(&["machine", ""], 0);
    let quota = match machine.quota {
        Some(cores) => format!("{cores} cores"),
        None => "none".to_owned(),
    };
    let [one, five, fifteen] = machine.load;
    for (name, value) in [
        ("processor", machine.processor()),
        ("cores", format!("{} usable of {} online{there}", machine.usable, machine.online)),
        ("CPU quota", quota),
        ("memory", units::bytes(machine.memory as f64)),
        ("kernel", machine.kernel.clone()),
        ("compiler", machine.rustc.clone()),
        ("profile", machine.profile.clone()),
        ("load before", format!("{one:.2} {five:.2} {fifteen:.2}")),
        ("date", machine.date.clone()),
    ] {
        table.add_row([name.to_owned(), value]);
    }
    let mut text = format!("## The machine\n\n{table}\n");
    for note in notes {
        text.push_str(&format!("\n{note}\n"));
    }
    text.push_str(HOW);
    text
}

/// How to read what follows.
const HOW: &str = "
Each program ran in rounds, whose order rotates, and before them once to warm up, except where a
table says nothing of its memory; every answer was checked.
A time is the median of the rounds with its range, and a ratio the median of the ratios within each
round: where their range holds 1, there is no measurable difference. CPU time is that of a program
and all that it waited for; cores used is CPU time over wall time, in the median. PSS, page tables,
threads and processes are the most that was seen of the whole tree in the warm-up, which was watched
and not timed; kernel stacks and slab are not counted. They are left out where a program had ended
before it was looked at three times.
";

/// What the machine was like, above or below a table: a warning only if there
/// is reason for one, the figures always.
pub fn noise(noise: &Noise) -> (String, String) {
    let faults = noise.faults();
    let warning = match &faults[..] {
        [] => String::new(),
        faults => format!("NOISY MACHINE: {}.\n\n", faults.join("; ")),
    };
    let percent = |share: Option<f64>| {
        share.map_or_else(units::nothing, |share| format!("{:.1} %", share * 100.0))
    };
    let mut figures = format!(
        "Cores really there: {} of {}. Fixed spin: {}, spread {}, drift {}.",
        noise.cores().map_or_else(units::nothing, |cores| format!("{cores:.2}")),
        noise.usable,
        noise.typical().map_or_else(units::nothing, units::seconds),
        percent(noise.spread()),
        percent(noise.drift()),
    );
    if noise.usable == 1 {
        figures.push_str(" With one usable core, no speed-up of CPU-bound work is possible.");
    }
    (warning, figures)
}

/// What stands above a table that is made from the figures of several
/// comparisons, if some of them were disturbed.
pub fn warning<'a>(comparisons: impl Iterator<Item = &'a Comparison>) -> String {
    let noisy = comparisons.filter(|comparison| !comparison.noise.faults().is_empty());
    let names: Vec<String> = noisy.map(|comparison| format!("`{}`", comparison.name)).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(
        "NOISY MACHINE at {}: what disturbed it stands above their tables.\n\n",
        names.join(", ")
    )
}

/// A table of one comparison, with its heading.
fn comparison(comparison: &Comparison) -> String {
    let (warning, figures) = noise(&comparison.noise);
    let each = comparison.unit.as_deref();
    let time = match (each, comparison.clock) {
        (Some(unit), _) => format!("time per {unit}"),
        (None, Clock::Process) => "wall time".to_owned(),
        (None, Clock::Printed) => "time taken".to_owned(),
    };
    let holds = comparison.rows.iter().any(|row| comparison.memory_each(row).is_some());
    let mut heading = vec!["program", &time, "runs", "times as fast"];
    if holds {
        heading.push("memory of one");
    }
    heading.extend(["CPU time", "cores used", "PSS", "page tables", "threads", "processes"]);
    let mut table = markdown(&heading, heading.len() - 1);
    for (index, row) in comparison.rows.iter().enumerate() {
        let mut cells = vec![format!("`{}`", row.program)];
        if let Some(why) = &row.left_out {
            cells.push(format!("left out: {why}"));
            table.add_row(cells);
            continue;
        }
        let times = Summary::of(&comparison.times(row));
        cells.extend([
            times.map_or_else(units::nothing, units::time),
            row.samples.len().to_string(),
            match comparison.baseline() {
                _ if index == 0 => "baseline".to_owned(),
                Some(baseline) => versus(comparison, row, baseline),
                // It was left out.
                None => units::nothing(),
            },
        ]);
        if holds {
            cells.push(comparison.memory_each(row).map_or_else(units::nothing, units::bytes));
        }
        cells.extend(resources(row));
        table.add_row(cells);
    }
    let clock = match comparison.clock {
        Clock::Process => "the whole process, made, loaded, run and ended",
        Clock::Printed => "the work alone, as the program prints it",
    };
    let memory = match (comparison.section, holds) {
        (Section::Waits, true) => {
            " Memory of one: that of the whole tree, shared out among those that were there at once; \
             where it takes longer than a wait to start all, the first have ended before that."
        }
        (_, true) => {
            " Memory of one: what many at once take more than one, shared out, in `threaded_waits`, \
             `process_waits`, `program_waits` and `async_waits`."
        }
        _ => "",
    };
    let together = match (comparison.together, comparison.rounds_together) {
        (_, true) => " The programs of up to three rounds ran at the same time, since they sleep.",
        (true, _) => " The programs of a round ran at the same time, since they sleep.",
        _ => "",
    };
    format!(
        "### {}\n\n{warning}{table}\n\n{figures} Inside the clock: {clock}.{together}{memory}\n",
        comparison.title
    )
}

/// CPU time, cores, memory, threads and processes.
fn resources(row: &Row) -> [String; 6] {
    let seen = |figure| if row.peak.is_known() { figure } else { units::nothing() };
    [
        row.cpu().map_or_else(units::nothing, |cpu| units::seconds(cpu.median)),
        row.cores().map_or_else(units::nothing, |cores| format!("{:.2}", cores.median)),
        seen(units::bytes(row.peak.pss as f64)),
        seen(units::bytes(row.peak.page_tables as f64)),
        seen(row.peak.threads.to_string()),
        seen(row.peak.processes.to_string()),
    ]
}

/// How many times as fast as the baseline, unless the range holds 1.
pub fn versus(comparison: &Comparison, row: &Row, baseline: &Row) -> String {
    match comparison.times_as_fast(row, baseline) {
        None => units::nothing(),
        Some(ratio) if ratio.holds_one() => "no measurable difference".to_owned(),
        Some(ratio) => units::ratio(ratio),
    }
}

/// An empty table with a heading, its last columns to the right.
pub fn markdown(heading: &[&str], to_the_right: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(heading);
    let text = heading.len() - to_the_right;
    for column in table.column_iter_mut().skip(text) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
