//! Runs the built programs from outside and compares them.
//!
//!     scripts/compare.sh [--quick] [WORKLOAD]...
//!
//! A table is printed only if every run of every program ended well and gave
//! the right answer.

#![forbid(unsafe_code)]

mod answer;
mod record;
mod rounds;
mod run;
mod signals;
mod statistics;
mod table;
mod tree;
mod trouble;
mod workload;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use common::site::{self, Site};

use crate::signals::Signals;
use crate::trouble::Trouble;
use crate::workload::{Sizes, Workload};

/// Runs the built programs from outside and compares them
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Runs the models of each workload side by side
    Compare {
        /// Only these workloads: counting, mapping, downloading, fetching
        workloads: Vec<String>,
        /// Less work
        #[arg(long)]
        quick: bool,
    },
}

fn main() -> ExitCode {
    site::serve_if_copy();
    let Arguments { what } = Arguments::parse();
    let signals = match Signals::block() {
        Ok(signals) => signals,
        Err(trouble) => return fail(&trouble),
    };
    let What::Compare { workloads, quick } = what;
    let sizes = if quick { Sizes::QUICK } else { Sizes::NORMAL };
    match compare(&workloads, sizes, &signals) {
        Ok(text) => print(&text),
        Err(Trouble::Interrupted(signal)) => signals.finish(signal),
        Err(trouble) => fail(&trouble),
    }
}

/// Measures, and returns the tables.
fn compare(names: &[String], sizes: Sizes, signals: &Signals) -> Result<String, Trouble> {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
        .map_err(Trouble::own("cannot adopt the programs' descendants"))?;
    let own = std::env::current_exe().map_err(Trouble::own("cannot find the programs"))?;
    let programs = own.parent().unwrap_or(&own);
    let site = Site::start().map_err(Trouble::own("cannot start the loopback site"))?;
    let workloads = workload::all(sizes, programs, &site);

    let known: Vec<&str> = workloads.iter().map(|workload| workload.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(Trouble::Usage(format!("no workload is called {unknown}; there are {known}")));
    }
    let asked = |workload: &&Workload| names.is_empty() || names.iter().any(|n| n == workload.name);
    let mut tables = Vec::new();
    for workload in workloads.iter().filter(asked) {
        tables.push(table::comparison(&rounds::compare(workload, signals)?));
    }
    Ok(tables.join("\n"))
}

/// Prints to a reader who may have gone away, which is no failure.
fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    let printed = stdout.write_all(text.as_bytes());
    match printed.and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&Trouble::own("cannot print the tables")(error)),
    }
}

/// One line on the standard error output, and the status that suits.
fn fail(trouble: &Trouble) -> ExitCode {
    let mut stderr = io::stderr().lock();
    // Nobody is left to hear that this failed.
    drop(writeln!(stderr, "measure: {trouble}"));
    match trouble {
        Trouble::Usage(_) => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    }
}
