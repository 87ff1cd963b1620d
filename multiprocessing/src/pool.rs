//! A pool of worker processes: who gets which task, and who has ended.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::mem;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, send, socketpair};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Carry, Error, Exit};
use crate::frames::{self, Frame, Frames};
use crate::process::{Process, Shared, catch};

/// A pool of processes that call one function for many inputs, as Python's
/// `multiprocessing.Pool`.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::Pool;
///
/// let mut pool = Pool::new(2, |x: u64| x * x)?;
/// let results = pool.map(&[1, 2, 3, 4])?;
/// assert_eq!(results, [1, 4, 9, 16]);
/// # Ok(())
/// # }
/// ```
///
/// [`new`](Pool::new) starts nothing. [`map`](Pool::map) starts the workers that
/// it lacks; they stay for later maps, and end when the pool is dropped, as at
/// the end of Python's `with Pool() as pool`.
///
/// Workers are killed with SIGKILL when the pool ends. What a task printed is
/// flushed before its result is sent, so nothing of it is lost; but a thread
/// that a task has left behind ends in the middle of whatever it does.
pub struct Pool<F, T, R> {
    f: F,
    size: usize,
    chunk_size: Option<usize>,
    time_limit: Option<Duration>,
    workers: Vec<Worker>,
    /// How many maps there were: it tells the chunks of one from those of another.
    maps: u64,
    broken: Option<String>,
    types: PhantomData<fn(T) -> R>,
}

