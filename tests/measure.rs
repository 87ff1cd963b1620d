//! Runs the measuring as its users do, and tries to deceive it.

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// A limit with which a stub runs for some 20 ms.
const LIMIT: &str = "10000000";
/// How long the measuring may take on a busy machine before it counts as hung.
const UNTIL_ENDED: Duration = Duration::from_secs(600);

#[test]
fn a_program_that_is_right_has_its_row() {
    let bench = Bench::new();
    let (right, other) = (bench.stub("right", "sequential_counter"), bench.stub("other", "stub"));
    // Known by its name, and not known at all.
    for programs in [[&right, &right], [&other, &other]] {
        let run = bench.compare(&[programs[0], programs[1], "--runs", "6", "--", LIMIT]);
        assert!(run.status.success(), "{run:?}");
        assert!(run.stderr.is_empty(), "{run:?}");
        let rows = run.stdout.lines().filter(|line| line.ends_with("baseline"));
        assert_eq!(rows.count(), 1, "{run:?}");
        assert!(run.stdout.contains(" rounds\n"), "{run:?}");
        assert!(run.stdout.lines().count() <= 12, "{run:?}");
    }
}

#[test]
fn a_wrong_answer_is_noticed() {
    assert_sabotage("wrong", "printed `All threads are gone`");
    assert_sabotage("silent", "printed 0 lines instead of 1");
}

#[test]
fn a_wrong_answer_after_right_ones_is_noticed() {
    // The warm-up and the first timed run are right.
    assert_sabotage("later", "printed `All threads are gone`");
}

#[test]
fn a_failure_is_noticed() {
    assert_sabotage("failing", "failed with exit status 3: out of luck");
}

#[test]
fn a_hang_is_noticed() {
    assert_sabotage("hanging", "hung: it did not end within 3 s");
}

#[test]
fn a_death_is_noticed() {
    assert_sabotage("killed", "was killed by SIGABRT");
}

#[test]
fn a_longer_time_than_the_run_is_noticed() {
    assert_sabotage("boasting", "printed a longer time than the whole process took");
}

#[test]
fn a_process_that_is_left_behind_is_noticed_and_ended() {
    assert_sabotage("leaving", "left a process running");
}

#[test]
fn a_missing_program_is_noticed() {
    let bench = Bench::new();
    let right = bench.stub("right", "sequential_counter");
    let missing = bench.directory.path().join("right/threaded_counter");
    let missing = missing.to_str().unwrap();
    bench.assert_refused(&[&right, missing, "--", LIMIT], missing, "No such file");
    bench.assert_refused(&[&right, "no_such_program", "--", LIMIT], "no_such_program", "No such");
}

#[test]
fn unknown_programs_must_agree() {
    let bench = Bench::new();
    let right = bench.stub("right", "stub");
    let other = bench.stub("wrong", "stub");
    let what = "its output differs from the baseline's: `All threads are gone`";
    bench.assert_refused(&[&right, &other, "--", LIMIT], &other, what);
}

