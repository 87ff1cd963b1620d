//! Checks the repository itself: headers and names of the programs, tables and
//! links of the README files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const MEMBERS: [&str; 3] = ["threading", "multiprocessing", "asyncio"];

#[test]
fn names_of_programs_are_unique() {
    let mut members = BTreeMap::new();
    for (member, program, _) in programs().into_iter().chain(examples()) {
        if let Some(other) = members.insert(program.clone(), member) {
            panic!("{other} and {member} both have a program or an example {program}");
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
    let kinds = [("bin", programs()), ("example", examples())];
    let all = kinds.into_iter().flat_map(|(kind, all)| all.into_iter().map(move |it| (kind, it)));
    for (kind, (member, program, source)) in all {
        let command = format!("//!     cargo run -p {member} --{kind} {program}");
        let shown = source.lines().filter(|line| line.starts_with("//!     "));
        let shown: Vec<&str> = shown.collect();
        let own = |line: &&str| {
            line.strip_prefix(&command)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        let right = shown.len() == 1 && shown.iter().all(own);
        assert!(right, "the header of {program} shows {shown:?} instead of {command:?}");
    }
}

#[test]
fn a_test_runs_each_program() {
    let tests = MEMBERS.map(|member| read(&format!("tests/{member}.rs"))).concat();
    for (member, program, _) in programs() {
        let run = format!("CARGO_BIN_EXE_{program}\"");
        assert!(tests.contains(&run), "nothing in tests/{member}.rs runs {program}");
    }
}

#[test]
fn headers_are_short() {
    for (_, program, source) in programs().into_iter().chain(examples()) {
        let lines = source.lines().take_while(|line| line.starts_with("//!")).count();
        assert!((3..=10).contains(&lines), "the header of {program} has {lines} lines");
    }
}

#[test]
fn tables_of_the_readme_link_to_every_program() {
    let readme = read("README.md");
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| ")).collect();
    for (member, program, _) in programs() {
        let link = format!("[`{program}`]({member}/src/bin/{program}.rs)");
        let row = rows.iter().find(|row| row.contains(&link));
        let row = row.unwrap_or_else(|| panic!("no table of README.md has {link}"));
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        assert!(cells.all(|cell| !cell.is_empty()), "an empty cell: {row}");
    }
}

#[test]
fn commands_in_the_readme_name_programs_that_exist() {
    let programs = programs();
    for command in
        read("README.md").replace("-p MEMBER --bin PROGRAM", "").split("cargo run -p ").skip(1)
    {
        let words: Vec<&str> = command.split([' ', '`', '\n']).take(3).collect();
        let known = |(member, program, _): &(&str, String, String)| {
            words[0] == *member && words[1] == "--bin" && words[2] == program
        };
        assert!(programs.iter().any(known), "{words:?}");
    }
}

#[test]
fn linked_sources_contain_what_the_link_names() {
    let mut links = 0;
    for directory in ["", "threading/", "multiprocessing/", "asyncio/"] {
        let page = read(&format!("{directory}README.md"));
        for link in page.split("[`").skip(1) {
            let Some((name, rest)) = link.split_once("`](") else { continue };
            let (file, _) = rest.split_once(')').unwrap();
            if !file.ends_with(".rs") || file.ends_with(&format!("/{name}.rs")) {
                continue;
            }
            let source = read(&format!("{directory}{file}"));
            let mut code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            assert!(code.any(|line| line.contains(name)), "{file} has no {name:?}");
            links += 1;
        }
    }
    assert!(links > 30, "{links} links");
}

#[test]
fn the_modules_of_the_instrument_import_in_no_circle() {
    let source = root().join("scripts/measure/src");
    let lib = read("scripts/measure/src/lib.rs");
    let modules = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    let text = |module: &str| {
        let folder = fs::read_dir(source.join(module)).into_iter().flatten();
        let files = folder.map(|file| file.unwrap().path());
        let files = files.chain([source.join(module).with_extension("rs")]);
        files.filter_map(|file| fs::read_to_string(file).ok()).collect::<String>()
    };
    let mut left: Vec<(&str, String)> = modules.map(|module| (module, text(module))).collect();
    // Takes away the modules that import none of those that are left, until there are none.
    while !left.is_empty() {
        let names: Vec<&str> = left.iter().map(|(name, _)| *name).collect();
        let imports = |(own, text): &(&str, String)| {
            names.iter().any(|name| name != own && text.contains(&format!("crate::{name}")))
        };
        left.retain(imports);
        assert!(left.len() < names.len(), "these modules import each other: {names:?}");
    }
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
    for page in ["README.md", "GLOSSARY.md", "results/README.md"]
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
fn pages_of_the_members_show_the_command_of_each_program() {
    for (member, program, _) in programs() {
        let page = format!("{member}/README.md");
        let command = format!("cargo run -p {member} --bin {program} ");
        let text = read(&page);
        let times = text.lines().filter(|line| line.starts_with(&command)).count();
        assert!(times == 1, "{page} has {command:?} {times} times at the beginning of a line");
    }
}

#[test]
fn twins_that_headers_name_exist() {
    let names: BTreeSet<String> = programs().into_iter().map(|(_, program, _)| program).collect();
    let mut twins = 0;
    for (_, program, source) in programs() {
        let header: String = source.lines().map_while(|line| line.strip_prefix("//!")).collect();
        for twin in header.split("Twin").skip(1).flat_map(|text| text.split('`').skip(1).step_by(2))
        {
            assert!(names.contains(twin), "{program}: there is no program {twin}");
            twins += 1;
        }
    }
    assert!(twins > 20, "{twins} twins");
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

/// The programs that readers run: member, name, source.
fn programs() -> Vec<(&'static str, String, String)> {
    sources("src/bin")
}

/// The changed programs of the exercises: member, name, source.
fn examples() -> Vec<(&'static str, String, String)> {
    sources("examples")
}

fn sources(directory: &str) -> Vec<(&'static str, String, String)> {
    let mut programs = Vec::new();
    for member in MEMBERS {
        for entry in fs::read_dir(root().join(member).join(directory)).unwrap() {
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
