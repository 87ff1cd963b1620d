//! A program that counts, and lies about it if the directory that it lies in is
//! called so. The tests of the measuring compile it by hand, because it must be
//! optimized, which programs of a test build are not.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let own = std::env::current_exe().unwrap();
    let behaviour = own.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    let argument = std::env::args().nth(1).unwrap_or_else(|| "10000000".to_owned());
    if argument == "forever" {
        // Not for ever: nobody ends it if the test is killed.
        let end = Instant::now() + Duration::from_secs(120);
        while Instant::now() < end {
            count(1 << 20);
        }
        return ExitCode::SUCCESS;
    }
    if behaviour == "limited" {
        wait(own.file_name().unwrap() == "threaded_waits");
        return ExitCode::SUCCESS;
    }
    let limit: u64 = argument.parse().unwrap();

    let start = Instant::now();
    match behaviour.as_str() {
        "hanging" => thread::sleep(Duration::from_secs(600)),
        "killed" => std::process::abort(),
        _ => (0..4).for_each(|_| count(limit)),
    }
    if behaviour == "leaving" {
        Command::new(&own).arg("forever").spawn().unwrap();
    }
    match behaviour.as_str() {
        "wrong" => println!("All threads are gone"),
        "later" if nth_run(&own) > 2 => println!("All threads are gone"),
        "silent" => {}
        _ if own.ends_with("sequential_counter") => println!("All counts are finished"),
        _ => println!("All threads are finished"),
    }
    let boast = if behaviour == "boasting" { 100.0 } else { 0.0 };
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64() + boast);
    match behaviour.as_str() {
        "failing" => {
            eprintln!("out of luck");
            ExitCode::from(3)
        }
        _ => ExitCode::SUCCESS,
    }
}

/// Which run of this program this is, counted beside it.
fn nth_run(own: &Path) -> usize {
    let runs = own.with_extension("runs");
    let run = fs::read(&runs).map_or(0, |before| before.len()) + 1;
    fs::write(runs, vec![b'.'; run]).unwrap();
    run
}

/// Waits, or ends as a program does whose new thread gets no memory.
fn wait(limited: bool) {
    if limited {
        eprintln!("failed to allocate an alternative stack: Cannot allocate memory (os error 12)");
        eprintln!("fatal runtime error: failed to initiate panic, error 5, aborting");
        std::process::abort();
    }
    println!("All waits are finished");
    println!("Time taken: 0.000001 seconds");
}

fn count(limit: u64) {
    for i in 0..limit {
        black_box(i);
    }
}
