//! Programs that were chosen by name.

use std::path::{Path, PathBuf};

use super::{Maker, Program, Section, Workload, cpu, io, pool, start, traps, waits};
use crate::results::Measured;
use crate::trouble::Trouble;
use crate::units;

/// One workload of the programs that were named (at least one), in their order.
///
/// A name is a program of the workspace; one with a `/` is a path, and is taken
/// for the program that its last part names. A known program gets the arguments of
/// its section, unless there are some, and must give the right answer; programs
/// that are not known must all print the same.
pub fn workload(
    maker: &Maker<'_>,
    names: &[String],
    arguments: &[String],
) -> Result<Workload, Trouble> {
    let known = known(maker, arguments);
    let unknown = Workload::new(Section::Programs, "programs", "The programs that you named");
    let (mut origins, mut programs) = (Vec::new(), Vec::new());
    for (i, name) in names.iter().enumerate() {
        let path = path(maker, name)?;
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let is_it = |program: &&Program| program.invocation.name == file;
        let found = known.iter().find_map(|origin| {
            let program = origin.programs.iter().find(is_it)?;
            Some((origin, program.clone()))
        });
        let (origin, mut program) = found
            .unwrap_or_else(|| (&unknown, Program::new(name, PathBuf::new(), arguments, None)));
        origins.push(origin);
        // A program with several models is named together with one: "start_one tasks".
        if name.contains('/') || program.answer.is_none() {
            program.invocation.path = path;
        }
        // The same program may be named twice.
        program.invocation.name = match names[..i].iter().filter(|other| *other == name).count() {
            0 => name.clone(),
            before => format!("{name} ({})", before + 1),
        };
        programs.push(program);
    }

    let mut workload = unknown.clone();
    let Measured { name, clock, unit, .. } = &origins[0].measured;
    if origins.iter().all(|origin| origin.measured.name == *name) {
        (workload.measured.clock, workload.measured.unit) = (*clock, unit.clone());
    }
    let mut titles: Vec<String> =
        origins.iter().map(|origin| title(maker, origin, arguments)).collect();
    titles.dedup();
    workload.measured.title = titles.join("; ");
    // The fewest rounds that any of them has.
    let looks = origins.iter().map(|origin| &origin.looks);
    let fewest = looks.min_by_key(|looks| looks.rounds.iter().max());
    workload.looks = fewest.expect("at least one program is named").clone();
    workload.ceiling = origins.iter().all(|origin| origin.ceiling);
    workload.programs = programs;
    Ok(workload)
}

/// The title of a workload. If its size was chosen here, the title says why.
fn title(maker: &Maker<'_>, workload: &Workload, arguments: &[String]) -> String {
    let title = &workload.measured.title;
    let why = match (workload.measured.section, cpu::most_seconds(maker)) {
        _ if !arguments.is_empty() => return title.clone(),
        (Section::Programs, _) => return title.clone(),
        (Section::Cpu, Some(s)) => format!("so that one core takes up to {}", units::seconds(s)),
        (Section::Cpu | Section::Traps, _) => "as in the documents".to_owned(),
        (Section::Waits, _) => "as many as a usual run has for all three models".to_owned(),
        (Section::Io, _) => "so that most of the time is waiting".to_owned(),
        _ => "often enough to be timed well".to_owned(),
    };
    format!("{title} ({why})")
}

/// The workloads whose programs are known, with the given arguments if they are a
/// size.
fn known(maker: &Maker<'_>, arguments: &[String]) -> Vec<Workload> {
    let size: Option<u64> = arguments.first().and_then(|size| size.parse().ok());
    if arguments.len() != usize::from(size.is_some()) {
        return Vec::new();
    }
    let mut known = cpu::counting_and_mapping(maker, size).to_vec();
    let waiting = ["threaded_waits", "process_waits", "async_waits"];
    known.push(waits::waiting(maker, size.unwrap_or(1_000), &waiting, &[]));
    if size.is_none() {
        known.extend([io::workload(maker), start::workload(maker), start::queues(maker)]);
        known.extend(traps::workloads(maker));
        known.extend(pool::workloads(maker));
    }
    known
}

fn path(maker: &Maker<'_>, program: &str) -> Result<PathBuf, Trouble> {
    if program.contains('/') {
        std::path::absolute(Path::new(program))
            .map_err(Trouble::own("cannot find the current directory"))
    } else {
        Ok(maker.programs.join(program))
    }
}
