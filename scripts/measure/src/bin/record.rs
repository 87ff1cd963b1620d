//! Makes what README files show anew, or checks it: what commands print, tables and pictures
//! of what was measured, and links to lines.
//!
//!     scripts/record.sh [--check] [FILE]...

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use measure::readme;
use measure::trouble::Trouble;

/// Makes what README files show anew: what commands print, tables and pictures
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

fn main() -> ExitCode {
    run(Arguments::parse()).unwrap_or_else(|trouble| {
        eprintln!("record: {trouble}");
        trouble.status()
    })
}

fn run(Arguments { check, mut files }: Arguments) -> Result<ExitCode, Trouble> {
    if files.is_empty() {
        files = readme::all()?;
    }
    let stale = readme::renew(&files, check)?;
    if !check || stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    stale.iter().for_each(|stale| eprintln!("{stale}"));
    eprintln!("{} pieces are stale; scripts/record.sh makes them anew", stale.len());
    Ok(ExitCode::FAILURE)
}
