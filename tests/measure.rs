//! Runs the measuring as its users do, and tries to deceive it.

#[path = "support/processes.rs"]
mod processes;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use processes::Outcome;
use serde_json::Value;
use tempfile::TempDir;

/// An argument as the counting programs have it, and what they print.
const LIMIT: &str = "1000";
const COUNTED: &str = "echo All counts are finished; echo $time";
const THREADED: &str = "echo All threads are finished; echo $time";
const COMPARE: &str = env!("CARGO_BIN_EXE_compare");

#[test]
fn a_program_that_is_right_has_its_row() {
    let bench = Bench::new();
    let (right, other) = (bench.right(), bench.script("other", "other", "echo $time"));
    // Known by its name, and not known at all.
    for (program, size, title) in [
        (&right, &["--", LIMIT][..], "Four counts to 1 000: "),
        (&right, &[], "(so that one core takes up to 100 ms): "),
        (&other, &["--", LIMIT], "The programs that you named: "),
    ] {
        let run = bench.compare(&[&[program, program, "--runs", "6"], size].concat());
        let printed = run.success();
        assert!(printed.replace("\n  ", " ").contains(title), "{run:?}");
        let rows = printed.lines().filter(|line| line.ends_with("baseline"));
        assert_eq!(rows.count(), 1, "{run:?}");
        assert!(printed.contains(" rounds\n"), "{run:?}");
        assert!(printed.lines().count() <= 12, "{run:?}");
    }
}

#[test]
fn a_program_that_misbehaves_is_refused() {
    for (text, what) in [
        ("echo $time", "printed 0 lines instead of 1"),
        // The warm-up and the first timed run are right.
        (
            "echo >>$0.runs; [ $(wc -l <$0.runs) -gt 2 ] && end=gone
             echo All threads are ${end-finished}; echo $time",
            "printed `All threads are gone`",
        ),
        ("echo out of luck >&2; exit 3", "failed with exit status 3: out of luck"),
        ("sleep 600", "hung: it did not end within 3 s"),
        ("kill -ABRT $$", "was killed by SIGABRT"),
        (
            "echo All threads are finished; echo Time taken: 100.000000 seconds",
            "printed a longer time than the whole process took",
        ),
        // Not for ever: if the test is killed, it is left behind.
        ("sleep 120 & echo All threads are finished; echo $time", "left 1 process running"),
    ] {
        // Three seconds are enough for no work, however busy the machine is.
        let time_limit = if what.starts_with("hung") { "3" } else { "60" };
        for first in [false, true] {
            // Anew, for the case that counts its runs.
            let bench = Bench::new();
            let right = bench.right();
            let lying = bench.script("lying", "threaded_counter", text);
            let programs = if first { [&lying, &right] } else { [&right, &lying] };
            let arguments = [programs[0], programs[1], "--time-limit", time_limit, "--", LIMIT];
            bench.assert_refused(&arguments, &lying, what);
        }
    }
}

#[test]
fn programs_that_are_missing_or_disagree_are_refused() {
    let bench = Bench::new();
    let right = bench.right();
    let missing = right.replace("sequential", "threaded");
    bench.assert_refused(&[&right, &missing, "--", LIMIT], &missing, "No such file");
    bench.assert_refused(&[&right, "no_such_program", "--", LIMIT], "no_such_program", "No such");
    // Of a program that is not known, the baseline says what is right.
    let other = bench.script("other", "other", "echo All threads are gone; echo $time");
    let baseline = bench.script("baseline", "other", THREADED);
    let what = "its output differs from the baseline's: `All threads are gone`";
    bench.assert_refused(&[&baseline, &other, "--", LIMIT], &other, what);
}

