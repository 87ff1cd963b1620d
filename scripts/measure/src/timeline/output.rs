//! Passes on the program's output, and notes when each line came.

use std::io::{self, PipeReader, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use super::recording::{Line, nanoseconds};
use crate::child::ready;

/// How many lines are kept. A drawing shows fewer.
pub const MOST_LINES: usize = 20_000;
/// How much of a line is kept, in bytes.
const LONGEST_LINE: usize = 300;

/// Passes on the output until the pipe ends. When the program has ended, `exit` is readable,
/// and it is enough that the pipe is empty: a process left behind may hold it open. Moments
/// are counted from `start`.
///
/// If the reader of the output closes it, the pipe is closed too. The program then notices it
/// as it would without a watcher.
pub fn pass_on(mut pipe: PipeReader, exit: &OwnedFd, start: Instant) -> io::Result<Vec<Line>> {
    let (mut lines, mut partial) = (Vec::new(), Vec::new());
    let mut buffer = vec![0; 64 * 1024];
    let mut stdout = io::stdout();
    loop {
        let length = match ready([pipe.as_fd(), exit.as_fd()], Duration::MAX)? {
            [true, _] => pipe.read(&mut buffer)?,
            [_, true] => 0,
            _ => continue,
        };
        if length == 0 {
            break;
        }
        for part in buffer[..length].split_inclusive(|byte| *byte == b'\n') {
            let room = LONGEST_LINE.saturating_sub(partial.len());
            partial.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                keep(&mut lines, &mut partial, start);
            }
        }
        match stdout.write_all(&buffer[..length]).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            result => result?,
        }
    }
    if !partial.is_empty() {
        keep(&mut lines, &mut partial, start);
    }
    Ok(lines)
}

fn keep(lines: &mut Vec<Line>, line: &mut Vec<u8>, start: Instant) {
    if lines.len() < MOST_LINES {
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        lines.push(Line { at: nanoseconds(start.elapsed()), text });
    }
    line.clear();
}
