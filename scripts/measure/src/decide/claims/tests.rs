//! Verdicts follow the figures: they reverse when the figures do.

use super::*;
use crate::results::{Measured, made_up};
use crate::workloads::Section;

/// What a quiet machine with two cores measures.
fn expected() -> Results {
    let mut results = made_up::results();
    let cpu = |name, times: &[(&str, f64)]| {
        let mut measured = made_up::workload(Section::Cpu, name, times);
        measured.ceiling = vec![2.0; 8];
        measured
    };
    let waits = |size: u64, threads: (f64, u64), tasks: (f64, u64)| {
        let times = [("threaded_waits", threads.0), ("async_waits", tasks.0)];
        let mut measured = made_up::workload(Section::Waits, &format!("waits-{size}"), &times);
        measured.size = Some(size);
        for (row, memory) in measured.rows.iter_mut().zip([threads.1, tasks.1]) {
            row.units = size;
            row.peak.pss = memory;
        }
        measured
    };
    let mut processes = made_up::workload(Section::Waits, "waits-100", &[("process_waits", 1.1)]);
    processes.size = Some(100);
    processes.rows[0].units = 100;
    processes.rows[0].peak.pss = 100 << 20;
    let mut downloading = made_up::workload(
        Section::Io,
        "downloading",
        &[
            ("sequential_downloads", 1.2),
            ("downloads", 0.12),
            ("process_downloads", 0.24),
            ("async_downloads", 0.08),
        ],
    );
    for (row, mib) in downloading.rows.iter_mut().zip([4, 4, 20, 3]) {
        row.peak.pss = mib << 20;
    }
    let mut files =
        made_up::workload(Section::Traps, "files", &[("std_files", 1.0), ("tokio_files", 5.0)]);
    files.rows[1].peak.threads = 2;
    results.workloads = vec![
        cpu(
            "counting",
            &[("sequential_counter", 1.0), ("threaded_counter", 0.5), ("gil_counter", 1.0)],
        ),
        cpu(
            "mapping",
            &[
                ("sequential_map", 1.0),
                ("threaded_map", 0.5),
                ("pool_map", 0.5),
                ("async_map", 1.0),
            ],
        ),
        downloading,
        waits(10_000, (1.6, 100 << 20), (1.1, 5 << 20)),
        processes,
        made_up::workload(
            Section::Start,
            "start",
            &[("start_threads", 50e-6), ("start_processes", 200e-6), ("start_tasks", 1e-6)],
        ),
        made_up::workload(
            Section::BreakEven,
            "break-even-10000",
            &[("sequential_map", 1e-5), ("pool_map", 1e-3)],
        ),
        made_up::workload(
            Section::Traps,
            "fetching",
            &[("fetch_data", 3.0), ("fetch_data_awaited", 6.0), ("fetch_data_blocking", 6.0)],
        ),
        files,
    ];
    results
}

/// The expected results with four counts in a CPython, and in one without its GIL: so many
/// seconds one at a time and in threads.
fn with_cpython(with_gil: [f64; 2], without: [f64; 2]) -> Results {
    let mut results = expected();
    let times = [
        ("sequential_counter", 1.0),
        ("threaded_counter", 0.5),
        ("gil_counter", 1.0),
        ("CPython 3.11, sequential", with_gil[0]),
        ("CPython 3.11, threaded", with_gil[1]),
        ("CPython 3.13t, GIL off, sequential", without[0]),
        ("CPython 3.13t, GIL off, threaded", without[1]),
    ];
    let mut gil = made_up::workload(Section::Gil, "gil", &times);
    gil.ceiling = vec![2.0; 8];
    results.workloads.push(gil);
    results
}

fn verdict(results: &Results, says: &str) -> Truth {
    let found = judge(results).into_iter().find(|judged| judged.says.starts_with(says));
    found.unwrap_or_else(|| panic!("no claim {says}")).verdict
}

/// The expected results with one workload changed.
fn changed(name: &str, change: impl Fn(&mut Measured)) -> Results {
    let mut results = expected();
    change(results.workloads.iter_mut().find(|measured| measured.name == name).unwrap());
    results
}

/// Makes a program take so many seconds.
fn takes(program: &'static str, seconds: f64) -> impl Fn(&mut Measured) {
    move |measured| {
        let row = measured.rows.iter_mut().find(|row| row.program == program).unwrap();
        for sample in &mut row.samples {
            (sample.wall, sample.cpu, sample.taken) = (seconds, seconds, Some(seconds));
        }
    }
}

#[test]
fn a_quiet_machine_decides_every_claim() {
    for judged in judge(&expected()) {
        let decided = !matches!(judged.verdict, Truth::Undecided | Truth::NotMeasured);
        assert!(decided, "{judged:?}");
    }
}

#[test]
fn nothing_is_claimed_without_figures() {
    for judged in judge(&made_up::results()) {
        assert_eq!(judged.verdict, Truth::NotMeasured, "{judged:?}");
    }
}

