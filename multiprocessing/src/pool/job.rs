//! One map: hands out chunks to the workers, and collects results and failures.

use std::collections::VecDeque;
use std::iter;
use std::mem;
use std::ops::Range;
use std::time::{Duration, Instant};

use rustix::event::{PollFlags, Timespec, poll};
use rustix::io::Errno;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::worker::{Answer, Worker, kill_all};
use crate::error::{Error, Failure};

/// How many chunks a worker has at most, its running one among them. It has more
/// than one, so that it need not sleep until the parent has sent more. Two are not
/// enough: a small task is done before the parent has read the previous answer.
const AHEAD: usize = 8;

/// One map that is running.
pub struct Job<'a, T, R> {
    /// The workers of the pool, while the map is running.
    pub workers: Vec<Worker>,
    /// The failure, if there is one, after which the pool cannot go on.
    pub broken: Option<Failure>,
    /// The number of the map. It separates its chunks from those of another map.
    map: u64,
    inputs: &'a [T],
    chunk_size: usize,
    time_limit: Option<Duration>,
    /// The inputs to hand out, the next ones last: first the rest of the inputs, and
    /// after it the chunks that were taken back.
    to_do: Vec<Range<usize>>,
    arrived: VecDeque<Answer<R>>,
    failures: Vec<Failure>,
    /// How long the next step waits for an event.
    patience: Option<Duration>,
    done: bool,
}

