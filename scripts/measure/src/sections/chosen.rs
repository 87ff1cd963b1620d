//! Programs that were chosen by name.

use std::path::{Path, PathBuf};

use crate::answer::Answer;
use crate::maker::Maker;
use crate::section::Section;
use crate::trouble::Trouble;
use crate::workload::{Entry, Expected, Workload};

use super::{cpu, io, start, traps, waits};

/// One workload of the programs that were named, in their order.
///
/// A name is a program of the workspace; what contains a `/` is a path, and is
/// taken for the program that its last part names. A known program is given the
/// arguments of its section, unless there are some, and must give the right
/// answer; programs that nobody knows must all give the same. The first argument
/// is the size of the work, as everywhere in the workspace.
///
/// # Errors
///
/// [`Trouble::Own`] if there is no current directory for a relative path.
pub fn workload(
    maker: &Maker<'_>,
    programs: &[String],
    arguments: &[String],
) -> Result<Workload, Trouble> {
    let known = known(maker, arguments);
    let mut origins = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    for program in programs {
        let path = path(maker, program)?;
        let name = Path::new(program)
            .file_name()
            .map_or_else(|| program.clone(), |name| name.to_string_lossy().into());
        let origin = known
            .iter()
            .find(|workload| workload.entries.iter().any(|e| e.invocation.name == name));
        let mut entry = origin
            .and_then(|workload| workload.entries.iter().find(|e| e.invocation.name == name))
            .cloned()
            .unwrap_or_else(|| unknown(&name, arguments));
        origins.push(origin);
        entry.invocation.path = path;
        // The same program may be entered twice.
        let same = programs[..entries.len()].iter().filter(|p| *p == program);
        entry.invocation.name = match same.count() {
            0 => program.clone(),
            n => format!("{program} ({})", n + 1),
        };
        entries.push(entry);
    }

    let title = match origins[..] {
        [Some(first), ..] if origins.iter().flatten().count() == origins.len() => {
            let same = origins.iter().flatten().all(|o| o.name == first.name);
            match same {
                true => first.title.clone(),
                false => "Programs that do different work".to_owned(),
            }
        }
        _ if arguments.is_empty() => "Programs without arguments".to_owned(),
        _ => format!("Programs with the arguments {}", arguments.join(" ")),
    };
    let mut workload = Workload::new(Section::Programs, "programs", title);
    workload.rounds = origins.iter().flatten().map(|o| o.rounds).min().unwrap_or(7);
    workload.entries = entries;
    Ok(workload)
}

/// The workloads whose programs are known, with the given arguments where they
/// are a size.
fn known(maker: &Maker<'_>, arguments: &[String]) -> Vec<Workload> {
    let size: Option<u64> = match arguments {
        [] => None,
        [size] => match size.parse() {
            Ok(size) => Some(size),
            Err(_) => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let mut known = cpu::workloads(maker, size);
    let models = ["threaded_waits", "process_waits", "async_waits"];
    known.push(waits::waiting(maker, size.unwrap_or(1_000), &models));
    if size.is_none() {
        known.extend(io::workloads(maker));
        known.push(traps::fetching(maker));
        known.extend(start::workloads(maker));
    }
    known
}

fn path(maker: &Maker<'_>, program: &str) -> Result<PathBuf, Trouble> {
    if program.contains('/') {
        std::path::absolute(program).map_err(Trouble::own("cannot find the current directory"))
    } else {
        Ok(maker.programs.join(program))
    }
}

/// A program that nothing is known of.
fn unknown(name: &str, arguments: &[String]) -> Entry {
    let mut entry = Entry::new(name, PathBuf::new(), arguments, Answer::default());
    entry.answer = Expected::LikeTheBaseline;
    entry
}
