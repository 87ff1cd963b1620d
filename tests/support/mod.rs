//! Runs programs the way a reader would.

// Each test target uses only a part of this.
#![allow(dead_code)]

pub mod downloads;
pub mod faulty;
pub mod shelf;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A program that runs for longer than this hangs. The longest sleeps 6 s.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// What a program did.
#[derive(Debug)]
pub struct Run {
    pub status: ExitStatus,
    pub lines: Vec<String>,
    pub stderr: String,
    /// From before the start to after the end.
    pub elapsed: Duration,
}

impl Run {
    /// The printed lines of a program that succeeded without a word on standard error.
    pub fn lines(&self) -> Vec<&str> {
        assert!(self.status.success() && self.stderr.is_empty(), "{self:?}");
        self.lines.iter().map(String::as_str).collect()
    }

    /// The index of a line.
    pub fn position(&self, line: &str) -> usize {
        let position = self.lines.iter().position(|other| other == line);
        position.unwrap_or_else(|| panic!("no line {line:?} in {self:#?}"))
    }
}

/// A program without the environment variables that could change what it prints or
/// which server it asks.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for variable in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(variable).env_remove(variable.to_uppercase());
    }
    command.env_remove("RUST_BACKTRACE").stdin(Stdio::null());
    command
}

/// Runs a program to its end, in a directory.
pub fn run_in<S: AsRef<OsStr>>(directory: &Path, program: &str, arguments: &[S]) -> Run {
    finish(command(program).args(arguments).current_dir(directory))
}

/// Runs a program to its end.
pub fn run(program: &str, arguments: &[&str]) -> Run {
    finish(command(program).args(arguments))
}

/// Asserts that `--help` of programs with arguments names the program, explains each
/// argument and shows its default; and that an unknown option is refused.
pub fn assert_helpful(programs: &[&str]) {
    for program in programs {
        let name = Path::new(program).file_name().unwrap().to_str().unwrap();
        let help = run(program, &["--help"]);
        let usage = format!("Usage: {name} [");
        assert!(help.lines().iter().any(|line| line.starts_with(&usage)), "{help:?}");
        for line in help.lines.iter().filter(|line| line.starts_with("  ")) {
            assert!(line.trim_start().contains("  "), "{name} does not explain: {line}");
        }
        assert!(help.lines.iter().any(|line| line.contains("[default: ")), "{help:?}");

        let refused = run(program, &["--no-such-option"]);
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        assert!(refused.stderr.starts_with("error: ") && refused.lines.is_empty(), "{refused:?}");
    }
}

/// Runs a command to its end, and kills it if it hangs.
pub fn finish(command: &mut Command) -> Run {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let lines = thread::spawn(move || BufReader::new(stdout).lines().map(Result::unwrap).collect());
    let stderr = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let status = wait(&mut child);
    let elapsed = started.elapsed();
    Run { status, lines: lines.join().unwrap(), stderr: stderr.join().unwrap(), elapsed }
}

fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + TIME_LIMIT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("process {} hangs", child.id());
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Asserts that a line is `Time taken: 1.234567 seconds`.
pub fn assert_time(line: &str) {
    let time = line.strip_prefix("Time taken: ").and_then(|rest| rest.strip_suffix(" seconds"));
    let time = time.unwrap_or_else(|| panic!("{line:?} is no time"));
    let (_, decimals) = time.split_once('.').unwrap();
    assert!(time.parse::<f64>().unwrap() >= 0.0 && decimals.len() == 6, "{line:?}");
}

/// Whether something happens in one of five tries: a busy machine can delay some tries,
/// but not all.
pub fn in_some_try(mut happens: impl FnMut() -> bool) -> bool {
    (0..5).any(|_| happens())
}

/// Asserts that a program prints these lines in some try. Their order comes from sleeps
/// that end at least half a second apart.
pub fn assert_prints(run: impl Fn() -> Run, expected: &[&str]) -> Run {
    let mut last = run();
    in_some_try(|| {
        if last.lines() != expected {
            last = run();
        }
        last.lines() == expected
    });
    assert_eq!(last.lines(), expected);
    last
}

/// Asserts that both counts print each number before one of them prints the next.
pub fn assert_numbers_overlap(run: impl Fn() -> Run) {
    let run = assert_prints(run, &["0", "0", "1", "1", "2", "2", "3", "3", "4", "4"]);
    assert!(run.elapsed >= Duration::from_secs(5), "{run:?}");
}
