//! Programs that were chosen by name.

use std::path::{Path, PathBuf};

use super::{Maker, Program, Section, Workload, cpu, io, start, traps, waits};
use crate::trouble::Trouble;
use crate::units;

/// One workload of the programs that were named, in their order.
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
    let mut origins = Vec::new();
    let mut programs: Vec<Program> = Vec::new();
    for name in names {
        let path = path(maker, name)?;
        let file = path.file_name().map(|file| file.to_string_lossy().into_owned());
        let file = file.unwrap_or_else(|| name.clone());
        let (origin, mut program) = (known.iter())
            .find_map(|workload| {
                let mut programs = workload.programs.iter();
                let program = programs.find(|program| program.invocation.name == file)?;
                Some((Some(workload), program.clone()))
            })
            .unwrap_or_else(|| (None, Program::new(&file, PathBuf::new(), arguments, None)));
        origins.push(origin);
        program.invocation.path = path;
        // The same program may be named twice.
        program.invocation.name =
            match names[..programs.len()].iter().filter(|n| *n == name).count() {
                0 => name.clone(),
                before => format!("{name} ({})", before + 1),
            };
        programs.push(program);
    }

    let mut titles: Vec<String> = Vec::new();
    for origin in &origins {
        let title = match origin {
            Some(origin) if arguments.is_empty() => {
                format!("{} ({})", origin.measured.title, why(maker, origin))
            }
            Some(origin) => origin.measured.title.clone(),
            None => "Programs that you named".to_owned(),
        };
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    let mut workload = Workload::new(Section::Programs, "programs", titles.join("; "));
    let origins: Vec<&Workload> = origins.into_iter().flatten().collect();
    // The fewest rounds that any of them has.
    if let Some(fewest) = origins.iter().min_by_key(|origin| origin.looks.rounds.iter().max()) {
        workload.looks = fewest.looks.clone();
    }
    workload.ceiling = origins.len() == programs.len() && origins.iter().all(|o| o.ceiling);
    workload.programs = programs;
    Ok(workload)
}

/// Why a workload has its size.
fn why(maker: &Maker<'_>, workload: &Workload) -> String {
    match (workload.measured.section, cpu::most_seconds(maker)) {
        (Section::Cpu, Some(seconds)) => {
            let time = units::seconds(seconds);
            format!("chosen to take one core about {time} or less, enough to be timed well")
        }
        (Section::Cpu, None) => "the size in the documents".to_owned(),
        _ => "the size in its section".to_owned(),
    }
}

/// The workloads whose programs are known, with the given arguments if they are a
/// size.
fn known(maker: &Maker<'_>, arguments: &[String]) -> Vec<Workload> {
    let size: Option<u64> = arguments.first().and_then(|size| size.parse().ok());
    if arguments.len() != usize::from(size.is_some()) {
        return Vec::new();
    }
    let mut known = cpu::workloads(maker, size);
    let waiting = ["threaded_waits", "process_waits", "async_waits"];
    known.push(waits::waiting(maker, size.unwrap_or(1_000), &waiting, &[]));
    if size.is_none() {
        known.push(io::workload(maker));
        known.push(traps::fetching(maker));
        known.push(start::workload(maker));
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
