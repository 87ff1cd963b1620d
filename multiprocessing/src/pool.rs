//! A pool of worker processes: how many there are, and how long they live.

mod job;
mod life;
mod worker;

use std::fmt;
use std::iter::{FusedIterator, Zip};
use std::marker::PhantomData;
use std::mem;
use std::ops::Range;
use std::time::Duration;
use std::vec::IntoIter;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Failure};
use job::Job;
use worker::{Worker, kill_all};

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
/// Workers are killed with SIGKILL when the pool ends. The output of a task is
/// flushed before its result is sent, so it is not lost. A thread that a task
/// has left behind ends in the middle of its work.
///
/// The function is a [`Fn`], because inputs go to any worker that is free. If a task
/// could change a variable, only some of the later tasks would see the change.
pub struct Pool<F, T, R> {
    f: F,
    size: usize,
    chunk_size: Option<usize>,
    time_limit: Option<Duration>,
    workers: Vec<Worker>,
    /// How many maps there were. It separates the chunks of different maps.
    maps: u64,
    /// The failure that broke it.
    broken: Option<Failure>,
    types: PhantomData<fn(T) -> R>,
}

impl<F, T, R> Pool<F, T, R>
where
    F: Fn(T) -> R,
    T: Serialize + DeserializeOwned,
    R: Serialize + DeserializeOwned,
{
    /// A pool of at most `workers` processes that call `f`.
    ///
    /// # Errors
    ///
    /// [`Error::NoWorkers`] if `workers` is 0.
    ///
    /// ```
    /// use multiprocessing::{Error, Pool};
    ///
    /// assert!(matches!(Pool::new(0, |x: u64| x), Err(Error::NoWorkers)));
    /// ```
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
    /// `map(f, inputs, chunksize)`.
    ///
    /// By default it is Python's choice, a quarter of a worker's share, rounded
    /// up. Larger chunks cost less, smaller ones divide the work more evenly:
    /// with 1, no input waits behind a slow one while a worker is idle.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyChunks`] if `inputs` is 0.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// let mut pool = multiprocessing::Pool::new(2, |x: i32| -x)?.chunk_size(1)?;
    /// assert_eq!(pool.map(&[1, 2, 3])?, [-1, -2, -3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn chunk_size(mut self, inputs: usize) -> Result<Self, Error> {
        if inputs == 0 {
            return Err(Error::EmptyChunks);
        }
        self.chunk_size = Some(inputs);
        Ok(self)
    }

    /// Sets how long a task may take. Without a limit, a task that never ends
    /// keeps [`map`](Pool::map) waiting for ever.
    ///
    /// If a task takes longer, its worker is killed, which breaks the pool. A worker
    /// that was stopped (SIGSTOP) is also killed, if it has a chunk and does nothing
    /// during the limit. The time that a value is on its way does not count, as long
    /// as bytes are moving.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use multiprocessing::{Error, Pool};
    ///
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// let mut pool = Pool::new(2, |x: i32| if x == 2 { std::thread::park() })?
    ///     .time_limit(Duration::from_millis(50));
    /// assert!(matches!(pool.map(&[0, 1, 2]), Err(Error::Pool(failure)) if failure.task == Some(2)));
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
    /// [`Error::Pool`] if a task or a worker failed, with the [`Failure`] of the
    /// lowest task:
    ///
    /// * After a panic, and after a value that could not be sent or read, no
    ///   further chunk begins. The running chunks are awaited, and the pool stays
    ///   usable.
    /// * After a worker's end (also by `exit(0)`, and also of an idle worker) and
    ///   after a task that took too long, the other workers are killed. The pool
    ///   is broken: each further map is an [`Error::Broken`].
    ///
    /// [`Error::Worker`] if not all workers could be started. The others are ended
    /// then, and the next `map` tries again. A start can also be refused: see
    /// [`Process::start`](crate::Process::start). [`Error::NotOurs`] in a process
    /// that did not start the workers.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use multiprocessing::{Error, Pool};
    ///
    /// let mut pool = Pool::new(2, |x: u32| if x == 2 { panic!("bad input {x}") } else { x })?;
    /// match pool.map(&[0, 1, 2, 3]) {
    ///     Err(Error::Pool(failure)) => assert_eq!(failure.task, Some(2)),
    ///     other => panic!("{other:?}"),
    /// }
    /// assert_eq!(pool.map(&[4, 5])?, [4, 5]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn map(&mut self, inputs: &[T]) -> Result<Vec<R>, Error> {
        let mut results: Vec<Option<R>> = inputs.iter().map(|_| None).collect();
        let mut unordered = self.map_unordered(inputs)?;
        while let Some((chunk, values)) = unordered.job.next()? {
            for (result, value) in results[chunk].iter_mut().zip(values) {
                *result = Some(value);
            }
        }
        Ok(results.into_iter().map(|result| result.expect("all is answered")).collect())
    }

    /// Calls the pool's function for each of `inputs` and returns the results as
    /// they come, each with the index of its input. The results of a chunk come
    /// together; with [`Pool::chunk_size`] 1, it is Python's `pool.imap_unordered`.
    ///
    /// Like all iterators, it does nothing by itself: the workers get their inputs,
    /// and a time limit is checked, only while `next` waits.
    ///
    /// After a failure the results of the running tasks still come. The error of
    /// the lowest task comes last.
    ///
    /// # Dropping
    ///
    /// If the iterator is dropped before its end, the workers are killed, because
    /// their running tasks might never end. The pool stays usable: the next map
    /// starts new workers, unless a worker had already died. The workers stay if
    /// all results had arrived.
    ///
    /// # Errors
    ///
    /// As for [`map`](Pool::map): at once if no worker can be started, and
    /// otherwise from the iterator.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use std::{thread::sleep, time::Duration};
    ///
    /// use multiprocessing::Pool;
    ///
    /// let mut pool = Pool::new(3, |ms| sleep(Duration::from_millis(ms)))?;
    /// let mut order = Vec::new();
    /// for item in pool.map_unordered(&[600, 0, 300])? {
    ///     let (index, ()) = item?;
    ///     order.push(index);
    /// }
    /// assert_eq!(order, [1, 2, 0]);
    ///
    /// // The first result ends the search.
    /// let first = pool.map_unordered(&[60_000, 0, 60_000])?.next();
    /// assert_eq!(first.unwrap()?, (1, ()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn map_unordered<'a>(
        &'a mut self,
        inputs: &'a [T],
    ) -> Result<Unordered<'a, F, T, R>, Error> {
        if let Some(worker) = self.workers.first() {
            worker.process.check_ours()?;
        }
        if let Some(failure) = &self.broken {
            return Err(Error::Broken(failure.clone()));
        }
        let chunk_size =
            self.chunk_size.unwrap_or(inputs.len().div_ceil(self.size.saturating_mul(4)).max(1));
        self.start_workers(self.size.min(inputs.len().div_ceil(chunk_size)))?;
        self.maps += 1;
        let workers = mem::take(&mut self.workers);
        let job = Job::new(self.maps, workers, inputs, chunk_size, self.time_limit);
        Ok(Unordered { pool: self, job, chunk: (0..0).zip(Vec::new()) })
    }

    /// Starts workers until there are `wanted`.
    fn start_workers(&mut self, wanted: usize) -> Result<(), Error> {
        while self.workers.len() < wanted {
            let worker = self.workers.len() + 1;
            match Worker::start(worker, || self.workers.clear(), &self.f) {
                Ok(worker) => self.workers.push(worker),
                Err(Error::Fork(error)) => {
                    kill_all(mem::take(&mut self.workers));
                    return Err(Error::Worker { worker, workers: wanted, error });
                }
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(())
    }
}

impl<F, T, R> Drop for Pool<F, T, R> {
    fn drop(&mut self) {
        kill_all(mem::take(&mut self.workers));
    }
}

impl<F, T, R> fmt::Debug for Pool<F, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let workers: Vec<u32> = self.workers.iter().map(|worker| worker.process.pid()).collect();
        f.debug_struct("Pool")
            .field("size", &self.size)
            .field("workers", &workers)
            .finish_non_exhaustive()
    }
}