#[test]
fn a_limit_of_the_machine_has_its_row() {
    let bench = Bench::new();
    for program in ["threaded_waits", "process_waits", "async_waits"] {
        bench.stub("limited", program);
    }
    // It looks for the programs where it lies itself.
    let measure = bench.path("limited", "compare");
    fs::copy(env!("CARGO_BIN_EXE_compare"), &measure).unwrap();
    let run = bench.run(&measure, &["waits", "--quick"]);
    assert!(run.status.success(), "{run:?}");
    let row = |program: &str| {
        let begins = |line: &&str| line.trim_start().starts_with(program);
        let rows: Vec<&str> = run.stdout.lines().filter(begins).collect();
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
fn help_says_what_the_reader_has_to_type() {
    let run = Bench::new().compare(&["--help"]);
    assert!(run.status.success(), "{run:?}");
    assert!(run.stdout.contains("Usage: scripts/compare.sh [OPTIONS] [SECTION]...\n"), "{run:?}");
}

#[test]
fn one_core_is_said_to_be_one() {
    let bench = Bench::new();
    let right = bench.stub("right", "sequential_counter");
    // On this thread only; a program that it starts inherits it.
    let own = Pid::from_raw(0);
    let before = sched_getaffinity(own).unwrap();
    let first = (0..CpuSet::count()).find(|&core| before.is_set(core).unwrap()).unwrap();
    let mut one = CpuSet::new();
    one.set(first).unwrap();
    sched_setaffinity(own, &one).unwrap();
    let run = bench.compare(&[&right, &right, "--", LIMIT]);
    sched_setaffinity(own, &before).unwrap();
    assert!(run.status.success(), "{run:?}");
    assert!(run.stdout.contains(" 1 core, ceiling "), "{run:?}");
}

#[test]
fn an_interruption_leaves_nothing() {
    let bench = Bench::new();
    let hanging = bench.stub("hanging", "sequential_counter");
    for signal in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM] {
        let json = bench.directory.path().join("samples.json");
        let mut command = bench.command(&[&hanging, &hanging, "--json", json.to_str().unwrap()]);
        let measure = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let pid = measure.id();
        let program = wait_for_program(pid, "sequential_cou");
        kill(Pid::from_raw(pid.cast_signed()), signal).unwrap();
        let run = Run::of(measure, UNTIL_ENDED);
        assert_eq!(run.status.signal(), Some(signal as i32), "{run:?}");
        assert!(run.stdout.is_empty() && run.stderr.is_empty(), "{run:?}");
        assert!(!Path::new("/proc").join(program.to_string()).exists());
        assert!(!json.exists());
        bench.assert_nothing_left();
    }
}

#[test]
fn an_interruption_of_the_compiler_is_one_of_the_measuring() {
    let bench = Bench::new();
    let right = bench.stub("right", "sequential_counter");
    // As Ctrl-C at a terminal, which reaches all that run.
    let compiler = bench.path("compiler", "g++");
    fs::write(&compiler, "#!/bin/sh\n[ \"$1\" = --version ] || kill -INT 0\necho 'g++ 0'\n")
        .unwrap();
    fs::set_permissions(&compiler, Permissions::from_mode(0o755)).unwrap();
    let mut path = compiler.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());

    let mut command = bench.command(&[&right, &right, "--peers", "--", LIMIT]);
    command.env("PATH", path).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = Run::of(command.spawn().unwrap(), UNTIL_ENDED);
    assert_eq!(run.status.signal(), Some(Signal::SIGINT as i32), "{run:?}");
    assert!(run.stdout.is_empty() && run.stderr.is_empty(), "{run:?}");
    bench.assert_nothing_left();
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let bench = Bench::new();
    let right = bench.stub("right", "sequential_counter");
    let mut measure = bench.command(&[&right, &right, "--runs", "6", "--", LIMIT]);
    let mut measure = measure.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(measure.stdout.take());
    let run = Run::of(measure, UNTIL_ENDED);
    assert!(run.status.success(), "{run:?}");
    assert!(run.stderr.is_empty(), "{run:?}");
}

