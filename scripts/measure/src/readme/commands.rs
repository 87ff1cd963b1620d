//! Runs the commands of a README file, and compares what they print.

use std::process::{Command, Stdio};

use crate::trouble::Trouble;
use crate::workloads::expected::without;

/// What a command prints, standard error included. It must succeed.
pub fn run(command: &str) -> Result<String, Trouble> {
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .map_err(Trouble::own(format!("cannot start {command}")))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(Trouble::program(command, format!("{}\n{text}", output.status)));
    }
    Ok(text)
}

/// The lines of an output in alphabetical order, with `#` for the numbers that are the run's
/// own: fractions of seconds, ports of loopback, addresses in memory, and the ids of threads
/// and processes.
pub fn comparable(output: &str) -> Vec<String> {
    without(r"(127\.0\.0\.1:|\()[0-9.]+|(0x)[0-9a-f]+|[0-9]+\.[0-9]+", output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_ports_addresses_and_the_order_may_differ_and_words_may_not() {
        let is_same = |one, other| comparable(one) == comparable(other);
        assert!(is_same("Time taken: 1.234567 seconds", "Time taken: 0.000001 seconds"));
        assert!(is_same("Get http://127.0.0.1:4711/file1", "Get http://127.0.0.1:80/file1"));
        assert!(is_same("counter at 0x7ffe1 is 1", "counter at 0x7fff2 is 1"));
        assert!(is_same("thread 'main' (1) panicked", "thread 'main' (22) panicked"));
        assert!(is_same("a\nb\n", "b\na\n"));
        assert!(!is_same("a\nb\n", "a\na\nb\n"));
        assert!(!is_same("Time taken: 1.234567 seconds", "Time needed: 1.234567 seconds"));
        assert!(!is_same("counter at 0x1 is 1", "counter at 0x1 is 2"));
    }
}
