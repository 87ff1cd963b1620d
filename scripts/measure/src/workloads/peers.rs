//! The same work in CPython and in C++, from the small programs in
//! `scripts/peers`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::Program;
use crate::child::Signals;
use crate::trouble::Trouble;

/// Where their sources are.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers");
/// What the bare system takes, which the pool is held against.
pub const BARE: &[&str] = &["bare_fork"];
/// All C++ programs.
pub const ALL: &[&str] = &["bare_fork", "counter", "map"];

/// What there is of Python and C++.
pub struct Peers {
    python: Option<PathBuf>,
    cpp: BTreeMap<&'static str, PathBuf>,
    /// Holds the compiled programs.
    _compiled: Option<TempDir>,
}

impl Peers {
    /// Looks for `python3`, and compiles some C++ programs if there is a `g++`.
    /// What is not there is named in the notes.
    ///
    /// # Errors
    ///
    /// If a C++ program does not compile. [`Trouble::Interrupted`] if a signal asked
    /// this process to end.
    pub fn find(
        cpp_programs: &[&'static str],
        notes: &mut Vec<String>,
        signals: &Signals,
    ) -> Result<Peers, Trouble> {
        let compiled = tempfile::Builder::new()
            .prefix("measure-")
            .tempdir()
            .map_err(Trouble::own("cannot make a temporary directory"))?;
        let python = interpreter();
        match python.as_deref().and_then(|python| first_line(python, "--version")) {
            Some(version) => notes.push(format!("CPython: {version}")),
            None => notes.push("python3 is not installed: its programs are left out".to_owned()),
        }
        let mut cpp = BTreeMap::new();
        match first_line(Path::new("g++"), "--version") {
            None => notes.push("g++ is not installed: its programs are left out".to_owned()),
            Some(version) => {
                notes.push(format!("C++: {version}, -O2 -falign-loops=32"));
                for &name in cpp_programs {
                    cpp.insert(name, compile(name, compiled.path(), signals)?);
                }
            }
        }
        Ok(Peers { python, cpp, _compiled: Some(compiled) })
    }

    /// As if nothing were installed, where nothing is asked of them.
    pub fn none() -> Peers {
        Peers { python: None, cpp: BTreeMap::new(), _compiled: None }
    }

    /// A Python program with arguments, if there is Python. Its answer is up to
    /// the caller.
    pub fn python(&self, name: &str, arguments: &[&str]) -> Option<Program> {
        let script = Path::new(SOURCES).join(name).with_extension("py");
        let mut all = vec![script.display().to_string()];
        all.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let title = shown(&format!("{name}.py"), arguments);
        let mut program = Program::new(&title, self.python.clone()?, &all, None);
        program.invocation.limit = Duration::from_secs(300);
        Some(program)
    }

    /// A C++ program with arguments, if there was a compiler. Its answer is up
    /// to the caller.
    pub fn cpp(&self, name: &str, arguments: &[&str]) -> Option<Program> {
        let path = self.cpp.get(name)?.clone();
        let all: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        let title = shown(&format!("{name}.cpp"), arguments);
        Some(Program::new(&title, path, &all, None))
    }
}

/// A program with its first words, which say what it does; the numbers are in
/// the heading of the table.
fn shown(name: &str, arguments: &[&str]) -> String {
    let words = arguments.iter().filter(|a| a.parse::<u64>().is_err());
    words.fold(name.to_owned(), |title, word| format!("{title} {word}"))
}

/// The interpreter itself, where `python3` may be a script that looks for it.
fn interpreter() -> Option<PathBuf> {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let path = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(path.trim()))
}

/// The first line that a program prints about its version.
fn first_line(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}

fn compile(name: &str, into: &Path, signals: &Signals) -> Result<PathBuf, Trouble> {
    let program = into.join(name);
    let output = Command::new("g++")
        // A short loop is not to lie across two lines of the instruction cache,
        // as ours does not.
        .args(["-std=c++17", "-O2", "-falign-loops=32", "-pthread", "-o"])
        .arg(&program)
        .arg(Path::new(SOURCES).join(name).with_extension("cpp"))
        .output()
        .map_err(Trouble::own("cannot run g++"))?;
    // Ctrl-C at a terminal is for the compiler, too.
    signals.check()?;
    if output.status.success() {
        return Ok(program);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let first = errors.lines().next().unwrap_or("no message").to_owned();
    Err(Trouble::program(&format!("{name}.cpp"), format!("does not compile: {first}")))
}
