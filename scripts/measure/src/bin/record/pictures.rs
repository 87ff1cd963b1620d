//! Pictures that are drawn from recorded runs and from what was measured.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Failure;
use tempfile::TempDir;

use crate::tables::MEASURED;

const DIRECTORY: &str = "pictures";

/// The pictures that a text shows, by name.
pub fn shown(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split("pictures/").skip(1).filter_map(|rest| Some(rest.split_once(".svg")?.0));
    names.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// Draws the pictures again and returns those that were others, or were not
/// there; `check` leaves these as they are.
pub fn renew(names: &BTreeSet<String>, check: bool) -> Result<Vec<String>, Failure> {
    let scratch = tempfile::tempdir()?;
    let measured = Command::new(beside("measure")?)
        .args(["compare", "--from", MEASURED, "--svg"])
        .arg(scratch.path())
        .output()?;
    if !measured.status.success() {
        let said = String::from_utf8_lossy(&measured.stderr);
        return Err(Failure::new(said.trim().to_owned()));
    }
    let mut stale = Vec::new();
    for name in names {
        let new = drawn(name, &scratch)?;
        let file = Path::new(DIRECTORY).join(name).with_extension("svg");
        if fs::read(&file).ok().as_deref() != Some(&new) {
            stale.push(file.display().to_string());
            if !check {
                fs::create_dir_all(DIRECTORY)?;
                fs::write(&file, new)?;
            }
        }
    }
    Ok(stale)
}

/// The picture of a recorded run of this name, or else of what was measured.
fn drawn(name: &str, scratch: &TempDir) -> Result<Vec<u8>, Failure> {
    let file = scratch.path().join(name).with_extension("svg");
    let run = Path::new("tests/timelines").join(name).with_extension("json");
    if run.exists() {
        let mut timeline = Command::new(beside("timeline")?);
        let output = timeline.arg("--svg").arg(&file).arg("--from").arg(&run).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Failure::new(said.trim().to_owned()));
        }
    }
    fs::read(&file).map_err(|_| {
        let (run, measured) = (run.display(), MEASURED);
        Failure::new(format!("{name} is shown, and neither {run} nor {measured} gives it"))
    })
}

/// A program that was built with this one.
fn beside(name: &str) -> Result<PathBuf, Failure> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_where_they_are_shown() {
        let text =
            "<img src=\"pictures/a_b.svg\"> ![x](../pictures/c.svg), `pictures/X .svg`, pictures/d";
        assert_eq!(shown(text).collect::<Vec<_>>(), ["a_b", "c"]);
    }
}