#[test]
fn verdicts_reverse_with_their_figures() {
    use Truth::{False, OnlyWithGil, True};
    type Change = Box<dyn Fn(&mut Measured)>;
    let cases: Vec<(&str, Truth, &str, Change, Truth)> = vec![
        ("Threads do not", OnlyWithGil, "counting", Box::new(takes("gil_counter", 0.5)), False),
        ("Threads do not", OnlyWithGil, "counting", Box::new(takes("threaded_counter", 1.0)), True),
        ("With the GIL", OnlyWithGil, "counting", Box::new(takes("gil_counter", 0.5)), False),
        ("C++ threads", True, "counting", Box::new(takes("threaded_counter", 1.0)), False),
        ("Processes compute", True, "mapping", Box::new(takes("pool_map", 1.0)), False),
        ("CPU-bound work is", OnlyWithGil, "mapping", Box::new(takes("threaded_map", 1.0)), True),
        ("CPU-bound work is", OnlyWithGil, "mapping", Box::new(takes("pool_map", 1.0)), False),
        ("An event loop handles CPU", True, "mapping", Box::new(takes("async_map", 0.5)), False),
        ("An event loop has no GIL", False, "mapping", Box::new(takes("async_map", 0.5)), True),
        ("Creating", True, "break-even-10000", Box::new(takes("pool_map", 1e-6)), False),
        ("Threads start", True, "start", Box::new(takes("start_threads", 1e-3)), False),
        ("Tasks have", True, "start", Box::new(takes("start_tasks", 40e-6)), False),
        ("Threads handle", True, "downloading", Box::new(takes("downloads", 1.2)), False),
        (
            "An event loop handles wait",
            True,
            "downloading",
            Box::new(takes("async_downloads", 1.2)),
            False,
        ),
        (
            "An event loop is more efficient than threads for very",
            True,
            "waits-10000",
            Box::new(takes("async_waits", 2.0)),
            False,
        ),
        (
            "An event loop is more efficient than threads for a few",
            True,
            "downloading",
            Box::new(|measured| {
                measured.rows[3].peak.pss = 90 << 20;
                takes("async_downloads", 0.5)(measured);
            }),
            False,
        ),
        ("Processes need more", True, "waits-100", Box::new(|m| m.rows[0].peak.pss = 1), False),
        ("Tasks need", True, "waits-10000", Box::new(|m| m.rows[1].peak.pss = 1 << 40), False),
        (
            "Processes are overkill",
            True,
            "downloading",
            Box::new(|measured| {
                measured.rows[2].peak.pss = 1 << 10;
                takes("process_downloads", 0.05)(measured);
            }),
            False,
        ),
        (
            "An event loop uses a single",
            True,
            "downloading",
            Box::new(|m| m.rows[3].peak.threads = 2),
            False,
        ),
        ("Three tasks", True, "fetching", Box::new(takes("fetch_data", 6.0)), False),
        ("An async function", False, "fetching", Box::new(takes("fetch_data_blocking", 3.0)), True),
        (
            "File I/O",
            True,
            "files",
            Box::new(|measured| {
                measured.rows[1].peak.threads = 1;
                takes("tokio_files", 0.5)(measured);
            }),
            False,
        ),
    ];
    for (says, before, workload, change, after) in &cases {
        assert_eq!(verdict(&expected(), says), *before, "{says}");
        assert_eq!(verdict(&changed(workload, change), says), *after, "{says}");
    }
    for judged in judge(&expected()) {
        assert!(cases.iter().any(|case| judged.says.starts_with(case.0)), "untested: {judged:?}");
    }
}

#[test]
fn cpythons_own_gil_decides_if_it_was_measured() {
    for claim in ["Threads do not", "With the GIL", "CPU-bound work is"] {
        let verdict = |with_gil, without| verdict(&with_cpython(with_gil, without), claim);
        assert_eq!(verdict([9.0, 9.0], [9.0, 4.5]), Truth::OnlyWithGil, "{claim}");
        // It is no faster without its GIL either, so that is not the reason.
        assert_ne!(verdict([9.0, 9.0], [9.0, 9.0]), Truth::False, "{claim}");
        assert_ne!(verdict([9.0, 4.5], [9.0, 4.5]), Truth::OnlyWithGil, "{claim}");
    }
    let results = with_cpython([9.0, 9.0], [9.0, 4.5]);
    let first = judge(&results).remove(0);
    for words in ["with one: CPython 3.11 speed-up 1.00x", "GIL off speed-up 2.00x"] {
        assert!(first.figure.contains(words), "{first:?}");
    }
}

#[test]
fn one_core_decides_nothing_about_computing() {
    let mut results = expected();
    results.machine.usable = 1;
    for judged in judge(&results).iter().take(7) {
        assert_eq!(judged.verdict, Truth::Undecided, "{judged:?}");
    }
}

#[test]
fn every_program_of_a_claim_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../../threading", "../../multiprocessing", "../../asyncio"]
        .map(|member| root.join(member).join("src/bin"));
    let folders = [&folders[..], &[root.join("programs")]].concat();
    for judged in judge(&made_up::results()) {
        assert!(!judged.places.is_empty(), "{judged:?}");
        for program in judged.programs {
            let file = format!("{program}.rs");
            assert!(folders.iter().any(|folder| folder.join(&file).exists()), "{program}");
        }
    }
}
