//! Records of which the verdicts are known.

use crate::noise::{Noise, Spin};
use crate::record::{Clock, Comparison, Record, Row, Sample, made_up};
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

pub fn record(comparisons: Vec<Comparison>) -> Record {
    Record { sections: vec![Section::Claims], ..made_up::record(comparisons) }
}

/// Figures as they are in Rust, on a machine with so many cores.
pub fn as_it_is(cores: f64) -> Record {
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
pub fn upside_down() -> Record {
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
                ("async_downloads", 1.2, 2.4, 20, 13, 1),
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

/// Figures as they are in Rust, but for the wall time in seconds of some programs.
pub fn except(times: &[(&str, &str, f64)]) -> Record {
    let mut record = as_it_is(2.0);
    for &(comparison, program, time) in times {
        for sample in &mut row(&mut record, comparison, program).samples {
            sample.wall = time;
        }
    }
    record
}

pub fn row<'a>(record: &'a mut Record, comparison: &str, program: &str) -> &'a mut Row {
    let comparison = record.comparisons.iter_mut().find(|c| c.name == comparison).unwrap();
    comparison.rows.iter_mut().find(|row| row.program == program).unwrap()
}

/// Threads compute no faster with a lock or without, as where all have a GIL.
pub fn a_gil_everywhere() -> Record {
    except(&[("counting", "threaded_counter", 1.0), ("mapping", "threaded_map", 1.0)])
}

/// Threads with a lock compute as fast as those without.
pub fn a_lock_that_does_no_harm() -> Record {
    except(&[("counting", "gil_counter", 0.5)])
}
