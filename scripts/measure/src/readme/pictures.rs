//! Draws the pictures that README files show.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;

use super::MEASURED;
use crate::files;
use crate::report::pictures;
use crate::results;
use crate::timeline::{Recording, svg};
use crate::trouble::Trouble;

/// Draws the pictures that a text shows. Returns those that were stale, as sentences; a
/// check leaves these as they are.
pub fn renew(text: &str, is_check: bool) -> Result<Vec<String>, Trouble> {
    let shown = Regex::new(r"pictures/([a-z_]+)\.svg").expect("the pattern is well-formed");
    let names: BTreeSet<&str> =
        shown.captures_iter(text).map(|shown| shown.extract::<1>().1[0]).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let measured = pictures::draw(&results::read(Path::new(MEASURED))?);
    let mut stale = Vec::new();
    for name in names {
        let run = Path::new("tests/timelines").join(name).with_extension("json");
        let own = |(file, _): &&(&str, Vec<u8>)| file.strip_suffix(".svg") == Some(name);
        let new = match measured.iter().find(own) {
            Some((_, drawn)) => drawn.clone(),
            None => svg::draw(&Recording::read(&run)?),
        };
        let file = Path::new("results/pictures").join(name).with_extension("svg");
        if fs::read(&file).ok().as_deref() != Some(&new) {
            stale.push(format!("{}: it is not what would be drawn now", file.display()));
            if !is_check {
                files::write(&file, &new)?;
            }
        }
    }
    Ok(stale)
}