impl<'a, T: Serialize, R: DeserializeOwned> Job<'a, T, R> {
    pub fn new(
        map: u64,
        workers: Vec<Worker>,
        inputs: &'a [T],
        chunk_size: usize,
        time_limit: Option<Duration>,
    ) -> Job<'a, T, R> {
        Job {
            workers,
            broken: None,
            map,
            inputs,
            chunk_size,
            time_limit,
            to_do: iter::once(0..inputs.len()).collect(),
            arrived: VecDeque::new(),
            failures: Vec::new(),
            // The first step only finds workers that ended while there was no map.
            patience: Some(Duration::ZERO),
            done: inputs.is_empty(),
        }
    }

    /// The next results, of any chunk. When all chunks that have begun are answered,
    /// the failure of the lowest task.
    pub fn next(&mut self) -> Result<Option<Answer<R>>, Error> {
        while self.arrived.is_empty() && !self.done {
            self.step().inspect_err(|_| self.done = true)?;
        }
        if let Some(answer) = self.arrived.pop_front() {
            return Ok(Some(answer));
        }
        let failures = mem::take(&mut self.failures);
        let more = failures.len().saturating_sub(1);
        match failures.into_iter().min_by_key(|failure| failure.task.unwrap_or(usize::MAX)) {
            Some(lowest) => Err(Error::Pool(Failure { more, ..lowest })),
            None => Ok(None),
        }
    }

    /// Waits for an event, and handles it.
    fn step(&mut self) -> Result<(), Error> {
        for worker in &self.workers {
            worker.process.check_ours()?;
        }
        // The time is read before the sockets. After them, this process may have been
        // stopped for a while, and would not know what a worker did meanwhile.
        let now = Instant::now();
        let ready = wait(&self.workers, self.patience)?;
        // If serde panics, the workers are dropped, and so is the rest of this map
        // that they have.
        let mut workers = mem::take(&mut self.workers);
        for (worker, (socket, ended)) in workers.iter_mut().zip(ready) {
            if socket.contains(PollFlags::OUT) {
                worker.write();
            }
            if ended || socket.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                let lost = self.listen(worker, ended).err();
                self.failures.extend(lost);
            }
        }
        let breaks = |failure: &&Failure| failure.cause.breaks_the_pool();
        if let Some(limit) = self.time_limit
            && !self.failures.iter().any(|failure| breaks(&failure))
        {
            self.failures
                .extend(workers.iter_mut().filter_map(|worker| worker.overtime(limit, now)));
        }
        self.broken = self.failures.iter().find(breaks).cloned();
        if self.broken.is_some() {
            kill_all(workers);
            self.done = true;
            return Ok(());
        }

        self.hand_out(&mut workers);
        // An input that is not needed any more can still be on its way to an idle worker.
        let idle = workers.iter().all(|worker| worker.queue.is_empty());
        self.done = idle && (!self.failures.is_empty() || self.to_do.is_empty());
        // A task may be ended two of these waits after its limit, a fifth of the limit.
        // The bounds keep a wait worth its cost, and too short to be noticed.
        let (least, most) = (Duration::from_millis(1), Duration::from_millis(50));
        self.patience = self.time_limit.map(|limit| (limit / 10).clamp(least, most));
        self.workers = workers;
        Ok(())
    }

    /// Takes the answers that a worker has sent: those that are there now or, if it has
    /// ended, all of them. The failure says how it ended, or why it had to end.
    fn listen(&mut self, worker: &mut Worker, ended: bool) -> Result<(), Failure> {
        while worker.receive()? {
            loop {
                match worker.next_answer() {
                    Ok(Some(answer)) => self.arrived.push_back(answer),
                    Ok(None) => break,
                    Err(failure) if failure.cause.breaks_the_pool() => return Err(failure),
                    Err(failure) => self.failures.push(failure),
                }
            }
            if !ended {
                return Ok(());
            }
        }
        if ended { Err(worker.end(None)) } else { Ok(()) }
    }

    /// Gives each worker the chunks that it can take. After a failure, takes back
    /// the chunks that have not begun.
    fn hand_out(&mut self, workers: &mut [Worker]) {
        // Workers with the fewest chunks come first: none gets a second chunk before
        // all have a first one.
        let free = |worker: &&mut Worker| worker.has_room() && worker.queue.len() < AHEAD;
        while self.failures.is_empty()
            && let Some(worker) = workers.iter_mut().filter(free).min_by_key(|w| w.queue.len())
        {
            if let Some(chunk) = self.next_chunk() {
                self.failures.extend(worker.send(self.map, chunk, self.inputs).err());
            } else if worker.queue.is_empty() {
                // Chunks that wait behind another worker's task can run here instead.
                let waiting = workers.iter_mut().filter(|worker| worker.queue.len() > 1);
                self.to_do.extend(waiting.flat_map(Worker::take_back));
                if self.to_do.is_empty() {
                    break;
                }
            } else {
                break;
            }
        }
        for worker in workers {
            // A worker without room is written to when its socket is ready. If all of
            // its chunks went out here, no event would wake the parent to give it more.
            if worker.has_room() {
                worker.write();
            }
            if !self.failures.is_empty() {
                drop(worker.take_back());
            }
        }
    }

    fn next_chunk(&mut self) -> Option<Range<usize>> {
        let Range { start, end } = self.to_do.pop()?;
        let middle = end.min(start.saturating_add(self.chunk_size));
        if middle < end {
            self.to_do.push(middle..end);
        }
        Some(start..middle)
    }
}

/// Waits until a worker's socket is ready or a worker has ended. Returns for each
/// worker what its socket is ready for, and whether it has ended.
fn wait(workers: &[Worker], patience: Option<Duration>) -> Result<Vec<(PollFlags, bool)>, Error> {
    let mut polled: Vec<_> = workers.iter().flat_map(Worker::polled).collect();
    let patience = patience.and_then(|time| Timespec::try_from(time).ok());
    match poll(&mut polled, patience.as_ref()) {
        // The wait does not start again: signals that come regularly would
        // put off the check of the time for ever.
        Ok(_) | Err(Errno::INTR) => {}
        Err(errno) => return Err(Error::Watch(errno.into())),
    }
    let ready = polled.chunks(2).map(|pair| (pair[0].revents(), !pair[1].revents().is_empty()));
    Ok(ready.collect())
}