#[test]
fn a_limit_of_the_machine_has_its_row() {
    let bench = Bench::new();
    let aborted = "echo 'failed to allocate a stack (os error 12)' >&2
                   echo 'fatal runtime error: failed to initiate panic' >&2; kill -ABRT $$";
    bench.script("limited", "threaded_waits", aborted);
    for program in ["process_waits", "async_waits"] {
        bench.script("limited", program, "echo All waits are finished; echo $time");
    }
    let run = bench.run(&bench.copy("limited"), &["waits", "--quick"], None);
    let row = |program: &str| {
        let begins = |line: &&str| line.trim_start().starts_with(program);
        let rows: Vec<&str> = run.success().lines().filter(begins).collect();
        assert_eq!(rows.len(), 1, "{run:?}");
        rows[0].to_owned()
    };
    let why = "was killed by SIGABRT: failed to allocate";
    assert!(row("threaded_waits").contains(why), "{run:?}");
    // There is no baseline to hold the others against.
    for program in ["process_waits", "async_waits"] {
        let row = row(program);
        let time = row.split_whitespace().nth(1).and_then(|time| time.parse::<f64>().ok());
        assert!(time.is_some() && !row.contains("baseline"), "{run:?}");
    }
}

#[test]
fn each_interpreter_has_its_rows_and_its_own_baseline() {
    let bench = Bench::new();
    let threads = bench.interpreters(&["python3", "python3.99t"]);
    let only_free = bench.interpreters(&["python3.99t"]);
    let without = bench.interpreters(&[]);
    for (printed, row, words) in [
        (&threads, "gil_counter ", ""),
        (&threads, "Python 3.9, sequential ", "baseline"),
        (&threads, "Python 3.9, threaded ", "2.00x faster (2.00-2.00)"),
        (&threads, "Python 3.99t, GIL on, sequential ", "baseline"),
        (&threads, "Python 3.99t, GIL off, threaded ", "2.00x faster (2.00-2.00)"),
        (&threads, "Beside Python 3.9.1, Python 3.99.0t.", ""),
        (&threads, "Left out: C++ (no g++ on the path).", ""),
        (&only_free, "Left out: python3 (not on the path), C++ (no g++ on the path).", ""),
        (&without, "gil_counter ", ""),
        (&without, "Left out: python3 (not on the path), free-threaded CPython (no python3.Nt", ""),
    ] {
        let mut lines = printed.lines().map(str::trim);
        let found = lines.any(|line| line.starts_with(row) && line.ends_with(words));
        assert!(found, "{row}{words}: {printed}");
    }
    assert!(!without.contains("Python 3.9, "), "{without}");
}

#[test]
fn what_does_not_run_is_left_out_and_refused_if_it_was_given() {
    let bench = Bench::new();
    let right = bench.right();
    let broken = bench.script("broken", "python3", "echo 'no module named encodings' >&2; exit 1");
    let what = "failed with exit status 1: no module named encodings";
    bench.assert_usage(&[&right, &right, "--python", &broken], what);
    bench.assert_usage(&[&right, &right, "--python", "/no/such/python"], "could not be started");
    bench.assert_usage(&[&right, &right, "--python", &right], "--python ");

    let compiler = "[ $1 = --version ] && echo g++ 9 || { echo no headers >&2; exit 1; }";
    bench.script("broken", "g++", compiler);
    let arguments = [&*right, &right, "--peers", "--runs", "6", "--", LIMIT];
    let run = bench.run(COMPARE, &arguments, broken.strip_suffix("python3"));
    let unwrapped = run.success().replace("\n  ", " ");
    assert!(unwrapped.contains(&format!("Left out: {broken} ({what}), ")), "{run:?}");
    assert!(unwrapped.contains("C++ (g++ bare_fork.cpp failed with exit status 1: no headers"));
}

