//! Makes anew what README files show: what commands print, tables, links to lines, and pictures.
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
//! A table stands between two marks. The first names sections of `scripts/compare.sh`,
//! `answer` or `machine`. Nothing is measured for a table: it is made from `results/compare.json`.
//!
//! ```text
//! <!-- measured: cpu io -->
//! <!-- end -->
//! ```
//!
//! A link to a line, ``[`construct`](file#L7)``, leads to a line that contains the construct.
//! A picture in `results/pictures` is drawn from the recorded run of its name in `tests/timelines`,
//! or else from `results/compare.json`.

mod commands;
mod links;
mod marks;
mod pictures;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report::markdown;
use crate::results;
use crate::trouble::Trouble;
use crate::workloads::Section;

use marks::Kind;

/// What was measured, once, on a machine and a day that the tables name.
const MEASURED: &str = "results/compare.json";

/// Renews what some files show; `is_check` changes nothing. The working directory must be
/// the repository's root. Returns what was stale, as sentences.
///
/// # Errors
///
/// If a file, a command or a mark is not as it must be.
pub fn renew(files: &[PathBuf], is_check: bool) -> Result<Vec<String>, Trouble> {
    let mut stale = Vec::new();
    let mut texts = String::new();
    for file in files {
        let name = file.display();
        let text = fs::read_to_string(file).map_err(Trouble::own(format!("cannot read {name}")))?;
        let renewed = marks::renew(&text, |kind, what, old| {
            let new = match kind {
                Kind::Table => table(what)?,
                Kind::Output => commands::run(what)?,
            };
            let is_stale = match kind {
                Kind::Table => new.trim() != old.trim(),
                Kind::Output => commands::comparable(&new) != commands::comparable(old),
            };
            if is_stale {
                stale.push(format!("{name}: {what}\n\nrecorded:\n{old}\nprinted:\n{new}"));
            }
            Ok(new)
        })?;
        let directory = file.parent().unwrap_or(Path::new(""));
        let (renewed, links) = links::renew(&renewed, directory)?;
        stale.extend(links.iter().map(|link| format!("{name}: {link}")));
        if !is_check && renewed != text {
            fs::write(file, renewed).map_err(Trouble::own(format!("cannot write {name}")))?;
        }
        texts.push_str(&text);
    }
    stale.extend(pictures::renew(&texts, is_check)?);
    Ok(stale)
}

/// The README files that git knows.
///
/// # Errors
///
/// If git does not run.
pub fn all() -> Result<Vec<PathBuf>, Trouble> {
    let output = Command::new("git")
        .args(["ls-files", "README.md", "*/README.md"])
        .output()
        .map_err(Trouble::own("cannot ask git for the README files"))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(PathBuf::from).collect())
}

/// The tables of some sections, the `answer`, or the `machine`.
fn table(what: &str) -> Result<String, Trouble> {
    let results = results::read(Path::new(MEASURED))?;
    match what {
        "answer" => Ok(markdown::answer(&results)),
        "machine" => Ok(markdown::machine(&results)),
        _ => {
            let sections = what.split(' ').map(|name| {
                let unknown = || Trouble::Usage(format!("unknown section `{name}`"));
                Section::named(name).ok_or_else(unknown)
            });
            Ok(markdown::tables(&results, &sections.collect::<Result<Vec<_>, _>>()?))
        }
    }
}
