//! Copies every lesson into an empty package outside the workspace, as a reader
//! would, under another name. All must build, and some are run.
//!
//! The package has `common` and `multiprocessing` by path, the crates that the
//! lessons name, with the versions and features of their members, and the
//! workspace's Cargo.lock, so nothing is downloaded.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

const MEMBERS: [&str; 3] = ["threading", "multiprocessing", "asyncio"];

/// Lessons that are run, with their output; a time is not compared.
const RUNS: [(&str, &[&str], &str); 14] = [
    ("sequential_counter", &["1000"], "All counts are finished"),
    ("threaded_counter", &["1000"], "All threads are finished"),
    ("gil_counter", &["1000"], "All threads are finished"),
    ("threaded_map", &["5"], "Results: [10, 10, 10, 10]"),
    ("pool_map", &["5"], "Results: [10, 10, 10, 10]"),
    ("rayon_map", &["5"], "Results: [10, 10, 10, 10]"),
    ("async_map", &["5"], "Results: [10, 10, 10, 10]"),
    ("counter", &[], "Thread has finished"),
    ("separate_memory", &[], "Main: "),
    ("async_waits", &["10"], "All waits are finished"),
    ("threaded_race", &[], "With fetch_add: 2"),
    ("threaded_queue", &[], "The queue has ended"),
    ("process_queue", &[], "The queue has ended"),
    ("downloads", &["--from", "/dev/null", "--into", "."], "0 downloaded, 0 failed"),
];

