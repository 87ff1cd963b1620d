//! The errors. Each displays as one line that names its cause.

use std::fmt;
use std::io;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::Signal;

/// How a process ended. It displays as the end of a sentence: `exited with status
/// 7`, `was killed by SIGKILL`, `panicked at src/main.rs:5: bad input`.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::{Exit, Process};
///
/// let exit = Process::start(|| std::process::exit(7))?.wait()?;
/// assert_eq!(exit, Exit::Status(7));
/// assert_eq!(format!("the process {exit}"), "the process exited with status 7");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a process that failed would go unnoticed"]
pub enum Exit {
    /// It exited with this status. 0 is success.
    Status(u8),
    /// Its function returned this error; the status is 1.
    Failed(String),
    /// A signal with this number killed it.
    Signal(i32),
    /// Its function panicked: the place and the message, `FILE:LINE: message`. The
    /// status is 101.
    Panic(String),
    /// It has ended, but another part of the program has already reaped it (or
    /// the kernel has, because SIGCHLD is ignored). This happens only to a child
    /// that is killed or calls `exit`: a child that returns from its function
    /// reports its end itself.
    Unknown,
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Status(status) => write!(f, "exited with status {status}"),
            Exit::Failed(error) => write!(f, "failed: {}", OneLine(error)),
            Exit::Signal(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "was killed by {}", signal.as_str()),
                // The real-time signals have numbers only.
                Err(_) => write!(f, "was killed by signal {number}"),
            },
            Exit::Panic(message) => write!(f, "panicked at {}", OneLine(message)),
            Exit::Unknown => f.write_str("ended with an unknown status: it was reaped elsewhere"),
        }
    }
}

/// The error of [`Process`](crate::Process) and [`Pool`](crate::Pool).
///
/// It displays as one line that says everything, the system's own error too;
/// [`source`](std::error::Error::source) is always `None`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fork copies one thread only, so a process with more is not forked.
    #[error("refusing to fork: this process has {threads} threads")]
    Threads {
        /// How many threads there are.
        threads: u64,
    },

    /// The threads of this process could not be counted.
    #[error("refusing to fork: could not count this process's threads: {0}")]
    ThreadCount(io::Error),

    /// Text in the buffer of standard output cannot be written. The child would
    /// print it a second time.
    #[error("refusing to fork: could not write to standard output: {0}")]
    Flush(io::Error),

    /// The system has no room for another process (EAGAIN, ENOMEM).
    #[error("could not fork: {}", name(.0))]
    Fork(io::Error),

    /// The pool could not start all of its workers, and has none now. There is no
    /// room for a process (EAGAIN, ENOMEM) or a descriptor (EMFILE), or the kernel
    /// is older than Linux 5.4.
    #[error("could not {} worker {worker} of {workers}: {}", step(.error), name(.error))]
    Worker {
        /// The worker that could not be started, counted from 1.
        worker: usize,
        /// How many were to be started.
        workers: usize,
        /// Why.
        error: io::Error,
    },

    /// A process could not be watched: there was no descriptor left (EMFILE), or the
    /// kernel is older than Linux 5.4.
    #[error("could not watch a process: {}", name(.0))]
    Watch(io::Error),

    /// Only the process that started another can wait for it or give it work.
    #[error("process {pid} can only be used by process {parent}, which started it")]
    NotOurs {
        /// The process that was started.
        pid: u32,
        /// The process that started it.
        parent: u32,
    },

    /// A [`Process`](crate::Process) did not exit with status 0.
    #[error("process {pid} {exit}")]
    Process {
        /// The process.
        pid: u32,
        /// How it ended.
        exit: Exit,
    },

    /// A pool of 0 workers was asked for.
    #[error("a pool needs at least one worker")]
    NoWorkers,

    /// Chunks of 0 inputs were asked for.
    #[error("a chunk needs at least one input")]
    EmptyChunks,

    /// A task of a [`Pool`](crate::Pool) failed, or a worker did.
    #[error("{0}")]
    Pool(Failure),

    /// An earlier failure has ended the pool.
    #[error("the pool is broken: {0}")]
    Broken(Failure),
}

