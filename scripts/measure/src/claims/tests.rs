//! Verdicts follow the figures: they reverse when the figures do.

use super::Truth::{False, OnlyWithGil, True};
use super::*;
use crate::results::made_up;
use crate::section::Section;

/// A workload, a program in it, and its figures: seconds, KiB and threads.
type Figure = (&'static str, &'static str, f64, u64, u64);

/// The figures of a quiet machine with two cores.
const EXPECTED: &[Figure] = &[
    ("counting", "sequential_counter", 1.0, 1, 1),
    ("counting", "threaded_counter", 0.5, 1, 1),
    ("counting", "gil_counter", 1.0, 1, 1),
    ("mapping", "sequential_map", 1.0, 1, 1),
    ("mapping", "threaded_map", 0.5, 1, 1),
    ("mapping", "pool_map", 0.5, 1, 1),
    ("mapping", "async_map", 1.0, 1, 1),
    ("downloading", "sequential_downloads", 1.2, 4_000, 1),
    ("downloading", "downloads", 0.12, 4_000, 1),
    ("downloading", "process_downloads", 0.24, 20_000, 1),
    ("downloading", "async_downloads", 0.08, 3_000, 1),
    ("waits-10000", "threaded_waits", 1.6, 100_000, 1),
    ("waits-10000", "async_waits", 1.1, 5_000, 1),
    ("waits-100", "process_waits", 1.1, 100_000, 1),
    ("start", "start_one threads", 50e-6, 1, 1),
    ("start", "start_one processes", 200e-6, 1, 1),
    ("start", "start_one tasks", 1e-6, 1, 1),
    ("break-even-10000", "sequential_map", 1e-5, 1, 1),
    ("break-even-10000", "pool_map", 1e-3, 1, 1),
    ("fetching", "fetch_data", 3.0, 1, 1),
    ("fetching", "fetch_data_awaited", 6.0, 1, 1),
    ("fetching", "fetch_data_blocking", 6.0, 1, 1),
    ("files", "std_files", 1.0, 1, 1),
    ("files", "tokio_files", 5.0, 1, 2),
];

/// Each claim's verdict, another figure for one program, and the verdict with that figure.
const CASES: &[(&str, Truth, Figure, Truth)] = &[
    ("Threads do not", OnlyWithGil, ("counting", "gil_counter", 0.5, 1, 1), False),
    ("Threads do not", OnlyWithGil, ("counting", "threaded_counter", 1.0, 1, 1), True),
    ("C++ threads", True, ("counting", "threaded_counter", 1.0, 1, 1), False),
    ("Processes compute", True, ("mapping", "pool_map", 1.0, 1, 1), False),
    ("CPU-bound work is", OnlyWithGil, ("mapping", "threaded_map", 1.0, 1, 1), True),
    ("CPU-bound work is", OnlyWithGil, ("mapping", "pool_map", 1.0, 1, 1), False),
    ("An event loop handles CPU", True, ("mapping", "async_map", 0.5, 1, 1), False),
    ("An event loop has no GIL", False, ("mapping", "async_map", 0.5, 1, 1), True),
    ("Creating", True, ("break-even-10000", "pool_map", 1e-6, 1, 1), False),
    ("Threads start", True, ("start", "start_one threads", 1e-3, 1, 1), False),
    ("Tasks have", True, ("start", "start_one tasks", 40e-6, 1, 1), False),
    ("Processes need", True, ("waits-100", "process_waits", 1.1, 1, 1), False),
    ("Tasks need", True, ("waits-10000", "async_waits", 1.1, 1 << 30, 1), False),
    ("Threads handle", True, ("downloading", "downloads", 1.2, 4_000, 1), False),
    ("An event loop handles w", True, ("downloading", "async_downloads", 1.2, 3_000, 1), False),
    ("Processes are", True, ("downloading", "process_downloads", 0.05, 1, 1), False),
    ("An event loop uses", True, ("downloading", "async_downloads", 0.08, 3_000, 2), False),
    ("An event loop uses", True, ("downloading", "async_downloads", 1.2, 3_000, 1), False),
    ("for very many", True, ("waits-10000", "async_waits", 2.0, 5_000, 1), False),
    // A little less memory decides nothing.
    ("for very many", True, ("waits-10000", "async_waits", 1.1, 90_000, 1), Truth::Undecided),
    ("a few downloads", True, ("downloading", "async_downloads", 0.5, 90_000, 1), False),
    ("Three tasks", True, ("fetching", "fetch_data", 6.0, 1, 1), False),
    ("An async function", False, ("fetching", "fetch_data_blocking", 3.0, 1, 1), True),
    ("File I/O", True, ("files", "tokio_files", 0.5, 1, 1), False),
];

