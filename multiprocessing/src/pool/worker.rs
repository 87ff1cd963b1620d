//! A worker, on both sides of its socket: as the parent knows it, and its life.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::ops::Range;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::io::{Errno, fcntl_dupfd_cloexec, retry_on_intr};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, send, socketpair};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Carry, Error, Exit};
use crate::frames::{self, Frames};
use crate::panics::catch;
use crate::process::{Process, Shared};

/// The tags of a worker's answers. (That of a chunk is the number of its map.)
const RESULTS: u64 = 0;
const PANIC: u64 = 1;
const INPUT_UNREADABLE: u64 = 2;
const RESULT_UNSENDABLE: u64 = 3;

/// Said together with a task: it is done, and its results are on their way.
const SENDING: u64 = 1 << 63;

/// How long a worker may live on after its end of the socket is closed: one that
/// is ending closes it a moment earlier, and that is then no cause.
const GRACE: Duration = Duration::from_millis(250);

/// A chunk, and what came of it: a result for each task, or a failure.
pub type Answer<R> = (Range<usize>, Result<Vec<R>, Error>);

/// A worker, as the parent knows it.
pub struct Worker {
    number: usize,
    process: Process,
    /// Readable when the worker has ended. The socket does not tell: a
    /// grandchild may hold the worker's end of it open.
    pidfd: OwnedFd,
    socket: OwnedFd,
    /// Since when, and why, nothing can be heard of it but its end.
    lost: Option<(Instant, &'static str)>,
    /// Why it was killed by its pool.
    dismissed: Option<&'static str>,
    /// What is still to be written to the socket, from `written` on.
    outgoing: Vec<u8>,
    written: usize,
    answers: Frames,
    /// How many chunks it has been sent, ever.
    sent: u64,
    /// The chunks that it has not answered, each with its number.
    queue: VecDeque<(u64, Range<usize>)>,
    /// What it was seen computing last, and since when.
    seen: (Option<usize>, Instant),
}

impl Worker {
    /// Starts a worker that calls `f`. In it, `close` is to close what the pool
    /// has open: a worker with another's socket in its hands would keep that open
    /// after the parent's end.
    pub fn start<F, T, R>(number: usize, close: impl FnOnce(), f: &mut F) -> Result<Worker, Error>
    where
        F: FnMut(T) -> R,
        T: DeserializeOwned,
        R: Serialize,
    {
        let failed = |errno: Errno| Error::Fork(errno.into());
        let pair = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None);
        let (ours, theirs) = pair.map_err(failed)?;
        let theirs = above_standard(theirs).map_err(failed)?;
        let mut ours = Some(above_standard(ours).map_err(failed)?);
        let shared = Shared::take()?;
        let process = Process::start_sharing(shared, || {
            ours.take();
            close();
            live(&theirs, shared, f);
        })?;
        Ok(Worker {
            number,
            pidfd: process.pidfd().and_then(above_standard).map_err(failed)?,
            process,
            socket: ours.take().expect("only the child takes it"),
            lost: None,
            dismissed: None,
            outgoing: Vec::new(),
            written: 0,
            answers: Frames::default(),
            sent: 0,
            queue: VecDeque::new(),
            seen: (None, Instant::now()),
        })
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn check_ours(&self) -> Result<(), Error> {
        self.process.check_ours()
    }

    pub fn kill(&self) {
        self.process.kill();
    }

    pub fn pidfd(&self) -> &OwnedFd {
        &self.pidfd
    }

    /// What to wait for at the socket.
    pub fn poll_socket(&self) -> PollFd<'_> {
        match (self.is_lost(), self.outgoing.is_empty()) {
            (false, true) => PollFd::new(&self.socket, PollFlags::IN),
            (false, false) => PollFd::new(&self.socket, PollFlags::IN | PollFlags::OUT),
            // A closed socket is always ready, which would make this a busy wait.
            (true, _) => PollFd::new(&self.pidfd, PollFlags::empty()),
        }
    }

    /// How many chunks it has not answered.
    pub fn chunks(&self) -> usize {
        self.queue.len()
    }

    /// Whether it can be sent a chunk now.
    pub fn is_ready(&self) -> bool {
        !self.is_lost() && self.outgoing.is_empty()
    }

    /// Whether its end is all that can still be heard of it.
    pub fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Kills it if it is lost and does not end by itself.
    pub fn dismiss_if_lost(&mut self) {
        if let Some((since, why)) = self.lost
            && since.elapsed() > GRACE
        {
            self.dismissed = Some(why);
            self.kill();
        }
    }

