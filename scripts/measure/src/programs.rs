//! Where the programs are, and whether they may be measured.

use std::fs;
use std::path::{Path, PathBuf};

use object::{Object, ObjectSection};

use crate::run::Invocation;
use crate::trouble::Trouble;
use crate::workload::Entry;

/// The directory of the built programs: where this one is.
///
/// # Errors
///
/// If the system does not say where this program is.
pub fn directory() -> Result<PathBuf, Trouble> {
    let own = std::env::current_exe().map_err(Trouble::own("cannot find the programs"))?;
    Ok(own.parent().map_or_else(PathBuf::new, Path::to_owned))
}

/// Makes sure that a program is there and is no debug build. A peer's may be:
/// it was not built here.
///
/// # Errors
///
/// [`Trouble::Program`].
pub fn check(entry: &Entry) -> Result<(), Trouble> {
    let Invocation { name, path, .. } = &entry.invocation;
    let bytes = fs::read(path)
        .map_err(|error| Trouble::program(name, format!("no {}: {error}", path.display())))?;
    // What is no executable of this system, a script say, has no profile.
    let debug = object::File::parse(&*bytes)
        .is_ok_and(|file| file.sections().any(|s| s.name() == Ok(".debug_info")));
    if debug && !entry.peer {
        // Cargo's dev profile leaves it in and its release profile does not,
        // and nothing else in a finished program tells the two apart for sure.
        let what = "is a debug build: it carries debug information";
        return Err(Trouble::program(name, what));
    }
    Ok(())
}