impl<F, T, R> Pool<F, T, R>
where
    F: FnMut(T) -> R,
    T: Serialize + DeserializeOwned,
    R: Serialize + DeserializeOwned,
{
    /// A pool of at most `workers` processes that call `f`.
    ///
    /// # Errors
    ///
    /// [`Error::NoWorkers`] if `workers` is 0.
    pub fn new(workers: usize, f: F) -> Result<Pool<F, T, R>, Error> {
        if workers == 0 {
            return Err(Error::NoWorkers);
        }
        Ok(Pool {
            f,
            size: workers,
            chunk_size: None,
            time_limit: None,
            workers: Vec::new(),
            maps: 0,
            broken: None,
            types: PhantomData,
        })
    }

    /// A pool with a worker for each processor that this process may use
    /// ([`num_cpus::get`]), as Python's `Pool()`.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// let mut pool = multiprocessing::Pool::with_default_workers(|text: String| text.len())?;
    /// assert_eq!(pool.map(&["one".to_string(), "three".to_string()])?, [3, 5]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_default_workers(f: F) -> Result<Pool<F, T, R>, Error> {
        Pool::new(num_cpus::get(), f)
    }

    /// Sets how many inputs go to a worker at once, as Python's
    /// `map(f, inputs, chunksize)`; 0 counts as 1.
    ///
    /// By default it is Python's choice, a quarter of a worker's share, rounded
    /// up. Larger chunks cost less, smaller ones divide the work more evenly:
    /// with 1, no input waits behind a slow one while a worker is idle.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// let mut pool = multiprocessing::Pool::new(2, |x: i32| -x)?.chunk_size(1);
    /// assert_eq!(pool.map(&[1, 2, 3])?, [-1, -2, -3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn chunk_size(mut self, inputs: usize) -> Self {
        self.chunk_size = Some(inputs.max(1));
        self
    }

    /// Sets how long a task may take. Without a limit, a task that never ends
    /// keeps [`map`](Pool::map) waiting for ever.
    ///
    /// The worker of a task that takes longer is killed, which ends the pool.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use multiprocessing::{Error, Pool};
    ///
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// let mut pool = Pool::new(2, |x: i32| if x == 2 { std::thread::park() })?
    ///     .time_limit(Duration::from_millis(50));
    /// assert!(matches!(pool.map(&[0, 1, 2]), Err(Error::TimeLimit { task: 2, .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Calls the pool's function for each of `inputs` and returns the results
    /// in the order of the inputs, as Python's `pool.map`.
    ///
    /// # Errors
    ///
    /// After a panic in a task ([`Error::Panic`]), and after an input or a result that
    /// serde could not carry ([`Error::Value`]), no further chunk is
    /// started, those that run are awaited, and the pool stays usable.
    ///
    /// After a worker's end ([`Error::Death`], also by `exit(0)`, and also of a worker
    /// that was idle) and a task that took too long ([`Error::TimeLimit`]), the
    /// other workers are killed and the pool is broken: each further `map` is
    /// an [`Error::Broken`].
    ///
    /// If not all workers could be started ([`Error::Worker`]), none is left, and the
    /// next `map` tries it again. Starting one can also be refused; see
    /// [`Process::start`].
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use multiprocessing::{Error, Pool};
    ///
    /// let mut pool = Pool::new(2, |x: u32| if x == 2 { panic!("bad input {x}") } else { x })?;
    /// match pool.map(&[0, 1, 2, 3]) {
    ///     Err(Error::Panic { task, .. }) => assert_eq!(task, 2),
    ///     other => panic!("{other:?}"),
    /// }
    /// assert_eq!(pool.map(&[4, 5])?, [4, 5]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn map(&mut self, inputs: &[T]) -> Result<Vec<R>, Error> {
        if let Some(worker) = self.workers.first() {
            worker.process.check_ours()?;
        }
        if let Some(cause) = &self.broken {
            return Err(Error::Broken { cause: cause.clone() });
        }
        if inputs.is_empty() {
            return Ok(Vec::new());
        }
        let chunk_size =
            self.chunk_size.unwrap_or(inputs.len().div_ceil(self.size.saturating_mul(4)));
        self.hire(self.size.min(inputs.len().div_ceil(chunk_size)))?;
        self.maps += 1;
        let mut job = Job {
            map: self.maps,
            inputs,
            chunk_size,
            handed_out: 0,
            taken_back: Vec::new(),
            results: inputs.iter().map(|_| None).collect(),
            failures: Vec::new(),
            time_limit: self.time_limit,
        };
        // Taken out of the pool: if serde panics below, they go, and with them
        // what they have of this map.
        let mut workers = mem::take(&mut self.workers);
        let alive = job.run(&mut workers)?;
        let failure = job.failure();
        if alive {
            workers.iter_mut().for_each(Worker::shrink);
            self.workers = workers;
        } else {
            dismiss(workers);
            self.broken = failure.as_ref().map(Error::to_string);
        }
        match failure {
            Some(error) => Err(error),
            None => Ok(job.results.into_iter().map(|result| result.expect("no failure")).collect()),
        }
    }

    /// Starts workers until there are `wanted`.
    fn hire(&mut self, wanted: usize) -> Result<(), Error> {
        while self.workers.len() < wanted {
            let worker = self.workers.len() + 1;
            self.hire_one().map_err(|error| match error {
                Error::Fork(source) | Error::Watch(source) => {
                    dismiss(mem::take(&mut self.workers));
                    Error::Worker { worker, workers: wanted, source }
                }
                refusal => refusal,
            })?;
        }
        Ok(())
    }

    fn hire_one(&mut self) -> Result<(), Error> {
        let (ours, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)
                .map_err(|errno| Error::Fork(errno.into()))?;
        let mut ours = Some(ours);
        let shared = Shared::take()?;
        // Here, and not in the worker: the parent can claim before it has begun.
        shared.claimed.store(0, Ordering::Release);
        shared.running.store(0, Ordering::Release);
        let process = Process::start_sharing(shared, || {
            // With another worker's socket in its hands, this one would keep it
            // open after the parent's end.
            ours.take();
            self.workers.clear();
            work(&theirs, shared, &mut self.f);
        })?;
        self.workers.push(Worker {
            number: self.workers.len() + 1,
            pidfd: process.pidfd()?,
            process,
            socket: ours.take().expect("only the child takes it"),
            closed: false,
            outgoing: Vec::new(),
            written: 0,
            answers: Frames::default(),
            sent: 0,
            queue: VecDeque::new(),
            watched: (None, Instant::now()),
        });
        Ok(())
    }
}

impl<F, T, R> Drop for Pool<F, T, R> {
    fn drop(&mut self) {
        dismiss(mem::take(&mut self.workers));
    }
}

impl<F, T, R> fmt::Debug for Pool<F, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let workers: Vec<u32> = self.workers.iter().map(|worker| worker.process.pid()).collect();
        f.debug_struct("Pool").field("size", &self.size).field("workers", &workers).finish()
    }
}

/// Ends workers: all are killed before the first is waited for.
fn dismiss(workers: Vec<Worker>) {
    for worker in &workers {
        worker.process.kill();
    }
}

/// How many chunks a worker has at most: the one it runs, and the one it goes on
/// with at once, without a sleep until the parent has sent it.
const AHEAD: usize = 2;

/// How often, at most, a task's time is looked at.
const MOMENT: Duration = Duration::from_millis(1);

