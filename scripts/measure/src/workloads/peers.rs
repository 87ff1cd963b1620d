//! The same work in CPython and in C++, from the small programs in
//! `scripts/peers`.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use tempfile::TempDir;

use super::Program;
use super::expected::Answer;
use super::steps::Steps;
use crate::child::{Invocation, Runner};
use crate::trouble::Trouble;

/// Where their sources are.
pub const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers");
/// How C++ is compiled. A short loop is not to lie across two lines of the instruction
/// cache, as ours does not.
const COMPILED: &str = "-std=c++17 -O2 -falign-loops=32 -pthread -fno-diagnostics-show-caret";

/// What there is of Python and C++.
#[derive(Default)]
pub struct Peers {
    pythons: Vec<Interpreter>,
    /// Holds the C++ programs.
    compiled: Option<TempDir>,
    /// What there is, and what was left out.
    pub notes: Vec<String>,
}

/// An interpreter. A free-threaded one is two: with its GIL on, and off.
struct Interpreter {
    /// As rows name it: `CPython 3.13t, GIL off`.
    name: String,
    options: Vec<String>,
    facts: Facts,
}

/// What `interpreter.py` prints.
#[derive(Deserialize)]
struct Facts {
    executable: PathBuf,
    implementation: String,
    version: String,
    free_threaded: bool,
    gil: bool,
    #[serde(flatten)]
    steps: Steps,
}

impl Peers {
    /// Looks for Python and C++. With `all`, that is `python3` and all free-threaded builds on
    /// the path. `given` are further interpreters.
    ///
    /// # Errors
    ///
    /// [`Trouble::Usage`] if a given interpreter does not run; [`Trouble::Interrupted`] if a
    /// signal asked this process to end.
    pub fn find(all: bool, given: &[PathBuf], runner: &Runner<'_>) -> Result<Peers, Trouble> {
        let mut peers = Peers::default();
        let mut missing = Vec::new();
        let on_path = on_path(all);
        let given = given.iter().map(|path| (path, true));
        for (path, is_given) in on_path.iter().map(|path| (path, false)).chain(given) {
            match peers.add(path, runner) {
                Err(Trouble::Program { program, what }) if is_given => {
                    return Err(Trouble::Usage(format!("--python {program}: {what}")));
                }
                Err(Trouble::Program { program, what }) => {
                    missing.push(format!("{program} ({what})"));
                }
                other => other?,
            }
        }
        if !on_path.iter().any(|path| path.ends_with("python3")) {
            missing.push("python3 (not on the path)".to_owned());
        }
        if all && !peers.pythons.iter().any(|python| python.facts.free_threaded) {
            let what = "free-threaded CPython (no python3.Nt on the path, no --python PATH)";
            missing.push(what.to_owned());
        }
        let mut there: Vec<String> =
            peers.pythons.iter().map(|python| python.facts.name(3)).collect();
        there.dedup();
        match compiler() {
            // It takes seconds, and only the long comparisons have C++.
            _ if !all => {}
            None => missing.push("C++ (no g++ on the path)".to_owned()),
            Some(version) => match compile(runner) {
                Ok(compiled) => {
                    there.push(format!("g++ {version} -O2 -falign-loops=32"));
                    peers.compiled = Some(compiled);
                }
                Err(Trouble::Program { program, what }) => {
                    missing.push(format!("C++ ({program} {what})"));
                }
                Err(other) => return Err(other),
            },
        }
        for (what, names) in [("Beside", there), ("Left out:", missing)] {
            let note = format!("{what} {}.", names.join(", "));
            peers.notes.extend((!names.is_empty()).then_some(note));
        }
        Ok(peers)
    }

    /// Asks an interpreter what it is, and adds it unless it is there.
    fn add(&mut self, path: &Path, runner: &Runner<'_>) -> Result<(), Trouble> {
        let on = ask(path, "gil=1", runner)?;
        let off = on.free_threaded.then(|| ask(path, "gil=0", runner)).transpose()?;
        for facts in [Some(on), off].into_iter().flatten() {
            let like_it = self.pythons.iter().filter(|python| python.facts.gil == facts.gil);
            if like_it.clone().any(|python| python.facts.executable == facts.executable) {
                continue;
            }
            let mut name = facts.name(2);
            match like_it.filter(|python| python.facts.name(2) == name).count() {
                0 => {}
                others => name += &format!(" ({})", others + 1),
            }
            let mut options = Vec::new();
            if facts.free_threaded {
                let (word, option) = if facts.gil { ("on", "gil=1") } else { ("off", "gil=0") };
                name += &format!(", GIL {word}");
                // The same as PYTHON_GIL, and a pool's processes inherit it.
                options = vec!["-X".to_owned(), option.to_owned()];
            }
            self.pythons.push(Interpreter { name, options, facts });
        }
        Ok(())
    }

