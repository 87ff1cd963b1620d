//! Links to the line of a file that shows a construct.

use std::fs;
use std::path::Path;

use regex::Regex;

use crate::trouble::Trouble;

/// The construct, the file and the line.
const LINK: &str = r"\[`([^`]+)`\]\(([^)#]+)#L([0-9]+)\)";

/// The text with each link of the form ``[`construct`](file#L7)`` leading to a line of code
/// that contains the construct: the same line as before, if it does, or else the first. With
/// the links that led elsewhere.
pub fn renew(text: &str, directory: &Path) -> Result<(String, Vec<String>), Trouble> {
    let (mut renewed, mut stale) = (text.to_owned(), Vec::new());
    let pattern = Regex::new(LINK).expect("the pattern is well-formed");
    for (link, [construct, file, line]) in pattern.captures_iter(text).map(|link| link.extract()) {
        let source = fs::read_to_string(directory.join(file))
            .map_err(Trouble::own(format!("cannot read {file}, which is linked")))?;
        let shows = |line: &str| line.contains(construct) && !line.trim_start().starts_with("//");
        let numbered = (1..).zip(source.lines()).filter(|(_, line)| shows(line));
        let lines: Vec<String> = numbered.map(|(number, _)| number.to_string()).collect();
        let first = lines
            .first()
            .ok_or_else(|| Trouble::Usage(format!("no line of {file} contains `{construct}`")))?;
        if !lines.iter().any(|shown| shown == line) {
            renewed = renewed.replace(link, &format!("[`{construct}`]({file}#L{first})"));
            stale.push(format!("{file}#L{line} does not show `{construct}`"));
        }
    }
    Ok((renewed, stale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_line_that_shows_what_it_names() {
        let directory = tempfile::tempdir().unwrap();
        let source = "// spawn\nuse spawn;\nspawn();\njoin(x)(y);\n";
        fs::write(directory.path().join("a.rs"), source).unwrap();
        let text = |spawn: u32, join: u32| {
            let linked = format!("[`spawn`](a.rs#L{spawn}) and [`join(x)`](a.rs#L{join})");
            format!("[`no link`] {linked}, [`a`](a.rs)\n")
        };
        let renew = |text: String| renew(&text, directory.path());
        // Line 3 has it, too, and is left.
        assert_eq!(renew(text(3, 4)).unwrap(), (text(3, 4), Vec::new()));
        let (renewed, stale) = renew(text(1, 9)).unwrap();
        assert_eq!((renewed, stale.len()), (text(2, 4), 2));
        assert_eq!(stale[0], "a.rs#L1 does not show `spawn`");
        assert!(renew("[`fork`](a.rs#L1)".to_owned()).is_err());
        assert!(renew("[`fork`](b.rs#L1)".to_owned()).is_err());
    }
}
