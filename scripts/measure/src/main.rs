//! Runs the built programs from outside and compares them.
//!
//!     scripts/compare.sh [SECTION]...
//!     scripts/compare.sh PROGRAM PROGRAM... [-- ARGUMENT...]
//!
//! A table is printed only if every run of every program ended well and gave
//! the right answer.

#![forbid(unsafe_code)]

mod answer;
mod break_even;
mod claims;
mod machine;
mod maker;
mod noise;
mod output;
mod peers;
mod pictures;
mod plan;
mod programs;
mod progress;
mod record;
mod rounds;
mod run;
mod section;
mod sections;
mod statistics;
mod table;
mod thresholds;
mod tree;
mod units;
mod workload;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, value_parser};
use common::site;
use measure::child::signals;
use measure::trouble;

use crate::maker::Scale;
use crate::plan::Plan;
use crate::record::Record;
use crate::section::Section;
use crate::signals::Signals;
use crate::trouble::Trouble;

/// Runs the built programs from outside and compares them
#[derive(Parser)]
#[command(name = "measure")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Runs programs side by side and prints a table of each comparison
    #[command(override_usage = USAGE, after_help = SECTIONS)]
    Compare(Compare),
}

/// What the reader has typed; the script does the rest.
const USAGE: &str = "\
scripts/compare.sh [OPTIONS] [SECTION]...
       scripts/compare.sh [OPTIONS] PROGRAM PROGRAM... [-- ARGUMENT...]";

const SECTIONS: &str = "\
Sections: cpu, io, waits, start, pool, traps, break-even, curl, claims, thresholds.
Without any, all of them, curl only with --full. The last two are made from the others,
which they run. With --from, only the sections that are named, or all.

Programs: names of programs of the workspace, or paths; two at least, of which the
first is the baseline. They run with the arguments of their section, or with those
after --, the size first.";

#[derive(clap::Args)]
struct Compare {
    /// Sections, or programs to compare with each other
    #[arg(value_name = "SECTION|PROGRAM")]
    what: Vec<String>,
    /// Less work: within 25 s on two cores
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// The documents' own values and the largest waits
    #[arg(long)]
    full: bool,
    /// Adds the same work in CPython and C++ where they are installed
    #[arg(long)]
    peers: bool,
    /// How many timed runs each program has
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(3..=1000))]
    runs: Option<u32>,
    /// How many seconds a run may take before it counts as hung
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86_400))]
    time_limit: Option<u64>,
    /// Writes all samples to a file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes what is printed to a file, too
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Draws break_even.svg and waits.svg into a directory
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Makes the tables and pictures again from a file of --json and runs nothing
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["quick", "full", "peers", "runs", "time_limit", "json", "arguments"]
    )]
    from: Option<PathBuf>,
    /// The arguments for the programs
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

fn main() -> ExitCode {
    site::serve_if_copy();
    let Arguments { what: What::Compare(arguments) } = Arguments::parse();
    let signals = match Signals::catch() {
        Ok(signals) => signals,
        Err(trouble) => return output::fail(&trouble),
    };
    match compare(&arguments, &signals) {
        Ok(text) => output::print(&text),
        Err(Trouble::Interrupted(signal)) => signals.finish(signal),
        Err(trouble) => output::fail(&trouble),
    }
}

/// Measures, or reads what was measured, and returns the tables.
fn compare(arguments: &Compare, signals: &Signals) -> Result<String, Trouble> {
    let (record, text) = match &arguments.from {
        Some(file) => again(arguments, file)?,
        None => {
            let record = measure(arguments, signals)?;
            let text = table::report(&record);
            (record, text)
        }
    };
    if let Some(file) = &arguments.json {
        output::write(file, output::json(&record)?.as_bytes())?;
    }
    if let Some(directory) = &arguments.svg {
        let wanted = pictures::wanted(&named(&arguments.what)?)?;
        pictures::write(directory, &record, &wanted, arguments.from.as_deref())?;
    }
    if let Some(file) = &arguments.markdown {
        output::write(file, text.as_bytes())?;
    }
    Ok(text)
}

fn measure(arguments: &Compare, signals: &Signals) -> Result<Record, Trouble> {
    // A long run is not made in vain.
    arguments.json.iter().chain(&arguments.markdown).try_for_each(|file| output::check(file))?;
    if let Some(directory) = &arguments.svg {
        pictures::wanted(&named(&arguments.what)?)?;
        pictures::make(directory)?;
    }
    let scale = match (arguments.quick, arguments.full) {
        (true, _) => Scale::Quick,
        (_, true) => Scale::Full,
        _ => Scale::Normal,
    };
    let plan = Plan {
        what: &arguments.what,
        arguments: &arguments.arguments,
        scale,
        peers: arguments.peers,
        rounds: arguments.runs,
        time_limit: arguments.time_limit.map(Duration::from_secs),
    };
    plan.run(signals)
}

/// What was measured before, and its tables: all, or those of the sections that
/// were asked for.
fn again(arguments: &Compare, file: &Path) -> Result<(Record, String), Trouble> {
    let sections = named(&arguments.what)?;
    let record = output::read(file)?;
    let text = match sections[..] {
        [] => table::report(&record),
        _ => table::extract(&record, &sections),
    };
    Ok((record, text))
}

/// The sections of these names, in their order.
fn named(names: &[String]) -> Result<Vec<Section>, Trouble> {
    let section = |name: &String| {
        let unknown = || Trouble::Usage(format!("{name} is no section"));
        Section::named(name).ok_or_else(unknown)
    };
    names.iter().map(section).collect()
}
