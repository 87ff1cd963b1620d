//! Verdicts follow the figures.

mod records;

use super::*;
use records::{
    a_gil_everywhere, a_lock_that_does_no_harm, as_it_is, except, record, row, upside_down,
};

/// The verdict on the claim that begins so.
fn verdict(record: &Record, beginning: &str) -> Verdict {
    let mut verdicts = verdicts(record).into_iter();
    let found = verdicts.find(|(says, _)| says.starts_with(beginning));
    found.unwrap_or_else(|| panic!("nothing begins with {beginning}")).1
}

fn verdicts(record: &Record) -> Vec<(&'static str, Verdict)> {
    let verdict = |claim: &Claim| (claim.says, claim.judge(record).verdict);
    list::CLAIMS.iter().map(verdict).collect()
}

#[test]
fn opposite_figures_turn_every_verdict() {
    let pairs = verdicts(&as_it_is(2.0)).into_iter().zip(verdicts(&upside_down()));
    for ((says, verdict), (_, opposite)) in pairs {
        assert_ne!(verdict, Verdict::NotMeasured, "{says}");
        match verdict {
            Verdict::MatterOfReading => assert_eq!(opposite, verdict, "{says}"),
            _ => assert_ne!(opposite, verdict, "{says}"),
        }
    }
}

#[test]
fn other_figures_tell_another_verdict_on_each() {
    let others = [upside_down(), a_gil_everywhere(), a_lock_that_does_no_harm()];
    for (claim, (says, as_it_is)) in list::CLAIMS.iter().zip(verdicts(&as_it_is(2.0))) {
        let same = [as_it_is, Verdict::CannotBeTold];
        let turned = others.iter().any(|other| !same.contains(&claim.judge(other).verdict));
        assert!(turned || as_it_is == Verdict::MatterOfReading, "{says}");
    }
}

/// What is said of threads and the GIL.
const OF_THE_GIL: [&str; 7] = [
    "Concurrency model / threading",
    "Handles CPU-bound / threading",
    "Use case / threading",
    "GIL / threading",
    "Threading is not suitable for CPU-bound",
    "The GIL prevents",
    "The GIL limits threading",
];

/// What is said of processes against threads.
const OF_PROCESSES: [&str; 4] = [
    "Use case / multiprocessing",
    "Best for / multiprocessing",
    "Chart: not I/O-bound",
    "If you have a CPU-bound task",
];

#[test]
fn a_lock_decides_what_is_said_of_the_gil() {
    for says in OF_THE_GIL.iter().chain(&OF_PROCESSES).chain(&["Threads run concurrently"]) {
        assert_eq!(verdict(&as_it_is(2.0), says), Verdict::OnlyWithGil, "{says}");
        assert_eq!(verdict(&a_gil_everywhere(), says), Verdict::Holds, "{says}");
        assert_eq!(verdict(&a_lock_that_does_no_harm(), says), Verdict::DoesNotHold, "{says}");
    }
    let cpp = "C++ threads";
    assert_eq!(verdict(&as_it_is(2.0), cpp), Verdict::Holds);
    assert_eq!(verdict(&a_gil_everywhere(), cpp), Verdict::DoesNotHold);
    // With one core, no thread is faster either, and the lock is not to blame.
    for says in OF_THE_GIL.iter().chain(&OF_PROCESSES).chain(&["Threads run concurrently"]) {
        assert_eq!(verdict(&as_it_is(1.0), says), Verdict::CannotBeTold, "{says}");
    }
}

#[test]
fn processes_that_are_no_faster_are_no_choice() {
    let record = except(&[("mapping", "pool_map", 1.0)]);
    for says in OF_PROCESSES {
        assert_eq!(verdict(&record, says), Verdict::DoesNotHold, "{says}");
    }
}

