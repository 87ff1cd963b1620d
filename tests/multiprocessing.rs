//! Runs the programs of `multiprocessing` the way a reader would.

#[path = "support/processes.rs"]
mod processes;
mod support;

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use processes::{
    assert_saves_and_ends_on_ctrl_c, assert_works_on_all_items, interruptible, run, start,
};
use support::shelf::{
    WORKS, assert_queue, assert_times_out, assert_times_out_in_part_3, assert_two_at_once,
    most_at_once,
};
use support::{assert_helpful, assert_numbers_overlap, assert_time, in_some_try};

const POOL_MAP: &str = env!("CARGO_BIN_EXE_pool_map");
const SEQUENTIAL_MAP: &str = env!("CARGO_BIN_EXE_sequential_map");
const SEPARATE_MEMORY: &str = env!("CARGO_BIN_EXE_separate_memory");
const CRASH: &str = env!("CARGO_BIN_EXE_crash");
const PROCESS_WAITS: &str = env!("CARGO_BIN_EXE_process_waits");

#[test]
fn process_numbers_overlap() {
    assert_numbers_overlap(|| support::run(env!("CARGO_BIN_EXE_process_numbers"), &[]));
}

#[test]
fn helps() {
    assert_helpful(&[
        POOL_MAP,
        SEQUENTIAL_MAP,
        PROCESS_WAITS,
        env!("CARGO_BIN_EXE_process_downloads"),
    ]);
}

#[test]
fn the_maps_print_the_documents_results() {
    let sum = 4_999_950_000_u64;
    for program in [POOL_MAP, SEQUENTIAL_MAP] {
        let outcome = run(Command::new(program).arg("100000"));
        let lines: Vec<&str> = outcome.success().lines().collect();
        let [time, results] = lines[..] else { panic!("{lines:?}") };
        assert_time(time);
        assert_eq!(results, format!("Results: [{sum}, {sum}, {sum}, {sum}]"));
    }
}

#[test]
fn the_default_limit_is_the_documents() {
    let outcome = run(&mut Command::new(POOL_MAP));
    let sum = 4_999_999_950_000_000_u64;
    let results = format!("\nResults: [{sum}, {sum}, {sum}, {sum}]\n");
    assert!(outcome.success().ends_with(&results), "{}", outcome.stdout);
}

