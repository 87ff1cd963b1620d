//! Polices the repository: headers, names, the README's table, and twins.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

const MEMBERS: [&str; 3] = ["threading", "multiprocessing", "asyncio"];

/// Programs that do the same work and differ only in the lesson.
const TWINS: [(&str, &str); 17] = [
    ("threaded_numbers", "process_numbers"),
    ("threaded_numbers", "async_numbers"),
    ("fetch_data", "fetch_data_awaited"),
    ("fetch_data", "fetch_data_blocking"),
    ("fetch_data", "fetch_urls"),
    ("downloads", "sequential_downloads"),
    ("sequential_downloads", "process_downloads"),
    ("sequential_downloads", "async_downloads"),
    ("sequential_counter", "threaded_counter"),
    ("threaded_counter", "gil_counter"),
    ("sequential_map", "threaded_map"),
    ("sequential_map", "pool_map"),
    ("threaded_map", "pool_map"),
    ("async_map", "blocking_map"),
    ("threaded_waits", "process_waits"),
    ("threaded_waits", "async_waits"),
    ("shared_memory", "separate_memory"),
];

/// The most lines that the `diff` of two twins shows.
const LESSON: usize = 25;

#[test]
fn names_of_programs_are_unique() {
    let mut members = BTreeMap::new();
    for (member, program, _) in programs() {
        if let Some(other) = members.insert(program.clone(), member) {
            panic!("{other} and {member} both have a program {program}");
        }
    }
    for entry in fs::read_dir(root().join("scripts/measure/src/bin")).unwrap() {
        let path = entry.unwrap().path();
        let program = path.file_stem().unwrap().to_str().unwrap();
        assert!(!members.contains_key(program), "measure has a program {program} too");
    }
    assert!(!members.is_empty());
}

#[test]
fn headers_show_their_own_command() {
    for (member, program, source) in programs() {
        let command = format!("//!     cargo run -p {member} --bin {program}");
        let shown = source.lines().filter(|line| line.starts_with("//!     "));
        let shown: Vec<&str> = shown.collect();
        let own = |line: &&str| {
            line.strip_prefix(&command)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        assert!(shown.len() == 1 && shown.iter().all(own), "{program}: {shown:?}");
    }
}

#[test]
fn readme_names_every_program_and_no_other() {
    let readme = read("README.md");
    let programs: BTreeMap<String, &str> =
        programs().into_iter().map(|(member, program, _)| (program, member)).collect();
    let mut named = BTreeSet::new();
    for row in readme.lines().filter(|line| line.starts_with("| ") && line.contains("cargo run")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let program = cells[2].trim_matches('`');
        let member = programs.get(program).unwrap_or_else(|| panic!("no program {program}: {row}"));
        let command = format!("cargo run -p {member} --bin {program}");
        let shown = cells[3].trim_matches('`');
        assert!(shown == command || shown.starts_with(&format!("{command} ")), "{row}");
        assert!(!cells[4].is_empty(), "nothing to notice: {row}");
        assert!(named.insert(program.to_owned()), "named twice: {program}");
    }
    let missing: Vec<_> = programs.keys().filter(|program| !named.contains(*program)).collect();
    assert!(missing.is_empty(), "not in the README's table: {missing:?}");
}

#[test]
fn commands_in_the_readme_name_programs_that_exist() {
    let programs = programs();
    for command in read("README.md").split("cargo run -p ").skip(1) {
        let words: Vec<&str> = command.split([' ', '`', '\n']).take(3).collect();
        let known = |(member, program, _): &(&str, String, String)| {
            words[0] == *member && words[1] == "--bin" && words[2] == program
        };
        assert!(programs.iter().any(known), "{words:?}");
    }
}

#[test]
fn links_to_lines_lead_to_what_they_name() {
    let readme = read("README.md");
    let mut links = 0;
    for link in readme.split("[`").skip(1) {
        let Some((name, rest)) = link.split_once("`](") else { continue };
        let (target, _) = rest.split_once(')').unwrap();
        let Some((file, line)) = target.split_once("#L") else { continue };
        let line: usize = line.parse().unwrap();
        let source = read(file);
        let linked = source.lines().nth(line - 1).unwrap_or_default();
        assert!(linked.contains(name), "{target} is {linked:?}, and not {name:?}");
        links += 1;
    }
    assert!(links > 20, "{links} links");
}

#[test]
fn paths_in_the_readme_exist() {
    let readme = read("README.md");
    let is_path = |word: &&str| word.contains('/') && word.ends_with(".rs");
    for path in readme.split('`').filter(is_path).filter(|path| !path.contains("MEMBER")) {
        assert!(root().join(path).exists(), "{path}");
    }
}

#[test]
fn twins_differ_in_the_lesson_only() {
    let sources: BTreeMap<String, String> =
        programs().into_iter().map(|(_, program, source)| (program, source)).collect();
    for (one, other) in TWINS {
        let (one_body, other_body) = (body(&sources[one]), body(&sources[other]));
        let diff = TextDiff::from_lines(&one_body, &other_body);
        let changes = diff.iter_all_changes();
        let changed = changes.filter(|change| change.tag() != ChangeTag::Equal).count();
        assert!(changed <= LESSON, "{one} and {other} differ in {changed} lines");
    }
}

/// A program without its header and its imports.
fn body(source: &str) -> String {
    let mut lines = source.lines().skip_while(|line| line.starts_with("//!"));
    let mut body = String::new();
    while let Some(line) = lines.next() {
        if line.starts_with("use ") {
            // An import may go over several lines.
            let mut line = line;
            while !line.ends_with(';') {
                line = lines.next().expect("an import that ends");
            }
        } else if !line.is_empty() {
            body.push_str(line);
            body.push('\n');
        }
    }
    body
}

/// The programs that readers run: member, name, source.
fn programs() -> Vec<(&'static str, String, String)> {
    let mut programs = Vec::new();
    for member in MEMBERS {
        for entry in fs::read_dir(root().join(member).join("src/bin")).unwrap() {
            let path = entry.unwrap().path();
            let program = path.file_stem().unwrap().to_str().unwrap().to_owned();
            programs.push((member, program, fs::read_to_string(&path).unwrap()));
        }
    }
    programs.sort();
    programs
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
