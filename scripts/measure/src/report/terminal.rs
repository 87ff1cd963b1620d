//! The report in a terminal: the answer first, then one block per workload.

use console::{Alignment, Style, Term, measure_text_width as width_of, pad_str};

use super::{answer, markdown};
use crate::claims::{self, Judged, break_even};
use crate::decide::Verdict;
use crate::results::{Measured, Results, Row};
use crate::section::Section;
use crate::text;
use crate::units;

/// Columns of a time, and of a speed-up in words.
const TIME: usize = 7;
const WORDS: usize = 26;
/// The longest name that is not cut, in columns.
const NAME: usize = 34;

/// The results, and how to show them.
pub struct Report<'a> {
    pub results: &'a Results,
    pub sections: &'a [Section],
    /// Whether CPU time, memory, threads, all intervals and all rounds are shown too.
    pub details: bool,
    /// In columns.
    pub width: usize,
}

impl Report<'_> {
    pub fn draw(&self) -> String {
        let sections: String = self.sections.iter().map(|section| self.section(*section)).collect();
        let parts = [self.answer(), sections, self.foot()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn answer(&self) -> String {
        let mut sentences = answer::sentences(self.results);
        for sentence in &mut sentences {
            if let Some((what, rest)) = sentence.split_once(": ") {
                *sentence = format!("{} {rest}", bold(&format!("{what}:")));
            }
        }
        let mut ranges = "Ranges such as (1.2-1.3) are 95 % confidence intervals.".to_owned();
        let meanwhile = &self.results.meanwhile;
        if meanwhile.is_disturbed() {
            let (who, cores) = (meanwhile.who(), meanwhile.cores);
            let taken = (meanwhile.others + meanwhile.stolen) / meanwhile.wall.max(1e-9);
            ranges += &format!(
                " Meanwhile, {who} used {taken:.1} of {cores} cores, so the intervals are wider."
            );
        }
        sentences.push(ranges);
        sentences.iter().map(|sentence| self.wrapped(sentence, "  ")).collect()
    }

    fn section(&self, section: Section) -> String {
        match section {
            Section::Claims => self.claims(),
            Section::BreakEven => self.break_even(),
            _ => self.results.of(section).map(|measured| self.bars(measured)).collect(),
        }
    }

    /// One line per program: its time (for waits, its memory) as a bar, and its speed-up.
    fn bars(&self, measured: &Measured) -> String {
        let is_memory = measured.section == Section::Waits;
        let mut facts = vec![text::count(self.results.machine.usable, "core")];
        facts.extend(measured.ceiling().map(|ceiling| match self.details {
            true => format!("ceiling {}", units::estimate(ceiling)),
            false => format!("ceiling {}", units::factor(ceiling.median)),
        }));
        facts.push(text::count(measured.rounds(), "round"));
        facts.extend(is_memory.then(|| "bars: memory".to_owned()));
        let mut text = self.title(&measured.title, &facts.join(", "));

        // "134 MiB, " before the words; without an interval if the terminal is narrow.
        let widths = measured.rows.iter().map(|row| width_of(&row.program));
        let longest = widths.max().unwrap_or(0).min(NAME);
        let narrow = is_memory && (self.width < 80 || longest > 24);
        let words = WORDS + if is_memory { 11 } else { 0 } - if narrow { 13 } else { 0 };
        let room = self.width - (2 + 2 + TIME + 2 + 2 + words);
        let name = longest.min(room - 2);
        for row in &measured.rows {
            let program = fit(&row.program, name);
            if let Some(error) = &row.error {
                text += &self.wrapped(&format!("  {program}  {error}"), "    ");
                continue;
            }
            let time = units::or_dash(measured.time(row), units::seconds);
            let words = units::own_speedup(measured, row);
            let short = words.split(" (").next().filter(|_| narrow);
            let verdict = measured.own_speedup(row).map(|speedup| speedup.verdict);
            let words = colour(verdict.unwrap_or(Verdict::Same), short.unwrap_or(&words));
            let memory = units::or_dash(row.memory(), units::bytes);
            let memory = if is_memory { format!("{memory}, ") } else { String::new() };
            let bar = bar(units::share(measured, row), room - name);
            let line = format!("  {program}  {time:>TIME$}  {bar}  {memory}{words}");
            text += &format!("{}\n", line.trim_end().trim_end_matches(','));
            if self.details {
                text += &self.details(measured, row);
            }
        }
        let python = self.results.workload(&format!("python-{}", measured.name));
        for measured in [Some(measured), python].into_iter().flatten() {
            let pairs = measured.other_speedups();
            for pair in pairs.filter(|pair| self.details || pair.is_beside_python()) {
                text += &self.wrapped(&format!("  {}", answer::pair(measured, &pair)), "    ");
            }
        }
        text
    }

    /// What `--details` adds below the line of a program.
    fn details(&self, measured: &Measured, row: &Row) -> String {
        let speedup = measured.own_speedup(row).map(|own| units::ratio(&own) + "; ");
        let speedup = speedup.unwrap_or_default();
        let cpu = units::or_dash(measured.cpu_time(row), units::seconds);
        let memory = units::or_dash(row.memory(), units::bytes);
        let threads = units::or_dash(row.memory(), |_| row.peak.threads.to_string());
        let rounds = units::all_seconds(&measured.times(row));
        let text = format!(
            "    {speedup}CPU time {cpu}; memory {memory}; threads {threads}; rounds: {rounds}"
        );
        Style::new().dim().apply_to(self.wrapped(&text, "    ")).to_string()
    }

    /// One column per size. If not all sizes fit, the largest are shown; the details show all.
    fn break_even(&self) -> String {
        const LABEL: usize = 15;
        const COLUMN: usize = 7;
        let sizes = break_even::sizes(self.results);
        let Some(first) = sizes.last() else { return String::new() };
        let fitting = (self.width - 2 - LABEL) / (COLUMN + 1);
        let shown = &sizes[sizes.len().saturating_sub(fitting)..];
        let rounds = text::count(first.rounds(), "round");
        let mut text = self.title("Break-even: speed-up of four sums by size", &rounds);
        let mut line = |label: &str, cell: &dyn Fn(&Measured) -> String| {
            let cells = shown.iter().map(|measured| format!(" {:>COLUMN$}", cell(measured)));
            text += &format!("  {label:<LABEL$}{}\n", cells.collect::<String>());
        };
        line("job on one core", &|size| units::or_dash(break_even::seconds(size), units::seconds));
        for Row { program, .. } in first.rows.iter().skip(1) {
            let speedup = |size: &Measured| size.speedup(program, "sequential_map");
            line(program, &|size| units::or_dash(speedup(size), |s| units::factor(s.ratio.median)));
        }
        text += &self.wrapped(&format!("  {}", answer::large_enough(self.results)), "    ");
        text.extend(sizes.iter().filter(|_| self.details).map(|size| self.bars(size)));
        text
    }

    /// One block per claim.
    fn claims(&self) -> String {
        let block = |Judged { claim, figure, verdict }: Judged| {
            let (places, programs) = (claim.places.join("; "), claim.programs.join(", "));
            let facts = [
                format!("  documents {places}"),
                format!("  measured  {figure}"),
                format!("  programs  {programs}"),
                format!("  verdict   {verdict}"),
            ];
            let facts = facts.map(|fact| self.wrapped(&fact, "            "));
            bold(&self.wrapped(claim.says, "")) + &facts.concat()
        };
        claims::judge(self.results).into_iter().map(block).collect::<Vec<_>>().join("\n")
    }

    /// The machine, how long it took, and what was repeated.
    fn foot(&self) -> String {
        let mut sentences = markdown::facts(self.results);
        if !self.details {
            let adds = "--details adds CPU time, memory, threads, all intervals and all rounds.";
            sentences.push(adds.to_owned());
        }
        sentences.iter().map(|sentence| self.wrapped(sentence, "  ")).collect()
    }

    /// A title, followed by facts.
    fn title(&self, title: &str, facts: &str) -> String {
        self.wrapped(&format!("{}: {facts}", bold(title)), "  ")
    }

    /// Text in lines of the report's width; all but the first are indented.
    fn wrapped(&self, text: &str, indent: &str) -> String {
        format!("{}\n", text::wrap(text, " ", self.width, indent).join("\n"))
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

/// A bar for a share of 1, in a field of `columns`. It is made of blocks on a terminal
/// that can show colours and UTF-8, otherwise of ASCII. Even the shortest can be seen.
fn bar(share: f64, columns: usize) -> String {
    let is_plain = !console::colors_enabled() || !Term::stdout().features().wants_emoji();
    let length = (share.clamp(0.0, 1.0) * columns as f64).round().max(1.0) as usize;
    format!("{:<columns$}", if is_plain { "#" } else { "█" }.repeat(length))
}

/// A name in `columns` columns. Its beginning is cut, because paths differ at the end.
fn fit(name: &str, columns: usize) -> String {
    let mut ends = name.char_indices().map(|(start, _)| &name[start..]);
    match ends.find(|end| width_of(end) + 2 <= columns) {
        Some(end) if width_of(name) > columns => format!("..{end}"),
        _ => pad_str(name, columns, Alignment::Left, None).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Clock, made_up};

    fn report(results: &Results, width: usize, details: bool) -> String {
        console::set_colors_enabled(false);
        Report { results, sections: Section::all(), details, width }.draw()
    }

    fn results() -> Results {
        let mut results = made_up::results();
        let times = [("sequential_map", 0.2), ("threaded_map", 0.1), ("pool_map", 0.4)];
        let mut mapping = made_up::workload(Section::Cpu, "mapping", &times);
        mapping.ceiling = vec![2.0; 8];
        let times = [("threaded_waits", 1.5), ("b", 1.0), ("async_waits", 0.75)];
        let mut waits = made_up::workload(Section::Waits, "waits-10", &times);
        waits.rows[1].samples.clear();
        waits.rows[1].error = Some("failed with exit status 1: no room".to_owned());
        let times = [("sequential_map", 0.02), ("threaded_map", 0.01)];
        let size = made_up::workload(Section::BreakEven, "break-even-10000", &times);
        let times = [("pool_map", 0.1), ("CPython 3.11, pool", 4.0)];
        let mut python = made_up::workload(Section::Python, "python-mapping", &times);
        python.clock = Clock::Printed;
        python.pairs = vec![times.map(|(program, _)| program.to_owned())];
        results.workloads = vec![mapping, waits, size, python];
        results
    }

    #[test]
    fn a_program_has_its_line() {
        let text = report(&results(), 80, false);
        let line = |program: &str| text.lines().find(|line| line.trim().starts_with(program));
        let bar = "#".repeat(25);
        let expected = format!("  sequential_map   200 ms  {}", &bar[..12]);
        assert!(line("sequential_map").unwrap().starts_with(&expected), "{text}");
        assert!(line("threaded_map").unwrap().ends_with("2.00x faster (2.00-2.00)"), "{text}");
        assert!(line("pool_map").unwrap().ends_with("2.00x slower (2.00-2.00)"), "{text}");
        let in_python = "In CPython 3.11, pool_map takes 40.0x as long (40.0-40.0).\nThe title";
        assert!(text.contains(&format!("slower (2.00-2.00)\n  {in_python}")), "{text}");
        assert!(line("b  ").unwrap().ends_with("failed with exit status 1: no room"), "{text}");
        assert!(text.contains("ceiling 2.00x, 8 rounds"), "{text}");
    }

    #[test]
    fn details_add_five_things_to_each_block_and_every_line_fits() {
        let mut results = results();
        let long = "a/very/long/path/to/a/program/in/a/folder/of/another/one/threaded_counter";
        results.workloads[0].rows[2].program = long.to_owned();
        for width in [60, 80, 120] {
            let [plain, details] = [false, true].map(|details| report(&results, width, details));
            for line in [&*plain, &details].concat().lines() {
                assert!(width_of(line) <= width, "{width}: {line}");
            }
            let details = details.replace("\n    ", " ");
            // Of mapping, of the waits, and of a size.
            for time in ["100 ms", "750 ms", "10.0 ms"] {
                let facts = "speed-up 2.00x (2.00-2.00); CPU time ";
                let rounds = [time; 8].join(", ");
                let added = format!("{facts}{time}; memory 1.00 MiB; threads 1; rounds: {rounds}");
                assert!(details.contains(&added), "{width}: {added} is missing: {details}");
            }
            assert!(details.contains("ceiling 2.00x (2.00-2.00)"), "{details}");
            assert!(!plain.contains("rounds:"), "{plain}");
        }
    }

    #[test]
    fn whoever_disturbed_is_named() {
        assert!(!report(&results(), 120, false).contains("Meanwhile"));
        for (others, stolen, who) in [
            (90.0, 0.0, "other programs"),
            (0.0, 90.0, "other virtual machines"),
            (45.0, 45.0, "other programs and virtual machines"),
        ] {
            let mut busy = results();
            (busy.meanwhile.others, busy.meanwhile.stolen) = (others, stolen);
            busy.workloads[0].repeated = 2;
            let text = report(&busy, 120, false).replace("\n  ", " ");
            assert!(text.contains(&format!("Meanwhile, {who} used 1.0 of 2 cores, ")), "{text}");
            assert!(text.contains(&format!("{who} made it repeat 2 rounds.")), "{text}");
        }
    }
}