#[test]
fn a_wrong_argument_is_a_usage_error() {
    for program in [POOL_MAP, SEQUENTIAL_MAP, PROCESS_WAITS] {
        let outcome = run(Command::new(program).arg("many"));
        assert_eq!(outcome.status.code(), Some(2), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("'many'"), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
}

#[test]
fn separate_memory_has_one_address_and_two_values() {
    let outcome = run(&mut Command::new(SEPARATE_MEMORY));
    let lines: Vec<&str> = outcome.success().lines().collect();
    let address = lines[0].split(' ').nth(3).unwrap();
    assert!(address.starts_with("0x"), "{lines:?}");
    let process = format!("Process: counter at {address} is 1");
    assert_eq!(lines, [&process, &process, &format!("Main:    counter at {address} is 0")]);
}

#[test]
fn crash_shows_what_else_goes_down() {
    let outcome = run(&mut Command::new(CRASH));
    assert_eq!(outcome.status.code(), Some(0), "{}", outcome.stderr);
    // Rust prints the panics that end a thread and a task, but not the panic that
    // ends a process.
    let texts: Vec<&str> = outcome.stderr.lines().skip(2).step_by(3).collect();
    assert_eq!(texts, ["no more paper"; 2]);
    let mut lines = outcome.stdout.lines().map(str::trim);
    let goes_on = "The program exited with status 0";
    for unit in ["thread", "task", "process"] {
        assert_eq!(lines.next().unwrap(), format!("A panic in a {unit}"));
        let line = lines.next().unwrap();
        assert!(line.starts_with(&format!("The {unit} panicked")), "{line}");
        assert_eq!(lines.next().unwrap(), goes_on);
    }
    for unit in ["thread", "task"] {
        assert_eq!(lines.next().unwrap(), format!("An abort in a {unit}"));
        assert_eq!(lines.next().unwrap(), "The program was killed by SIGABRT");
    }
    assert_eq!(lines.next().unwrap(), "An abort in a process");
    assert_eq!(lines.next().unwrap(), "The process was killed by SIGABRT");
    assert_eq!(lines.next().unwrap(), goes_on);
    assert_eq!(lines.next(), None);
}

#[test]
fn process_waits_needs_no_descriptors() {
    let limited = ["-c", r#"ulimit -n 16 && exec "$0" "$@""#, PROCESS_WAITS, "300"];
    let outcome = run(Command::new("sh").args(limited));
    let (finished, time) = outcome.success().split_once('\n').unwrap();
    assert_eq!(finished, "All waits are finished");
    assert_time(time.trim_end());
    // One after the other, they would take 300 seconds, and `run` would give up.
    assert!(outcome.time >= Duration::from_secs(1));
}

#[test]
fn process_waits_says_in_one_line_that_there_is_no_room() {
    // Root has no such limit, and another user may not be able to read the program.
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    let copy = directory.path().join("process_waits");
    // Not with fs::copy: a program that another test starts now would inherit the
    // open copy, and a file that is open for writing cannot be run.
    assert!(Command::new("cp").arg(PROCESS_WAITS).arg(&copy).status().unwrap().success());
    // One shell calls this limit -u, another -p.
    let limited = r#"ulimit -u 20 2>&- || ulimit -p 20; exec "$0" "$@""#;
    let mut command = Command::new("sh");
    if nix::unistd::geteuid().is_root() {
        command.uid(654_320);
    }
    let outcome = run(command.args(["-c", limited]).arg(&copy).arg("100"));
    let error = outcome.error();
    assert!(error.starts_with("could not start process "), "{error}");
    assert!(error.contains(" of 100: could not fork: EAGAIN; use fewer, "), "{error}");
    assert_eq!(outcome.stdout, "");
}

#[test]
fn pool_map_ends_with_its_workers_on_ctrl_c_and_kill() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
        let mut program = start(&mut interruptible(Command::new(POOL_MAP).arg("6000000000")));
        program.wait_for_child();
        match signal {
            Signal::SIGINT => killpg(program.pid(), signal).unwrap(),
            _ => kill(program.pid(), signal).unwrap(),
        }
        let outcome = program.finish();
        outcome.killed_by(signal);
        assert_eq!((&*outcome.stdout, &*outcome.stderr), ("", ""));
    }
}

#[test]
fn process_queue_carries_items_and_ends() {
    let outcome = run(&mut Command::new(env!("CARGO_BIN_EXE_process_queue")));
    assert_queue(&outcome.success().lines().collect::<Vec<_>>());
}

#[test]
fn a_pipe_ends_when_all_copies_of_its_writing_end_are_closed() {
    let (reader, writer) = io::pipe().unwrap();
    let mut copy = writer.try_clone().unwrap();
    drop(writer);
    copy.write_all(b"late").unwrap();
    drop(copy);
    assert_eq!(io::read_to_string(reader).unwrap(), "late");
}

#[test]
fn process_queue_is_not_bounded_by_items() {
    let mut running = start(&mut Command::new(env!("CARGO_BIN_EXE_process_queue")));
    running.wait_for("Put item 1\n");
    // The consumer takes nothing. The producer puts all items, because they are few bytes.
    kill(running.pid(), Signal::SIGSTOP).unwrap();
    running.wait_for("Put item 6\n");
    kill(running.pid(), Signal::SIGCONT).unwrap();
    running.finish().success();
}

#[test]
fn process_results_come_as_they_arrive_from_two_processes() {
    let outcome = run(&mut Command::new(env!("CARGO_BIN_EXE_process_results")));
    let lines: Vec<&str> = outcome.success().lines().collect();
    let results: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("Data from Source ")).collect();
    assert_eq!(results, ["1", "3", "2"], "{lines:?}");

    let most =
        most_at_once(&lines, ["Starting to fetch data from ", "Finished fetching data from "]);
    assert_eq!((most, lines.len()), (2, 9), "{lines:?}");

    let position = |text: &str| lines.iter().position(|line| *line == text).unwrap();
    let (first, last) = ("Data from Source 1", "Finished fetching data from Source 2");
    assert!(position(first) < position(last), "{lines:?}");
}

