//! The report in a terminal: the answer first, then one block per workload.

use console::measure_text_width as width_of;

use super::style::Style;
use super::{answer, text, units};
use crate::decide::{Verdict, break_even, claims, median};
use crate::results::{Measured, Results, Row, Speedup};
use crate::workloads::Section;

/// Columns of a time, and of a speed-up in words.
const TIME: usize = 7;
const WORDS: usize = 26;
/// The longest name that is not cut, in columns.
const NAME: usize = 34;

const BOLD: &str = "1";
const DIM: &str = "2";
const GREEN: &str = "32";
const RED: &str = "31";

/// What of the results is shown, and how.
pub struct Report<'a> {
    /// The results.
    pub results: &'a Results,
    /// The sections to show.
    pub sections: &'a [Section],
    /// Whether CPU time, memory, threads and all rounds are shown too.
    pub details: bool,
    /// What the terminal can show.
    pub style: Style,
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
        let mut lines = Vec::new();
        for sentence in answer::sentences(self.results) {
            let wrapped = wrap(&sentence, self.style.width, "  ");
            match sentence.split_once(": ") {
                Some((what, _)) => {
                    let what = format!("{what}:");
                    lines.push(wrapped.replacen(&what, &self.style.paint(BOLD, &what), 1));
                }
                None => lines.push(wrapped),
            }
        }
        let meanwhile = &self.results.meanwhile;
        let taken = (meanwhile.others + meanwhile.stolen) / meanwhile.wall.max(1e-9);
        if taken > 0.05 * meanwhile.cores as f64 {
            let sentence = format!(
                "Other programs used {taken:.1} of {} cores meanwhile; the intervals are wider for it.",
                meanwhile.cores
            );
            lines.push(wrap(&sentence, self.style.width, "  "));
        }
        lines.iter().map(|line| format!("{line}\n")).collect()
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

    /// One line per program: its time as a bar, and its speed-up.
    fn bars(&self, measured: &Measured) -> String {
        let style = self.style;
        let cores = text::count(self.results.machine.usable, "core");
        let ceiling = measured.ceiling();
        let ceiling = ceiling.map(|ceiling| format!("ceiling {}", units::factor(ceiling.median)));
        let memory = measured.section == Section::Waits;
        let facts: Vec<String> = [Some(cores), ceiling, Some(rounds(measured))]
            .into_iter()
            .flatten()
            .chain(memory.then(|| "bars: memory".to_owned()))
            .collect();
        let mut text = self.title(&measured.title, &facts.join(", "));

        // "134 MiB, " before the words; without an interval if the terminal is narrow.
        let longest = measured.rows.iter().map(|row| width_of(&row.program)).max().unwrap_or(0);
        let narrow = memory && (style.width < 80 || longest > 24);
        let words = WORDS + if memory { 11 } else { 0 } - if narrow { 13 } else { 0 };
        let room = style.width - (2 + 2 + TIME + 2 + 2 + words);
        let name = longest.min(NAME).min(room - 2);
        let bar = room - name;
        let figure = |row: &Row| match memory {
            true => row.peak.is_known().then(|| row.peak.memory() as f64),
            false => median(&measured.times(row)),
        };
        let most = measured.rows.iter().filter_map(figure).fold(0.0, f64::max);
        for row in &measured.rows {
            let program = fit(&row.program, name);
            if let Some(error) = &row.error {
                let line = format!("  {program}  {error}");
                text.push_str(&format!("{}\n", wrap(&line, style.width, "    ")));
                continue;
            }
            let time = median(&measured.times(row)).map_or_else(String::new, units::seconds);
            let share = figure(row).unwrap_or(0.0) / most.max(f64::MIN_POSITIVE);
            let words = match (measured.baseline(row), measured.own_speedup(row)) {
                _ if measured.rows.len() == 1 => String::new(),
                (None, _) => "baseline".to_owned(),
                (_, Some(speedup)) => {
                    let words = units::speedup(&speedup);
                    let short = words.split(" (").next().filter(|_| narrow);
                    self.colour(&speedup, short.unwrap_or(&words))
                }
                (_, None) => String::new(),
            };
            let words = match memory {
                true if row.peak.is_known() => {
                    format!("{}, {words}", units::bytes(row.peak.memory() as f64))
                }
                _ => words,
            };
            let bar = style.bar(share, bar);
            let line = format!("  {program}  {time:>TIME$}  {bar}  {words}");
            text.push_str(&format!("{}\n", line.trim_end().trim_end_matches(',')));
            if self.details {
                text.push_str(&self.detail(measured, row));
            }
        }
        for pair in measured.other_speedups().filter(Speedup::is_beside_python) {
            let sentence = wrap(&answer::pair(&pair), style.width - 2, "  ");
            text.push_str(&format!("  {sentence}\n"));
        }
        text
    }

    /// What --details adds below a program.
    fn detail(&self, measured: &Measured, row: &Row) -> String {
        let times = measured.times(row);
        let cpu = median(&measured.cpu(row)).map_or_else(|| "-".to_owned(), units::seconds);
        let mut facts = format!("CPU time {cpu}");
        if row.peak.is_known() {
            facts.push_str(&format!(
                ", memory {} (page tables {}), threads {}, processes {}",
                units::bytes(row.peak.memory() as f64),
                units::bytes(row.peak.page_tables as f64),
                row.peak.threads,
                row.peak.processes
            ));
        }
        let all: Vec<String> = times.iter().map(|time| units::seconds(*time)).collect();
        let text = format!("{facts}; rounds: {}", all.join(", "));
        let wrapped = wrap(&format!("    {text}"), self.style.width, "    ");
        format!("{}\n", self.style.paint(DIM, &wrapped))
    }

    /// One line per comparison.
    fn pairs(&self, title: &str, measured: &[&Measured]) -> String {
        let pairs: Vec<(&Measured, Speedup)> = measured
            .iter()
            .flat_map(|measured| {
                measured.speedups().into_iter().map(|speedup| (*measured, speedup))
            })
            .collect();
        if pairs.is_empty() {
            return String::new();
        }
        let mut text = self.title(title, &rounds(pairs[0].0));
        let name =
            pairs.iter().map(|(_, pair)| width_of(&pair.program)).max().unwrap_or(0).min(NAME);
        for (measured, pair) in &pairs {
            let row = measured.row(&pair.program);
            let time = row.and_then(|row| median(&measured.times(row)));
            let time = time.map_or_else(String::new, units::seconds);
            let words = self.colour(pair, &units::speedup(pair));
            let program = fit(&pair.program, name);
            let than = match pair.verdict {
                Verdict::Faster | Verdict::Slower => "than",
                Verdict::Same => "as",
                Verdict::Undecided => "against",
            };
            text.push_str(&format!(
                "  {program}  {time:>TIME$}  {words} {than} {}\n",
                pair.baseline
            ));
            if self.details
                && let Some(row) = row
            {
                text.push_str(&self.detail(measured, row));
            }
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
        let fitting = (self.style.width - 2 - label.len()) / (COLUMN + 1);
        let shown = &sizes[sizes.len().saturating_sub(fitting)..];
        let mut text = self.title("Break-even: speed-up of four sums by size", &rounds(first));
        let line = |label: &str, cells: Vec<String>| {
            let cells: String = cells.iter().map(|cell| format!(" {cell:>COLUMN$}")).collect();
            format!("  {label:<15}{cells}\n")
        };
        let job = |measured: &&Measured| {
            break_even::seconds(measured).map_or_else(|| "-".to_owned(), units::seconds)
        };
        text.push_str(&line(label, shown.iter().map(job).collect()));
        for program in programs {
            let gain = |measured: &&Measured| {
                let speedup = measured.speedup(program, "sequential_map");
                speedup.map_or_else(|| "-".to_owned(), |speedup| units::factor(speedup.speedup))
            };
            text.push_str(&line(program, shown.iter().map(gain).collect()));
        }
        text
    }

    /// One block per claim.
    fn claims(&self) -> String {
        let mut text = String::new();
        for judged in claims::judge(self.results) {
            let verdict = judged.verdict.to_string();
            let says = wrap(judged.says, self.style.width, "");
            text.push_str(&format!("{}\n", self.style.paint(BOLD, &says)));
            for (label, value) in [
                ("verdict", verdict),
                ("measured", judged.figure.clone()),
                ("programs", judged.programs.join(", ")),
                ("documents", judged.places.join("; ")),
            ] {
                let line = format!("  {label:<9} {value}");
                text.push_str(&format!("{}\n", wrap(&line, self.style.width, "            ")));
            }
            text.push('\n');
        }
        text.trim_end().to_owned() + "\n"
    }

    /// The machine, how long it took, and what was repeated.
    fn foot(&self) -> String {
        let results = self.results;
        let repeated: usize = results.workloads.iter().map(|measured| measured.repeated).sum();
        let repeated = match repeated {
            0 => "no round was repeated".to_owned(),
            1 => "1 round was repeated, because other programs disturbed it".to_owned(),
            n => format!("{n} rounds were repeated, because other programs disturbed them"),
        };
        let mut sentences = vec![results.machine.line()];
        sentences.extend(results.notes.iter().cloned());
        sentences.push(format!("It took {:.0} s; {repeated}.", results.seconds));
        if !self.details {
            sentences.push(
                "Times are medians; intervals hold the true speed-up in 95 % of cases. \
                 --details shows CPU time, memory and all rounds."
                    .to_owned(),
            );
        }
        let lines = sentences.iter().map(|s| format!("{}\n", wrap(s, self.style.width, "  ")));
        lines.collect()
    }

    /// A title on the left and facts on the right, if there is room for both.
    fn title(&self, title: &str, facts: &str) -> String {
        let room = self.style.width.saturating_sub(width_of(title) + width_of(facts));
        let painted = self.style.paint(BOLD, title);
        if room >= 2 {
            format!("{painted}{}{facts}\n", " ".repeat(room))
        } else {
            let title = wrap(title, self.style.width, "  ");
            let facts = wrap(&format!("  {facts}"), self.style.width, "  ");
            format!("{}\n{facts}\n", self.style.paint(BOLD, &title))
        }
    }

    fn colour(&self, speedup: &Speedup, text: &str) -> String {
        match speedup.verdict {
            Verdict::Faster => self.style.paint(GREEN, text),
            Verdict::Slower => self.style.paint(RED, text),
            Verdict::Same => text.to_owned(),
            Verdict::Undecided => self.style.paint(DIM, text),
        }
    }
}

/// How many rounds count.
fn rounds(measured: &Measured) -> String {
    text::count(measured.counts.iter().filter(|counts| **counts).count(), "round")
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
        let style = Style { width, ..Style::PLAIN };
        Report { results, sections: &Section::ALL, details: false, style }.draw()
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
    fn text_is_wrapped_between_words() {
        assert_eq!(wrap("one two three", 9, "  "), "one two\n  three");
        assert_eq!(wrap("  one two", 80, ""), "  one two");
        assert_eq!(fit("abcdef", 4), "..ef");
        assert_eq!(fit("ab", 4), "ab  ");
    }
}
