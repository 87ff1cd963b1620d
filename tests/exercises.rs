//! Checks the exercises at the end of each member's page: an example is a lesson with a few
//! changed lines, and it does what the answer says.

#[path = "support/built.rs"]
mod built;
// The download cases are used by other tests.
#[allow(unused_imports, unused_macros)]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::thread;
use std::time::{Duration, Instant};

use built::root;
use support::{assert_time, command, run};

/// Each example, with the lesson that it changes.
const EXERCISES: [(&str, &str, &str); 9] = [
    ("threading", "joined_at_once", "threaded_numbers"),
    ("threading", "never_joined", "threaded_counter"),
    ("threading", "one_lock", "threaded_counter"),
    ("multiprocessing", "one_worker", "pool_map"),
    ("multiprocessing", "one_input_panics", "pool_map"),
    ("multiprocessing", "locked_copies", "separate_memory"),
    ("asyncio", "one_blocks", "fetch_data"),
    ("asyncio", "one_awaited", "fetch_data"),
    ("asyncio", "one_connection", "fetch_urls"),
];

#[test]
fn each_example_is_a_lesson_with_a_few_changed_lines() {
    for (member, example, lesson) in EXERCISES {
        let files = format!("{member}/src/bin/{lesson}.rs {member}/examples/{example}.rs");
        // Without the headers.
        let diff = format!("diff -I '^//!' {files}");
        let mut shell = Command::new("sh");
        let output = shell.args(["-c", &diff]).current_dir(root()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{diff}: {output:?}");
        let changes = String::from_utf8(output.stdout).unwrap();
        let changed = changes.lines().filter(|line| line.starts_with(['<', '>'])).count();
        assert!((1..=12).contains(&changed), "{changed} lines differ:\n{changes}");

        let page = read(&format!("{member}/README.md"));
        let question = format!("<!-- recorded: ! {diff} -->\n\n```text\n{changes}```\n");
        let (_, question_and_rest) = page.split_once(&question).unwrap_or_else(|| {
            panic!("scripts/record.sh updates {member}/README.md to:\n{question}")
        });
        let (_, answer) = question_and_rest.split_once("<details>").unwrap();
        let (answer, _) = answer.split_once("</details>").unwrap();
        let recorded = format!("<!-- recorded: cargo run -q -p {member} --example {example} -->");
        assert!(answer.contains(&recorded), "the answer of {example} has no output");

        let header = format!("//! `{lesson}`, but ");
        let source = read(&format!("{member}/examples/{example}.rs"));
        assert!(source.starts_with(&header), "{example} does not begin with {header:?}");
    }
}

#[test]
fn each_example_is_an_exercise_and_a_test_runs_it() {
    let own = read("tests/exercises.rs");
    for member in ["threading", "multiprocessing", "asyncio"] {
        for entry in fs::read_dir(root().join(member).join("examples")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(EXERCISES.iter().any(|exercise| exercise.1 == name), "{name} is no exercise");
            assert!(own.contains(&format!("(&example(\"{name}\")")), "nothing runs {name}");
        }
    }
}

#[test]
fn threads_that_are_joined_at_once_do_not_overlap() {
    let run = run(&example("joined_at_once"), &[]);
    assert_eq!(run.lines(), ["0", "1", "2", "3", "4", "0", "1", "2", "3", "4"]);
    assert!(run.elapsed >= Duration::from_secs(10), "{run:?}");
}

#[test]
fn main_that_never_joins_does_not_wait() {
    // No thread could ever finish this count.
    let run = run(&example("never_joined"), &[&u64::MAX.to_string()]);
    let lines = run.lines();
    assert_eq!((lines.len(), lines[0]), (2, "All threads are finished"));
    assert_time(lines[1]);
}

#[test]
fn with_one_lock_one_thread_counts_at_a_time() {
    assert_eq!(run(&example("one_lock"), &["1000"]).lines()[0], "All threads are finished");
    // The first thread never finishes, so the others never begin.
    let counting = Killed::start(command(&example("one_lock")).arg(u64::MAX.to_string()));
    let times = counting.wait_for(|process| {
        let times = cpu_times(process);
        let counts = |time: &Duration| *time > Duration::from_millis(200);
        (times.len() == 5 && times.iter().any(counts)).then_some(times)
    });
    let idle = times.iter().filter(|time| **time < Duration::from_millis(50)).count();
    assert_eq!(idle, 4, "{times:?}");
}

#[test]
fn a_pool_of_one_worker_starts_one_process() {
    let lines = run(&example("one_worker"), &["100000"]);
    assert_results(lines.lines(), &[4_999_950_000; 4]);
    // The work takes seconds, but the test does not wait for it.
    let mapping = Killed::start(command(&example("one_worker")).arg("6000000000"));
    let children = mapping.wait_for(|process| {
        let children = children(process);
        let works = |child: &u32| cpu_times(*child)[0] > Duration::from_millis(50);
        children.iter().any(works).then_some(children)
    });
    assert_eq!(children.len(), 1, "{children:?}");
}

#[test]
fn a_panic_fails_the_map_and_not_the_pool() {
    let run = run(&example("one_input_panics"), &["100000"]);
    let mut lines = run.lines();
    let error = lines.remove(0);
    assert!(error.starts_with("Error: TaskPanicked(\""), "{error}");
    assert!(error.ends_with(": no task for 3\")"), "{error}");
    assert_results(lines, &[4_999_950_000; 3]);
}

#[test]
fn a_lock_is_copied_with_its_counter() {
    let run = run(&example("locked_copies"), &[]);
    let lines = run.lines();
    let address = lines[0].split(' ').nth(3).unwrap();
    assert!(address.starts_with("0x"), "{lines:?}");
    let process = format!("Process: counter at {address} is 1");
    assert_eq!(lines, [&process, &process, &format!("Main:    counter at {address} is 0")]);
}

#[test]
fn a_task_that_blocks_delays_the_tasks_that_have_not_begun() {
    let run = run(&example("one_blocks"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Starting to fetch data from Source 1",
            "Finished fetching data from Source 1",
            "Starting to fetch data from Source 2",
            "Starting to fetch data from Source 3",
            "Finished fetching data from Source 3",
            "Finished fetching data from Source 2",
            "Data from Source 1",
            "Data from Source 2",
            "Data from Source 3",
        ]
    );
    assert!(run.elapsed >= Duration::from_secs(5), "{run:?}");
}

#[test]
fn tasks_that_are_not_awaited_are_cancelled_at_the_end_of_main() {
    let run = run(&example("one_awaited"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Starting to fetch data from Source 1",
            "Starting to fetch data from Source 2",
            "Starting to fetch data from Source 3",
            "Finished fetching data from Source 3",
            "Data from Source 3",
        ]
    );
}

#[test]
fn a_lock_that_is_held_while_awaiting_makes_the_others_wait() {
    let run = run(&example("one_connection"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Fetching http://example.com",
            "Fetching http://example.org",
            "Fetching http://example.net",
            "Finished fetching http://example.com",
            "Finished fetching http://example.org",
            "Finished fetching http://example.net",
        ]
    );
    assert!(run.elapsed >= Duration::from_secs(6), "{run:?}");
}

/// The lines of a map: a time, and results.
fn assert_results(lines: Vec<&str>, results: &[u64]) {
    assert_time(lines[0]);
    assert_eq!(lines[1..], [format!("Results: {results:?}")]);
}

/// The program of an example.
fn example(name: &str) -> String {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let names = EXERCISES.map(|(_, example, _)| format!("examples/{example}"));
        built::build(&names.iter().map(String::as_str).collect::<BTreeSet<_>>());
    });
    built::built(&format!("examples/{name}")).to_str().unwrap().to_owned()
}

/// A program that is killed when the test ends.
struct Killed(Child);

impl Killed {
    fn start(command: &mut Command) -> Killed {
        Killed(command.stdout(Stdio::null()).spawn().unwrap())
    }

    /// Looks at the process until `look` finds something.
    fn wait_for<T>(&self, look: impl Fn(u32) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(seen) = look(self.0.id()) {
                return seen;
            }
            assert!(Instant::now() < deadline, "there is nothing to see");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The CPU time of each thread of a process.
fn cpu_times(pid: u32) -> Vec<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let time = |thread: fs::DirEntry| {
        let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        Some(Duration::from_nanos(times.split(' ').next()?.parse().ok()?))
    };
    threads.filter_map(|thread| time(thread.unwrap())).collect()
}

fn children(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    children.split_whitespace().map(|child| child.parse().unwrap()).collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}
