//! The report in a terminal: the answer first, then one block per workload.

use console::{Style, Term, measure_text_width as width_of};

use super::{answer, markdown, text, units};
use crate::decide::{Verdict, break_even, claims};
use crate::results::{Measured, Results, Row, Speedup};
use crate::workloads::Section;

/// Columns of a time, and of a speed-up in words.
const TIME: usize = 7;
const WORDS: usize = 26;
/// The longest name that is not cut, in columns.
const NAME: usize = 34;

/// What of the results is shown, and how.
pub struct Report<'a> {
    pub results: &'a Results,
    pub sections: &'a [Section],
    /// Whether CPU time, memory, threads and all rounds are shown too.
    pub details: bool,
    /// In columns.
    pub width: usize,
}

impl Report<'_> {
    /// The report.
    pub fn draw(&self) -> String {
        let mut blocks = vec![self.answer()];
        for section in self.sections {
            blocks.extend(self.section(*section));
        }
        blocks.push(self.foot());
        let blocks: Vec<String> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
        blocks.join("\n")
    }

    fn answer(&self) -> String {
        let mut sentences = answer::sentences(self.results);
        for sentence in &mut sentences {
            if let Some((what, rest)) = sentence.split_once(": ") {
                *sentence = format!("{} {rest}", bold(&format!("{what}:")));
            }
        }
        let meanwhile = &self.results.meanwhile;
        let taken = (meanwhile.others + meanwhile.stolen) / meanwhile.wall.max(1e-9);
        if taken > 0.05 * meanwhile.cores as f64 {
            sentences.push(format!(
                "Other programs used {taken:.1} of {} cores meanwhile; the intervals are wider for it.",
                meanwhile.cores
            ));
        }
        sentences.iter().map(|sentence| self.wrapped(sentence, "  ")).collect()
    }

    fn section(&self, section: Section) -> Option<String> {
        let measured: Vec<&Measured> = self.results.of(section).collect();
        let block = match section {
            Section::Claims => self.claims(),
            Section::BreakEven => self.break_even(),
            Section::Traps => self.pairs(section.title(), &measured),
            _ => measured.iter().map(|measured| self.bars(measured)).collect(),
        };
        (!block.is_empty()).then_some(block)
    }

    /// One line per program: its time (of waits, its memory) as a bar, and its speed-up.
    fn bars(&self, measured: &Measured) -> String {
        let is_memory = measured.section == Section::Waits;
        let ceiling = measured.ceiling();
        let facts = [
            Some(text::count(self.results.machine.usable, "core")),
            ceiling.map(|ceiling| format!("ceiling {}", units::factor(ceiling.median))),
            Some(rounds(measured)),
            is_memory.then(|| "bars: memory".to_owned()),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let mut text = self.title(&measured.title, &facts.join(", "));

        // "134 MiB, " before the words; without an interval if the terminal is narrow.
        let longest = names(measured.rows.iter().map(|row| &*row.program));
        let narrow = is_memory && (self.width < 80 || longest > 24);
        let words = WORDS + if is_memory { 11 } else { 0 } - if narrow { 13 } else { 0 };
        let room = self.width - (2 + 2 + TIME + 2 + 2 + words);
        let name = longest.min(room - 2);
        let figure = |row: &Row| if is_memory { row.memory() } else { measured.time(row) };
        let most = measured.rows.iter().filter_map(figure).fold(f64::MIN_POSITIVE, f64::max);
        for row in &measured.rows {
            let program = fit(&row.program, name);
            if let Some(error) = &row.error {
                text.push_str(&self.wrapped(&format!("  {program}  {error}"), "    "));
                continue;
            }
            let words = units::own_speedup(measured, row);
            let short = words.split(" (").next().filter(|_| narrow);
            let verdict = measured.own_speedup(row).map(|speedup| speedup.verdict);
            let words = colour(verdict.unwrap_or(Verdict::Same), short.unwrap_or(&words));
            let memory = row.memory().filter(|_| is_memory);
            let memory = memory.map(|memory| format!("{}, ", units::bytes(memory)));
            let time = measured.time(row).map_or_else(String::new, units::seconds);
            let bar = bar(figure(row).unwrap_or(0.0) / most, room - name);
            let memory = memory.unwrap_or_default();
            let line = format!("  {program}  {time:>TIME$}  {bar}  {memory}{words}");
            text.push_str(&format!("{}\n", line.trim_end().trim_end_matches(',')));
            text.push_str(&self.detail(measured, row));
        }
        for pair in measured.other_speedups().filter(Speedup::is_beside_python) {
            let sentence = wrap(&answer::pair(&pair), self.width - 2, "  ");
            text.push_str(&format!("  {sentence}\n"));
        }
        text
    }

    /// What --details adds below a program.
    fn detail(&self, measured: &Measured, row: &Row) -> String {
        if !self.details {
            return String::new();
        }
        let cpu = units::or_dash(measured.cpu_time(row), units::seconds);
        let memory = row.memory().map_or_else(String::new, |memory| {
            let tables = units::bytes(row.peak.page_tables as f64);
            let (threads, processes) = (row.peak.threads, row.peak.processes);
            let memory = units::bytes(memory);
            format!(
                ", memory {memory} (page tables {tables}), threads {threads}, processes {processes}"
            )
        });
        let rounds = units::all_seconds(&measured.times(row));
        let text = format!("    CPU time {cpu}{memory}; rounds: {rounds}");
        Style::new().dim().apply_to(self.wrapped(&text, "    ")).to_string()
    }

    /// One line per comparison.
    fn pairs(&self, title: &str, measured: &[&Measured]) -> String {
        let all: Vec<(&Measured, Speedup)> = measured
            .iter()
            .flat_map(|&measured| measured.speedups().into_iter().map(move |pair| (measured, pair)))
            .collect();
        let Some((first, _)) = all.first() else { return String::new() };
        let mut text = self.title(title, &rounds(first));
        let name = names(all.iter().map(|(_, pair)| &*pair.program));
        for (measured, pair) in &all {
            let Some(row) = measured.row(&pair.program) else { continue };
            let time = units::or_dash(measured.time(row), units::seconds);
            let words = colour(pair.verdict, &units::speedup(pair));
            let program = fit(&pair.program, name);
            let than = match pair.verdict {
                Verdict::Faster | Verdict::Slower => "than",
                Verdict::Same => "as",
                Verdict::Undecided => "against",
            };
            let baseline = &pair.baseline;
            text.push_str(&format!("  {program}  {time:>TIME$}  {words} {than} {baseline}\n"));
            text.push_str(&self.detail(measured, row));
        }
        text
    }

    /// One column per size, as many as fit: the largest.
    fn break_even(&self) -> String {
        const COLUMN: usize = 7;
        let sizes = break_even::sizes(self.results);
        let Some(first) = sizes.last() else { return String::new() };
        let programs: Vec<&str> = first.rows.iter().skip(1).map(|r| r.program.as_str()).collect();
        let label = "job on one core";
        let fitting = (self.width - 2 - label.len()) / (COLUMN + 1);
        let shown = &sizes[sizes.len().saturating_sub(fitting)..];
        let mut text = self.title("Break-even: speed-up of four sums by size", &rounds(first));
        let line = |label: &str, cells: Vec<String>| {
            let cells: String = cells.iter().map(|cell| format!(" {cell:>COLUMN$}")).collect();
            format!("  {label:<15}{cells}\n")
        };
        let job =
            |measured: &&Measured| units::or_dash(break_even::seconds(measured), units::seconds);
        text.push_str(&line(label, shown.iter().map(job).collect()));
        for program in programs {
            let gain = |measured: &&Measured| {
                let speedup = measured.speedup(program, "sequential_map");
                units::or_dash(speedup, |speedup| units::factor(speedup.speedup))
            };
            text.push_str(&line(program, shown.iter().map(gain).collect()));
        }
        text
    }

    /// One block per claim.
    fn claims(&self) -> String {
        let mut text = String::new();
        for judged in claims::judge(self.results) {
            text += &bold(&self.wrapped(judged.says, ""));
            for (label, value) in [
                ("verdict", judged.verdict.to_string()),
                ("measured", judged.figure.clone()),
                ("programs", judged.programs.join(", ")),
                ("documents", judged.places.join("; ")),
            ] {
                text += &self.wrapped(&format!("  {label:<9} {value}"), "            ");
            }
            text.push('\n');
        }
        text.trim_end().to_owned() + "\n"
    }

    /// The machine, how long it took, and what was repeated.
    fn foot(&self) -> String {
        let mut sentences = markdown::facts(self.results);
        if !self.details {
            sentences.push(
                "Times are medians; intervals hold the true speed-up in 95 % of cases. \
                 --details shows CPU time, memory and all rounds."
                    .to_owned(),
            );
        }
        sentences.iter().map(|sentence| self.wrapped(sentence, "  ")).collect()
    }

    /// A title on the left and facts on the right, if there is room for both.
    fn title(&self, title: &str, facts: &str) -> String {
        let room = self.width.saturating_sub(width_of(title) + width_of(facts));
        let painted = bold(title);
        if room >= 2 {
            format!("{painted}{}{facts}\n", " ".repeat(room))
        } else {
            let title = wrap(title, self.width, "  ");
            let facts = wrap(&format!("  {facts}"), self.width, "  ");
            format!("{}\n{facts}\n", bold(&title))
        }
    }

    /// Text in lines of the report's width; all but the first are indented.
    fn wrapped(&self, text: &str, indent: &str) -> String {
        format!("{}\n", wrap(text, self.width, indent))
    }
}