    /// A Python program in some of its models, in each interpreter. The model is its first
    /// argument. A run does `units` units of its work.
    pub fn python(
        &self,
        script: &str,
        models: &[&str],
        (arguments, units): (&[String], u64),
        answer: &Answer,
    ) -> Vec<Program> {
        let path = Path::new(SOURCES).join(script).with_extension("py").display().to_string();
        let mut programs = Vec::new();
        for Interpreter { name, options, facts } in &self.pythons {
            for model in models {
                let first = [&options[..], &[path.clone(), (*model).to_owned()]].concat();
                let all = [&first[..], arguments].concat();
                let row = format!("{name}, {model}");
                let path = facts.executable.clone();
                programs.push(Program::new(&row, path, &all, Some(answer.clone())).units(units));
            }
        }
        programs
    }

    /// How long a step takes in the first interpreter, if there is one.
    pub fn python_steps(&self) -> Option<Steps> {
        Some(self.pythons.first()?.facts.steps)
    }

    /// A C++ program in some of its models, if there was a compiler.
    pub fn cpp(
        &self,
        name: &str,
        models: &[&str],
        (arguments, units): (&[String], u64),
        answer: &Answer,
    ) -> Vec<Program> {
        let program = |model: &&str| {
            let path = self.compiled.as_ref()?.path().join(name);
            let all = [&[(*model).to_owned()], arguments].concat();
            let program = Program::new(&format!("C++, {model}"), path, &all, Some(answer.clone()));
            Some(program.units(units))
        };
        models.iter().filter_map(program).collect()
    }
}

impl Facts {
    /// The interpreter with so many parts of its version: `CPython 3.13t`.
    fn name(&self, parts: usize) -> String {
        let version: Vec<&str> = self.version.split('.').take(parts).collect();
        let t = if self.free_threaded { "t" } else { "" };
        format!("{} {}{t}", self.implementation, version.join("."))
    }
}

/// The first `python3` on the path, and with `all` the first of each `python3.Nt`.
fn on_path(all: bool) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    for directory in env::split_paths(&path) {
        for entry in directory.read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let version = name.strip_prefix("python3.").and_then(|rest| rest.strip_suffix('t'));
            let is_free_threaded = version.is_some_and(|version| version.parse::<u32>().is_ok());
            if name == "python3" || all && is_free_threaded {
                found.entry(name).or_insert_with(|| entry.path());
            }
        }
    }
    found.into_values().collect()
}

/// Asks an interpreter what it is.
fn ask(path: &Path, gil: &str, runner: &Runner<'_>) -> Result<Facts, Trouble> {
    let script = Path::new(SOURCES).join("interpreter.py").display().to_string();
    let name = path.display().to_string();
    // A name without a folder is looked for on the path.
    let path = match path.components().count() {
        1 => path.to_owned(),
        _ => {
            std::path::absolute(path).map_err(Trouble::own("cannot find the current directory"))?
        }
    };
    let arguments = vec!["-X".to_owned(), gil.to_owned(), script];
    let invocation = Invocation { name, path, arguments };
    let finished = runner.run(&invocation, false)?;
    let wrong = |what: String| Trouble::program(&invocation.name, what);
    match finished.failure {
        Some(failure) => Err(wrong(failure)),
        None => serde_json::from_str(&finished.stdout)
            .map_err(|_| wrong("it does not run Python programs".to_owned())),
    }
}

/// The version of g++, if there is one.
fn compiler() -> Option<String> {
    let output = Command::new("g++").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.lines().next()?.split(' ').next_back()?.to_owned())
}

/// Compiles the C++ programs into a directory.
fn compile(runner: &Runner<'_>) -> Result<TempDir, Trouble> {
    let into = tempfile::Builder::new()
        .prefix("measure-")
        .tempdir()
        .map_err(Trouble::own("cannot make a temporary directory"))?;
    for name in ["bare_fork", "counter", "map"] {
        let source = Path::new(SOURCES).join(name).with_extension("cpp");
        let files = [source, PathBuf::from("-o"), into.path().join(name)];
        let files = files.map(|file| file.display().to_string());
        let invocation = Invocation {
            name: format!("g++ {name}.cpp"),
            path: "g++".into(),
            arguments: COMPILED.split(' ').map(str::to_owned).chain(files).collect(),
        };
        if let Some(failure) = runner.run(&invocation, false)?.failure {
            return Err(Trouble::program(&invocation.name, failure));
        }
    }
    Ok(into)
}
