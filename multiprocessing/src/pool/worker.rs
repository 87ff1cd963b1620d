//! A worker from the parent's side: the chunks sent to it, its answers, its end.

use std::collections::VecDeque;
use std::mem;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, send, socketpair};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::life::{self, FAILURES, RESULTS};
use crate::error::{Cause, Error, Failure};
use crate::frames::{self, Frames, Header, ROOM};
use crate::process::{Process, above_standard};
use crate::shared::Shared;

/// How long a worker may live on after its end of the socket is closed. A worker
/// that ends closes it a moment before its pidfd becomes readable. The failure
/// should then say how it ended.
const GRACE: Duration = Duration::from_millis(500);

/// A chunk, and its results.
pub type Answer<R> = (Range<usize>, Vec<R>);

/// A worker, from the parent's side.
pub struct Worker {
    number: usize,
    /// It has a pidfd, which becomes readable when the worker ends. The socket is no
    /// sign of that: a grandchild may hold the worker's end of it open.
    pub process: Process,
    socket: OwnedFd,
    /// The bytes that must still be written to the socket, from `written` on.
    outgoing: Vec<u8>,
    written: usize,
    answers: Frames,
    /// How many chunks were ever sent to it.
    sent: u64,
    /// The chunks that it has not answered, each with its number.
    pub queue: VecDeque<(u64, Range<usize>)>,
    /// Whether bytes have moved in either direction since the last check of the time.
    moved: bool,
    /// The task that it ran at the last check, and since when nothing has changed.
    seen: (u64, Instant),
}

