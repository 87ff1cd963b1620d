//! Runs every command that a README file shows.

#[path = "support/built.rs"]
mod built;
// The download cases are used by other tests.
#[allow(unused_imports, unused_macros)]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::thread;

use built::{build, built, root};
use support::Run;

/// Commands that take too long for this test or would start it again, each with
/// the file that runs it, and the text in that file.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("scripts/compare.sh", ".ci/run", "\nscripts/compare.sh --quick "),
    ("scripts/compare.sh --quick", ".ci/run", "\nscripts/compare.sh --quick "),
    (
        "scripts/compare.sh sequential_counter threaded_counter",
        ".ci/run",
        "\nscripts/compare.sh --quick sequential_counter threaded_counter\n",
    ),
    (
        "scripts/compare.sh --peers --json results/compare.json",
        ".ci/run",
        "\nscripts/compare.sh --quick --peers ",
    ),
    ("scripts/record.sh --check", ".ci/run", "\nscripts/record.sh --check\n"),
    // Here, this command would change the README files.
    ("scripts/record.sh", "tests/commands.rs", "\nfn what_is_recorded_is_renewed() "),
    ("cargo test --workspace", ".ci/run", "test_command=$(sed -n 's/^\\(cargo test[^#]*\\)"),
    ("cargo test -p common", ".ci/run", "\ncargo test -p common "),
    // Without opening a browser.
    (
        "cargo doc -p multiprocessing --no-deps --open",
        ".ci/run",
        " cargo doc --workspace --no-deps ",
    ),
    (".ci/run", ".ci/run", "\nset -euo pipefail\n"),
];

const README_FILES: [&str; 5] = [
    "README.md",
    "asyncio/README.md",
    "multiprocessing/README.md",
    "results/README.md",
    "threading/README.md",
];

/// Placeholders in a command, and the words that this test puts there.
const PLACEHOLDERS: [(&str, &str); 4] =
    [("MEMBER", "threading"), ("PROGRAM", "counter"), ("[ARGUMENTS]", ""), ("DIR", ".")];

/// Most of the programs sleep most of the time.
const AT_ONCE: usize = 8;

