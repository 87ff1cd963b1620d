//! Runs the programs of `threading` as a reader does.

mod support;

use std::collections::HashSet;
use std::fs;

use support::{Run, assert_helpful, assert_numbers_overlap, assert_time, run};

#[test]
fn counter_counts_beside_main() {
    let run = run(env!("CARGO_BIN_EXE_counter"), &[]);
    let mut lines = run.lines();
    assert_eq!(lines.pop(), Some("Thread has finished"));
    // It stands somewhere among the numbers: where, is left to the scheduler.
    lines.remove(run.position("Main program is running while the thread is executing"));
    assert_eq!(lines, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
}

#[test]
fn threaded_numbers_overlap() {
    assert_numbers_overlap(&run(env!("CARGO_BIN_EXE_threaded_numbers"), &[]));
}

#[test]
fn counters_say_when_they_have_finished() {
    for program in [
        env!("CARGO_BIN_EXE_sequential_counter"),
        env!("CARGO_BIN_EXE_threaded_counter"),
        env!("CARGO_BIN_EXE_gil_counter"),
    ] {
        let run = run(program, &["1000000"]);
        let lines = run.lines();
        assert_eq!((lines.len(), lines[0]), (2, "All threads are finished"), "{program}");
        assert_time(lines[1]);
    }
}

#[test]
fn limits_that_are_none_are_usage_errors() {
    for limit in ["x", "-1", "1e9", "18446744073709551616"] {
        let run = run(env!("CARGO_BIN_EXE_threaded_counter"), &[limit]);
        assert_eq!(run.status.code(), Some(2), "{run:?}");
        assert!(run.lines.is_empty() && run.stderr.starts_with("error: "), "{run:?}");
    }
}

#[test]
fn helps() {
    assert_helpful(&[
        env!("CARGO_BIN_EXE_sequential_counter"),
        env!("CARGO_BIN_EXE_threaded_counter"),
        env!("CARGO_BIN_EXE_gil_counter"),
        env!("CARGO_BIN_EXE_threaded_map"),
        env!("CARGO_BIN_EXE_threaded_waits"),
        env!("CARGO_BIN_EXE_downloads"),
        env!("CARGO_BIN_EXE_sequential_downloads"),
    ]);
}

#[test]
fn gil_counter_hands_the_lock_over() {
    let arguments = ["40000000", "--switch-interval", "1ms", "--log"];
    let run = run(env!("CARGO_BIN_EXE_gil_counter"), &arguments);
    assert!(run.status.success(), "{run:?}");
    let turn = |line: &'_ str| {
        let (thread, waited) = line.split_once(" had the lock, ").unwrap();
        (thread.to_owned(), waited != "0 waited")
    };
    let turns: Vec<(String, bool)> = run.stderr.lines().map(turn).collect();

    assert_eq!(turns.iter().map(|(thread, _)| thread).collect::<HashSet<_>>().len(), 4);
    assert!(turns.len() > 20, "too few turns to tell: {turns:?}");
    assert!(turns.iter().any(|(_, others_waited)| *others_waited), "nobody waited: {turns:?}");
    for pair in turns.windows(2) {
        let [(thread, others_waited), (next, _)] = pair else { unreachable!() };
        assert!(!others_waited || thread != next, "two turns in a row: {turns:?}");
    }
}

#[test]
fn gil_counter_counts_without_an_interval() {
    let run = run(env!("CARGO_BIN_EXE_gil_counter"), &["1000000", "--switch-interval", "0s"]);
    assert_eq!(run.lines()[0], "All threads are finished");
}

#[test]
fn threaded_map_has_the_results_of_the_document() {
    let run = run(env!("CARGO_BIN_EXE_threaded_map"), &[]);
    let lines = run.lines();
    assert_eq!(lines.len(), 2);
    assert_time(lines[0]);
    let sum = "4999999950000000";
    assert_eq!(lines[1], format!("Results: [{sum}, {sum}, {sum}, {sum}]"));
}

#[test]
fn threaded_waits_wait_together() {
    let run = run(env!("CARGO_BIN_EXE_threaded_waits"), &["100"]);
    let lines = run.lines();
    assert_eq!((lines.len(), lines[0]), (2, "All waits are finished"));
    assert_time(lines[1]);
    // One after the other would be 100 s, and the program would be killed.
    assert!(run.elapsed.as_secs() >= 1, "{run:?}");
}

#[test]
fn threaded_waits_says_in_one_line_that_there_is_no_room() {
    let program = env!("CARGO_BIN_EXE_threaded_waits");
    let most = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
    assert_limit(&run(program, &[most.trim()]), "Error: could not start thread ");
    // 300 MB of addresses are room for some, and not for a thousand stacks.
    let limited = format!("ulimit -v 300000; exec {program} 1000");
    assert_limit(&run("sh", &["-c", &limited]), "Error: could not start thread ");
}

fn assert_limit(run: &Run, error: &str) {
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert!(run.lines.is_empty() && run.stderr.starts_with(error), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn shared_memory_is_one_variable() {
    let run = run(env!("CARGO_BIN_EXE_shared_memory"), &[]);
    let lines = run.lines();
    let address = lines[0].split(' ').nth(3).unwrap();
    assert!(address.starts_with("0x"), "{run:?}");
    assert_eq!(
        lines,
        [
            format!("Thread: counter at {address} is 1"),
            format!("Thread: counter at {address} is 2"),
            format!("Main:   counter at {address} is 2"),
        ]
    );
}

mod downloads {
    use crate::support::downloads::test_downloads;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_downloads");

    test_downloads! { PROGRAM }
    test_downloads! { PROGRAM; overlaps }
}

mod sequential_downloads {
    use crate::support::downloads::test_downloads;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_sequential_downloads");

    test_downloads! { PROGRAM }
    test_downloads! { PROGRAM; is_a_staircase }
}
