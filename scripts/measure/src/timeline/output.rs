//! Passes on what the program prints, and notes when each line came.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::child::ready;
use crate::timeline::recording::Line;
use crate::timeline::watch::nanoseconds;

/// How many lines are kept. A drawing shows fewer.
const MOST_LINES: usize = 20_000;
/// How much of a line is kept, in bytes.
const LONGEST_LINE: usize = 300;

/// The lines that were kept, and how many were not.
#[derive(Default)]
pub struct Lines {
    /// The first ones.
    pub kept: Vec<Line>,
    /// How many came after those.
    pub left_out: u64,
}

/// A thread that passes on the program's output, so that a slow reader does not keep the
/// watcher from watching.
pub struct Output {
    thread: JoinHandle<io::Result<Lines>>,
    /// Closed once the thread has nothing left to do.
    done: PipeReader,
    /// Closed once the program has ended.
    running: Option<PipeWriter>,
}

impl Output {
    /// Starts to pass on. Moments are counted from `start`.
    ///
    /// # Errors
    ///
    /// If the system has no thread or no descriptor left.
    pub fn pass_on(pipe: PipeReader, start: Instant) -> io::Result<Output> {
        let (done, working) = io::pipe()?;
        let (ended, running) = io::pipe()?;
        let thread = thread::Builder::new().name("output".to_owned()).spawn(move || {
            let lines = pass_on(pipe, start, &ended);
            drop(working);
            lines
        })?;
        Ok(Output { thread, done, running: Some(running) })
    }

    /// Says that the program has ended. A process that it has left behind may hold the pipe
    /// open, and is not waited for.
    pub fn program_has_ended(&mut self) {
        self.running = None;
    }

    /// A descriptor that is ready once everything is passed on.
    pub fn done(&self) -> BorrowedFd<'_> {
        self.done.as_fd()
    }

    /// The lines. Waits until everything is passed on.
    ///
    /// # Errors
    ///
    /// If the system refused to read or to write.
    pub fn lines(self) -> io::Result<Lines> {
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("its thread panicked")))
    }
}

/// Reads until the end of the pipe, or until it is empty after the program's end. If the
/// reader of what is passed on has gone away, the pipe is closed, so that the program
/// notices it as it would without a watcher.
fn pass_on(mut pipe: PipeReader, start: Instant, ended: &PipeReader) -> io::Result<Lines> {
    let mut lines = Lines::default();
    let mut partial = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut stdout = io::stdout();
    let at = || nanoseconds(start.elapsed());
    loop {
        let ready = ready(&[pipe.as_fd(), ended.as_fd()], Duration::MAX)?;
        if !ready[0] {
            if ready[1] {
                break;
            }
            continue;
        }
        let length = pipe.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        for part in buffer[..length].split_inclusive(|byte| *byte == b'\n') {
            let room = LONGEST_LINE.saturating_sub(partial.len());
            partial.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                lines.keep(&mut partial, at());
            }
        }
        match stdout.write_all(&buffer[..length]).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            result => result?,
        }
    }
    if !partial.is_empty() {
        lines.keep(&mut partial, at());
    }
    Ok(lines)
}

impl Lines {
    fn keep(&mut self, line: &mut Vec<u8>, at: u64) {
        if self.kept.len() < MOST_LINES {
            let text = String::from_utf8_lossy(line).trim_end().to_owned();
            self.kept.push(Line { at, text });
        } else {
            self.left_out += 1;
        }
        line.clear();
    }
}