/// The limit of 80 lines is for a default run beside CPython: `--peers` adds rows.
#[test]
fn a_default_report_fits_and_its_colours_follow_the_terminal() {
    let bench = Bench::new();
    let json = bench.recorded();
    let sections = ["cpu", "io", "waits", "start", "pool", "traps", "break-even"];
    let command = || bench.command(COMPARE, &[&["--from", &json], &sections[..]].concat());
    let fits = |report: &str, columns| {
        let widths = report.lines().map(console::measure_text_width);
        assert!(widths.max() <= Some(columns), "{columns}: {report}");
    };
    for (columns, variable, is_coloured) in [
        (80, ("TERM", "xterm"), true),
        (60, ("NO_COLOR", "1"), false),
        (120, ("TERM", "dumb"), false),
    ] {
        let report = terminal::drawn(command(), columns, variable);
        fits(&report, usize::from(columns));
        assert_eq!(report.contains("\u{1b}["), is_coloured, "{report}");
        assert_eq!(report.contains("█"), is_coloured, "{report}");
        assert_eq!(report.contains("##"), !is_coloured, "{report}");
    }
    for (forced, is_coloured) in [("0", false), ("1", true)] {
        let run = processes::run(command().env("CLICOLOR_FORCE", forced));
        let report = run.success();
        fits(report, 80);
        // Five lines about CPython and one about a busy machine may be added.
        assert!(report.lines().count() + 6 <= 80, "{report}");
        assert_eq!(report.contains("\u{1b}["), is_coloured, "{report}");
        assert!(report.contains("##") && !report.contains("█"), "{report}");
    }
}

#[test]
fn a_terminal_shows_what_is_running_and_how_long() {
    let bench = Bench::new();
    let (right, html) = (bench.right(), bench.path("page", "report.html"));
    let options = ["--peers", "--html", &html, "--", LIMIT];
    let command = bench.command(COMPARE, &[&[&*right, &right], &options[..]].concat());
    let shown = terminal::drawn(command, 120, ("PATH", "/nonexistent"));
    let lines =
        ["Looking for Python", "The timeline of ", "Four counts", " of 115 s", "1 not yet begun"];
    lines.iter().for_each(|line| assert!(shown.contains(line), "{line}: {shown}"));
}

#[test]
fn one_core_is_said_to_be_one() {
    let bench = Bench::new();
    let right = bench.right();
    // On this thread only; a program that it starts inherits it.
    let own = Pid::from_raw(0);
    let before = sched_getaffinity(own).unwrap();
    let first = (0..CpuSet::count()).find(|&core| before.is_set(core).unwrap()).unwrap();
    let mut one = CpuSet::new();
    one.set(first).unwrap();
    sched_setaffinity(own, &one).unwrap();
    let run = bench.compare(&[&right, &right, "--", LIMIT]);
    sched_setaffinity(own, &before).unwrap();
    assert!(run.success().contains(" 1 core, ceiling "), "{run:?}");
}

#[test]
fn an_interruption_leaves_nothing() {
    let bench = Bench::new();
    let hanging = bench.script("hanging", "sequential_counter", "sleep 600");
    for signal in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM] {
        let json = bench.path("made", "samples.json");
        let arguments = [&*hanging, &hanging, "--json", &json];
        let measure = processes::start(&mut bench.command(COMPARE, &arguments));
        // The directory of a program that is started.
        while fs::read_dir(&bench.temporary).unwrap().next().is_none() {
            thread::sleep(Duration::from_millis(5));
        }
        kill(measure.pid(), signal).unwrap();
        let run = measure.finish();
        run.killed_by(signal);
        assert!(run.stdout.is_empty() && run.stderr.is_empty(), "{run:?}");
        bench.assert_no_file();
        assert!(!Path::new(&json).exists());
    }
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let bench = Bench::new();
    let right = bench.right();
    let script = "set -o pipefail; \"$0\" \"$@\" | true";
    let arguments = ["-c", script, COMPARE, &right, &right, "--runs", "6", "--", LIMIT];
    assert_eq!(bench.run("bash", &arguments, None).success(), "");
}