#[test]
fn no_faster_is_told_by_the_range() {
    let says = "Multiprocessing can utilize multiple CPU cores";
    let mut record = as_it_is(2.0);
    let mut with = |ratios: [f64; 7]| {
        let samples = &mut row(&mut record, "mapping", "pool_map").samples;
        for (sample, ratio) in samples.iter_mut().zip(ratios) {
            sample.wall = 1.0 / ratio;
        }
        verdict(&record, says)
    };
    assert_eq!(with([0.9, 0.95, 1.0, 1.05, 1.05, 1.1, 1.2]), Verdict::DoesNotHold);
    assert_eq!(with([0.6, 0.9, 1.0, 1.05, 1.05, 1.1, 2.4]), Verdict::CannotBeTold);
    // Of two cores, 1.4 times as fast is as much as counts.
    assert_eq!(with([0.9, 0.95, 1.0, 1.05, 1.05, 1.1, 1.4]), Verdict::CannotBeTold);
    assert_eq!(with([1.3, 1.4, 1.7, 1.8, 1.9, 1.9, 2.0]), Verdict::Holds);
}

#[test]
fn more_cpu_time_is_told_by_the_range() {
    let says = "Asyncio is more efficient than threading for I/O-bound tasks";
    let mut record = as_it_is(2.0);
    let mut with = |memory: u64, ratios: [f64; 7]| {
        row(&mut record, "downloading", "async_downloads").peak.pss = 100;
        let threads = row(&mut record, "downloading", "downloads");
        threads.peak.pss = memory;
        for (sample, ratio) in threads.samples.iter_mut().zip(ratios) {
            sample.cpu = 0.005 * ratio;
        }
        verdict(&record, says)
    };
    let more = [1.3, 1.3, 1.4, 1.4, 1.5, 1.6, 1.8];
    let around = [1.08, 1.1, 1.2, 1.3, 1.4, 1.5, 1.8];
    let around_too = [1.08, 1.1, 1.1, 1.2, 1.3, 1.4, 1.8];
    let same = [0.9, 0.9, 1.0, 1.0, 1.0, 1.1, 1.1];
    let any = [0.6, 0.9, 1.0, 1.0, 1.0, 1.1, 1.8];
    let less = [0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.7];
    let mostly_less = [0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.9];
    // With as much memory, CPU time decides.
    for (ratios, expected) in [
        (more, Verdict::Holds),
        (around, Verdict::CannotBeTold),
        (around_too, Verdict::CannotBeTold),
        (same, Verdict::CannotBeTold),
        (any, Verdict::CannotBeTold),
        (mostly_less, Verdict::CannotBeTold),
        (less, Verdict::DoesNotHold),
    ] {
        assert_eq!(with(110, ratios), expected, "{ratios:?}");
    }
    // With more memory, it is enough that the CPU time is not less.
    for (ratios, expected) in [
        (around, Verdict::Holds),
        (same, Verdict::Holds),
        (any, Verdict::CannotBeTold),
        (less, Verdict::DoesNotHold),
    ] {
        assert_eq!(with(130, ratios), expected, "{ratios:?}");
    }
    assert_eq!(with(70, more), Verdict::DoesNotHold);
}

#[test]
fn a_blocking_call_decides_whether_async_blocks() {
    let says = "An `async` function will not block";
    assert_eq!(verdict(&as_it_is(2.0), says), Verdict::DoesNotHold);
    let record = except(&[("fetching", "fetch_data_blocking", 3.0)]);
    assert_eq!(verdict(&record, says), Verdict::Holds);
    assert_eq!(verdict(&record, "`asyncio.sleep` is a non-blocking"), Verdict::DoesNotHold);
}

/// What is said of tasks on one thread.
const OF_ONE_THREAD: [&str; 4] = [
    "Concurrency type / asyncio",
    "Asyncio uses a single thread",
    "Async programming runs tasks within a single thread",
    "The event loop runs tasks without",
];

