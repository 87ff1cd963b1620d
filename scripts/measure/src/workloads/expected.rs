//! The right answer of a program. Its time counts only if its output and files are right.

use std::fs;
use std::path::{Path, PathBuf};

use common::site::content;
use regex::Regex;

/// The right answer of a program.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Lines that come first, in any order.
    pub in_any_order: Vec<String>,
    /// The lines after them, in this order.
    pub in_order: Vec<String>,
    /// Whether one line `Time taken: N seconds` is among the lines.
    pub stopwatch: bool,
    /// Whether any number of lines `Tick` may be among the lines.
    pub ticks: bool,
    /// Files below the program's directory, each with the path that the site
    /// serves it under and its size in bytes.
    pub files: Vec<(PathBuf, String, usize)>,
}

/// A line with which a program says how long its work took, in seconds.
fn time_taken(line: &str) -> Option<f64> {
    let seconds = line.strip_prefix("Time taken: ")?.strip_suffix(" seconds")?;
    let seconds: f64 = seconds.parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds)
}

/// The last "Time taken" of an output, in seconds.
pub fn last_time_taken(stdout: &str) -> Option<f64> {
    stdout.lines().filter_map(time_taken).next_back()
}

impl Answer {
    /// A line, and the time.
    pub fn timed(line: impl Into<String>) -> Answer {
        Answer { in_order: vec![line.into()], stopwatch: true, ..Answer::default() }
    }

    /// Compares an output, and the files in the directory that the program was run in.
    ///
    /// # Errors
    ///
    /// What is wrong, as the rest of a sentence that begins with the program.
    pub fn check(&self, stdout: &str, directory: &Path) -> Result<(), String> {
        let (times, mut printed): (Vec<&str>, Vec<&str>) = stdout
            .lines()
            .filter(|line| !(self.ticks && *line == "Tick"))
            .partition(|line| self.stopwatch && time_taken(line).is_some());
        if self.stopwatch && times.len() != 1 {
            return Err(format!(
                "printed {} lines `Time taken: N seconds` instead of one",
                times.len()
            ));
        }
        let open = self.in_any_order.len();
        let mut expected = [&self.in_any_order[..], &self.in_order].concat();
        expected[..open].sort_unstable();
        let printed_open = open.min(printed.len());
        printed[..printed_open].sort_unstable();
        for (printed, expected) in printed.iter().zip(&expected) {
            if printed != expected {
                return Err(format!("printed `{printed}` instead of `{expected}`"));
            }
        }
        if printed.len() != expected.len() {
            return Err(format!("printed {} lines instead of {}", printed.len(), expected.len()));
        }
        self.check_files(directory)
    }

    fn check_files(&self, directory: &Path) -> Result<(), String> {
        for (file, path, size) in &self.files {
            let saved = fs::read(directory.join(file))
                .map_err(|error| format!("left no readable {}: {error}", file.display()))?;
            if saved != content(path, *size) {
                return Err(format!("saved wrong bytes as {}", file.display()));
            }
        }
        Ok(())
    }
}

/// The answer of an unknown program: its output without the time and without
/// addresses in memory. The lines are sorted, because programs may leave their
/// order open.
pub fn repeatable(stdout: &str) -> Vec<String> {
    without(r"(^0x| 0x)[0-9a-f]+|^(Time taken: )[0-9.]+ seconds$", stdout)
}

/// The sorted lines of an output. `#` replaces each match of a pattern; only the groups of
/// the match stay.
pub fn without(pattern: &str, output: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("the pattern is well-formed");
    let lines = output.lines().map(|line| pattern.replace_all(line, "$1$2#").into_owned());
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_right(answer: &Answer, stdout: &str) -> bool {
        answer.check(stdout, Path::new("/nonexistent")).is_ok()
    }

    #[test]
    fn a_fixed_order_is_fixed_and_an_open_one_is_open() {
        let (in_any_order, in_order) = (vec!["a".into(), "b".into()], vec!["c".into(), "d".into()]);
        let answer = Answer { in_any_order, in_order, ..Answer::default() };
        for right in ["a\nb\nc\nd\n", "b\na\nc\nd\n"] {
            assert!(is_right(&answer, right), "{right}");
        }
        for wrong in ["a\nb\nd\nc\n", "a\na\nc\nd\n", "a\nb\nc\n", "a\nb\nc\nd\ne\n", ""] {
            assert!(!is_right(&answer, wrong), "{wrong}");
        }
    }

    #[test]
    fn the_time_is_asked_for_once_and_ticks_count_only_where_they_are_allowed() {
        let mut answer = Answer::timed("done");
        let time = "Time taken: 0.5 seconds\n";
        assert!(is_right(&answer, &format!("done\n{time}")));
        assert!(is_right(&answer, &format!("{time}done\n")));
        assert!(!is_right(&answer, &format!("{time}done\n{time}")));
        for other in ["", "Time taken: soon seconds\n", "Time taken: NaN seconds\n"] {
            assert!(!is_right(&answer, &format!("done\n{other}")), "{other}");
        }
        let ticks = format!("Tick\ndone\n{time}Tick\n");
        assert!(!is_right(&answer, &ticks));
        answer.ticks = true;
        assert!(is_right(&answer, &ticks));
    }

    #[test]
    fn files_are_compared_byte_for_byte() {
        let directory = tempfile::tempdir().unwrap();
        let answer =
            Answer { files: vec![("file0".into(), "/a".into(), 1000)], ..Answer::default() };
        assert!(answer.check("", directory.path()).is_err());
        let mut bytes = content("/a", 1000);
        fs::write(directory.path().join("file0"), &bytes).unwrap();
        assert_eq!(answer.check("", directory.path()), Ok(()));
        bytes[999] ^= 1;
        fs::write(directory.path().join("file0"), &bytes).unwrap();
        assert!(answer.check("", directory.path()).is_err());
    }

    #[test]
    fn an_unknown_answer_forgets_times_addresses_and_order_only() {
        let a = repeatable("x at 0x7ffc\nTime taken: 1.5 seconds\ny\n");
        assert_eq!(a, repeatable("y\nx at 0x1a2b\nTime taken: 2.5 seconds\n"));
        assert_ne!(a, repeatable("y\nz at 0x1a2b\nTime taken: 2.5 seconds\n"));
        assert_ne!(a, repeatable("y\nx at 0xyz\nTime taken: 2.5 seconds\n"));
    }
}