#[test]
fn a_table_can_be_made_again() {
    let bench = Bench::new();
    let right = bench.right();
    let [json, markdown, link, pictures] =
        ["samples.json", "table.md", "link.md", "pictures"].map(|name| bench.path("made", name));
    let arguments = [&*right, &right, "--json", &json, "--markdown", &markdown, "--", LIMIT];
    let printed = bench.compare(&arguments).success().to_owned();
    let table = fs::read_to_string(&markdown).unwrap();
    assert!(table.contains("| program "), "{table}");
    let read: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(read["verdicts"].as_array().unwrap().len(), 1, "{read}");

    fs::remove_dir_all(bench.directory.path().join("right")).unwrap();
    assert_eq!(bench.compare(&["--from", &json]).success(), printed);

    // What a link leads to is written, and the link stays.
    symlink(&markdown, &link).unwrap();
    fs::write(&markdown, "older").unwrap();
    bench.compare(&["--from", &json, "--markdown", &link]).success();
    assert_eq!(fs::read_to_string(&markdown).unwrap(), table);
    assert!(Path::new(&link).is_symlink());

    // Of what was not measured there is no picture.
    let svg = ["--from", &json, "--svg", &pictures];
    bench.assert_usage(&svg, "only break-even and waits have pictures");
    bench.assert_usage(&["--from", &json, "right"], "unknown section `right`");
    assert!(!Path::new(&pictures).exists());

    let samples = fs::read_to_string(&json).unwrap();
    fs::write(&json, &samples[..samples.len() / 2]).unwrap();
    bench.assert_usage(&["--from", &json], "it is not JSON");
    fs::write(&json, samples.replace("\"format\": 3", "\"format\": 0")).unwrap();
    bench.assert_usage(&["--from", &json], "its format is 0, not 3");
}

#[test]
fn help_shows_the_command_line_and_one_that_makes_no_sense_is_refused() {
    let bench = Bench::new();
    let help = bench.compare(&["--help"]);
    assert!(help.stdout.contains("Usage: scripts/compare.sh [OPTIONS] [SECTION]...\n"), "{help:?}");
    bench.assert_usage(&["one_program"], "unknown section or program `one_program`");
    bench.assert_usage(&["cpu", "sequential_counter"], "unknown section `sequential_counter`");
    bench.assert_usage(&["cpu", "--", "5"], "arguments are for programs");
    bench.assert_usage(&["--from", "/no/such/file"], "/no/such/file");
    bench.assert_usage(&["cpu", "--svg", "/dev/null"], "only break-even and waits have pictures");
    bench.assert_usage(&["", ""], "the name of a program is empty");
    bench.assert_usage(&["a", "b", "--json", "/no/such/file"], "cannot write /no/such/file: ");
    bench.assert_usage(&["a", "b", "--markdown", "/dev/null/x"], "cannot write /dev/null/x: ");
    bench.assert_usage(&["--runs", "5"], "6..=500");
    bench.assert_usage(&["--quick", "--full"], "cannot be used with");
    bench.assert_usage(&["a", "b", "--time-limit", "0"], "time-limit");
}