/// The results of [`Pool::map_unordered`], as they come.
#[must_use = "dropping it kills the workers"]
pub struct Unordered<'a, F, T, R> {
    pool: &'a mut Pool<F, T, R>,
    job: Job<'a, T, R>,
    /// The rest of the last chunk that has come.
    chunk: Zip<Range<usize>, IntoIter<R>>,
}

impl<F, T, R> Iterator for Unordered<'_, F, T, R>
where
    T: Serialize,
    R: DeserializeOwned,
{
    type Item = Result<(usize, R), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(pair) = self.chunk.next() {
                return Some(Ok(pair));
            }
            match self.job.next() {
                Ok(Some((chunk, results))) => self.chunk = chunk.zip(results),
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<F, T, R> FusedIterator for Unordered<'_, F, T, R>
where
    T: Serialize,
    R: DeserializeOwned,
{
}

impl<F, T, R> Drop for Unordered<'_, F, T, R> {
    fn drop(&mut self) {
        self.pool.broken = self.job.broken.take();
        let mut workers = mem::take(&mut self.job.workers);
        if workers.iter().all(|worker| worker.queue.is_empty()) {
            workers.iter_mut().for_each(Worker::shrink);
            self.pool.workers = workers;
        } else {
            kill_all(workers);
        }
    }
}

impl<F, T, R> fmt::Debug for Unordered<'_, F, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unordered").finish_non_exhaustive()
    }
}
