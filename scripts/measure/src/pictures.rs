//! Draws what was measured.

mod break_even;
mod chart;
mod log_axis;
#[cfg(test)]
mod tests;
mod waits;

use std::io;
use std::path::Path;

use crate::record::{Comparison, Record};
use crate::section::Section;
use crate::trouble::Trouble;
use crate::{output, units};

/// The sections that have a picture, and its file.
const PICTURES: [(Section, &str); 2] =
    [(Section::BreakEven, "break_even.svg"), (Section::Waits, "waits.svg")];

/// Those of some sections that have a picture; without any, of all.
///
/// # Errors
///
/// [`Trouble::Usage`] if none of them has.
pub fn wanted(sections: &[Section]) -> Result<Vec<(Section, &'static str)>, Trouble> {
    let all = sections.is_empty() || sections.iter().any(|section| section.is_derived());
    let wanted = PICTURES.into_iter().filter(|(section, _)| all || sections.contains(section));
    let wanted: Vec<_> = wanted.collect();
    if wanted.is_empty() {
        return Err(Trouble::Usage("only break-even and waits have pictures".to_owned()));
    }
    Ok(wanted)
}

/// Draws what is wanted into a directory, which is made if it is not there. Of
/// several, those that can be drawn are, and a line says which cannot.
///
/// # Errors
///
/// [`Trouble::Usage`] if there is nothing to draw.
pub fn write(
    directory: &Path,
    record: &Record,
    wanted: &[(Section, &str)],
    source: Option<&Path>,
) -> Result<(), Trouble> {
    let source = source.map_or_else(|| "this run".to_owned(), |file| file.display().to_string());
    let (mut drawn, mut missing) = (Vec::new(), Vec::new());
    for &(section, file) in wanted {
        let trouble = Trouble::own(format!("cannot draw {file}"));
        match draw(record, section).map_err(trouble)? {
            Some(picture) => drawn.push((file, picture)),
            None => missing
                .push(format!("there is no {} in {source}: no picture of it", section.name())),
        }
    }
    if drawn.is_empty() {
        return Err(Trouble::Usage(missing.join("; ")));
    }
    make(directory)?;
    for (file, picture) in drawn {
        output::write(&directory.join(file), &picture)?;
    }
    missing.iter().for_each(|sentence| eprintln!("compare: {sentence}"));
    Ok(())
}

/// The picture of a section, if there is anything to draw.
fn draw(record: &Record, section: Section) -> io::Result<Option<Vec<u8>>> {
    let comparisons: Vec<&Comparison> =
        record.comparisons.iter().filter(|c| c.section == section).collect();
    match section {
        Section::BreakEven => break_even::draw(&comparisons, &record.machine),
        Section::Waits => waits::draw(&comparisons, &record.machine),
        _ => Ok(None),
    }
}

/// Makes the directory.
///
/// # Errors
///
/// If the system refuses.
pub fn make(directory: &Path) -> Result<(), Trouble> {
    std::fs::create_dir_all(directory)
        .map_err(Trouble::own(format!("cannot make the directory {}", directory.display())))
}

/// What was unquiet when the figures were taken, if anything was.
fn unquiet(comparisons: &[&Comparison]) -> Option<String> {
    let noisy = comparisons.iter().filter(|c| !c.noise.faults().is_empty()).count();
    (noisy > 0).then(|| {
        format!("NOISY MACHINE at {noisy} of {} sizes: the table says how.", comparisons.len())
    })
}

/// A figure of a program, for who points at it.
fn told(program: &str, size: &str, figure: &str) -> String {
    format!("{program}, {size}: {figure}")
}

/// A time as the mark of an axis.
fn time_mark(seconds: f64) -> String {
    let text = units::seconds(seconds * (1.0 + 1e-9));
    let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let number = number.parse().unwrap_or(0.0_f64);
    format!("{number} {unit}")
}
