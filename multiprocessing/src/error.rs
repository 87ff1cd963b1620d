//! What can go wrong, each on one line that names its cause.

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
#[must_use = "a process that failed would go unnoticed"]
pub enum Exit {
    /// It exited with this status. 0 is success.
    Status(u8),
    /// A signal with this number killed it.
    Signal(i32),
    /// Its function panicked: the place and the message, `FILE:LINE: message`, up
    /// to about 4 000 bytes.
    Panic(String),
    /// It has ended, but somebody else was told how: another part of the
    /// program that reaps every child, or nobody, while SIGCHLD is ignored. A
    /// child that returns from its function says itself how it ends, so that
    /// this is left for one that is killed, or calls `exit`.
    Unknown,
    /// Its pool killed it, for this reason: nothing more could come from it.
    Dismissed(&'static str),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Status(status) => write!(f, "exited with status {status}"),
            Exit::Signal(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "was killed by {}", signal.as_str()),
                // The real-time signals have numbers only.
                Err(_) => write!(f, "was killed by signal {number}"),
            },
            Exit::Panic(message) => write!(f, "panicked at {}", OneLine(message)),
            Exit::Dismissed(why) => write!(f, "was killed by its pool ({why})"),
            Exit::Unknown => f.write_str("ended, and somebody else was told how"),
        }
    }
}

/// The error of [`Process`](crate::Process) and [`Pool`](crate::Pool).
///
/// Workers are counted from 1. Tasks are counted like the inputs, from 0: the
/// task 2 is `f(inputs[2])`. Where several tasks or workers failed, the error
/// tells of the one with the lowest task, and `more` says how many others there were.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::{Error, Exit, Pool};
///
/// let mut pool = Pool::new(2, |x: i32| if x == 3 { std::process::abort() } else { 2 * x })?;
/// match pool.map(&[1, 2, 3, 4]) {
///     Err(Error::Death { task, exit, .. }) => {
///         assert_eq!((task, exit), (Some(2), Exit::Signal(6)));
///     }
///     other => panic!("{other:?}"),
/// }
/// assert!(matches!(pool.map(&[1]), Err(Error::Broken { .. })));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fork copies one thread only, so a process with more is not forked.
    #[error("refusing to fork: this process has {threads} threads")]
    Threads {
        /// How many threads there are.
        threads: u64,
    },

    /// Whether this process has other threads could not be found out.
    #[error("refusing to fork: could not count this process's threads")]
    ThreadCount(#[source] io::Error),

    /// What was waiting for standard output would have been printed twice.
    #[error("refusing to fork: could not write to standard output")]
    Flush(#[source] io::Error),

    /// The system has no room for another process (EAGAIN, ENOMEM).
    #[error("could not fork: {}", name(.0))]
    Fork(#[source] io::Error),

    /// The pool could not start all of its workers, and has none now.
    #[error("could not fork worker {worker} of {workers}: {}", name(.source))]
    Worker {
        /// The worker that could not be started.
        worker: usize,
        /// How many were to be started.
        workers: usize,
        /// Why.
        source: io::Error,
    },

    /// A process could not be watched: there was no descriptor left (EMFILE), or
    /// fewer than are open already may be now (EINVAL).
    #[error("could not watch a process: {}", name(.0))]
    Watch(#[source] io::Error),

    /// [`Process::wait_any`](crate::Process::wait_any) got an empty list.
    #[error("there is no process to wait for")]
    NoProcesses,

    /// Only the process that started another can wait for it or give it work.
    #[error("process {pid} can only be used by process {parent}, which started it")]
    NotOurs {
        /// The process that was started.
        pid: u32,
        /// The process that started it.
        parent: u32,
    },

    /// A process did not exit with status 0.
    #[error("process {pid} {exit}")]
    Process {
        /// The process.
        pid: u32,
        /// How it ended.
        exit: Exit,
    },

    /// A pool of no workers was asked for.
    #[error("a pool needs at least one worker")]
    NoWorkers,

    /// A task panicked. The pool stays usable, unless one of `more` is a worker's end.
    #[error("worker {worker} (pid {pid}): task {task} panicked at {}{}", OneLine(.message), More(.more))]
    Panic {
        /// The worker that ran it, counted from 1.
        worker: usize,
        /// The worker's process.
        pid: u32,
        /// The index of its input.
        task: usize,
        /// The place and the message, `FILE:LINE: message`.
        message: String,
        /// How many other failures were seen.
        more: usize,
    },

    /// An input or a result could not be carried to the other process. The pool
    /// stays usable, unless one of `more` is a worker's end.
    #[error("worker {worker} (pid {pid}): task {task}: its {what}: {}{}", OneLine(.message), More(.more))]
    Value {
        /// The worker that the input was for, or that the result is from.
        worker: usize,
        /// The worker's process.
        pid: u32,
        /// The index of the input.
        task: usize,
        /// Which of the two, and in which direction.
        what: Carry,
        /// What serde says about it.
        message: String,
        /// How many other failures were seen.
        more: usize,
    },

    /// A worker ended, which ends the pool.
    #[error("worker {worker} (pid {pid}) {exit} while {}{}", Doing(.task), More(.more))]
    Death {
        /// The worker, counted from 1.
        worker: usize,
        /// The worker's process.
        pid: u32,
        /// The index of the input that it was at; none if it was idle.
        task: Option<usize>,
        /// How it ended.
        exit: Exit,
        /// How many other failures were seen.
        more: usize,
    },

    /// A task ran longer than it may; its worker was killed, which ends the pool.
    #[error("worker {worker} (pid {pid}) was killed because task {task} took longer than {limit:?}{}", More(.more))]
    TimeLimit {
        /// The worker, counted from 1.
        worker: usize,
        /// The worker's process.
        pid: u32,
        /// The index of the input.
        task: usize,
        /// How long a task may take.
        limit: Duration,
        /// How many other failures were seen.
        more: usize,
    },

    /// The pool has ended: in an earlier map a worker died.
    #[error("the pool is broken: {cause}")]
    Broken {
        /// What broke it.
        cause: String,
    },
}

/// Which value could not be carried between the processes, and where it failed.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::{Carry, Error, Pool};
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
///     Err(Error::Value { task: 0, what: Carry::InputIn, message, .. }) => {
///         assert_eq!(message, "missing field `name`");
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    /// The input could not be serialized in the parent.
    InputOut,
    /// The input could not be deserialized in the worker.
    InputIn,
    /// The result could not be serialized in the worker.
    ResultOut,
    /// The result could not be deserialized in the parent.
    ResultIn,
}

impl fmt::Display for Carry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Carry::InputOut => "input could not be sent",
            Carry::InputIn => "input could not be read",
            Carry::ResultOut => "result could not be sent",
            Carry::ResultIn => "result could not be read",
        })
    }
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

struct Doing<'a>(&'a Option<usize>);

impl fmt::Display for Doing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(task) => write!(f, "running task {task}"),
            None => f.write_str("idle"),
        }
    }
}

struct More<'a>(&'a usize);

impl fmt::Display for More<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}