#[test]
fn tasks_on_one_thread_must_overlap() {
    let slow = except(&[("downloading", "async_downloads", 1.2)]);
    let mut threads = as_it_is(2.0);
    row(&mut threads, "downloading", "async_downloads").peak.threads = 2;
    for says in OF_ONE_THREAD {
        assert_eq!(verdict(&as_it_is(2.0), says), Verdict::Holds, "{says}");
        assert_eq!(verdict(&slow, says), Verdict::DoesNotHold, "{says}");
        assert_eq!(verdict(&threads, says), Verdict::DoesNotHold, "{says}");
    }
    assert_eq!(verdict(&as_it_is(2.0), "Memory / asyncio"), Verdict::Holds);
    assert_eq!(verdict(&threads, "Memory / asyncio"), Verdict::DoesNotHold);
}

#[test]
fn files_are_threads_work_if_the_event_loop_needs_threads() {
    let says = ["Best for / threading", "Threading is ideal for tasks that wait for file I/O"];
    let mut no_threads = except(&[("files", "tokio_files", 0.1)]);
    row(&mut no_threads, "files", "tokio_files").peak.threads = 1;
    for says in says {
        assert_eq!(verdict(&as_it_is(2.0), says), Verdict::Holds, "{says}");
        assert_eq!(verdict(&no_threads, says), Verdict::DoesNotHold, "{says}");
    }
    let slow = except(&[("downloading", "downloads", 1.2)]);
    assert_eq!(verdict(&slow, "Best for / threading"), Verdict::DoesNotHold);
}

#[test]
fn a_claim_of_several_programs_needs_them_all() {
    for program in ["downloads", "process_downloads", "async_downloads"] {
        let slow = except(&[("downloading", program, 1.2)]);
        let all = "Threading, multiprocessing and asyncio run";
        assert_eq!(verdict(&slow, all), Verdict::DoesNotHold, "{program}");
    }
    for (comparison, program, time) in
        [("downloading", "downloads", 1.2), ("mapping", "pool_map", 1.0)]
    {
        let slow = except(&[(comparison, program, time)]);
        let each = "Threads and processes each improve";
        assert_eq!(verdict(&slow, each), Verdict::DoesNotHold, "{program}");
    }
    for (comparison, program, time) in
        [("start", "start_threads", 2e-3), ("downloading", "process_downloads", 0.05)]
    {
        let record = except(&[(comparison, program, time)]);
        let overhead = "Overhead / threading";
        assert_eq!(verdict(&record, overhead), Verdict::DoesNotHold, "{program}");
    }
}

#[test]
fn a_limit_is_told_by_the_range() {
    for (says, comparison, program, above) in [
        ("`gather` runs several", "fetching", "fetch_data", 6.0),
        ("Downloading files is often", "downloading", "sequential_downloads", 0.02),
    ] {
        let mut record = as_it_is(2.0);
        assert_eq!(verdict(&record, says), Verdict::Holds);
        row(&mut record, comparison, program).samples[0].wall = above;
        assert_eq!(verdict(&record, says), Verdict::CannotBeTold);
        assert_eq!(verdict(&except(&[(comparison, program, above)]), says), Verdict::DoesNotHold);
    }
}

#[test]
fn figures_of_rust_give_the_verdicts_of_rust() {
    let count = |verdict: Verdict| {
        let verdicts = verdicts(&as_it_is(2.0));
        verdicts.iter().filter(|(_, other)| *other == verdict).count()
    };
    assert_eq!(count(Verdict::CannotBeTold), 0);
    assert_eq!(count(Verdict::DoesNotHold), 2, "the loop's lack of a limit, and of blocking");
    assert!(count(Verdict::OnlyWithGil) >= 10);
}

#[test]
fn one_core_tells_nothing_of_cpu_bound_work() {
    let one = verdicts(&as_it_is(1.0));
    for (says, verdict) in &one {
        if says.contains("CPU-bound") && says.contains("threading") {
            assert_eq!(*verdict, Verdict::CannotBeTold, "{says}");
        }
    }
    assert!(one.iter().any(|(_, verdict)| *verdict == Verdict::Holds), "{one:?}");
}

