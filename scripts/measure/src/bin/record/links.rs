//! Links to the line of a file that shows a construct.

use std::fs;
use std::path::Path;

use common::Failure;

/// The text with each link of the form ``[`construct`](file#L7)`` leading to a
/// line of code that contains the construct: the one that it leads to, if that
/// does, or else the first. With the links that led elsewhere.
pub fn renew(text: &str, directory: &Path) -> Result<(String, Vec<String>), Failure> {
    let (mut renewed, mut stale) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(start) = rest.find("[`") {
        let (before, from) = rest.split_at(start);
        renewed.push_str(before);
        let Some(Link { construct, file, line, length }) = Link::of(from) else {
            renewed.push_str("[`");
            rest = &from[2..];
            continue;
        };
        let source = fs::read_to_string(directory.join(file)).map_err(|error| {
            Failure::new(format!("cannot read {file}, which is linked: {error}"))
        })?;
        let shows = |line: &str| line.contains(construct) && !line.trim_start().starts_with("//");
        let line_now = line.checked_sub(1).and_then(|line| source.lines().nth(line));
        if line_now.is_some_and(shows) {
            renewed.push_str(&from[..length]);
        } else {
            let Some(first) = source.lines().position(shows) else {
                return Err(Failure::new(format!("no line of {file} contains `{construct}`")));
            };
            renewed.push_str(&format!("[`{construct}`]({file}#L{})", first + 1));
            stale.push(format!("{file}#L{line} does not show `{construct}`"));
        }
        rest = &from[length..];
    }
    renewed.push_str(rest);
    Ok((renewed, stale))
}

struct Link<'a> {
    construct: &'a str,
    file: &'a str,
    line: usize,
    /// Of all of it, in bytes.
    length: usize,
}

impl Link<'_> {
    /// The link that a text begins with, if it leads to a line.
    fn of(text: &str) -> Option<Link<'_>> {
        let (construct, rest) = text.strip_prefix("[`")?.split_once("`](")?;
        let (target, _) = rest.split_once(')')?;
        let (file, line) = target.split_once("#L").filter(|_| !construct.contains('`'))?;
        let length = "[``]()".len() + construct.len() + target.len();
        Some(Link { construct, file, line: line.parse().ok()?, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_line_that_shows_what_it_names() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a.rs"), "// spawn\nuse spawn;\nspawn();\njoin(x)(y);\n")
            .unwrap();
        let text = |spawn: u32, join: u32| {
            format!(
                "[`no link`] [`spawn`](a.rs#L{spawn}) and [`join(x)`](a.rs#L{join}), [`a`](a.rs)\n"
            )
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
