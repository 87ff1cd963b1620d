//! Polices the repository: headers, names, tables and links of the README files,
//! and twins.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

const MEMBERS: [&str; 3] = ["threading", "multiprocessing", "asyncio"];

/// Programs that do the same work and differ only in the lesson.
const TWINS: &[(&str, &str)] = &[
    ("threaded_numbers", "process_numbers"),
    ("threaded_numbers", "async_numbers"),
    ("process_numbers", "async_numbers"),
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
    ("process_waits", "async_waits"),
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
        let right = shown.len() == 1 && shown.iter().all(own);
        assert!(right, "the header of {program} shows {shown:?}, and not {command:?} alone");
    }
}

#[test]
fn a_test_runs_each_program() {
    let tests: String = ["threading", "multiprocessing", "asyncio"]
        .map(|member| read(&format!("tests/{member}.rs")))
        .concat();
    for (member, program, _) in programs() {
        let run = format!("CARGO_BIN_EXE_{program}\"");
        assert!(tests.contains(&run), "nothing in tests/{member}.rs runs {program}");
    }
}

#[test]
fn headers_are_short() {
    for (_, program, source) in programs() {
        let lines = source.lines().take_while(|line| line.starts_with("//!")).count();
        assert!((3..=12).contains(&lines), "the header of {program} has {lines} lines");
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
fn links_lead_to_files_and_headings() {
    let mut links = 0;
    for page in ["README.md", "results/README.md"]
        .into_iter()
        .map(str::to_owned)
        .chain(MEMBERS.map(|member| format!("{member}/README.md")))
    {
        let text = read(&page);
        let starts = ["](", "src=\""].into_iter().flat_map(|start| text.split(start).skip(1));
        for target in starts.filter_map(|rest| rest.split([')', '"']).next()) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let directory = Path::new(&page).parent().unwrap();
            let file = if file.is_empty() { Path::new(&page).into() } else { directory.join(file) };
            assert!(root().join(&file).exists(), "{page}: {target}");
            if file.extension() == Some("md".as_ref()) && !heading.is_empty() {
                let known = headings(&read(file.to_str().unwrap()));
                assert!(known.contains(heading), "{page}: {target} is none of {known:?}");
            }
            links += 1;
        }
    }
    assert!(links > 60, "{links} links");
}

#[test]
fn pages_of_the_members_name_their_programs() {
    for (member, program, _) in programs() {
        let page = format!("{member}/README.md");
        let text = read(&page);
        let (_, order) = text.split_once("\n## The programs, in reading order\n").unwrap();
        let listed = order.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let times = listed.filter(|line| line.contains(&format!("`{program}`"))).count();
        assert!(times == 1, "{page} has {program} {times} times in its reading order");
    }
}

#[test]
fn twins_differ_in_the_lesson_only() {
    for (one, other) in TWINS {
        let changed = difference(one, other);
        assert!(changed <= LESSON, "{one} and {other} differ in {changed} lines");
    }
}

#[test]
fn twins_that_headers_name_are_in_the_list() {
    let mut named = 0;
    for (_, program, source) in programs() {
        let header = source.lines().map_while(|line| line.strip_prefix("//!"));
        let header = header.collect::<Vec<_>>().join("");
        for sentence in header.split(". ").filter(|sentence| sentence.contains("twin")) {
            for twin in sentence.split('`').skip(1).step_by(2) {
                let is_pair = |pair: &(&str, &str)| {
                    *pair == (program.as_str(), twin) || *pair == (twin, program.as_str())
                };
                assert!(TWINS.iter().any(is_pair), "{program} calls {twin} its twin");
                named += 1;
            }
        }
    }
    assert!(named >= TWINS.len(), "{named} twins");
}

#[test]
fn the_readme_counts_the_lines_of_twins() {
    let mut counted = 0;
    for row in read("README.md").lines().filter(|row| row.ends_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let Some(lines) = cells.get(2).and_then(|cell| cell.strip_suffix(" lines")) else {
            continue;
        };
        let names: Vec<&str> = cells[1].split('`').filter(|name| name.ends_with(".rs")).collect();
        let program =
            |path: &str| Path::new(path).file_stem().unwrap().to_str().unwrap().to_owned();
        let changed = difference(&program(names[0]), &program(names[1]));
        assert_eq!(lines, changed.to_string(), "{row}");
        counted += 1;
    }
    assert!(counted > 4, "{counted} twins");
}

/// How many lines the `diff` of two programs shows, headers and imports aside.
fn difference(one: &str, other: &str) -> usize {
    let sources: BTreeMap<String, String> =
        programs().into_iter().map(|(_, program, source)| (program, source)).collect();
    let (one, other) = (body(&sources[one]), body(&sources[other]));
    let diff = TextDiff::from_lines(&one, &other);
    diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count()
}

/// The headings of a text, as links name them.
fn headings(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let named = headings.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        words.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
    });
    named.collect()
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
