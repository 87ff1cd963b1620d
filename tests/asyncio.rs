//! Runs the programs of `asyncio` the way a reader would.

mod support;

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use support::{assert_helpful, assert_numbers_overlap, assert_time, command, run};

#[test]
fn async_numbers_overlap() {
    assert_numbers_overlap(&run(env!("CARGO_BIN_EXE_async_numbers"), &[]));
}

#[test]
fn fetch_data_ends_in_the_order_of_the_delays() {
    let run = run(env!("CARGO_BIN_EXE_fetch_data"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Starting to fetch data from Source 1",
            "Starting to fetch data from Source 2",
            "Starting to fetch data from Source 3",
            "Finished fetching data from Source 3",
            "Finished fetching data from Source 1",
            "Finished fetching data from Source 2",
            "Data from Source 1",
            "Data from Source 2",
            "Data from Source 3",
        ]
    );
    assert!(run.elapsed >= Duration::from_secs(3), "{run:?}");
}

#[test]
fn the_traps_fetch_one_after_the_other() {
    for program in
        [env!("CARGO_BIN_EXE_fetch_data_awaited"), env!("CARGO_BIN_EXE_fetch_data_blocking")]
    {
        let run = run(program, &[]);
        assert_eq!(
            run.lines(),
            [
                "Starting to fetch data from Source 1",
                "Finished fetching data from Source 1",
                "Starting to fetch data from Source 2",
                "Finished fetching data from Source 2",
                "Starting to fetch data from Source 3",
                "Finished fetching data from Source 3",
                "Data from Source 1",
                "Data from Source 2",
                "Data from Source 3",
            ]
        );
        assert!(run.elapsed >= Duration::from_secs(6), "{run:?}");
    }
}

#[test]
fn fetch_urls_overlap() {
    let run = run(env!("CARGO_BIN_EXE_fetch_urls"), &[]);
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
    assert!(run.elapsed >= Duration::from_secs(2), "{run:?}");
}

#[test]
fn async_map_holds_up_the_ticker() {
    let run = run(env!("CARGO_BIN_EXE_async_map"), &[]);
    let lines = run.lines();
    assert_time(lines[0]);
    assert_eq!(lines[1..], [&*results(4_999_999_950_000_000), "Tick", "Tick", "Tick"]);
}

#[test]
fn blocking_map_has_the_same_results() {
    let run = run(env!("CARGO_BIN_EXE_blocking_map"), &["100000"]);
    let mut lines = run.lines();
    // Its first tick may come before or after the results of so little work.
    lines.retain(|line| *line != "Tick");
    assert_time(lines[0]);
    assert_eq!(lines[1..], [results(4_999_950_000)]);
}

#[test]
fn blocking_map_lets_the_ticker_tick() {
    // Work for seconds, which the test does not wait for.
    let mut blocking_map = command(env!("CARGO_BIN_EXE_blocking_map"));
    let mut blocking_map = blocking_map.arg("6000000000").stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(blocking_map.stdout.take().unwrap()).lines();
    let first: Vec<String> = lines.take(3).map(Result::unwrap).collect();
    blocking_map.kill().unwrap();
    blocking_map.wait().unwrap();
    assert_eq!(first, ["Tick", "Tick", "Tick"]);
}

fn results(sum: u64) -> String {
    format!("Results: [{sum}, {sum}, {sum}, {sum}]")
}

#[test]
fn async_waits_wait_together() {
    let run = run(env!("CARGO_BIN_EXE_async_waits"), &["10000"]);
    let lines = run.lines();
    assert_eq!((lines.len(), lines[0]), (2, "All waits are finished"));
    assert_time(lines[1]);
    assert!(run.elapsed >= Duration::from_secs(1), "{run:?}");
}

#[test]
fn files_are_read_in_both_ways() {
    for program in [env!("CARGO_BIN_EXE_std_files"), env!("CARGO_BIN_EXE_tokio_files")] {
        let run = run(program, &["10"]);
        let lines = run.lines();
        assert_time(lines[0]);
        assert_eq!(lines[1..], ["Read 10000 bytes"], "{program}");
    }
}

#[test]
fn helps() {
    assert_helpful(&[
        env!("CARGO_BIN_EXE_async_map"),
        env!("CARGO_BIN_EXE_blocking_map"),
        env!("CARGO_BIN_EXE_async_waits"),
        env!("CARGO_BIN_EXE_std_files"),
        env!("CARGO_BIN_EXE_tokio_files"),
        env!("CARGO_BIN_EXE_async_downloads"),
    ]);
}

mod async_downloads {
    use crate::support::downloads::test_downloads;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_async_downloads");

    test_downloads! { PROGRAM }
    test_downloads! { PROGRAM; overlaps, at_once_bounds_the_downloads }
}