fn bold(text: &str) -> String {
    Style::new().bold().apply_to(text).to_string()
}

/// Colours add nothing that the words do not say.
fn colour(verdict: Verdict, text: &str) -> String {
    let style = match verdict {
        Verdict::Faster => Style::new().green(),
        Verdict::Slower => Style::new().red(),
        Verdict::Same => Style::new(),
        Verdict::Undecided => Style::new().dim(),
    };
    style.apply_to(text).to_string()
}

/// A bar of so many of 1, in a field of some columns: of blocks on a terminal that can
/// show colours and UTF-8, else of ASCII.
fn bar(share: f64, columns: usize) -> String {
    let is_plain = !console::colors_enabled() || !Term::stdout().features().wants_emoji();
    let eighths = (share.clamp(0.0, 1.0) * columns as f64 * 8.0).round() as usize;
    let mut bar = if is_plain {
        "#".repeat((eighths + 4) / 8)
    } else {
        let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
        "█".repeat(eighths / 8) + part
    };
    if bar.is_empty() && share > 0.0 {
        bar.push(if is_plain { '#' } else { '▏' });
    }
    format!("{bar:<columns$}")
}

/// The columns that some names need.
fn names<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(width_of).max().unwrap_or(0).min(NAME)
}

/// How many rounds count.
fn rounds(measured: &Measured) -> String {
    text::count(measured.rounds(), "round")
}

