//! Finds the marked blocks of a text and replaces what they hold.

use crate::trouble::Trouble;

/// How a kind of block is marked.
pub struct Mark {
    /// The beginning of its first line. The rest says what the block holds.
    pub first: &'static str,
    /// Between the first line and the contents.
    pub before: &'static str,
    /// Behind the contents.
    pub after: &'static str,
}

/// The text with each block of a kind holding what `make` returns for the words of its mark
/// and for what it held.
pub fn renew(
    text: &str,
    &Mark { first, before, after }: &Mark,
    mut make: impl FnMut(&str, &str) -> Result<String, Trouble>,
) -> Result<String, Trouble> {
    let first = &format!("\n{first}");
    // A block may begin at the first line.
    let text = format!("\n{text}");
    let mut pieces = text.split(first.as_str());
    let mut renewed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (what, rest) = piece.split_once(" -->\n").unwrap_or((piece, ""));
        let block = rest.strip_prefix(before).and_then(|rest| rest.split_once(after));
        let (old, behind) = block.ok_or_else(|| {
            let wanted = format!("{before:?}, its contents and {after:?} must follow");
            Trouble::Usage(format!("{}{what}: {wanted}", first.trim_start()))
        })?;
        renewed += &format!("{first}{what} -->\n{before}{}{after}{behind}", make(what, old)?);
    }
    Ok(renewed.split_off(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Mark = Mark { first: "<!-- made: ", before: "{", after: "}\n" };

    #[test]
    fn a_block_is_replaced_and_the_rest_stays() {
        let text = |x: &str, y: &str| {
            format!("<!-- made: x y -->\n{{{x}}}\n\nB\n<!-- made: z -->\n{{{y}}}\nC")
        };
        let renewed = renew(&text("old\n1", ""), &MARK, |what, old| Ok(format!("{what}, {old}")));
        assert_eq!(renewed.unwrap(), text("x y, old\n1", "z, "));
    }

    #[test]
    fn a_mark_without_a_block_is_refused() {
        for text in ["\n<!-- made: x -->\ntext\n", "\n<!-- made: x -->\n{", "\n<!-- made: x"] {
            assert!(renew(text, &MARK, |_, _| Ok(String::new())).is_err());
        }
    }
}
