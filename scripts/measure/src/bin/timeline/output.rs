//! Passes on what the program prints, and notes when each line came.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::Instant;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::recording::Line;

/// How many lines are kept. A drawing shows fewer.
const MOST_LINES: usize = 20_000;
/// How much of a line is kept, in bytes.
const LONGEST_LINE: usize = 300;
/// How often a pipe that stays open is asked whether the program is still there,
/// in milliseconds.
const PATIENCE: u16 = 100;

/// The lines that were kept, and how many were not.
#[derive(Default)]
pub struct Lines {
    /// The first ones.
    pub kept: Vec<Line>,
    /// How many came after those.
    pub left_out: u64,
}

/// A thread that passes on the program's output, so that a slow reader does
/// not keep the watcher from watching.
pub struct Output {
    lines: Receiver<io::Result<Lines>>,
    ended: Arc<AtomicBool>,
}

impl Output {
    /// Starts to pass on. Moments are counted from `start`.
    ///
    /// # Errors
    ///
    /// If the system has no thread left.
    pub fn pass_on(pipe: File, start: Instant) -> io::Result<Output> {
        let (sender, lines) = mpsc::channel();
        let ended = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ended);
        thread::Builder::new().name("output".to_owned()).spawn(move || {
            // Nobody listens any more after a second Ctrl-C.
            drop(sender.send(pass_on(pipe, start, &told)));
        })?;
        Ok(Output { lines, ended })
    }

    /// Says that the program has ended. What it has left behind may hold the pipe
    /// open, and is not waited for.
    pub fn program_has_ended(&self) {
        self.ended.store(true, Ordering::Release);
    }

    /// The lines, once everything is passed on.
    pub fn lines(&self) -> Option<io::Result<Lines>> {
        match self.lines.try_recv() {
            Ok(lines) => Some(lines),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(io::Error::other("its thread panicked"))),
        }
    }
}

/// Reads until the end of the pipe, or until it is empty after the program's end.
/// When nobody reads what is passed on, the pipe is closed, so that the program
/// notices it just as it would have without a watcher.
fn pass_on(mut pipe: File, start: Instant, ended: &AtomicBool) -> io::Result<Lines> {
    let mut lines = Lines::default();
    let mut partial = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut stdout = io::stdout();
    loop {
        // Asked before the pipe is: what was printed before the end is there now.
        let is_last = ended.load(Ordering::Acquire);
        let timeout = if is_last { PollTimeout::ZERO } else { PATIENCE.into() };
        match poll(&mut [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)], timeout) {
            Ok(0) if is_last => break,
            Ok(0) | Err(Errno::EINTR) => continue,
            result => result?,
        };
        let length = match pipe.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result?,
        };
        if length == 0 {
            break;
        }
        lines.note(&mut partial, &buffer[..length], at(start));
        match stdout.write_all(&buffer[..length]).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            result => result?,
        }
    }
    if !partial.is_empty() {
        lines.keep(&partial, at(start));
    }
    Ok(lines)
}

impl Lines {
    /// Takes note of the lines that end in a piece. `partial` is the beginning
    /// of the one that has not ended.
    fn note(&mut self, partial: &mut Vec<u8>, piece: &[u8], at: u64) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let (text, is_whole) = match part.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (part, false),
            };
            let room = LONGEST_LINE.saturating_sub(partial.len());
            partial.extend_from_slice(&text[..text.len().min(room)]);
            if is_whole {
                self.keep(partial, at);
                partial.clear();
            }
        }
    }

    fn keep(&mut self, line: &[u8], at: u64) {
        if self.kept.len() < MOST_LINES {
            let text = String::from_utf8_lossy(line).trim_end().to_owned();
            self.kept.push(Line { at, text });
        } else {
            self.left_out += 1;
        }
    }
}

/// Nanoseconds since the start; 584 years fit.
pub fn at(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
