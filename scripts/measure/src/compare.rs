//! The command `compare`, from its arguments to the report.

mod timelines;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, value_parser};
use common::site::Site;

use crate::child::{Interrupt, Runner};
use crate::files;
use crate::machine::{Machine, Meanwhile};
use crate::report::html::Timeline;
use crate::report::{Progress, Report, html, json, markdown, pictures};
use crate::results::{self, FORMAT, Results};
use crate::rounds::Session;
use crate::section::Section;
use crate::trouble::Trouble;
use crate::workloads::{self, Maker, Peers, Scale, Steps};

/// The usage names the script, because readers do not start this program themselves.
const USAGE: &str = "\
scripts/compare.sh [OPTIONS] [SECTION]...
       scripts/compare.sh [OPTIONS] PROGRAM PROGRAM... [-- ARGUMENT...]";

const SECTIONS: &str = "\
Sections: cpu, gil, io, waits, start, pool, traps, break-even, claims, thresholds. The
default is all except claims (gil only with --peers); with --quick it is cpu, io, waits
and break-even. claims and thresholds also run the sections that they need.

Programs: names of programs of the workspace, or paths. The first is the baseline. Some have
models, for example \"start_one tasks\".
They get the arguments of their section, or those after -- (the size comes first).";

/// Runs programs side by side and says which model is faster, and how certain that is
#[derive(Parser)]
#[command(name = "compare.sh", override_usage = USAGE, after_help = SECTIONS)]
struct Arguments {
    /// Sections, or programs to compare with each other
    #[arg(value_name = "SECTION|PROGRAM")]
    what: Vec<String>,
    /// Runs only what the answer needs, with less work: 25 s on two idle cores, up to 90 s
    /// beside busy programs
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// Runs the documents' own values and the largest waits, without a limit on the total time
    #[arg(long)]
    full: bool,
    /// Adds the same work in C++ and CPython, if installed (python3, and a free-threaded
    /// python3.Nt with its GIL on and off): 13 minutes
    #[arg(long)]
    peers: bool,
    /// Adds one more Python interpreter; implies --peers
    #[arg(long, value_name = "PATH")]
    python: Vec<PathBuf>,
    /// How many rounds each comparison has (at least 6); by default, as many as it needs
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(6..=500))]
    runs: Option<u32>,
    /// How many seconds a run may take before it counts as hung (60; 300 with --full)
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86_400))]
    time_limit: Option<u64>,
    /// Also shows CPU time, memory, threads, all intervals and all rounds
    #[arg(long)]
    details: bool,
    /// Writes verdicts, claims and all samples to a file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the report as Markdown to a file
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Writes the report as one HTML page, and adds timelines of all programs (takes longer)
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Draws break_even.svg and waits.svg into a directory
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Makes the report again from a file of --json and runs nothing
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["quick", "full", "peers", "python", "runs", "time_limit", "json", "arguments"]
    )]
    from: Option<PathBuf>,
    /// The arguments for the programs
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

impl Arguments {
    fn scale(&self) -> Scale {
        match (self.quick, self.full) {
            (true, _) => Scale::Quick,
            (_, true) => Scale::Full,
            _ => Scale::Normal,
        }
    }

    /// Whether the peers run in every section where they can.
    fn with_peers(&self) -> bool {
        self.peers || !self.python.is_empty()
    }
}

/// Runs the command, and returns its exit status.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let run = || compare(&arguments, &Interrupt::catch()?);
    files::status("compare", run().map(|()| ExitCode::SUCCESS))
}

/// Measures, or reads earlier results, and shows them.
fn compare(arguments: &Arguments, interrupt: &Interrupt) -> Result<(), Trouble> {
    let Some(file) = &arguments.from else {
        let limit = arguments.time_limit.unwrap_or(arguments.scale().pick(60, 60, 300));
        return measure(arguments, &Runner { interrupt, limit: Duration::from_secs(limit) });
    };
    let results = results::read(file)?;
    let measured: Vec<Section> = results.workloads.iter().map(|m| m.section).collect();
    check_files(arguments, &measured)?;
    let shown = match arguments.what.is_empty() {
        true => results.sections.clone(),
        false => Section::all_named(&arguments.what)?,
    };
    show(arguments, &results, &shown, || Ok(Vec::new()))
}

/// Writes the files that were asked for, and prints the report. The page comes last, because its
/// timelines take long. If they fail, or a signal ends them, the page has none.
fn show(
    arguments: &Arguments,
    results: &Results,
    shown: &[Section],
    timelines: impl FnOnce() -> Result<Vec<Timeline>, Trouble>,
) -> Result<(), Trouble> {
    // If one of these fails, the others still follow.
    let written = write(arguments, results, shown);
    let (details, width) = (arguments.details, files::width(60, 120));
    let printed = files::print(&Report { results, sections: shown, details, width }.draw());
    if let Some(file) = &arguments.html {
        let sections = [Section::all(), &[Section::Python, Section::Programs]].concat();
        let drawn = timelines();
        let page = html::page(results, &sections, drawn.as_deref().unwrap_or_default());
        files::write(file, page.as_bytes())?;
        drawn?;
    }
    written.and(printed)
}

/// Writes the files that were asked for, but not the page.
fn write(arguments: &Arguments, results: &Results, shown: &[Section]) -> Result<(), Trouble> {
    if let Some(file) = &arguments.json {
        files::write(file, json::to_json(results)?.as_bytes())?;
    }
    if let Some(directory) = &arguments.svg {
        pictures::write(directory, results)?;
    }
    if let Some(file) = &arguments.markdown {
        let sections = [shown, &[Section::Python]].concat();
        files::write(file, markdown::report(results, &sections).as_bytes())?;
    }
    Ok(())
}

