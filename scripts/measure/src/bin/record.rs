//! Records what the commands in the README files print, or checks it.
//!
//! A recording is a block of text under a line that gives the command:
//!
//! ````text
//! <!-- recorded: cargo run -q -p asyncio --bin fetch_urls -->
//!
//! ```text
//! Fetching http://example.com
//! ```
//! ````
//!
//! Tables that `scripts/compare.sh --markdown FILE` has measured stand between
//! two lines, and are those of the file:
//!
//! ```text
//! <!-- measured: results/pool.md -->
//! <!-- end -->
//! ```
//!
//! Where a program leaves the order of its lines open, the line says `recorded,
//! in any order`. When it is checked, words and order must be the same; times,
//! ports, addresses and process ids may differ.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use clap::Parser;
use common::Failure;

/// Records what the commands in the README files print
#[derive(Parser)]
struct Arguments {
    /// Changes nothing; fails if a command prints something else than is recorded
    #[arg(long)]
    check: bool,
    /// The files; without any, all README.md files of the repository
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

fn main() -> Result<ExitCode, Failure> {
    let Arguments { check, mut files } = Arguments::parse();
    if files.is_empty() {
        files = readme_files()?;
    }
    let mut stale = 0;
    for file in &files {
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
        let included = include(&text)?;
        if check && included != text {
            stale += 1;
            eprintln!("{}: a table is not that of its file", file.display());
        }
        let recorded = record(&included, |recording| {
            let output = run(&recording.command)?;
            let same = recording.comparable(&output) == recording.comparable(&recording.output);
            if check && !same {
                stale += 1;
                let Recording { command, output: expected, .. } = recording;
                eprintln!(
                    "{}: {command}\n\nrecorded:\n{expected}\nprinted:\n{output}",
                    file.display()
                );
            }
            Ok(output)
        })?;
        if !check && recorded != text {
            fs::write(file, recorded)?;
        }
    }
    if stale > 0 {
        eprintln!("{stale} recordings are stale; scripts/record.sh makes them anew");
    }
    Ok(ExitCode::from(u8::from(stale > 0)))
}

/// The README files that git knows.
fn readme_files() -> Result<Vec<PathBuf>, Failure> {
    let output = Command::new("git").args(["ls-files", "README.md", "*/README.md"]).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(PathBuf::from).collect())
}

/// A recorded block.
struct Recording {
    command: String,
    any_order: bool,
    output: String,
}

impl Recording {
    /// Output without what may differ from one run to the next.
    fn comparable(&self, output: &str) -> Vec<String> {
        let mut lines: Vec<String> = output.lines().map(without_accidents).collect();
        if self.any_order {
            lines.sort();
        }
        lines
    }
}

/// A line in which numbers that are the run's own stand as `#`: fractions of
/// seconds, ports of loopback, addresses in memory and process ids.
fn without_accidents(line: &str) -> String {
    let words = line.split_inclusive([' ', '/', ')']).map(|word| {
        let end = word.trim_end_matches([' ', '/', ')']);
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        let stem = if end.contains('.') && is_number(end) {
            "#".to_owned()
        } else if end.strip_prefix("127.0.0.1:").is_some_and(is_number) {
            "127.0.0.1:#".to_owned()
        } else if end.starts_with("0x") {
            "0x#".to_owned()
        } else {
            end.to_owned()
        };
        stem + &word[end.len()..]
    });
    words.collect()
}