#[test]
fn a_table_can_be_made_again() {
    let bench = Bench::new();
    let right = bench.stub("right", "sequential_counter");
    let json = bench.directory.path().join("samples.json");
    let markdown = bench.directory.path().join("table.md");
    let (json, markdown) = (json.to_str().unwrap(), markdown.to_str().unwrap());
    let files = ["--json", json, "--markdown", markdown];
    let run = bench.compare(&[&[&*right, &right][..], &files, &["--", LIMIT]].concat());
    assert!(run.status.success(), "{run:?}");
    let table = fs::read_to_string(markdown).unwrap();
    assert!(table.contains("| program "), "{table}");
    let read: serde_json::Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(read["verdicts"].as_array().unwrap().len(), 1, "{read}");

    fs::remove_dir_all(bench.directory.path().join("right")).unwrap();
    let again = bench.compare(&["--from", json]);
    assert!(again.status.success(), "{again:?}");
    assert_eq!(again.stdout, run.stdout);

    // What a link leads to is written, and the link stays.
    let link = bench.directory.path().join("link.md");
    symlink(markdown, &link).unwrap();
    fs::write(markdown, "older").unwrap();
    let linked = bench.compare(&["--from", json, "--markdown", link.to_str().unwrap()]);
    assert!(linked.status.success(), "{linked:?}");
    assert_eq!(fs::read_to_string(markdown).unwrap(), table);
    assert!(link.is_symlink());

    // Of what was not measured there is no picture.
    let pictures = bench.directory.path().join("pictures");
    let svg = ["--from", json, "--svg", pictures.to_str().unwrap()];
    bench.assert_usage(&svg, "only break-even and waits have pictures");
    bench.assert_usage(&["--from", json, "right"], "unknown section `right`");
    assert!(!pictures.exists());

    let samples = fs::read_to_string(json).unwrap();
    fs::write(json, &samples[..samples.len() / 2]).unwrap();
    bench.assert_usage(&["--from", json], "it is not JSON");
    fs::write(json, samples.replace("\"format\": 2", "\"format\": 0")).unwrap();
    bench.assert_usage(&["--from", json], "format 0");
}

#[test]
fn a_command_line_that_makes_no_sense_is_refused() {
    let bench = Bench::new();
    bench.assert_usage(&["one_program"], "unknown section or program `one_program`");
    bench.assert_usage(&["cpu", "sequential_counter"], "unknown section `sequential_counter`");
    bench.assert_usage(&["cpu", "--", "5"], "arguments are for programs");
    bench.assert_usage(&["--from", "/no/such/file"], "/no/such/file");
    bench.assert_usage(&["cpu", "--svg", "/dev/null"], "only break-even and waits have pictures");
    bench.assert_usage(&["", ""], "an empty name");
    for (option, file) in [
        ("--json", "/no/such/samples.json"),
        ("--markdown", "/dev/null/table.md"),
        ("--json", "/dev"),
    ] {
        bench.assert_usage(&["a", "b", option, file], &format!("cannot write {file}: "));
    }
    bench.assert_usage(&["--runs", "5"], "6..=1000");
    bench.assert_usage(&["--quick", "--full"], "cannot be used with");
    bench.assert_usage(&["a", "b", "--time-limit", "0"], "time-limit");
}

/// A stub that misbehaves is refused, beside one that does not, first or last.
fn assert_sabotage(behaviour: &str, what: &str) {
    // Three seconds are enough for next to no work, however busy the machine is.
    let (time_limit, limit) = if behaviour == "hanging" { ("3", "1000") } else { ("60", LIMIT) };
    for first in [false, true] {
        // Anew, for those that count their runs.
        let bench = Bench::new();
        let right = bench.stub("right", "sequential_counter");
        let lying = bench.stub(behaviour, "threaded_counter");
        let programs = if first { [&lying, &right] } else { [&right, &lying] };
        let arguments = [programs[0], programs[1], "--time-limit", time_limit, "--", limit];
        bench.assert_refused(&arguments, &lying, what);
    }
}

