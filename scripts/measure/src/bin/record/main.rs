//! Makes what the README files show anew, or checks it: what commands print,
//! tables, pictures, and links to lines.
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
//! Where a program leaves the order of its lines open, the line says `recorded,
//! in any order`. When it is checked, words and order must be the same; times,
//! ports, addresses and process ids may differ.
//!
//! Tables stand between two lines, of which the first names sections of
//! `scripts/compare.sh`, or `machine`. They and the pictures in `pictures` are made
//! from `results/compare.json`, which `scripts/compare.sh --json` has measured,
//! and from the runs in `tests/timelines`; nothing is measured for them:
//!
//! ```text
//! <!-- measured: cpu io -->
//! <!-- end -->
//! ```
//!
//! A link to a line, ``[`construct`](file#L7)``, leads to one that contains the
//! construct.

mod links;
mod pictures;
mod recordings;
mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use common::Failure;

use crate::recordings::{Recording, record, run};

/// Makes what the README files show anew: what commands print, tables and pictures
/// of what was measured, and links to lines
#[derive(Parser)]
struct Arguments {
    /// Changes nothing; fails if something is not what would be made now
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
    let mut shown = BTreeSet::new();
    for file in &files {
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
        shown.extend(pictures::shown(&text).map(str::to_owned));
        let mut tell = |what: &str| {
            if check {
                stale += 1;
                eprintln!("{}: {what}", file.display());
            }
        };
        let (renewed, tables) = tables::include(&text, tables::table)?;
        for table in tables {
            tell(&format!("the table of {table} is not what {} gives", tables::MEASURED));
        }
        let directory = file.parent().unwrap_or(Path::new(""));
        let (renewed, links) = links::renew(&renewed, directory)?;
        links.iter().for_each(|link| tell(link));
        let renewed = record(&renewed, |recording| {
            let output = run(&recording.command)?;
            if recording.comparable(&output) != recording.comparable(&recording.output) {
                let Recording { command, output: expected, .. } = recording;
                tell(&format!("{command}\n\nrecorded:\n{expected}\nprinted:\n{output}"));
            }
            Ok(output)
        })?;
        if !check && renewed != text {
            fs::write(file, renewed)?;
        }
    }
    if !shown.is_empty() {
        for picture in pictures::renew(&shown, check)? {
            if check {
                stale += 1;
                eprintln!("{picture}: it is not what would be drawn now");
            }
        }
    }
    if stale > 0 {
        eprintln!("{stale} pieces are stale; scripts/record.sh makes them anew");
    }
    Ok(ExitCode::from(u8::from(stale > 0)))
}

/// The README files that git knows.
fn readme_files() -> Result<Vec<PathBuf>, Failure> {
    let output = Command::new("git").args(["ls-files", "README.md", "*/README.md"]).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(PathBuf::from).collect())
}
