//! One map: which worker gets which chunk, what comes back, and what goes wrong.

use std::ops::Range;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::worker::Worker;
use crate::error::Error;

/// How many chunks a worker has at most: the one it runs, and those it goes on
/// with at once, without a sleep until the parent has sent more. With one
/// ahead, a small task is done long before the parent has heard of the last.
const AHEAD: usize = 8;

/// One map, on its way.
pub struct Job<'a, T, R> {
    /// The number of the map: it tells its chunks from those of another.
    map: u64,
    inputs: &'a [T],
    chunk_size: usize,
    time_limit: Option<Duration>,
    /// How many inputs have been handed out so far.
    handed_out: usize,
    /// Chunks that are to be handed out again.
    taken_back: Vec<Range<usize>>,
    results: Vec<Option<R>>,
    failures: Vec<Error>,
}

impl<'a, T: Serialize, R: DeserializeOwned> Job<'a, T, R> {
    pub fn new(
        map: u64,
        inputs: &'a [T],
        chunk_size: usize,
        time_limit: Option<Duration>,
    ) -> Job<'a, T, R> {
        Job {
            map,
            inputs,
            chunk_size,
            time_limit,
            handed_out: 0,
            taken_back: Vec::new(),
            results: inputs.iter().map(|_| None).collect(),
            failures: Vec::new(),
        }
    }

    /// Sees the map through: until all has been answered that the workers have
    /// begun, or until one of them has ended or must.
    pub fn run(&mut self, workers: &mut [Worker]) -> Result<(), Error> {
        // The first look, for workers that ended while there was no map, does
        // not wait.
        let mut patience = Some(Duration::ZERO);
        loop {
            let ready = wait(workers, patience)?;

            for (worker, (socket, _)) in workers.iter_mut().zip(&ready) {
                if socket.intersects(PollFlags::OUT) {
                    worker.write();
                }
                if socket.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                    self.receive(worker);
                }
            }
            for (worker, _) in workers.iter_mut().zip(&ready).filter(|(_, (_, ended))| *ended) {
                // What it sent before it ended counts.
                while self.receive(worker) {}
                self.failures.push(worker.death());
            }
            if self.fatal().is_none() {
                self.check_times(workers);
            }
            if self.fatal().is_some() {
                return Ok(());
            }

            workers.iter_mut().for_each(Worker::dismiss_if_lost);
            self.hand_out(workers);
            let idle = workers.iter().all(|worker| worker.chunks() == 0);
            // They can be idle with something left to do, while an input that is
            // not needed any more is still on its way.
            if idle && (!self.failures.is_empty() || self.all_handed_out()) {
                return Ok(());
            }
            // A tenth of the limit is how much later than at the limit a task may
            // be ended, within what is worth a look and what anybody would notice.
            let (least, most) = (Duration::from_millis(1), Duration::from_millis(50));
            let lost = workers.iter().any(Worker::is_lost);
            let limit = self.time_limit.map(|limit| (limit / 10).clamp(least, most));
            patience = limit.or(lost.then_some(most));
        }
    }

    /// Gives each worker what it can take; if something has failed, takes back
    /// what has not been begun.
    fn hand_out(&mut self, workers: &mut [Worker]) {
        // Those with the fewest chunks first: nobody gets a second one before
        // all have a first.
        let free = |worker: &&mut Worker| worker.is_ready() && worker.chunks() < AHEAD;
        while self.failures.is_empty()
            && let Some(worker) = workers.iter_mut().filter(free).min_by_key(|w| w.chunks())
        {
            if let Some(chunk) = self.next_chunk() {
                self.failures.extend(worker.send(self.map, chunk, self.inputs).err());
            } else if worker.chunks() > 0 {
                return;
            } else {
                // What waits behind another worker's task need not.
                let waiting = workers.iter_mut().filter(|worker| worker.chunks() > 1);
                self.taken_back = waiting.flat_map(Worker::take_back).collect();
                if self.taken_back.is_empty() {
                    return;
                }
            }
        }
        if !self.failures.is_empty() {
            workers.iter_mut().for_each(|worker| drop(worker.take_back()));
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

    /// Takes what a worker has sent; returns whether there can be more.
    fn receive(&mut self, worker: &mut Worker) -> bool {
        let more = worker.receive();
        while let Some((chunk, outcome)) = worker.next_answer() {
            match outcome {
                Ok(results) => {
                    for (task, result) in chunk.zip(results) {
                        self.results[task] = Some(result);
                    }
                }
                Err(failure) => self.failures.push(failure),
            }
        }
        more
    }

    /// Looks for tasks that have taken longer than they may.
    fn check_times(&mut self, workers: &mut [Worker]) {
        if let Some(limit) = self.time_limit {
            self.failures.extend(workers.iter_mut().filter_map(|worker| worker.overtime(limit)));
        }
    }

    /// The failure, if there is one, after which the pool cannot go on.
    pub fn fatal(&self) -> Option<&Error> {
        let fatal = |error: &&Error| matches!(error, Error::Death { .. } | Error::TimeLimit { .. });
        self.failures.iter().find(fatal)
    }

    /// The results, or the failure of the lowest task with the number of others.
    pub fn finish(mut self) -> Result<Vec<R>, Error> {
        let others = self.failures.len().saturating_sub(1);
        let first = self.failures.drain(..).min_by_key(|failure| match failure {
            Error::Panic { task, .. }
            | Error::Value { task, .. }
            | Error::TimeLimit { task, .. }
            | Error::Death { task: Some(task), .. } => *task,
            _ => usize::MAX,
        });
        let Some(mut first) = first else {
            let results = self.results.into_iter();
            return Ok(results.map(|result| result.expect("all is answered")).collect());
        };
        if let Error::Panic { more, .. }
        | Error::Value { more, .. }
        | Error::TimeLimit { more, .. }
        | Error::Death { more, .. } = &mut first
        {
            *more = others;
        }
        Err(first)
    }
}

/// Waits until a worker's socket is ready or a worker has ended, and returns both
/// for each worker: what the socket is ready for, and whether it has ended.
fn wait(workers: &[Worker], patience: Option<Duration>) -> Result<Vec<(PollFlags, bool)>, Error> {
    let mut polled = Vec::with_capacity(2 * workers.len());
    for worker in workers {
        polled.push(worker.poll_socket());
        polled.push(PollFd::new(worker.pidfd(), PollFlags::IN));
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
