//! Verdicts follow the figures.

use super::*;
use crate::noise::{Noise, Spin};
use crate::record::{Clock, Comparison, Row, Sample, made_up};
use crate::section::Section;
use crate::tree::Peak;

/// A program with its time in seconds, CPU time, memory in bytes, threads and
/// processes.
type Program = (&'static str, f64, f64, u64, u64, u64);

fn comparison(name: &str, cores: f64, programs: &[Program]) -> Comparison {
    let row = |&(program, time, cpu, pss, threads, processes): &Program| {
        let sample = |_| Sample { wall: time, cpu, taken: Some(time) };
        Row {
            arguments: vec![String::new(); 12],
            peak: Peak { pss, page_tables: 0, threads, processes, samples: 10 },
            memory_each: Some(pss as f64),
            ..made_up::row(program, (0..7).map(sample).collect())
        }
    };
    let spin = Spin { alone: 1.0, at_once: 2.0 / cores, cpu: 2.0, counting: 1.0, adding: 1.0 };
    let rows = programs.iter().map(row).collect();
    Comparison {
        clock: Clock::Process,
        noise: Noise { usable: 2, spins: vec![spin; 3] },
        ..made_up::comparison(name.to_owned(), Section::Cpu, 10_000, rows)
    }
}

fn record(comparisons: Vec<Comparison>) -> Record {
    Record { sections: vec![Section::Claims], ..made_up::record(comparisons) }
}

/// Figures as they are in Rust, on a machine with so many cores.
fn as_it_is(cores: f64) -> Record {
    record(vec![
        comparison(
            "counting",
            cores,
            &[
                ("sequential_counter", 1.0, 1.0, 1, 1, 1),
                ("threaded_counter", 1.0 / cores, 1.0, 1, 5, 1),
                ("gil_counter", 1.1, 1.1, 1, 5, 1),
            ],
        ),
        comparison(
            "mapping",
            cores,
            &[
                ("sequential_map", 1.0, 1.0, 1, 1, 1),
                ("threaded_map", 1.0 / cores, 1.0, 1, 5, 1),
                ("pool_map", 1.0 / cores, 1.0, 1, 3, 3),
                ("async_map", 1.0, 1.0, 1, 1, 1),
            ],
        ),
        comparison(
            "downloading",
            cores,
            &[
                ("sequential_downloads", 1.2, 0.01, 10, 1, 1),
                ("downloads", 0.1, 0.01, 10, 13, 1),
                ("process_downloads", 0.11, 0.02, 20, 13, 13),
                ("async_downloads", 0.1, 0.005, 5, 1, 1),
            ],
        ),
        comparison(
            "waits-10000",
            cores,
            &[("threaded_waits", 1.5, 0.5, 1000, 10_001, 1), ("async_waits", 1.0, 0.1, 10, 1, 1)],
        ),
        comparison(
            "start",
            cores,
            &[
                ("start_threads", 1e-4, 1e-4, 10, 2, 1),
                ("start_processes", 1e-3, 1e-3, 100, 2, 2),
                ("start_tasks", 1e-6, 1e-6, 1, 1, 1),
            ],
        ),
        comparison(
            "fetching",
            cores,
            &[("fetch_data", 3.0, 0.0, 1, 1, 1), ("fetch_data_blocking", 6.0, 0.0, 1, 1, 1)],
        ),
        comparison(
            "files",
            cores,
            &[("std_files", 0.1, 0.1, 1, 1, 1), ("tokio_files", 0.5, 0.5, 1, 9, 1)],
        ),
        comparison(
            "break-even-10000",
            cores,
            &[("sequential_map", 2e-5, 2e-5, 1, 1, 1), ("pool_map", 1e-3, 1e-3, 1, 3, 3)],
        ),
    ])
}

/// The opposite in everything.
fn upside_down() -> Record {
    record(vec![
        comparison(
            "counting",
            2.0,
            &[
                ("sequential_counter", 1.0, 1.0, 1, 1, 1),
                ("threaded_counter", 1.0, 1.0, 1, 5, 1),
                ("gil_counter", 0.5, 1.0, 1, 5, 1),
            ],
        ),
        comparison(
            "mapping",
            2.0,
            &[
                ("sequential_map", 1.0, 1.0, 1, 1, 1),
                ("threaded_map", 1.0, 1.0, 1, 5, 1),
                ("pool_map", 1.0, 1.0, 1, 3, 3),
                ("async_map", 0.5, 1.0, 1, 5, 1),
            ],
        ),
        comparison(
            "downloading",
            2.0,
            &[
                ("sequential_downloads", 1.2, 1.2, 10, 1, 1),
                ("downloads", 1.2, 1.2, 10, 13, 1),
                ("process_downloads", 0.1, 0.01, 5, 13, 13),
                ("async_downloads", 1.2, 1.2, 10, 1, 1),
            ],
        ),
        comparison(
            "waits-10000",
            2.0,
            &[("threaded_waits", 1.0, 0.5, 10, 10_001, 1), ("async_waits", 1.5, 0.1, 1000, 1, 1)],
        ),
        comparison(
            "start",
            2.0,
            &[
                ("start_threads", 1e-3, 1e-3, 100, 2, 1),
                ("start_processes", 1e-4, 1e-4, 10, 2, 2),
                ("start_tasks", 1e-2, 1e-2, 1000, 1, 1),
            ],
        ),
        comparison(
            "fetching",
            2.0,
            &[("fetch_data", 6.0, 0.0, 1, 1, 1), ("fetch_data_blocking", 6.0, 0.0, 1, 1, 1)],
        ),
        comparison(
            "files",
            2.0,
            &[("std_files", 0.5, 0.1, 1, 1, 1), ("tokio_files", 0.1, 0.5, 1, 1, 1)],
        ),
        comparison(
            "break-even-10000",
            2.0,
            &[("sequential_map", 1e-3, 1e-3, 1, 1, 1), ("pool_map", 1e-4, 1e-4, 1, 3, 3)],
        ),
    ])
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
fn figures_of_rust_give_the_verdicts_of_rust() {
    let count = |verdict: Verdict| {
        let verdicts = verdicts(&as_it_is(2.0));
        verdicts.iter().filter(|(_, other)| *other == verdict).count()
    };
    assert_eq!(count(Verdict::CannotBeTold), 0);
    assert_eq!(count(Verdict::DoesNotHold), 2, "the loop's lack of a limit, and file I/O");
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
    assert!(needed.clone().all(|name| NEEDED.contains(&name)));
    // A warning stands above the table if one of them was disturbed.
    assert!(!table(&record).contains("NOISY MACHINE"));
    for disturbed in needed {
        let mut record = record.clone();
        let comparison = record.comparisons.iter_mut().find(|c| c.name == disturbed).unwrap();
        comparison.noise.spins[0].alone = 2.0;
        comparison.noise.spins[1].alone = 3.0;
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