    /// Sends a chunk of a map, as far as the socket takes it now.
    pub fn send<T: Serialize>(
        &mut self,
        map: u64,
        chunk: Range<usize>,
        inputs: &[T],
    ) -> Result<(), Error> {
        let start = frames::begin(&mut self.outgoing, map, chunk.start, chunk.len());
        for task in chunk.clone() {
            if let Err(message) = frames::put(&mut self.outgoing, &inputs[task]) {
                self.outgoing.clear();
                return Err(self.value_error(task, Carry::InputOut, message));
            }
        }
        frames::finish(&mut self.outgoing, start);
        self.sent += 1;
        self.queue.push_back((self.sent, chunk));
        self.write();
        Ok(())
    }

    /// Writes as much as the socket takes now.
    pub fn write(&mut self) {
        while self.written < self.outgoing.len() {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            match send(&self.socket, &self.outgoing[self.written..], flags) {
                Ok(count) => self.written += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                // How it ended is known when it has.
                Err(_) => break,
            }
        }
        self.outgoing.clear();
        self.written = 0;
    }

    /// Receives once from the socket; returns whether there can be more.
    pub fn receive(&mut self) -> bool {
        if self.is_lost() {
            return false;
        }
        match self.answers.receive(&self.socket, RecvFlags::DONTWAIT) {
            Ok(1..) => true,
            Err(Errno::AGAIN) => false,
            Ok(0) | Err(_) => {
                self.lose("its socket is closed");
                false
            }
        }
    }

    fn lose(&mut self, why: &'static str) {
        self.lost = Some((Instant::now(), why));
    }

    /// The next answer that has arrived whole.
    pub fn next_answer<R: DeserializeOwned>(&mut self) -> Option<Answer<R>> {
        if self.is_lost() {
            return None;
        }
        let Ok(answer) = self.answers.next() else {
            // It would wait for ever for somebody to read the rest.
            self.lose("there is no memory for what it sent");
            return None;
        };
        let answer = answer?;
        let task = answer.task;
        let asked_for = self.queue.front().is_some_and(|(_, chunk)| match answer.tag {
            RESULTS => task == chunk.start && answer.count == chunk.len(),
            PANIC | INPUT_UNREADABLE | RESULT_UNSENDABLE => chunk.contains(&task),
            _ => false,
        });
        if !asked_for {
            // Nothing that comes from there now means anything.
            self.lose("a task has written to its socket");
            return None;
        }
        let (_, chunk) = self.queue.pop_front().expect("there is a front");
        if answer.tag == RESULTS {
            let mut values = answer.values();
            let results = chunk.clone().map(|task| values.take().map_err(|error| (task, error)));
            let outcome = results.collect::<Result<Vec<R>, _>>();
            return Some((
                chunk,
                outcome.map_err(|(task, error)| self.value_error(task, Carry::ResultIn, error)),
            ));
        }
        let message = String::from_utf8_lossy(answer.bytes).into_owned();
        let failure = match answer.tag {
            INPUT_UNREADABLE => self.value_error(task, Carry::InputIn, message),
            RESULT_UNSENDABLE => self.value_error(task, Carry::ResultOut, message),
            _ => {
                let (worker, pid) = (self.number, self.pid());
                Error::Panic { worker, pid, task, message, more: 0 }
            }
        };
        Some((chunk, Err(failure)))
    }

    fn value_error(&self, task: usize, what: Carry, message: String) -> Error {
        Error::Value { worker: self.number, pid: self.pid(), task, what, message, more: 0 }
    }

    /// Takes back the chunks that the worker has not begun.
    ///
    /// Both sides claim a chunk by raising the same number to the chunk's: the
    /// one that finds it lower has it. The worker skips those that it missed.
    pub fn take_back(&mut self) -> Vec<Range<usize>> {
        let claimed = self.process.shared().claimed.fetch_max(self.sent, Ordering::AcqRel);
        let begun = self.queue.partition_point(|(number, _)| *number <= claimed);
        self.queue.drain(begun..).map(|(_, chunk)| chunk).collect()
    }