/// What went wrong with a task of a [`Pool`](crate::Pool), or with a worker.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::{Cause, Error, Exit, Pool};
///
/// let mut pool = Pool::new(2, |x: i32| if x == 3 { std::process::abort() } else { 2 * x })?;
/// match pool.map(&[1, 2, 3, 4]) {
///     Err(Error::Pool(failure)) => {
///         assert_eq!(failure.task, Some(2));
///         assert_eq!(failure.cause, Cause::WorkerDied(Exit::Signal(6)));
///     }
///     other => panic!("{other:?}"),
/// }
/// assert!(matches!(pool.map(&[1]), Err(Error::Broken(_))));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The worker, counted from 1.
    pub worker: usize,
    /// The worker's process.
    pub pid: u32,
    /// The index of the task's input, counted from 0; none if the worker was idle.
    pub task: Option<usize>,
    /// What happened.
    pub cause: Cause,
    /// How many other failures were seen. This one has the lowest task.
    pub more: usize,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.task.unwrap_or_default();
        let doing = match self.task {
            Some(task) => format!("running task {task}"),
            None => "idle".to_owned(),
        };
        write!(f, "worker {} (pid {})", self.worker, self.pid)?;
        match &self.cause {
            Cause::TaskPanicked(text) => write!(f, ": task {task} panicked at {}", OneLine(text)),
            Cause::TaskTimedOut(limit) => {
                write!(f, " was killed because task {task} took longer than {limit:?}")
            }
            Cause::WorkerDied(exit) => write!(f, " {exit} while {doing}"),
            Cause::WorkerUnusable(why) => {
                write!(f, " was killed by its pool ({why}) while {doing}")
            }
            Cause::InputNotSent(why)
            | Cause::InputNotRead(why)
            | Cause::ResultNotSent(why)
            | Cause::ResultNotRead(why) => {
                let what = match self.cause {
                    Cause::InputNotSent(_) => "input could not be sent",
                    Cause::InputNotRead(_) => "input could not be read",
                    Cause::ResultNotSent(_) => "result could not be sent",
                    _ => "result could not be read",
                };
                write!(f, ": task {task}: its {what}: {}", OneLine(why))
            }
        }?;
        match self.more {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}

/// The cause of a [`Failure`].
///
/// The pool stays usable after a panic and after a value that could not be sent
/// or read. The other three break it. A message is cut off after 4 000 bytes.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::{Cause, Error, Pool};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Job {
///     #[serde(skip_serializing)]
///     name: String,
/// }
///
/// let mut pool = Pool::new(1, |job: Job| job.name)?;
/// match pool.map(&[Job { name: "forgotten on the way".into() }]) {
///     Err(Error::Pool(failure)) => {
///         assert_eq!(failure.cause, Cause::InputNotRead("missing field `name`".into()));
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The task panicked: the place and the message, `FILE:LINE: message`.
    TaskPanicked(String),
    /// The task was not done within this time limit, and its worker was killed.
    TaskTimedOut(Duration),
    /// The worker ended. This is an error even with status 0.
    WorkerDied(Exit),
    /// The pool killed the worker, for this reason: its answers cannot be trusted,
    /// or it cannot send any.
    WorkerUnusable(&'static str),
    /// The input could not be serialized in the parent.
    InputNotSent(String),
    /// The input could not be deserialized in the worker.
    InputNotRead(String),
    /// The result could not be serialized in the worker.
    ResultNotSent(String),
    /// The result could not be deserialized in the parent.
    ResultNotRead(String),
}

impl Cause {
    /// Whether the pool cannot go on.
    pub(crate) fn breaks_the_pool(&self) -> bool {
        use Cause::{TaskTimedOut, WorkerDied, WorkerUnusable};
        matches!(self, TaskTimedOut(_) | WorkerDied(_) | WorkerUnusable(_))
    }
}

/// How many bytes of a message are kept. This is enough for a sensible message, and
/// cuts off a message that shows 50 MB of data.
pub(crate) const MESSAGE: usize = 4_000;

/// Cuts off the end of a message that is too long.
pub(crate) fn shorten(mut message: String) -> String {
    message.truncate(message.floor_char_boundary(MESSAGE));
    message
}

/// The step that failed: a kernel without pidfds can fork.
fn step(error: &io::Error) -> &'static str {
    if error.kind() == io::ErrorKind::Unsupported { "watch" } else { "fork" }
}

/// The name of an error of the system: EAGAIN.
fn name(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => format!("{:?}", Errno::from_raw(number)),
        None => error.to_string(),
    }
}

/// Shows a text on one line: a panic's message can have several.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gap = "";
        for line in self.0.split(char::is_control).map(str::trim).filter(|line| !line.is_empty()) {
            write!(f, "{gap}{line}")?;
            gap = " ";
        }
        Ok(())
    }
}