/// A worker, as the parent knows it.
struct Worker {
    number: usize,
    process: Process,
    /// Readable when the worker has ended. The socket does not tell: a
    /// grandchild may hold the worker's end of it open.
    pidfd: OwnedFd,
    socket: OwnedFd,
    /// Whether the worker's end of the socket is closed.
    closed: bool,
    /// What is still to be written to the socket, from `written` on.
    outgoing: Vec<u8>,
    written: usize,
    answers: Frames,
    /// How many chunks it has been sent, ever.
    sent: u64,
    /// The chunks that it has not answered, each with its number.
    queue: VecDeque<(u64, Range<usize>)>,
    /// What it was seen at, and since when.
    watched: (Option<usize>, Instant),
}

impl Worker {
    /// Writes as much as the socket takes now.
    fn write(&mut self) {
        while self.written < self.outgoing.len() && !self.closed {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            match send(&self.socket, &self.outgoing[self.written..], flags) {
                Ok(count) => self.written += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                // How it ended is known when it has.
                Err(_) => self.closed = true,
            }
        }
        self.outgoing.clear();
        self.written = 0;
    }

    /// Takes back the chunks that the worker has not begun.
    ///
    /// Both sides claim a chunk by raising the same number to the chunk's: the
    /// one that finds it lower has it. The worker skips those that it missed.
    fn take_back(&mut self) -> Vec<Range<usize>> {
        let claimed = self.process.shared().claimed.fetch_max(self.sent, Ordering::AcqRel);
        let begun = self.queue.partition_point(|(number, _)| *number <= claimed);
        self.queue.drain(begun..).map(|(_, chunk)| chunk).collect()
    }

    /// The task that the worker says it runs, if that is one of the chunk that it
    /// has to answer: it can have answered, and not yet said that it is done.
    fn running(&self) -> Option<usize> {
        let (_, chunk) = self.queue.front()?;
        let running = self.process.shared().running.load(Ordering::Acquire);
        (running as usize).checked_sub(1).filter(|task| chunk.contains(task))
    }

    /// Gives back the memory that large values took.
    fn shrink(&mut self) {
        self.outgoing.shrink_to(64 * 1024);
        self.answers.shrink();
    }
}

/// One map, on its way.
struct Job<'a, T, R> {
    map: u64,
    inputs: &'a [T],
    chunk_size: usize,
    /// How many inputs have been handed out so far.
    handed_out: usize,
    /// Chunks that are to be handed out again.
    taken_back: Vec<Range<usize>>,
    results: Vec<Option<R>>,
    failures: Vec<Error>,
    time_limit: Option<Duration>,
}