#[test]
fn process_failure_stops_no_other_process() {
    let outcome = run(&mut Command::new(env!("CARGO_BIN_EXE_process_failure")));
    let lines: Vec<&str> = outcome.success().lines().collect();
    let ends: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split_once(": the process "))
        .map(|(_, end)| end)
        .collect();
    let [end1, end2, end3] = ends[..] else { panic!("{lines:?}") };
    assert_eq!([end1, end3], ["exited with status 0"; 2]);
    assert!(end2.starts_with("panicked at ") && end2.ends_with(": no answer"), "{end2}");
    for i in [1, 3] {
        assert!(lines.contains(&&*format!("Finished fetching data from Source {i}")), "{lines:?}");
    }
}

#[test]
fn the_other_processes_run_after_the_failure() {
    let they_run = in_some_try(|| {
        let mut running = start(&mut Command::new(env!("CARGO_BIN_EXE_process_failure")));
        running.wait_for("Starting to fetch data from Source 3\n");
        let list = format!("/proc/{0}/task/{0}/children", running.pid());
        let list = fs::read_to_string(list).unwrap();
        let children: Vec<&str> = list.split_whitespace().collect();
        // On a busy machine, the look may come too late.
        let [child1, child2, child3] = children[..] else { return false };
        while state(child2).is_some_and(|state| state != 'Z') {
            sleep(Duration::from_millis(1));
        }
        [child1, child3].into_iter().all(|child| state(child) == Some('S'))
    });
    assert!(they_run, "the others are not there when the second process has failed");
}

/// The state of a process, as `ps` shows it; `Z` if it has ended and is not reaped.
fn state(pid: &str) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

#[test]
fn process_timeout_kills_the_process_in_its_part() {
    assert_times_out_in_part_3(
        env!("CARGO_BIN_EXE_process_timeout"),
        &["Timed out after 2.5 s", "The process was killed by SIGKILL"],
    );
}

#[test]
fn command_timeout_kills_the_program_before_its_end() {
    let killed = ["Timed out after 2.5 s", "The program ended with signal: 9 (SIGKILL)"];
    assert_times_out(env!("CARGO_BIN_EXE_command_timeout"), &killed);
}

#[test]
fn process_shutdown_works_on_all_items() {
    let outcome = assert_works_on_all_items(env!("CARGO_BIN_EXE_process_shutdown"));
    assert_two_at_once(&outcome.stdout.lines().collect::<Vec<_>>(), WORKS, 8);
}

#[test]
fn process_shutdown_saves_and_ends_on_ctrl_c() {
    assert_saves_and_ends_on_ctrl_c(env!("CARGO_BIN_EXE_process_shutdown"));
}

#[test]
fn full_pipe_is_noticed_and_emptied() {
    let gives_up = in_some_try(|| {
        let outcome = run(&mut Command::new(env!("CARGO_BIN_EXE_full_pipe")));
        assert_eq!(
            outcome.success(),
            "Without a reader: no end after 3 s, a deadlock\n\
             With a reader: the process has written 1048576 bytes and has ended\n"
        );
        assert!(outcome.time >= Duration::from_secs(3), "{outcome:?}");
        outcome.time < Duration::from_secs(6)
    });
    assert!(gives_up, "it waits for 6 s or more");
}

#[test]
fn a_pipe_holds_64_kib() {
    let (_reader, mut writer) = io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&writer, true).unwrap();
    let mut held = 0;
    while let Ok(count) = writer.write(&[0; 1024]) {
        held += count;
    }
    // With the usual pages of 4 KiB.
    assert_eq!(held, 16 * rustix::param::page_size());
}

mod process_downloads {
    use crate::support::downloads::test_downloads;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_process_downloads");

    test_downloads! { PROGRAM }
    test_downloads! { PROGRAM; overlaps, at_once_bounds_the_downloads, a_killed_process_is_one_failure }
}