    /// The task that the worker says it is at, and whether it is still computing.
    ///
    /// It can have answered, and not yet said that it is done: then the task is
    /// none of the chunk that it is to answer next.
    fn progress(&self) -> Option<(usize, bool)> {
        let said = self.process.shared().running.load(Ordering::Acquire);
        let task = ((said & !SENDING) as usize).checked_sub(1)?;
        let (_, chunk) = self.queue.front()?;
        chunk.contains(&task).then_some((task, said & SENDING == 0))
    }

    /// An error if it has been computing one task for as long as `limit`.
    pub fn overtime(&mut self, limit: Duration) -> Option<Error> {
        let computing = self.progress().and_then(|(task, computing)| computing.then_some(task));
        if self.seen.0 != computing {
            self.seen = (computing, Instant::now());
        }
        let task = computing.filter(|_| self.seen.1.elapsed() >= limit)?;
        let (worker, pid) = (self.number, self.pid());
        Some(Error::TimeLimit { worker, pid, task, limit, more: 0 })
    }

    /// Reaps a worker that has ended, and says at what.
    pub fn death(&mut self) -> Error {
        let at = self.progress().map(|(task, _)| task);
        // One that has not begun its chunk would have begun with the first task.
        let task = at.or(self.queue.front().map(|(_, chunk)| chunk.start));
        let exit = self.process.reap();
        let exit = self.dismissed.map_or(exit, Exit::Dismissed);
        Error::Death { worker: self.number, pid: self.pid(), task, exit, more: 0 }
    }

    /// Gives back the memory that large values took.
    pub fn shrink(&mut self) {
        self.outgoing.shrink_to(64 * 1024);
        self.answers.shrink();
    }
}

/// Gives a descriptor a number that is none of a standard stream's.
///
/// A program that has closed those would print into the pool's socket, and a
/// worker's standard input is replaced.
fn above_standard(descriptor: OwnedFd) -> Result<OwnedFd, Errno> {
    match descriptor.as_raw_fd() {
        0..=2 => fcntl_dupfd_cloexec(descriptor, 3),
        _ => Ok(descriptor),
    }
}

/// A worker's life: a chunk comes, its results go, until the parent closes the
/// socket.
fn live<T, R>(socket: &OwnedFd, shared: &Shared, f: &mut impl FnMut(T) -> R)
where
    T: DeserializeOwned,
    R: Serialize,
{
    let mut chunks = Frames::default();
    let mut outgoing = Vec::new();
    let mut number = 0;
    let mut failed_map = None;
    loop {
        let chunk = match chunks.next() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => match chunks.receive(socket, RecvFlags::empty()) {
                Ok(1..) => continue,
                Ok(0) | Err(_) => return,
            },
            // Told to the parent as the worker's end.
            Err(error) => panic!("could not receive an input: {error}"),
        };
        number += 1;
        // After a failure nothing new is begun, and what is claimed already was
        // taken back.
        let claimed = |number| shared.claimed.fetch_max(number, Ordering::AcqRel) >= number;
        if failed_map == Some(chunk.tag) || claimed(number) {
            continue;
        }
        let start = frames::begin(&mut outgoing, RESULTS, chunk.task, chunk.count);
        let mut task = chunk.task;
        let outcome = catch(|| {
            let mut inputs = chunk.values();
            while task < chunk.task + chunk.count {
                shared.running.store(task as u64 + 1, Ordering::Release);
                let input = inputs.take().map_err(|error| (INPUT_UNREADABLE, error))?;
                let result = f(input);
                frames::put(&mut outgoing, &result).map_err(|error| (RESULT_UNSENDABLE, error))?;
                task += 1;
            }
            Ok(())
        });
        if let Err((tag, message)) = outcome.unwrap_or_else(|message| Err((PANIC, message))) {
            failed_map = Some(chunk.tag);
            outgoing.clear();
            frames::begin(&mut outgoing, tag, task, 0);
            outgoing.extend_from_slice(message.as_bytes());
        }
        frames::finish(&mut outgoing, start);
        // The worker will be killed: what a task printed must not wait for its end.
        let _ = io::stdout().flush();
        shared.running.fetch_or(SENDING, Ordering::Release);
        if send_all(socket, &outgoing).is_err() {
            return;
        }
        outgoing.clear();
        shared.running.store(0, Ordering::Release);
    }
}

/// Sends all of `bytes`, however long the parent takes to read them.
fn send_all(socket: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        let count = retry_on_intr(|| send(socket, bytes, SendFlags::NOSIGNAL))?;
        bytes = &bytes[count..];
    }
    Ok(())
}