impl<T: Serialize, R: DeserializeOwned> Job<'_, T, R> {
    /// Sees the map through, to its end or to a worker's. Returns whether all
    /// workers are alive.
    fn run(&mut self, workers: &mut [Worker]) -> Result<bool, Error> {
        for worker in &mut *workers {
            worker.watched = (None, Instant::now());
        }
        // The first look is for workers that ended while there was no map.
        let mut patience = Some(Duration::ZERO);
        loop {
            let ready = wait(workers, patience)?;
            patience = self.time_limit.map(|limit| (limit / 10).clamp(MOMENT, 50 * MOMENT));
            for (worker, (socket, _)) in workers.iter_mut().zip(&ready) {
                if socket.intersects(PollFlags::OUT) {
                    worker.write();
                }
                if socket.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                    self.listen(worker);
                }
            }
            let ended = workers.iter_mut().zip(&ready).filter(|(_, (_, ended))| *ended);
            let exits: Vec<Exit> = ended.map(|(worker, _)| self.bury(worker)).collect();
            exits.iter().take(1).for_each(Exit::share_fate);
            if !exits.is_empty() || self.overtime(workers) {
                return Ok(false);
            }
            self.hand_out(workers);
            let idle = workers.iter().all(|worker| worker.queue.is_empty());
            // They can be idle with something left to do, while an input that is
            // not needed any more is still on its way.
            if idle && (!self.failures.is_empty() || self.all_handed_out()) {
                return Ok(true);
            }
        }
    }

    /// Gives each worker what it can take, unless something has failed.
    fn hand_out(&mut self, workers: &mut [Worker]) {
        // One that lives on without its socket can be given nothing, and its end
        // is all that could still be heard of it.
        workers.iter().filter(|w| w.closed && w.queue.is_empty()).for_each(|w| w.process.kill());
        loop {
            if !self.failures.is_empty() {
                workers.iter_mut().for_each(|worker| drop(worker.take_back()));
                return;
            }
            let free = |worker: &&mut Worker| {
                !worker.closed && worker.outgoing.is_empty() && worker.queue.len() < AHEAD
            };
            let Some(worker) = workers.iter_mut().filter(free).min_by_key(|w| w.queue.len()) else {
                return;
            };
            if let Some(chunk) = self.next_chunk() {
                self.send(worker, chunk);
            } else if worker.queue.is_empty() {
                // What waits behind another worker's task need not.
                let waiting = workers.iter_mut().filter(|worker| worker.queue.len() > 1);
                self.taken_back = waiting.flat_map(Worker::take_back).collect();
                if self.taken_back.is_empty() {
                    return;
                }
            } else {
                return;
            }
        }
    }

    fn all_handed_out(&self) -> bool {
        self.taken_back.is_empty() && self.handed_out == self.inputs.len()
    }

    fn next_chunk(&mut self) -> Option<Range<usize>> {
        self.taken_back.pop().or_else(|| {
            let start = self.handed_out;
            self.handed_out = self.inputs.len().min(start.saturating_add(self.chunk_size));
            (start < self.handed_out).then_some(start..self.handed_out)
        })
    }

    fn send(&mut self, worker: &mut Worker, chunk: Range<usize>) {
        let start = frames::begin(&mut worker.outgoing, self.map, chunk.start, chunk.len());
        for task in chunk.clone() {
            if let Err(message) = frames::put(&mut worker.outgoing, &self.inputs[task]) {
                worker.outgoing.clear();
                let what = Carry::InputOut;
                self.failures.push(Error::Value { task, what, message, more: 0 });
                return;
            }
        }
        frames::finish(&mut worker.outgoing, start);
        worker.sent += 1;
        worker.queue.push_back((worker.sent, chunk));
        worker.write();
    }

    /// Receives what a worker has sent; returns whether there can be more.
    fn listen(&mut self, worker: &mut Worker) -> bool {
        match worker.answers.receive(&worker.socket, RecvFlags::DONTWAIT) {
            Err(Errno::AGAIN) => return false,
            Ok(0) | Err(Errno::CONNRESET) => {
                worker.closed = true;
                return false;
            }
            Err(_) => {
                // No frame, or no memory for it: the worker would wait for ever
                // for somebody to read the rest.
                worker.closed = true;
                worker.process.kill();
                return false;
            }
            Ok(_) => {}
        }
        while let Some(answer) = worker.answers.next() {
            let Some((_, chunk)) = worker.queue.pop_front() else {
                // Nobody asked: a task has written to the pool's own socket.
                worker.process.kill();
                return false;
            };
            if let Err(failure) = self.take(&answer, chunk, worker.number, worker.process.pid()) {
                self.failures.push(failure);
            }
        }
        true
    }

    /// Takes the results out of an answer, or the failure.
    fn take(
        &mut self,
        answer: &Frame<'_>,
        chunk: Range<usize>,
        worker: usize,
        pid: u32,
    ) -> Result<(), Error> {
        let task = answer.task;
        let message = || String::from_utf8_lossy(answer.bytes).into_owned();
        let what = match answer.mark {
            RESULTS if answer.count == chunk.len() => {
                let mut values = answer.values();
                for task in chunk {
                    let result = values.take().map_err(|message| {
                        let what = Carry::ResultIn;
                        Error::Value { task, what, message, more: 0 }
                    })?;
                    self.results[task] = Some(result);
                }
                return Ok(());
            }
            INPUT_UNREADABLE => Carry::InputIn,
            RESULT_UNSENDABLE => Carry::ResultOut,
            _ => {
                return Err(Error::Panic { worker, pid, task, message: message(), more: 0 });
            }
        };
        Err(Error::Value { task, what, message: message(), more: 0 })
    }

    /// Reaps a worker that has ended, after a look at what it still had to say.
    fn bury(&mut self, worker: &mut Worker) -> Exit {
        while self.listen(worker) {}
        // One that has not begun its chunk would have begun with the first task.
        let task = worker.running().or(worker.queue.front().map(|(_, chunk)| chunk.start));
        let exit = worker.process.reap();
        self.failures.push(Error::Death {
            worker: worker.number,
            pid: worker.process.pid(),
            task,
            exit: exit.clone(),
            more: 0,
        });
        exit
    }

    /// Whether a task has taken longer than it may.
    fn overtime(&mut self, workers: &mut [Worker]) -> bool {
        let Some(limit) = self.time_limit else {
            return false;
        };
        let failures = self.failures.len();
        for worker in workers {
            let running = worker.running();
            if worker.watched.0 != running {
                worker.watched = (running, Instant::now());
            } else if let Some(task) = running
                && worker.watched.1.elapsed() >= limit
            {
                self.failures.push(Error::TimeLimit {
                    worker: worker.number,
                    pid: worker.process.pid(),
                    task,
                    limit,
                    more: 0,
                });
            }
        }
        self.failures.len() > failures
    }

    /// The failure to report: of the lowest task, with the number of others.
    fn failure(&mut self) -> Option<Error> {
        let others = self.failures.len().saturating_sub(1);
        let mut first = self.failures.drain(..).min_by_key(|failure| match failure {
            Error::Panic { task, .. }
            | Error::Value { task, .. }
            | Error::TimeLimit { task, .. }
            | Error::Death { task: Some(task), .. } => *task,
            _ => usize::MAX,
        })?;
        if let Error::Panic { more, .. }
        | Error::Value { more, .. }
        | Error::TimeLimit { more, .. }
        | Error::Death { more, .. } = &mut first
        {
            *more = others;
        }
        Some(first)
    }
}

