//! Draws the pictures that README files show.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::MEASURED;
use crate::report::pictures;
use crate::results;
use crate::timeline::{Recording, svg};
use crate::trouble::Trouble;

const DIRECTORY: &str = "results/pictures";

/// Draws the pictures that a text shows. Returns those that were stale, as sentences; a
/// check leaves these as they are.
pub fn renew(text: &str, is_check: bool) -> Result<Vec<String>, Trouble> {
    let names: BTreeSet<&str> = shown(text).collect();
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
        let file = Path::new(DIRECTORY).join(name).with_extension("svg");
        if fs::read(&file).ok().as_deref() != Some(&new) {
            stale.push(format!("{}: it is not what would be drawn now", file.display()));
            if !is_check {
                let trouble = Trouble::own(format!("cannot write {}", file.display()));
                fs::write(&file, new).map_err(trouble)?;
            }
        }
    }
    Ok(stale)
}

/// The names of the pictures that a text shows.
fn shown(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split("pictures/").skip(1).filter_map(|rest| Some(rest.split_once(".svg")?.0));
    names.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_where_they_are_shown() {
        let text = "<img src=\"results/pictures/a_b.svg\"> ![x](../pictures/c.svg), `pictures/X .svg`, pictures/d";
        assert_eq!(shown(text).collect::<Vec<_>>(), ["a_b", "c"]);
    }
}