#[test]
fn commands_of_the_readme_files_run() {
    let commands = commands();
    let programs: Vec<_> =
        commands.iter().filter_map(|(command, file)| started_by(command, file)).collect();
    assert!(programs.len() > 30, "{} commands", programs.len());
    let names: BTreeSet<&str> = programs.iter().map(|started| started.program.as_str()).collect();
    build(&names);

    let (waiting, failures) = (Mutex::new(programs), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(started) = { waiting.lock().unwrap().pop() } {
                    if let Err(failure) = started.run() {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn each_command_that_is_left_out_runs_elsewhere() {
    let commands = commands();
    for (command, check, text) in ELSEWHERE {
        assert!(commands.contains_key(*command), "no README file shows {command}");
        assert!(read(check).contains(text), "{check} does not run {command}");
    }
}

#[test]
fn scripts_start_the_programs_that_replace_them_here() {
    for (script, end) in [
        ("scripts/compare.sh", "\nexec \"$programs/compare\" \"$@\"\n"),
        ("scripts/timeline.sh", "\nexec \"$programs/timeline\" \"$@\"\n"),
    ] {
        assert!(read(script).ends_with(end), "{script}");
        assert!(read(".ci/run").contains(&format!("\n{script} ")), ".ci/run does not run {script}");
    }
}

#[test]
fn what_is_recorded_is_renewed() {
    build(&BTreeSet::from(["record"]));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("README.md");
    let text = |words: &str| {
        format!("<!-- recorded: echo three small words -->\n\n```text\n{words}\n```\n\nThe rest\n")
    };
    let record = |arguments: &[&str]| {
        let mut record = support::command(built("record").to_str().unwrap());
        support::finish(record.args(arguments).arg(&file))
    };

    fs::write(&file, text("three small words")).unwrap();
    assert!(record(&["--check"]).lines().is_empty());
    fs::write(&file, text("three large words")).unwrap();
    let checked = record(&["--check"]);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    assert!(checked.stderr.contains("printed:\nthree small words\n"), "{checked:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text("three large words"));
    record(&[]).lines();
    assert_eq!(fs::read_to_string(&file).unwrap(), text("three small words"));
}

/// A program that replaces a command, because the command would build it first.
struct Started {
    command: String,
    program: String,
    arguments: Vec<String>,
}

impl Started {
    fn run(&self) -> Result<(), String> {
        let directory = tempfile::tempdir().unwrap();
        let run = support::run_in(
            directory.path(),
            built(&self.program).to_str().unwrap(),
            &self.arguments,
        );
        let Run { status, lines, stderr, .. } = &run;
        // A machine may allow fewer threads or processes than a command asks for.
        if status.success() || stderr.starts_with("Error: could not start ") {
            Ok(())
        } else {
            Err(format!("{}: {status}\n{}\n{stderr}", self.command, lines.join("\n")))
        }
    }
}

/// The program that this test starts for a command; `None` if it runs elsewhere.
fn started_by(command: &str, file: &str) -> Option<Started> {
    // The exercises' changes are compared in tests/exercises.rs.
    if ELSEWHERE.iter().any(|(elsewhere, ..)| *elsewhere == command)
        || command.starts_with("! diff ")
    {
        return None;
    }
    let meant = |word| {
        let meant = PLACEHOLDERS.iter().find(|(placeholder, _)| *placeholder == word);
        meant.map_or(word, |(_, meant)| *meant)
    };
    let words = command.split_whitespace().map(meant).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let example;
    let (program, arguments) = match words.as_slice() {
        ["cargo", "run", "-p", member, "--bin", program, arguments @ ..] => {
            let source = Path::new(member).join("src/bin").join(program).with_extension("rs");
            assert!(root().join(&source).exists(), "{file}: {command}: no {}", source.display());
            // All words after `--` are for the program, even if they begin with a dash.
            (*program, arguments.strip_prefix(&["--"]).unwrap_or(arguments).to_vec())
        }
        ["cargo", "run", "-p", member, "--example", program] => {
            let source = Path::new(member).join("examples").join(program).with_extension("rs");
            assert!(root().join(&source).exists(), "{file}: {command}: no {}", source.display());
            example = format!("examples/{program}");
            (&*example, Vec::new())
        }
        ["scripts/timeline.sh", arguments @ ..] => ("timeline", arguments.to_vec()),
        // Nothing is measured: this only checks that the arguments are valid.
        ["scripts/compare.sh", arguments @ ..] => {
            ("compare", [&["--from", measured()], arguments].concat())
        }
        _ => panic!("{file}: {command}: nothing runs it"),
    };
    let arguments = arguments.into_iter().map(str::to_owned).collect();
    Some(Started { command: format!("{file}: {command}"), program: program.to_owned(), arguments })
}

fn measured() -> &'static str {
    static MEASURED: LazyLock<String> =
        LazyLock::new(|| root().join("results/compare.json").to_str().unwrap().to_owned());
    &MEASURED
}

/// The commands in all README files, each with a file that shows it.
fn commands() -> BTreeMap<String, String> {
    let mut commands = BTreeMap::new();
    for file in README_FILES {
        for command in shown(&read(file)) {
            // `-q` quiets cargo, not the program.
            let command = command.replacen("cargo run -q ", "cargo run ", 1);
            commands.insert(command, file.to_owned());
        }
    }
    commands
}

#[test]
fn all_readme_files_are_known() {
    let mut files = vec!["README.md".to_owned()];
    for entry in fs::read_dir(root()).unwrap() {
        let file = format!("{}/README.md", entry.unwrap().file_name().display());
        if root().join(&file).exists() {
            files.push(file);
        }
    }
    files.sort();
    assert_eq!(files, README_FILES);
}

/// The commands that a text shows: all lines of its shell blocks, the commands of
/// its recordings, and text between backticks that looks like a command.
fn shown(text: &str) -> Vec<String> {
    let mut shown = Vec::new();
    let mut block = None;
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            block = if block.is_none() { Some(language) } else { None };
        } else if block == Some("sh") {
            let command = line.split(" #").next().unwrap().trim();
            if !command.is_empty() {
                shown.push(command.to_owned());
            }
        } else if block.is_some() {
            continue;
        } else if let Some(recorded) = line.strip_prefix("<!-- recorded: ") {
            shown.push(recorded.strip_suffix(" -->").expect("a command").to_owned());
        } else {
            let code = line.split('`').skip(1).step_by(2);
            shown.extend(code.filter(|code| is_command(code)).map(str::to_owned));
        }
    }
    shown
}

fn is_command(code: &str) -> bool {
    let first = code.split(' ').next().unwrap_or_default();
    first == "cargo"
        || first == ".ci/run"
        || first.starts_with("scripts/") && first.ends_with(".sh")
}

#[test]
fn commands_are_found_where_they_are_shown() {
    let text = "`scripts/a.sh -b` and `scripts/a`, `cargo` x, `.ci/run`\n\
                ```sh\nls a   # says what\n\n```\n```text\nno\n```\n\
                <!-- recorded: cargo run -->\n";
    assert_eq!(shown(text), ["scripts/a.sh -b", "cargo", ".ci/run", "ls a", "cargo run"]);
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}