/// A place for programs that the tests write, and the right to use the processor alone.
struct Bench {
    directory: TempDir,
    /// Where the measuring has its temporary files.
    temporary: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Bench {
    fn new() -> Bench {
        // Measurements disturb each other.
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        Bench {
            directory: tempfile::tempdir().unwrap(),
            temporary: tempfile::tempdir().unwrap(),
            _alone: alone,
        }
    }

    /// Where a program of a name is to be, in a folder of its own.
    fn path(&self, folder: &str, name: &str) -> String {
        let directory = self.directory.path().join(folder);
        fs::create_dir_all(&directory).unwrap();
        directory.join(name).to_str().unwrap().to_owned()
    }

    /// A program that gives the right answer of `sequential_counter`.
    fn right(&self) -> String {
        self.script("right", "sequential_counter", COUNTED)
    }

    fn script(&self, folder: &str, name: &str, text: &str) -> String {
        let script = self.path(folder, name);
        let time = "time='Time taken: 0.000001 seconds'";
        fs::write(&script, format!("#!/bin/sh\n{time}\n{text}\n")).unwrap();
        fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
        script
    }

    /// What the section `gil` prints if the path has only these made-up interpreters.
    /// Their threads take half of the time of the counts one at a time.
    fn interpreters(&self, installed: &[&str]) -> String {
        self.script("counters", "sequential_counter", COUNTED);
        self.script("counters", "threaded_counter", THREADED);
        self.script("counters", "gil_counter", THREADED);
        for (name, version, free) in
            [("python3", "3.9.1", "false"), ("python3.99t", "3.99.0", "true")]
        {
            let text = format!(
                r#"gil=true; seconds=0.000004
                case "$*" in *gil=0*) gil=false;; esac
                case "$*" in *threaded*) seconds=0.000002;; esac
                case "$*" in
                *interpreter.py) echo '{{"implementation": "Python", "version": "{version}",
                    "free_threaded": {free}, "counting": 1e-8, "adding": 1e-8,
                    "executable": "'$0'", "gil": '$gil'}}';;
                *) echo All threads are finished; echo Time taken: $seconds seconds;; esac"#
            );
            self.script(name, name, &text);
        }
        let path: Vec<String> = installed.iter().map(|name| self.path(name, "")).collect();
        let arguments = ["gil", "--quick", "--runs", "6"];
        self.run(&self.copy("counters"), &arguments, Some(&path.join(":"))).success().to_owned()
    }

    /// A file with the recorded results. Of the peers it has only rows in the section `pool`.
    fn recorded(&self) -> String {
        let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/../../results/compare.json");
        let mut results: Value = serde_json::from_slice(&fs::read(recorded).unwrap()).unwrap();
        let workloads = results["workloads"].as_array_mut().unwrap();
        // A default run has fewer workloads and rows.
        let longer = ["pool-inputs", "queues", "connections", "downloading-limited"];
        workloads.retain(|m| m["unit"] != "step" && !longer.iter().any(|name| m["name"] == *name));
        for measured in workloads.iter_mut() {
            let left_out = if measured["section"] == "pool" { ", GIL " } else { ", " };
            let rows = measured["rows"].as_array_mut().unwrap();
            rows.retain(|row| {
                let program = row["program"].as_str().unwrap();
                !program.contains(left_out)
                    && !["rayon_map", "async_parallel_map"].contains(&program)
            });
        }
        let file = self.path("recorded", "results.json");
        fs::write(&file, results.to_string()).unwrap();
        file
    }

    /// The measuring in a folder: it looks for the programs where it lies itself.
    fn copy(&self, folder: &str) -> String {
        let compare = self.path(folder, "compare");
        fs::copy(COMPARE, &compare).unwrap();
        compare
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = terminal::command(program, arguments);
        command.env("TMPDIR", self.temporary.path());
        command
    }

    fn compare(&self, arguments: &[&str]) -> Outcome {
        self.run(COMPARE, arguments, None)
    }

    /// Runs a program, with another PATH if one is given. No process (which `processes`
    /// looks at) and no file is left.
    fn run(&self, program: &str, arguments: &[&str], path: Option<&str>) -> Outcome {
        let mut command = self.command(program, arguments);
        let run = processes::run(command.envs(path.map(|path| ("PATH", path))));
        self.assert_no_file();
        run
    }

    fn assert_no_file(&self) {
        let left: Vec<_> = fs::read_dir(&self.temporary).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }

    /// Status 1, and one line that names the program.
    fn assert_refused(&self, arguments: &[&str], program: &str, what: &str) {
        let message = self.message(arguments, 1, what);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.starts_with(&format!("compare: {program}: ")), "{message}");
    }

    /// Status 2, and a sentence.
    fn assert_usage(&self, arguments: &[&str], what: &str) {
        self.message(arguments, 2, what);
    }

    fn message(&self, arguments: &[&str], status: i32, what: &str) -> String {
        let run = self.compare(arguments);
        assert_eq!(run.status.code(), Some(status), "{run:?}");
        assert!(run.stdout.is_empty() && run.stderr.contains(what), "{run:?}");
        run.stderr
    }
}