/// A place for stubs, and the right to use the processor alone.
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

    /// Where a stub of a behaviour and a name is to be.
    fn path(&self, behaviour: &str, name: &str) -> PathBuf {
        let directory = self.directory.path().join(behaviour);
        fs::create_dir_all(&directory).unwrap();
        directory.join(name)
    }

    /// An optimized stub.
    fn stub(&self, behaviour: &str, name: &str) -> String {
        // Where cargo keeps such things: nobody drops what is static.
        static COMPILED: LazyLock<PathBuf> = LazyLock::new(|| {
            let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let unfinished = directory.join(format!("stub.{}", std::process::id()));
            compile(&unfinished, &["-O", "-C", "strip=debuginfo"]);
            let finished = directory.join("stub");
            fs::rename(unfinished, &finished).unwrap();
            finished
        });
        let path = self.path(behaviour, name);
        fs::copy(&*COMPILED, &path).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_compare")), arguments)
    }

    fn command_of(&self, measure: &Path, arguments: &[&str]) -> Command {
        // Signals as a terminal's programs have them: what a script starts in the
        // background ignores some, and so would all that it starts.
        let mut command = Command::new("env");
        command.arg("--default-signal").arg(measure).args(arguments);
        command.env("TMPDIR", self.temporary.path()).env_remove("RUST_BACKTRACE");
        command.stdin(Stdio::null()).process_group(0);
        command
    }

    fn compare(&self, arguments: &[&str]) -> Run {
        self.run(Path::new(env!("CARGO_BIN_EXE_compare")), arguments)
    }

    fn run(&self, measure: &Path, arguments: &[&str]) -> Run {
        let mut command = self.command_of(measure, arguments);
        let measure = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let run = Run::of(measure, UNTIL_ENDED);
        self.assert_nothing_left();
        run
    }

    /// No process and no file.
    fn assert_nothing_left(&self) {
        let left: Vec<_> = fs::read_dir(self.temporary.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        let stubs = processes().into_iter().filter(|(_, path)| path.starts_with(&self.directory));
        let stubs: Vec<_> = stubs.collect();
        assert!(stubs.is_empty(), "{stubs:?}");
    }

    /// Status 1, one line that names the program, no table.
    fn assert_refused(&self, arguments: &[&str], program: &str, what: &str) {
        let run = self.compare(arguments);
        assert_eq!(run.status.code(), Some(1), "{run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stderr.starts_with(&format!("compare: {program}: ")), "{run:?}");
        assert!(run.stderr.contains(what), "{run:?}");
    }

    /// Status 2, a sentence, nothing run.
    fn assert_usage(&self, arguments: &[&str], what: &str) {
        let run = self.compare(arguments);
        assert_eq!(run.status.code(), Some(2), "{run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
        assert!(run.stderr.contains(what), "{run:?}");
    }
}

#[derive(Debug)]
struct Run {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Run {
    /// Waits for the end, and kills what does not end in time.
    fn of(mut child: Child, limit: Duration) -> Run {
        let pipes = (child.stdout.take(), child.stderr.take());
        let readers = thread::spawn(move || {
            let (mut stdout, mut stderr) = (String::new(), String::new());
            // What is printed fits into the pipes' buffers.
            pipes.0.map(|mut pipe| pipe.read_to_string(&mut stdout).unwrap());
            pipes.1.map(|mut pipe| pipe.read_to_string(&mut stderr).unwrap());
            (stdout, stderr)
        });
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > limit {
                child.kill().unwrap();
                panic!("measure did not end within {limit:?}");
            }
            thread::sleep(Duration::from_millis(5));
        };
        let (stdout, stderr) = readers.join().unwrap();
        Run { status, stdout, stderr }
    }
}

/// Compiles the stub.
fn compile(program: &Path, options: &[&str]) {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/support/stub.rs");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "--crate-name", "stub", source, "-o"]).arg(program);
    let status = rustc.args(options).status().unwrap();
    assert!(status.success(), "{status}");
}

/// The processes that can be seen, with their executable files.
fn processes() -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid: u32| Some((pid, fs::read_link(format!("/proc/{pid}/exe")).ok()?)))
        .collect()
}

/// Waits until a process has a child whose name begins so, and returns its pid.
fn wait_for_program(parent: u32, name: &str) -> u32 {
    let until = Instant::now() + UNTIL_ENDED;
    while Instant::now() < until {
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
        for child in children.unwrap().split_whitespace() {
            let named = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
            if named.starts_with(name) {
                return child.parse().unwrap();
            }
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("no {name} was started");
}