/// The text with each recording replaced by what `make` returns for it.
fn record(
    text: &str,
    mut make: impl FnMut(&Recording) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let mut recorded = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        recorded.push_str(line);
        recorded.push('\n');
        let marked = line.strip_prefix("<!-- recorded").and_then(|rest| rest.strip_suffix(" -->"));
        let Some((order, command)) = marked.and_then(|rest| rest.split_once(": ")) else {
            continue;
        };
        let mut expect = |wanted: &str| match lines.next() {
            Some(line) if line == wanted => Ok(()),
            line => Err(Failure::new(format!("{command}: {wanted:?} should follow, not {line:?}"))),
        };
        expect("")?;
        expect("```text")?;
        let output: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let output = output.iter().map(|line| format!("{line}\n")).collect();
        let recording =
            Recording { command: command.to_owned(), any_order: order == ", in any order", output };
        let output = make(&recording)?;
        recorded.push_str(&format!("\n```text\n{output}```\n"));
    }
    Ok(recorded)
}

/// The text with each measured table replaced by that of its file.
fn include(text: &str) -> Result<String, Failure> {
    let mut included = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        included.push_str(line);
        included.push('\n');
        let marked = line.strip_prefix("<!-- measured: ");
        let Some(file) = marked.and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        if !lines.any(|line| line == "<!-- end -->") {
            return Err(Failure::new(format!("the table of {file} has no end")));
        }
        let table = fs::read_to_string(file)
            .map_err(|error| Failure::new(format!("cannot read {file}: {error}")))?;
        included.push_str(&format!("\n{}\n\n<!-- end -->\n", table.trim()));
    }
    Ok(included)
}

/// What a command prints, standard error included: it must succeed.
fn run(command: &str) -> Result<String, Failure> {
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(Failure::new(format!("{command}: {}\n{text}", output.status)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n<!-- recorded: x -->\n\n```text\nold 1\n```\n\nB\n";

    #[test]
    fn a_recording_is_replaced_and_the_rest_stays() {
        let recorded = record(TEXT, |recording| {
            assert_eq!((recording.command.as_str(), recording.output.as_str()), ("x", "old 1\n"));
            Ok("new\n".to_owned())
        });
        assert_eq!(recorded.unwrap(), TEXT.replace("old 1", "new"));
    }

    #[test]
    fn a_table_is_that_of_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("table.md");
        fs::write(&file, "| new |\n").unwrap();
        let text = |table: &str| {
            format!("A\n<!-- measured: {} -->\n{table}<!-- end -->\nB\n", file.display())
        };
        let included = include(&text("\n| old |\n\n")).unwrap();
        assert_eq!(included, text("\n| new |\n\n"));
        assert_eq!(include(&included).unwrap(), included);
        assert!(include("<!-- measured: missing.md -->\n").is_err());
    }

    #[test]
    fn a_mark_without_a_block_is_refused() {
        assert!(record("<!-- recorded: x -->\ntext\n", |_| Ok(String::new())).is_err());
    }

    #[test]
    fn times_ports_and_addresses_may_differ_and_words_may_not() {
        for (one, other) in [
            ("Time taken: 1.234567 seconds", "Time taken: 0.000001 seconds"),
            (
                "Downloading http://127.0.0.1:4711/file1.pdf",
                "Downloading http://127.0.0.1:80/file1.pdf",
            ),
            ("Child:  counter at 0x7ffe1 is 1", "Child:  counter at 0x7fff2 is 1"),
        ] {
            assert_eq!(without_accidents(one), without_accidents(other));
        }
        for (one, other) in [
            ("Time taken: 1.234567 seconds", "Time needed: 1.234567 seconds"),
            ("Data from Source 1", "Data from Source 2"),
            ("counter at 0x1 is 1", "counter at 0x1 is 2"),
        ] {
            assert_ne!(without_accidents(one), without_accidents(other));
        }
    }

    #[test]
    fn an_open_order_is_open_only_where_it_is_said() {
        let mut recording =
            Recording { command: String::new(), any_order: false, output: String::new() };
        assert_ne!(recording.comparable("a\nb\n"), recording.comparable("b\na\n"));
        recording.any_order = true;
        assert_eq!(recording.comparable("a\nb\n"), recording.comparable("b\na\n"));
        assert_ne!(recording.comparable("a\nb\n"), recording.comparable("a\na\nb\n"));
    }
}