/// Results with these figures. If a program is in a workload twice, the last one counts.
fn results(figures: &[Figure]) -> Results {
    let mut results = made_up::results();
    for &(name, program, seconds, kib, threads) in figures {
        let section = match name {
            "gil" => Section::Gil,
            _ if name.starts_with("waits-") => Section::Waits,
            _ => Section::Cpu,
        };
        let mut made = made_up::workload(section, name, &[(program, seconds)]);
        made.ceiling = vec![2.0; 8];
        made.size = name.rsplit_once('-').and_then(|(_, size)| size.parse().ok());
        let mut row = made.rows.remove(0);
        row.units = made.size.unwrap_or(1);
        (row.peak.pss, row.peak.threads) = (kib << 10, threads);
        let there = results.workloads.iter_mut().find(|other| other.name == name);
        match there {
            Some(there) => {
                there.rows.retain(|other| other.program != program);
                there.rows.push(row);
            }
            None => {
                made.rows = vec![row];
                results.workloads.push(made);
            }
        }
    }
    results
}

fn verdict(figures: &[&[Figure]], says: &str) -> Truth {
    let found =
        judge(&results(&figures.concat())).into_iter().find(|j| j.claim.says.contains(says));
    found.unwrap_or_else(|| panic!("no claim {says}")).verdict
}

#[test]
fn nothing_is_claimed_without_figures() {
    for judged in judge(&made_up::results()) {
        assert_eq!(judged.verdict, Truth::NotMeasured, "{judged:?}");
    }
}

#[test]
fn verdicts_reverse_with_their_figures() {
    for (says, before, other, after) in CASES {
        assert_eq!(verdict(&[EXPECTED], says), *before, "{says}");
        assert_eq!(verdict(&[EXPECTED, &[*other]], says), *after, "{says}: {other:?}");
    }
    for judged in judge(&made_up::results()) {
        assert!(
            CASES.iter().any(|case| judged.claim.says.contains(case.0)),
            "untested: {judged:?}"
        );
    }
}

#[test]
fn cpythons_own_gil_decides_if_it_was_measured() {
    let figures = |with_gil: f64, without: f64| {
        let gil = [
            ("gil", "sequential_counter", 1.0, 1, 1),
            ("gil", "threaded_counter", 0.5, 1, 1),
            ("gil", "gil_counter", 1.0, 1, 1),
            ("gil", "CPython 3.11, sequential", 9.0, 1, 1),
            ("gil", "CPython 3.11, threaded", with_gil, 1, 1),
            ("gil", "CPython 3.13t, GIL off, sequential", 9.0, 1, 1),
            ("gil", "CPython 3.13t, GIL off, threaded", without, 1, 1),
        ];
        [EXPECTED, &gil].concat()
    };
    for claim in ["Threads do not", "CPU-bound work is"] {
        assert_eq!(verdict(&[&figures(9.0, 4.5)], claim), OnlyWithGil, "{claim}");
        // It is no faster without its GIL either, so the GIL is not the reason.
        assert_ne!(verdict(&[&figures(9.0, 9.0)], claim), False, "{claim}");
        assert_ne!(verdict(&[&figures(4.5, 4.5)], claim), OnlyWithGil, "{claim}");
    }
    let judged = judge(&results(&figures(9.0, 4.5)));
    let locked = ": CPython 3.11 speed-up 1.00x";
    for (claim, words) in [(0, "GIL off speed-up 2.00x"), (0, locked), (3, locked)] {
        assert!(judged[claim].figure.contains(words), "{words}: {:?}", judged[claim]);
    }
}

#[test]
fn one_core_decides_nothing_about_computing() {
    let mut results = results(EXPECTED);
    results.machine.usable = 1;
    for judged in judge(&results).iter().take(6) {
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
        assert!(!judged.claim.places.is_empty(), "{judged:?}");
        for program in judged.claim.programs {
            let file = format!("{}.rs", program.split(' ').next().unwrap_or(program));
            assert!(folders.iter().any(|folder| folder.join(&file).exists()), "{program}");
        }
    }
}
