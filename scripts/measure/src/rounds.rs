//! Runs programs in turn: a warm-up, then rounds in rotating order.

use crate::answer::last_time_taken;
use crate::record::{Comparison, Row, Sample};
use crate::run::none_left;
use crate::signals::Signals;
use crate::tree::{Peak, own_children};
use crate::trouble::Trouble;
use crate::workload::{Entry, Workload};

/// Runs all programs of a workload as often as it says and checks every answer.
///
/// The warm-up is the run that is watched; the timed runs are not.
///
/// # Errors
///
/// The first [`Trouble`] ends everything.
pub fn compare(workload: &Workload, signals: &Signals) -> Result<Comparison, Trouble> {
    let mut rows = Vec::new();
    for entry in &workload.entries {
        let mut peak = Peak::default();
        run(entry, signals, Some(&mut peak))?;
        rows.push(Row {
            program: entry.invocation.name.clone(),
            arguments: entry.invocation.arguments.clone(),
            samples: Vec::new(),
            peak,
        });
    }
    let programs = workload.entries.len();
    for round in 0..workload.rounds {
        for place in 0..programs {
            let turn = (round + place) % programs;
            let sample = run(&workload.entries[turn], signals, None)?;
            rows[turn].samples.push(sample);
        }
    }
    Ok(Comparison { name: workload.name.to_owned(), title: workload.title.clone(), rows })
}

/// Runs a program once, checks what it left behind and what it answered.
fn run(entry: &Entry, signals: &Signals, peak: Option<&mut Peak>) -> Result<Sample, Trouble> {
    signals.check()?;
    let name = &entry.invocation.name;
    let known = own_children().map_err(Trouble::own("cannot list child processes"))?;
    let finished = entry.invocation.run(signals, peak);
    let none_left = none_left(&known, name);
    let finished = finished?;
    none_left?;
    entry
        .answer
        .check(&finished.stdout, finished.directory.path())
        .map_err(|what| Trouble::program(name, what))?;
    Ok(Sample {
        wall: finished.wall.as_secs_f64(),
        cpu: finished.cpu.as_secs_f64(),
        taken: last_time_taken(&finished.stdout),
    })
}
