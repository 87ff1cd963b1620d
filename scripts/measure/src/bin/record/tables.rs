//! Tables that are made from what was measured.

use std::process::Command;

use common::Failure;

/// What was measured, once, on a machine and a day that the tables name.
pub const MEASURED: &str = "results/compare.json";

/// The text with each measured table replaced by what `make` returns for what
/// its mark says, and for each that was another what its mark says.
pub fn include(
    text: &str,
    mut make: impl FnMut(&str) -> Result<String, Failure>,
) -> Result<(String, Vec<String>), Failure> {
    let (mut included, mut stale) = (String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        included.push_str(line);
        included.push('\n');
        let marked = line.strip_prefix("<!-- measured: ");
        let Some(what) = marked.and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        let mut ended = false;
        let old = lines.by_ref().take_while(|line| {
            ended = *line == "<!-- end -->";
            !ended
        });
        let old: Vec<&str> = old.collect();
        if !ended {
            return Err(Failure::new(format!("the table of {what} has no end")));
        }
        let new = make(what)?;
        if old.join("\n").trim() != new.trim() {
            stale.push(what.to_owned());
        }
        included.push_str(&format!("\n{}\n\n<!-- end -->\n", new.trim()));
    }
    Ok((included, stale))
}

/// The tables of some sections, without the sections' own headings, which are for
/// the text around them to give; or the card of the `machine`, which comes before
/// them all.
pub fn table(what: &str) -> Result<String, Failure> {
    let sections = what.split(' ').filter(|section| *section != "machine");
    let mut measure = Command::new(std::env::current_exe()?.with_file_name("measure"));
    let output = measure.arg("compare").args(sections).args(["--from", MEASURED]).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(said.trim().to_owned()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    if what == "machine" {
        let card = text.split("\n## ").next().unwrap_or_default();
        return Ok(without_headings(card));
    }
    Ok(without_headings(&text))
}

fn without_headings(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("## "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_replaced_and_the_rest_stays() {
        let text = |table: &str| format!("A\n<!-- measured: cpu io -->\n{table}<!-- end -->\nB\n");
        let new = |what: &str| {
            assert_eq!(what, "cpu io");
            Ok("| new |\n".to_owned())
        };
        let (included, stale) = include(&text("\n| old |\n\n"), new).unwrap();
        assert_eq!(
            (included.as_str(), stale),
            (&*text("\n| new |\n\n"), vec!["cpu io".to_owned()])
        );
        assert_eq!(include(&included, new).unwrap(), (included, Vec::new()));
        assert!(include("<!-- measured: cpu -->\n", new).is_err());
    }
}
