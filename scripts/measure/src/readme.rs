//! Makes anew what README files show: what commands print, tables, and pictures.
//!
//! A block of output comes below the command that printed it. When a block is checked, the
//! lines must be the same; their order, times, ports and addresses may differ:
//!
//! ````text
//! <!-- recorded: cargo run -q -p asyncio --bin fetch_urls -->
//!
//! ```text
//! Fetching http://example.com
//! ```
//! ````
//!
//! A table is between two marks. The first names sections of `scripts/compare.sh`,
//! `answer` or `machine`. Nothing is measured for a table: it is made from `results/compare.json`.
//!
//! ```text
//! <!-- measured: cpu io -->
//! <!-- end -->
//! ```
//!
//! A picture in `results/pictures` is drawn from the recorded run of its name in `tests/timelines`,
//! or else from `results/compare.json`.

mod commands;
mod pictures;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use regex::Regex;

use crate::files;
use crate::report::markdown;
use crate::results;
use crate::section::Section;
use crate::text::count;
use crate::trouble::Trouble;

/// What was measured, once, on a machine and a day that the tables name.
const MEASURED: &str = "results/compare.json";

/// The blocks, each with two groups: the words of its mark, and what it holds.
const OUTPUT: &str = r"(?m)^<!-- recorded: (.*) -->\n(?:\n```text\n((?s:.*?))```\n)?";
const TABLE: &str = r"(?m)^<!-- measured: (.*) -->\n(?:((?s:.*?))<!-- end -->\n)?";

/// Renews what README files show: the output of commands, and tables and pictures of what
/// was measured
#[derive(Parser)]
#[command(name = "record.sh")]
struct Arguments {
    /// Changes nothing; fails if something is out of date
    #[arg(long)]
    check: bool,
    /// The files; without any, all README.md files of the repository
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Renews or checks, in the repository's root.
pub fn main() -> ExitCode {
    let Arguments { check, mut files } = Arguments::parse();
    let mut run = || {
        if files.is_empty() {
            let listed = commands::run("git ls-files README.md '*/README.md'")?;
            files = listed.lines().map(PathBuf::from).collect();
        }
        let stale = renew(&files, check)?;
        if !check || stale.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        stale.iter().for_each(|stale| eprintln!("{stale}"));
        eprintln!("{}: run scripts/record.sh", count(stale.len(), "stale piece"));
        Ok(ExitCode::FAILURE)
    };
    files::status("record", run())
}

/// Renews what some files show; `is_check` changes nothing. Returns what was stale, as
/// sentences.
fn renew(files: &[PathBuf], is_check: bool) -> Result<Vec<String>, Trouble> {
    let mut stale = Vec::new();
    let mut texts = String::new();
    for file in files {
        let name = file.display();
        let text = fs::read_to_string(file).map_err(Trouble::own(format!("cannot read {name}")))?;
        let mut note = |what: &str, old: &str, new: &str, is_stale: bool| {
            if is_stale {
                stale.push(format!("{name}: {what}\n\nrecorded:\n{old}\nprinted:\n{new}"));
            }
        };
        let renewed = replace(&text, TABLE, |what, old| {
            let new = format!("\n{}\n\n", table(what)?.trim());
            note(what, old, &new, new != old);
            Ok(new)
        })?;
        let renewed = replace(&renewed, OUTPUT, |what, old| {
            let new = commands::run(what)?;
            note(what, old, &new, commands::comparable(&new) != commands::comparable(old));
            Ok(new)
        })?;
        if !is_check && renewed != text {
            files::write(file, renewed.as_bytes())?;
        }
        texts.push_str(&text);
    }
    stale.extend(pictures::renew(&texts, is_check)?);
    Ok(stale)
}

/// The text with each block of a kind holding what `make` returns for the words of its mark
/// and for what it held.
fn replace(
    text: &str,
    block: &str,
    mut make: impl FnMut(&str, &str) -> Result<String, Trouble>,
) -> Result<String, Trouble> {
    let block = Regex::new(block).expect("the pattern is well-formed");
    let (mut replaced, mut end) = (String::new(), 0);
    for found in block.captures_iter(text) {
        let none = || Trouble::Usage(format!("no block follows {}", found[0].trim_end()));
        let held = found.get(2).ok_or_else(none)?;
        replaced += &text[end..held.start()];
        replaced += &make(&found[1], held.as_str())?;
        end = held.end();
    }
    Ok(replaced + &text[end..])
}

/// The tables of some sections, the `answer`, or the `machine`.
fn table(what: &str) -> Result<String, Trouble> {
    let results = results::read(Path::new(MEASURED))?;
    Ok(match what {
        "answer" => format!("{}* {}", markdown::answer(&results), results.machine.line()),
        "machine" => markdown::machine(&results),
        _ => {
            let sections: Vec<&str> = what.split(' ').collect();
            markdown::tables(&results, &Section::all_named(&sections)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_is_replaced_and_the_rest_stays() {
        let text = |x: &str, y: &str| {
            let block = |what, held| format!("<!-- measured: {what} -->\n{held}<!-- end -->\n");
            block("x y", x) + "B\n" + &block("z", y) + "C"
        };
        let make = |what: &str, old: &str| Ok(format!("{what}, {old}"));
        assert_eq!(replace(&text("old\n", ""), TABLE, make).unwrap(), text("x y, old\n", "z, "));
        assert!(replace("<!-- measured: x -->\nB\n", TABLE, make).is_err());
        assert!(replace("<!-- recorded: x -->\n```text\n```\n", OUTPUT, make).is_err());
    }
}