/// A name in so many columns: cut at its beginning, because paths differ at the end.
fn fit(name: &str, columns: usize) -> String {
    let width = width_of(name);
    if width <= columns {
        return format!("{name}{}", " ".repeat(columns - width));
    }
    let ends = name.char_indices().map(|(start, _)| &name[start..]);
    let end = ends.into_iter().find(|end| width_of(end) + 2 <= columns).unwrap_or_default();
    format!("..{end}")
}

/// Text in lines of at most so many columns; all but the first are indented.
fn wrap(text: &str, columns: usize, indent: &str) -> String {
    text::wrap(text, " ", columns - indent.len(), "..").join(&format!("\n{indent}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    fn report(results: &Results, width: usize) -> String {
        console::set_colors_enabled(false);
        Report { results, sections: Section::all(), details: false, width }.draw()
    }

    fn results() -> Results {
        let mut results = made_up::results();
        let times = [("sequential_map", 0.2), ("threaded_map", 0.1), ("pool_map", 0.4)];
        let mut mapping = made_up::workload(Section::Cpu, "mapping", &times);
        mapping.ceiling = vec![2.0; 8];
        let mut waits =
            made_up::workload(Section::Waits, "waits-10", &[("threaded_waits", 1.0), ("b", 1.0)]);
        waits.rows[1].samples.clear();
        waits.rows[1].error = Some("failed with exit status 1: no room".to_owned());
        results.workloads = vec![mapping, waits];
        results
    }

    #[test]
    fn a_program_has_its_line() {
        let text = report(&results(), 80);
        let line = |program: &str| text.lines().find(|line| line.trim().starts_with(program));
        let bar = "#".repeat(25);
        let expected = format!("  sequential_map   200 ms  {}", &bar[..12]);
        assert!(line("sequential_map").unwrap().starts_with(&expected), "{text}");
        assert!(line("threaded_map").unwrap().ends_with("2.00x faster (2.00-2.00)"), "{text}");
        assert!(line("pool_map").unwrap().ends_with("2.00x slower (2.00-2.00)"), "{text}");
        assert!(line("b  ").unwrap().ends_with("failed with exit status 1: no room"), "{text}");
        assert!(text.contains("ceiling 2.00x, 8 rounds"), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let mut results = results();
        let long = "a/very/long/path/to/a/program/that/somebody/has/written/threaded_counter";
        results.workloads[0].rows[1].program = long.to_owned();
        for width in [60, 80, 120] {
            for line in report(&results, width).lines() {
                assert!(width_of(line) <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn others_are_named_if_they_disturbed() {
        assert!(!report(&results(), 80).contains("Other programs used"));
        let mut busy = results();
        busy.meanwhile.others = 90.0;
        assert!(report(&busy, 80).contains("Other programs used 1.0 of 2 cores meanwhile"));
    }

    #[test]
    fn text_and_bars_fill_their_fields() {
        assert_eq!(wrap("one two three", 9, "  "), "one two\n  three");
        assert_eq!(wrap("  one two", 80, ""), "  one two");
        assert_eq!((fit("abcdef", 4), fit("ab", 4)), ("..ef".to_owned(), "ab  ".to_owned()));
        assert_eq!((bar(0.5, 6), bar(0.001, 3)), ("###   ".to_owned(), "#  ".to_owned()));
    }
}
