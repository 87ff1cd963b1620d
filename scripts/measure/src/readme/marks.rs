//! Finds the marked blocks of a text and replaces what they hold.

use crate::trouble::Trouble;

/// What comes below a mark.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Output,
    Table,
}

/// A kind, the beginning of its mark, and the texts before and after its contents.
const KINDS: [(Kind, &str, &str, &str); 2] = [
    (Kind::Output, "<!-- recorded: ", "\n```text\n", "```\n"),
    (Kind::Table, "<!-- measured: ", "", "<!-- end -->\n"),
];

/// The text with each block holding what `make` returns for the kind and words of its mark
/// and for what it held.
pub fn renew(
    text: &str,
    mut make: impl FnMut(Kind, &str, &str) -> Result<String, Trouble>,
) -> Result<String, Trouble> {
    let mut renewed = String::new();
    let mut rest = text;
    while let Some(line) = rest.split_inclusive('\n').next() {
        renewed.push_str(line);
        rest = &rest[line.len()..];
        let marked = |(kind, mark, before, after)| {
            let what = line.strip_prefix(mark)?.strip_suffix(" -->\n")?;
            Some((kind, what, before, after))
        };
        let Some((kind, what, before, after)) = KINDS.into_iter().find_map(marked) else {
            continue;
        };
        let block = rest.strip_prefix(before).and_then(|rest| rest.split_once(after));
        let (old, behind) = block.ok_or_else(|| {
            let wanted = format!("{before:?}, its contents and {after:?} must follow");
            Trouble::Usage(format!("{}: {wanted}", line.trim_end()))
        })?;
        let new = make(kind, what, old)?;
        let new = if kind == Kind::Table { format!("\n{}\n\n", new.trim()) } else { new };
        renewed += &format!("{before}{new}{after}");
        rest = behind;
    }
    Ok(renewed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_replaced_and_the_rest_stays() {
        let text = |output: &str, table: &str| {
            format!(
                "# A\n\n<!-- recorded: x -->\n\n```text\n{output}```\n\nB\n\
                 <!-- measured: cpu io -->\n\n{table}\n\n<!-- end -->\nC"
            )
        };
        let renewed = renew(&text("old 1\n", "| old |"), |kind, what, old| {
            let old = old.trim();
            Ok(if kind == Kind::Table {
                assert_eq!((what, old), ("cpu io", "| old |"));
                "| new |\n".to_owned()
            } else {
                assert_eq!((what, old), ("x", "old 1"));
                "new\n".to_owned()
            })
        });
        assert_eq!(renewed.unwrap(), text("new\n", "| new |"));
    }

    #[test]
    fn a_mark_without_a_block_is_refused() {
        for text in ["<!-- recorded: x -->\ntext\n", "<!-- measured: cpu -->\n"] {
            assert!(renew(text, |_, _, _| Ok(String::new())).is_err());
        }
    }
}