impl Worker {
    /// Starts a worker that calls `f`. In the worker, `close` must close the pool's
    /// other sockets: a worker that holds another's socket would keep it open after
    /// the parent's end.
    pub fn start<F, T, R>(number: usize, close: impl FnOnce(), f: &F) -> Result<Worker, Error>
    where
        F: Fn(T) -> R,
        T: DeserializeOwned,
        R: Serialize,
    {
        let failed = |errno: Errno| Error::Fork(errno.into());
        let pair = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None);
        let (ours, theirs) = pair.map_err(failed)?;
        let theirs = above_standard(theirs).map_err(failed)?;
        let mut ours = Some(above_standard(ours).map_err(failed)?);
        let shared = Shared::take()?;
        let mut process = Process::start_sharing(shared, || {
            ours.take();
            close();
            life::live(&theirs, shared, f);
        })?;
        process.keep_pidfd().map_err(Error::Fork)?;
        Ok(Worker {
            number,
            process,
            socket: ours.expect("only the child takes it"),
            outgoing: Vec::new(),
            written: 0,
            answers: Frames::default(),
            sent: 0,
            queue: VecDeque::new(),
            moved: false,
            seen: (0, Instant::now()),
        })
    }

    /// The two events to wait for: its socket is ready, and it has ended.
    pub fn polled(&self) -> [PollFd<'_>; 2] {
        let out = if self.outgoing.is_empty() { PollFlags::empty() } else { PollFlags::OUT };
        [PollFd::new(&self.socket, PollFlags::IN | out), self.polled_end()]
    }

    fn polled_end(&self) -> PollFd<'_> {
        PollFd::new(self.process.pidfd(), PollFlags::IN)
    }

    /// Whether another chunk may be added to the bytes on their way.
    pub fn has_room(&self) -> bool {
        self.outgoing.len() < ROOM
    }

    /// Gives it a chunk of a map; [`write`](Self::write) sends the rest of it.
    pub fn send<T: Serialize>(
        &mut self,
        map: u64,
        chunk: Range<usize>,
        inputs: &[T],
    ) -> Result<(), Failure> {
        self.sent += 1;
        let header = Header { kind: map, chunk: self.sent, task: chunk.start, count: chunk.len() };
        let start = frames::begin(&mut self.outgoing, header);
        for task in chunk.clone() {
            if let Err(why) = frames::put(&mut self.outgoing, &inputs[task]) {
                self.outgoing.truncate(start);
                return Err(self.failure(Some(task), Cause::InputNotSent(why)));
            }
        }
        frames::finish(&mut self.outgoing, start);
        self.queue.push_back((self.sent, chunk));
        // The chunk that it runs and the next one are sent at once. Later chunks are
        // not urgent, and are sent together.
        if self.queue.len() <= 2 || !self.has_room() {
            self.write();
        }
        Ok(())
    }

    /// Writes as much as the socket takes now.
    pub fn write(&mut self) {
        while self.written < self.outgoing.len() {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            match send(&self.socket, &self.outgoing[self.written..], flags) {
                Ok(count) => {
                    self.written += count;
                    self.moved = true;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                // The worker ends: the reason is known when it has ended.
                Err(_) => break,
            }
        }
        self.outgoing.clear();
        self.written = 0;
    }

    /// Receives once from the socket. Returns whether there can be more.
    pub fn receive(&mut self) -> Result<bool, Failure> {
        match self.answers.receive(&self.socket, RecvFlags::DONTWAIT) {
            Ok(1..) => {
                self.moved = true;
                Ok(true)
            }
            Err(Errno::AGAIN) => Ok(false),
            Ok(0) | Err(_) => Err(self.give_up("its socket is closed")),
        }
    }

    /// The next answer that has arrived completely.
    pub fn next_answer<R: DeserializeOwned>(&mut self) -> Result<Option<Answer<R>>, Failure> {
        let Ok(answer) = self.answers.next() else {
            // The worker would wait for ever, because the parent cannot read the rest.
            return Err(self.give_up("there is no memory for what it sent"));
        };
        let Some(answer) = answer else { return Ok(None) };
        let Header { kind, chunk: number, task, .. } = answer.header;
        let asked_for = |(expected, chunk): &mut (u64, Range<usize>)| {
            *expected == number && chunk.contains(&task) && kind <= FAILURES.len() as u64
        };
        let Some((_, chunk)) = self.queue.pop_front_if(asked_for) else {
            // From now on, the bytes from this socket mean nothing.
            return Err(self.give_up("a task has written to its socket"));
        };
        if kind == RESULTS {
            let mut values = answer.values();
            let mut results = Vec::with_capacity(chunk.len());
            let read =
                chunk.clone().try_for_each(|_| values.take().map(|value| results.push(value)));
            return match read.and_then(|()| values.end()) {
                Ok(()) => Ok(Some((chunk, results))),
                Err(why) => {
                    let task = chunk.end.min(chunk.start + results.len() + 1) - 1;
                    Err(self.failure(Some(task), Cause::ResultNotRead(why)))
                }
            };
        }
        let message = String::from_utf8_lossy(answer.bytes).into_owned();
        Err(self.failure(Some(task), FAILURES[kind as usize - 1](message)))
    }

    fn failure(&self, task: Option<usize>, cause: Cause) -> Failure {
        Failure { worker: self.number, pid: self.process.pid(), task, cause, more: 0 }
    }

    /// Takes back the chunks that the worker has not begun.
    ///
    /// Both sides claim a chunk by raising the same number to the chunk's. The
    /// first to raise it has the chunk. The worker skips chunks that it lost.
    pub fn take_back(&mut self) -> impl Iterator<Item = Range<usize>> {
        let claimed = self.process.shared().claim(self.sent);
        let begun = self.queue.partition_point(|(number, _)| *number <= claimed);
        self.queue.drain(begun..).map(|(_, chunk)| chunk)
    }

    /// The task that it runs. If it names none, it is about to begin the first one
    /// of its chunk.
    fn task(&self) -> Option<usize> {
        let (_, chunk) = self.queue.front()?;
        let said = self.process.shared().running.load(Ordering::Acquire) as usize;
        let at = said.checked_sub(1).filter(|task| chunk.contains(task));
        Some(at.unwrap_or(chunk.start))
    }

    /// A failure if it has a chunk, and for `limit` until `now` it has not begun a
    /// task, and has not taken or sent a byte.
    pub fn overtime(&mut self, limit: Duration, now: Instant) -> Option<Failure> {
        let at = self.process.shared().running.load(Ordering::Acquire);
        if mem::take(&mut self.moved) || self.seen.0 != at {
            self.seen = (at, Instant::now());
        }
        let over = now.saturating_duration_since(self.seen.1) >= limit;
        let task = self.task().filter(|_| over)?;
        Some(self.failure(Some(task), Cause::TaskTimedOut(limit)))
    }

    /// Ends a worker that cannot be used any more. If it ends by itself, the cause
    /// says how.
    fn give_up(&mut self, why: &'static str) -> Failure {
        let start = Instant::now();
        // A signal can interrupt the poll.
        while let Some(left) = GRACE.checked_sub(start.elapsed()) {
            if poll(&mut [self.polled_end()], Timespec::try_from(left).ok().as_ref()) == Ok(1) {
                return self.end(None);
            }
        }
        self.process.kill();
        self.end(Some(why))
    }

    /// Reaps a worker that has ended, or was killed for this reason. The failure names
    /// its task.
    pub fn end(&mut self, killed: Option<&'static str>) -> Failure {
        let task = self.task();
        let exit = self.process.reap();
        self.failure(task, killed.map_or(Cause::WorkerDied(exit), Cause::WorkerUnusable))
    }

    /// Gives back the memory that large values took.
    pub fn shrink(&mut self) {
        self.outgoing.shrink_to(ROOM);
        self.answers.shrink();
    }
}

/// Ends workers: kills all of them before it waits for the first.
pub fn kill_all(workers: Vec<Worker>) {
    workers.iter().for_each(|worker| worker.process.kill());
}