/// Measures the sections or programs, and shows the results.
fn measure(arguments: &Arguments, runner: &Runner) -> Result<(), Trouble> {
    let start = Instant::now();
    let (sections, measured) = sections(arguments)?;
    check_files(arguments, &measured)?;
    let (scale, with_peers) = (arguments.scale(), arguments.with_peers());
    let machine = Machine::look();
    let normal = if with_peers && measured.len() == Section::all().len() { 800 } else { 115 };
    let budget = match arguments.runs {
        Some(_) => None,
        None => scale.pick(Some(23), Some(normal), None).map(Duration::from_secs),
    };
    let progress = Progress::new(start, budget);
    let all = with_peers || measured.contains(&Section::Gil);
    let peers = if all || measured.contains(&Section::Pool) {
        progress.running("Looking for Python and C++", 0);
        Peers::find(all, &arguments.python, runner)?
    } else {
        Peers::default()
    };
    let site = Site::start().map_err(Trouble::own("cannot start the loopback site"))?;
    let own = std::env::current_exe().map_err(Trouble::own("cannot find the programs"))?;
    let maker = Maker {
        programs: own.with_file_name(""),
        scale,
        steps: Steps::measure(),
        site: &site,
        peers: &peers,
        with_peers,
    };
    let chosen = (&arguments.what[..], &arguments.arguments[..]);
    let workloads = workloads::of(&measured, chosen, &maker)?;
    let mut session = Session {
        runner,
        progress: &progress,
        left: 0,
        rounds: arguments.runs.map(|rounds| rounds as usize),
        until: budget.map(|budget| start + budget),
        meanwhile: Meanwhile::default(),
        disturbed: 0,
    };
    let drawn = workloads.clone();
    let workloads = session.measure(workloads)?;
    let (meanwhile, mut notes) = (session.meanwhile, peers.notes.clone());
    if with_peers && scale != Scale::Full && measured.contains(&Section::Waits) {
        notes.push("Only --full runs 10 000 threads or 1 000 000 tasks in CPython.".to_owned());
    }
    drop(progress);
    let seconds = start.elapsed().as_secs_f64();
    let results =
        Results { format: FORMAT, machine, sections, seconds, meanwhile, workloads, notes };
    show(arguments, &results, &results.sections, || {
        timelines::record(&drawn, &results.workloads, &maker.programs, runner)
    })
}

/// The sections to show, and the sections to measure for them.
fn sections(arguments: &Arguments) -> Result<(Vec<Section>, Vec<Section>), Trouble> {
    let usage = |what: &str| Err(Trouble::Usage(what.to_owned()));
    let names = &arguments.what;
    if !names.is_empty() && names.iter().all(|name| Section::named(name).is_none()) {
        return match &names[..] {
            [only] => usage(&format!(
                "unknown section or program `{only}`; name a section, or at least two programs"
            )),
            _ if names.iter().any(String::is_empty) => usage("the name of a program is empty"),
            _ => Ok((vec![Section::Programs], vec![Section::Programs])),
        };
    }
    let asked = Section::all_named(names)?;
    if !arguments.arguments.is_empty() {
        return usage("arguments are for programs; sections have their own");
    }
    let with_gil = arguments.with_peers() || asked.contains(&Section::Gil);
    let shown = match (asked.is_empty(), arguments.quick) {
        (true, true) => Section::ANSWER.to_vec(),
        (true, false) => except(Section::Claims),
        (false, _) => asked,
    };
    // These measure nothing themselves and are made from the others.
    let is_derived = |section: &Section| matches!(section, Section::Claims | Section::Thresholds);
    let measured = match (shown.iter().any(is_derived), with_gil) {
        (false, _) => shown.clone(),
        (true, true) => Section::all().to_vec(),
        // `python` is shorter than `gil`, and is enough for the answer.
        (true, false) => [except(Section::Gil), vec![Section::Python]].concat(),
    };
    Ok((shown, measured))
}

/// All sections but one.
fn except(section: Section) -> Vec<Section> {
    Section::all().iter().copied().filter(|other| *other != section).collect()
}

/// Checks the files before anything else happens, so that a long run is not lost.
fn check_files(arguments: &Arguments, sections: &[Section]) -> Result<(), Trouble> {
    let files = arguments.json.iter().chain(&arguments.markdown).chain(&arguments.html);
    files.into_iter().try_for_each(|file| files::check(file))?;
    let Some(directory) = &arguments.svg else { return Ok(()) };
    if sections.iter().any(|s| matches!(s, Section::BreakEven | Section::Waits)) {
        return pictures::create(directory);
    }
    Err(Trouble::Usage("only break-even and waits have pictures".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_measures_each_section_once_and_what_claims_need() {
        let run = |names: &[&str]| {
            let command = ["compare"].into_iter().chain(names.iter().copied());
            sections(&Arguments::parse_from(command)).unwrap()
        };
        assert_eq!(run(&["cpu", "io", "cpu"]).1, [Section::Cpu, Section::Io]);
        assert!(run(&["claims"]).1.contains(&Section::Python));
        assert_eq!(run(&["gil", "claims"]).1, Section::all());
        assert_eq!(run(&[]).1, [except(Section::Gil), vec![Section::Python]].concat());
    }
}