/// Waits until a worker's socket is ready or a worker has ended, and returns both
/// for each worker: what the socket is ready for, and whether it has ended.
fn wait(workers: &[Worker], patience: Option<Duration>) -> Result<Vec<(PollFlags, bool)>, Error> {
    let mut polled = Vec::with_capacity(2 * workers.len());
    for worker in workers {
        let flags = match (worker.closed, worker.outgoing.is_empty()) {
            (false, true) => PollFlags::IN,
            (false, false) => PollFlags::IN | PollFlags::OUT,
            // A closed socket is always ready; it would make this a busy wait.
            (true, _) => PollFlags::empty(),
        };
        let socket = if worker.closed { &worker.pidfd } else { &worker.socket };
        polled.push(PollFd::new(socket, flags));
        polled.push(PollFd::new(&worker.pidfd, PollFlags::IN));
    }
    let patience = patience.map(|time| Timespec {
        tv_sec: time.as_secs() as i64,
        tv_nsec: i64::from(time.subsec_nanos()),
    });
    match poll(&mut polled, patience.as_ref()) {
        // Not waited for again with all of the patience: signals that come
        // regularly would put off the look at the time for ever.
        Ok(_) | Err(Errno::INTR) => {}
        Err(errno) => return Err(Error::Watch(errno.into())),
    }
    let ready = polled.chunks(2).map(|pair| (pair[0].revents(), !pair[1].revents().is_empty()));
    Ok(ready.collect())
}

/// The marks of a worker's answers.
const RESULTS: u64 = 0;
const PANIC: u64 = 1;
const INPUT_UNREADABLE: u64 = 2;
const RESULT_UNSENDABLE: u64 = 3;

/// A worker's life: a chunk comes, its results go, until the parent closes the
/// socket.
fn work<T, R>(socket: &OwnedFd, shared: &Shared, f: &mut impl FnMut(T) -> R)
where
    T: DeserializeOwned,
    R: Serialize,
{
    let mut chunks = Frames::default();
    let mut outgoing = Vec::new();
    let mut number = 0;
    let mut failed_map = None;
    loop {
        let Some(chunk) = chunks.next() else {
            match chunks.receive(socket, RecvFlags::empty()) {
                Ok(1..) => continue,
                _ => return,
            }
        };
        number += 1;
        // After a failure nothing new is begun, and what is claimed already was
        // taken back.
        let claimed = |number| shared.claimed.fetch_max(number, Ordering::AcqRel) >= number;
        if failed_map == Some(chunk.mark) || claimed(number) {
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
        if let Err((mark, message)) = outcome.unwrap_or_else(|message| Err((PANIC, message))) {
            failed_map = Some(chunk.mark);
            outgoing.clear();
            frames::begin(&mut outgoing, mark, task, 0);
            outgoing.extend_from_slice(message.as_bytes());
        }
        frames::finish(&mut outgoing, start);
        // The worker will be killed: what a task printed must not wait for its end.
        let _ = io::stdout().flush();
        if send_all(socket, &outgoing).is_err() {
            return;
        }
        outgoing.clear();
        shared.running.store(0, Ordering::Release);
    }
}

fn send_all(socket: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        let count = retry_on_intr(|| send(socket, bytes, SendFlags::NOSIGNAL))?;
        bytes = &bytes[count..];
    }
    Ok(())
}
