//! What commands print.

use std::process::{Command, Stdio};

use common::Failure;

/// A recorded block.
pub struct Recording {
    pub command: String,
    any_order: bool,
    pub output: String,
}

impl Recording {
    /// Output without what may differ from one run to the next.
    pub fn comparable(&self, output: &str) -> Vec<String> {
        let mut lines: Vec<String> = output.lines().map(without_accidents).collect();
        if self.any_order {
            lines.sort();
        }
        lines
    }
}

/// A line in which numbers that are the run's own stand as `#`: fractions of
/// seconds, ports of loopback, addresses in memory and process ids.
fn without_accidents(line: &str) -> String {
    let words = line.split_inclusive([' ', '/', ')']).map(|word| {
        let end = word.trim_end_matches([' ', '/', ')']);
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        let stem = if end.contains('.') && is_number(end) {
            "#".to_owned()
        } else if end.strip_prefix("127.0.0.1:").is_some_and(is_number) {
            "127.0.0.1:#".to_owned()
        } else if end.starts_with("0x") {
            "0x#".to_owned()
        } else {
            end.to_owned()
        };
        stem + &word[end.len()..]
    });
    words.collect()
}

/// The text with each recording replaced by what `make` returns for it.
pub fn record(
    text: &str,
    mut make: impl FnMut(&Recording) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let mut recorded = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        recorded.push_str(line);
        recorded.push('\n');
        let marked = line.strip_prefix("<!-- recorded").and_then(|rest| rest.strip_suffix(" -->"));
        let Some((order, command)) = marked.and_then(|rest| rest.split_once(": ")) else {
            continue;
        };
        let mut expect = |wanted: &str| match lines.next() {
            Some(line) if line == wanted => Ok(()),
            line => Err(Failure::new(format!("{command}: {wanted:?} should follow, not {line:?}"))),
        };
        expect("")?;
        expect("```text")?;
        let output: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let output = output.iter().map(|line| format!("{line}\n")).collect();
        let recording =
            Recording { command: command.to_owned(), any_order: order == ", in any order", output };
        let output = make(&recording)?;
        recorded.push_str(&format!("\n```text\n{output}```\n"));
    }
    Ok(recorded)
}

/// What a command prints, standard error included: it must succeed.
pub fn run(command: &str) -> Result<String, Failure> {
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(Failure::new(format!("{command}: {}\n{text}", output.status)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n<!-- recorded: x -->\n\n```text\nold 1\n```\n\nB\n";

    #[test]
    fn a_recording_is_replaced_and_the_rest_stays() {
        let recorded = record(TEXT, |recording| {
            assert_eq!((recording.command.as_str(), recording.output.as_str()), ("x", "old 1\n"));
            Ok("new\n".to_owned())
        });
        assert_eq!(recorded.unwrap(), TEXT.replace("old 1", "new"));
    }

    #[test]
    fn a_mark_without_a_block_is_refused() {
        assert!(record("<!-- recorded: x -->\ntext\n", |_| Ok(String::new())).is_err());
    }

    #[test]
    fn times_ports_and_addresses_may_differ_and_words_may_not() {
        for (one, other) in [
            ("Time taken: 1.234567 seconds", "Time taken: 0.000001 seconds"),
            (
                "Downloading http://127.0.0.1:4711/file1.pdf",
                "Downloading http://127.0.0.1:80/file1.pdf",
            ),
            ("Child:  counter at 0x7ffe1 is 1", "Child:  counter at 0x7fff2 is 1"),
        ] {
            assert_eq!(without_accidents(one), without_accidents(other));
        }
        for (one, other) in [
            ("Time taken: 1.234567 seconds", "Time needed: 1.234567 seconds"),
            ("Data from Source 1", "Data from Source 2"),
            ("counter at 0x1 is 1", "counter at 0x1 is 2"),
        ] {
            assert_ne!(without_accidents(one), without_accidents(other));
        }
    }

    #[test]
    fn an_open_order_is_open_only_where_it_is_said() {
        let mut recording =
            Recording { command: String::new(), any_order: false, output: String::new() };
        assert_ne!(recording.comparable("a\nb\n"), recording.comparable("b\na\n"));
        recording.any_order = true;
        assert_eq!(recording.comparable("a\nb\n"), recording.comparable("b\na\n"));
        assert_ne!(recording.comparable("a\nb\n"), recording.comparable("a\na\nb\n"));
    }
}