#[test]
fn every_lesson_can_be_copied() {
    let package = Package::new("copies");
    let mut crates = BTreeMap::new();
    for member in MEMBERS {
        for source in lessons(member) {
            let name = source.file_stem().unwrap().to_str().unwrap();
            fs::copy(&source, package.bin(&format!("copy_of_{name}"))).unwrap();
            add_crates(member, &fs::read_to_string(&source).unwrap(), &mut crates);
        }
    }
    let by_path = ["common", "multiprocessing"]
        .map(|name| format!("{name} = {{ path = {:?} }}\n", root().join(name)));
    let by_version = crates.iter().map(|(name, dependency)| format!("{name} = {dependency}\n"));
    package.write_manifest(&by_path.into_iter().chain(by_version).collect::<String>());

    let built = package.cargo(&["build", "--bins"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    for (name, arguments, printed) in RUNS {
        let program = package.target().join("debug").join(format!("copy_of_{name}"));
        let output = Command::new(program).args(arguments).output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}: {output:?}");
        assert!(stdout.lines().any(|line| line.starts_with(printed)), "{name}: {stdout}");
    }
}

/// `shared_memory` shows a race in a comment, with the compiler's error for it.
#[test]
fn the_race_of_shared_memory_does_not_compile() {
    let source = root().join("threading/src/bin/shared_memory.rs");
    let source = fs::read_to_string(source).unwrap();
    assert!(source.contains("(error E0499)"));
    let race: Vec<&str> =
        source.lines().filter_map(|line| line.trim().strip_prefix("//     ")).collect();
    let [variable, thread, other] = race[..] else { panic!("{race:?}") };
    let program = |threads: &str| {
        format!("fn main() {{ {variable} std::thread::scope(|scope| {{ {threads} }}); }}")
    };

    let package = Package::new("race");
    fs::write(package.bin("one_thread"), program(thread)).unwrap();
    fs::write(package.bin("race"), program(&format!("{thread} {other}"))).unwrap();
    package.write_manifest("");
    let checked = package.cargo(&["check", "--bin", "one_thread"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let checked = package.cargo(&["check", "--bin", "race"]);
    assert!(!checked.status.success());
    let errors = String::from_utf8_lossy(&checked.stderr);
    let errors: Vec<&str> = errors.lines().filter(|line| line.starts_with("error[")).collect();
    assert!(errors.len() == 1 && errors[0].starts_with("error[E0499]"), "{errors:?}");
}

/// The page of `threading` shows programs that do not compile, each with its error and
/// the change that repairs it.
#[test]
fn the_compiler_says_what_the_page_says() {
    let page = fs::read_to_string(root().join("threading/README.md")).unwrap();
    let (_, section) = page.split_once("\n## When the compiler says no\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let package = Package::new("page");
    let mut crates = BTreeMap::new();
    let mut errors = Vec::new();
    for (i, part) in section.split("\n### ").skip(1).enumerate() {
        let [program, error, change] = ["rust", "text", "diff"].map(|kind| block(part, kind));
        fs::write(package.bin(&format!("broken{i}")), program).unwrap();
        fs::write(package.bin(&format!("mended{i}")), mended(program, change)).unwrap();
        add_crates("asyncio", program, &mut crates);
        errors.push(error.trim_end());
    }
    assert!(errors.len() >= 5, "{errors:?}");
    let crates = crates.iter().map(|(name, dependency)| format!("{name} = {dependency}\n"));
    package.write_manifest(&crates.collect::<String>());

    for (i, error) in errors.iter().enumerate() {
        let checked = package.cargo(&["check", "--bin", &format!("mended{i}")]);
        let stderr = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success() && stderr.is_empty(), "mended, {error}: {stderr}");
        let checked = package.cargo(&["check", "--bin", &format!("broken{i}")]);
        let stderr = String::from_utf8_lossy(&checked.stderr);
        assert_eq!(stderr.lines().find(|line| line.starts_with("error")), Some(*error), "{stderr}");
    }
}

/// The header of `async_deadlock` says this.
#[test]
fn a_task_that_holds_a_lock_across_await_cannot_be_spawned() {
    let program = |lock: &str| {
        format!(
            "static LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());\n\
             #[tokio::main(flavor = \"current_thread\")]\n\
             async fn main() {{\n\
                 let task = tokio::spawn(async {{ {lock}; tokio::task::yield_now().await }});\n\
                 task.await.unwrap()\n\
             }}\n"
        )
    };
    let package = Package::new("spawned");
    fs::write(package.bin("held"), program("let _held = LOCK.lock()")).unwrap();
    fs::write(package.bin("released"), program("drop(LOCK.lock())")).unwrap();
    let mut crates = BTreeMap::new();
    add_crates("asyncio", "tokio::main", &mut crates);
    package.write_manifest(&format!("tokio = {}\n", crates["tokio"]));

    let checked = package.cargo(&["check", "--bin", "released"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let checked = package.cargo(&["check", "--bin", "held"]);
    let stderr = String::from_utf8_lossy(&checked.stderr);
    let error = stderr.lines().find(|line| line.starts_with("error"));
    assert_eq!(error, Some("error: future cannot be sent between threads safely"), "{stderr}");
}

/// The first block of a kind.
fn block<'a>(text: &'a str, kind: &str) -> &'a str {
    let (_, block) = text.split_once(&format!("\n```{kind}\n")).expect(kind);
    block.split_once("```").unwrap().0
}

/// The program after a change. The change has lines in their order: `-` for a line that is
/// removed, and `+` for a line that replaces the last removed one.
fn mended(program: &str, change: &str) -> String {
    let (mut rest, mut mended) = (program, String::new());
    for line in change.split_inclusive('\n') {
        if let Some(old) = line.strip_prefix('-') {
            let (before, after) = rest.split_once(old).unwrap_or_else(|| panic!("no line {old}"));
            mended.push_str(before);
            rest = after;
        } else {
            mended.push_str(line.strip_prefix('+').expect("a line that goes or comes"));
        }
    }
    mended + rest
}

/// An empty package in a temporary directory.
struct Package {
    name: &'static str,
    directory: tempfile::TempDir,
}

impl Package {
    fn new(name: &'static str) -> Package {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("src/bin")).unwrap();
        fs::copy(root().join("Cargo.lock"), directory.path().join("Cargo.lock")).unwrap();
        Package { name, directory }
    }

    fn bin(&self, name: &str) -> PathBuf {
        self.directory.path().join("src/bin").join(name).with_extension("rs")
    }

    /// This directory is the same for each run of the test, so the crates are built once.
    fn target(&self) -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.name)
    }

    fn write_manifest(&self, dependencies: &str) {
        let name = self.name;
        let manifest = format!(
            "[package]\nname = {name:?}\nedition = \"2024\"\n\n[workspace]\n\n\
             [profile.dev]\ndebug = false\n\n[dependencies]\n{dependencies}"
        );
        fs::write(self.directory.path().join("Cargo.toml"), manifest).unwrap();
        // Removes the files of an earlier package, which was in another directory.
        let cleaned = self.cargo(&["clean", "--package", self.name]);
        assert!(cleaned.status.success(), "{}", String::from_utf8_lossy(&cleaned.stderr));
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).args(["--quiet", "--offline", "--target-dir"]).arg(self.target());
        // Cargo's variables describe the package of this test, not the other one.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&*name);
            }
        }
        cargo.env_remove("CARGO_BUILD_TARGET").env("CARGO_TERM_COLOR", "never");
        cargo.current_dir(self.directory.path()).output().unwrap()
    }
}

/// Adds the crates of a member that a lesson names, as in `clap::Parser`: the name and
/// its entry in a manifest.
fn add_crates(member: &str, lesson: &str, crates: &mut BTreeMap<String, String>) {
    static METADATA: LazyLock<Value> = LazyLock::new(metadata);
    let package = METADATA["packages"].as_array().unwrap().iter().find(|p| p["name"] == member);
    for dependency in package.unwrap()["dependencies"].as_array().unwrap() {
        let name = dependency["name"].as_str().unwrap();
        // Without the crates that only tests use.
        if dependency["kind"].is_null() && dependency["path"].is_null() && names(lesson, name) {
            let line = format!(
                "{{ version = {}, default-features = {}, features = {} }}",
                dependency["req"], dependency["uses_default_features"], dependency["features"]
            );
            crates.insert(name.to_owned(), line);
        }
    }
}

/// Whether a source names a crate.
fn names(source: &str, name: &str) -> bool {
    let path = format!("{}::", name.replace('-', "_"));
    source.match_indices(&path).any(|(start, _)| {
        let before = source[..start].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
    })
}

/// Cargo's metadata of the workspace's own packages.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn lessons(member: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(member).join("src/bin")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