#[test]
fn one_disturbed_round_turns_no_verdict() {
    let mut record = as_it_is(2.0);
    for comparison in &mut record.comparisons {
        for (i, row) in comparison.rows.iter_mut().enumerate() {
            // Another round for each, since a baseline slows all ratios down.
            let sample = &mut row.samples[i];
            sample.wall *= 10.0;
            sample.cpu *= 10.0;
            sample.taken = Some(sample.wall);
        }
    }
    for ((says, verdict), (_, before)) in
        verdicts(&record).into_iter().zip(verdicts(&as_it_is(2.0)))
    {
        assert!([before, Verdict::CannotBeTold].contains(&verdict), "{says}: {verdict}");
    }
}

#[test]
fn a_pool_of_three_is_parallel_at_twice_the_speed() {
    let mut record = as_it_is(2.0);
    for comparison in &mut record.comparisons {
        comparison.noise.usable = 3;
        for spin in &mut comparison.noise.spins {
            (spin.at_once, spin.cpu) = (1.0, 3.0);
        }
    }
    let verdicts = verdicts(&record);
    let pool = verdicts.iter().find(|(says, _)| says.starts_with("The pool is quite a bit faster"));
    assert_eq!(pool.unwrap().1, Verdict::Holds);
}

#[test]
fn what_was_seen_too_seldom_is_not_judged() {
    let mut record = as_it_is(2.0);
    record.comparisons.iter_mut().flat_map(|c| &mut c.rows).for_each(|row| row.peak.samples = 2);
    let verdicts = verdicts(&record);
    let threads = verdicts.iter().find(|(says, _)| says.contains("runs tasks within a single"));
    assert_eq!(threads.unwrap().1, Verdict::NotMeasured);
}

#[test]
fn what_the_claims_need_is_named() {
    let record = as_it_is(2.0);
    let needed = record.comparisons.iter().map(|comparison| comparison.name.as_str());
    // A warning stands above the table if one of them was disturbed.
    assert!(!table(&record).contains("NOISY MACHINE"));
    for disturbed in needed {
        let mut record = record.clone();
        let comparison = record.comparisons.iter_mut().find(|c| c.name == disturbed).unwrap();
        comparison.noise.spins[0].alone = 2.0;
        comparison.noise.spins[1].alone = 3.0;
        assert!(table(&record).starts_with(&format!("NOISY MACHINE at `{disturbed}`: ")));
        // Nothing is taken from fewer waits, if there are more.
        let waits = record.comparisons.iter().find(|c| c.name == "waits-10000").unwrap();
        let mut fewer = Comparison { name: "waits-1000".to_owned(), ..waits.clone() };
        fewer.noise.spins[0].alone = 2.0;
        fewer.noise.spins[1].alone = 3.0;
        record.comparisons.push(fewer);
        assert!(table(&record).starts_with(&format!("NOISY MACHINE at `{disturbed}`: ")));
    }
}

#[test]
fn what_was_not_measured_is_not_judged() {
    for (says, verdict) in verdicts(&record(Vec::new())) {
        let expected = [Verdict::NotMeasured, Verdict::MatterOfReading];
        assert!(expected.contains(&verdict), "{says}");
    }
}

#[test]
fn every_cell_of_the_documents_tables_has_its_row() {
    let cells = list::CLAIMS.iter().filter(|claim| claim.says.contains(" / "));
    assert_eq!(cells.count(), 30);
}

#[test]
fn every_claim_names_programs_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let members = ["threading", "multiprocessing", "asyncio", "scripts/measure"];
    for claim in list::CLAIMS {
        assert!(!claim.programs.is_empty(), "{}", claim.says);
        for program in claim.programs {
            let file = format!("src/bin/{program}.rs");
            let there = members.iter().any(|member| root.join(member).join(&file).exists());
            assert!(there, "no {program}, of: {}", claim.says);
        }
    }
}
