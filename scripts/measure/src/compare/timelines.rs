//! Runs each program once more under `timeline`, for the page.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::child::{Invocation, Runner};
use crate::report::Progress;
use crate::report::html::Timeline;
use crate::results::{Measured, Row};
use crate::section::Section;
use crate::trouble::Trouble;
use crate::workloads::Workload;

/// A program with more threads than a drawing has rows for gets the size `FEW`.
const MOST_THREADS: u64 = 24;
const FEW: u64 = 20;
/// A run shorter than `SHORT` seconds has too few slices to be drawn. Its program gets more
/// work, but so little that the slowest program of the workload takes at most `LONG` seconds.
const SHORT: f64 = 0.4;
const LONG: f64 = 2.0;

/// The timelines of all programs. Break-even has none: it runs programs of other workloads.
/// `measured` has the figures of the workloads.
pub fn record(
    workloads: &[Workload],
    measured: &[Measured],
    programs: &Path,
    runner: &Runner,
) -> Result<Vec<Timeline>, Trouble> {
    let progress = Progress::new(Instant::now(), None);
    let mut timelines = Vec::new();
    let drawn = workloads.iter().zip(measured);
    let drawn = drawn.filter(|(_, measured)| measured.section != Section::BreakEven);
    let mut left: usize = drawn.clone().map(|(workload, _)| workload.programs.len()).sum();
    for (Workload { programs: all, .. }, measured) in drawn {
        for (program, row) in all.iter().zip(&measured.rows) {
            left -= 1;
            let mut invocation = program.invocation.clone();
            let Invocation { name, path, arguments, .. } = &mut invocation;
            progress.running(&format!("The timeline of {name}: {}", measured.title), left);
            // The first number is the size. Downloads have none. Unknown programs keep their own.
            let has_size = program.answer.is_some() && measured.section != Section::Io;
            let mut sizes = arguments.iter_mut().filter(|_| has_size);
            if let Some(size) = sizes.find(|argument| argument.parse::<u64>().is_ok()) {
                *size = drawable(size.parse().unwrap_or(FEW), measured, row).to_string();
                *name += &format!(" {size}");
            }
            let before = ["--svg", "timeline.svg", &path.display().to_string()].map(str::to_owned);
            arguments.splice(..0, before);
            *path = programs.join("timeline");
            let svg = match runner.run(&invocation, false) {
                Err(Trouble::Interrupted(signal)) => return Err(Trouble::Interrupted(signal)),
                Err(trouble) => Err(trouble.to_string()),
                Ok(finished) => fs::read_to_string(finished.directory.path().join("timeline.svg"))
                    .map_err(|error| finished.failure.unwrap_or_else(|| error.to_string())),
            };
            let (workload, program) = (measured.name.clone(), invocation.name);
            timelines.push(Timeline { workload, program, svg });
        }
    }
    Ok(timelines)
}

/// The size at which a program can be drawn: its own, if possible.
fn drawable(size: u64, measured: &Measured, row: &Row) -> u64 {
    if row.peak.threads > MOST_THREADS {
        return size.min(FEW);
    }
    // Where times are for one unit, programs differ in size anyway.
    let own = |other: &&Row| measured.unit.is_none() || other.program == row.program;
    let samples = measured.rows.iter().filter(own).flat_map(|row| &row.samples);
    let (mut shortest, mut longest) = (f64::INFINITY, 0.0_f64);
    for wall in samples.map(|sample| sample.wall) {
        (shortest, longest) = (shortest.min(wall), longest.max(wall));
    }
    size * (SHORT / shortest).min(LONG / longest).max(1.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    #[test]
    fn a_drawing_has_enough_slices_and_few_threads() {
        let times = [("slow", 0.2), ("fast", 0.1)];
        let mut counting = made_up::workload(Section::Cpu, "counting", &times);
        let size = |measured: &Measured, row: usize| drawable(1000, measured, &measured.rows[row]);
        assert_eq!([size(&counting, 0), size(&counting, 1)], [4000; 2]);
        counting.unit = Some("step".to_owned());
        assert_eq!([size(&counting, 0), size(&counting, 1)], [2000, 4000]);
        counting.rows[0].peak.threads = 1001;
        assert_eq!(size(&counting, 0), 20);
    }
}
