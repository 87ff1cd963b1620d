//! One process from the parent's side: started, waited for, killed, reaped.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, fcntl_dupfd_cloexec, retry_on_intr};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, getpid, kill_process, pidfd_open,
    pidfd_send_signal, waitid,
};

use crate::child::{self, Status};
use crate::error::{Error, Exit};
use crate::shared::Shared;

/// A process that runs a function, as Python's `multiprocessing.Process`.
///
/// The function may be any closure, and nothing that it captures is pickled:
/// the child is a copy of its parent, so it has all of the parent's values
/// already. Its changes are made only in its own copy.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::Process;
///
/// let mut counter = 0;
/// let process = Process::start(|| counter += 1)?;
/// process.join()?;
/// assert_eq!(counter, 0, "the child counted in a copy");
/// # Ok(())
/// # }
/// ```
///
/// A running `Process` holds no descriptor in the parent, so ten thousand of
/// them need no `ulimit`.
///
/// # Dropping
///
/// A `Process` that is dropped without [`join`](Process::join) or
/// [`wait`](Process::wait) is killed with SIGKILL and reaped, so that an early
/// return leaves nothing behind, neither a zombie nor a process at work.
/// Killing ends at once, whereas waiting could last for ever.
///
/// In the child, the inherited `Process`es of its parent are inert: dropping one
/// there does nothing, and waiting for one is an error.
#[derive(Debug)]
#[must_use = "a process that is dropped is killed"]
pub struct Process {
    pid: Pid,
    parent: Pid,
    /// A pool's worker has one.
    pidfd: Option<OwnedFd>,
    shared: &'static Shared,
    reaped: bool,
}

impl Process {
    /// Starts a child process that runs `f`, as Python's
    /// `Process(target=f).start()`.
    ///
    /// [`Status`] lists what `f` may return, and how the child then ends.
    /// The child never returns into the parent's code: a panic in `f` is caught,
    /// and comes back from [`wait`](Process::wait) as [`Exit::Panic`].
    ///
    /// In the child, standard input is `/dev/null`, as in Python. (Input that the
    /// parent has read ahead through [`io::stdin`] and not used yet is copied
    /// like all its memory.) All other files of the parent are open in the child
    /// too, and `f` may use them. The crate's page lists [what a fork does not
    /// give you](crate#what-a-fork-does-not-give-you).
    ///
    /// The child is killed when its parent ends, in whatever way.
    ///
    /// Values that `f` captures by value are dropped in the parent when `start`
    /// returns, and in the child when `f` returns.
    ///
    /// # Errors
    ///
    /// [`Error::Threads`] if this process has a second thread: a fork copies
    /// only the thread that calls it, and a lock that another one held would stay
    /// locked in the child for ever. [`Error::Fork`] if the system has no room
    /// for another process. [`Error::Flush`] if text is waiting for standard
    /// output that cannot be written: the child would print it a second time.
    /// [`Error::ThreadCount`] if `/proc` is not there.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use multiprocessing::{Exit, Process};
    ///
    /// let process = Process::start(|| 7)?;
    /// assert_eq!(process.wait()?, Exit::Status(7));
    /// # Ok(())
    /// # }
    /// ```
    pub fn start<F, R>(f: F) -> Result<Process, Error>
    where
        F: FnOnce() -> R,
        R: Status,
    {
        Process::start_sharing(Shared::take()?, f)
    }

    /// Starts a child that shares this page with its parent.
    pub(crate) fn start_sharing<F, R>(shared: &'static Shared, f: F) -> Result<Process, Error>
    where
        F: FnOnce() -> R,
        R: Status,
    {
        let started = child::start(shared, f).inspect_err(|_| shared.give_back());
        let (pid, f) = started?;
        let process = Process { pid, parent: getpid(), pidfd: None, shared, reaped: false };
        // `f` is dropped only now, because that may panic: a child that is no
        // `Process` yet would be lost.
        drop(f);
        Ok(process)
    }

    /// The child's process id, as Python's `process.pid`.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use multiprocessing::Process;
    ///
    /// let process = Process::start(|| ())?;
    /// assert_ne!(process.pid(), std::process::id());
    /// process.join()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits for the child's end and expects that it ended with status 0, as
    /// Python's `process.join()` with a look at `process.exitcode`.
    ///
    /// # Errors
    ///
    /// [`Error::Process`] if it ended in any other way; it says how.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use multiprocessing::{Error, Exit, Process};
    ///
    /// let process = Process::start(|| std::process::abort())?;
    /// match process.join() {
    ///     Err(Error::Process { exit, .. }) => assert_eq!(exit.to_string(), "was killed by SIGABRT"),
    ///     other => panic!("{other:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn join(self) -> Result<(), Error> {
        let pid = self.pid();
        match self.wait()? {
            Exit::Status(0) => Ok(()),
            exit => Err(Error::Process { pid, exit }),
        }
    }

    /// Waits for the child's end and returns how it ended, as Python's
    /// `process.join()` and `process.exitcode` in one.
    ///
    /// # Errors
    ///
    /// [`Error::NotOurs`] in a process that did not start this one.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use multiprocessing::{Exit, Process};
    ///
    /// let process = Process::start(|| panic!("no more paper"))?;
    /// match process.wait()? {
    ///     Exit::Panic(message) => assert!(message.ends_with(": no more paper")),
    ///     exit => panic!("the process {exit}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(mut self) -> Result<Exit, Error> {
        self.check_ours()?;
        Ok(self.reap())
    }

    /// Waits for the child's end, but not longer than `limit`, and returns whether
    /// it has ended, as Python's `process.join(timeout)` and `process.is_alive()`.
    ///
    /// A child that has ended can then be joined without a wait. During the wait, the
    /// parent holds one descriptor.
    ///
    /// # Errors
    ///
    /// [`Error::NotOurs`] in a process that did not start this one, and
    /// [`Error::Watch`] if there is no descriptor left.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use std::{thread, time::Duration};
    ///
    /// use multiprocessing::Process;
    ///
    /// let process = Process::start(|| thread::park())?;
    /// assert!(!process.wait_timeout(Duration::from_millis(10))?);
    /// process.kill();
    /// assert!(process.wait_timeout(Duration::MAX)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_timeout(&self, limit: Duration) -> Result<bool, Error> {
        self.check_ours()?;
        let start = Instant::now();
        // If it was reaped elsewhere, there is no pidfd, or a stranger's.
        if self.has_ended() {
            return Ok(true);
        }
        let pidfd = match self.open_pidfd() {
            Err(error) if error.raw_os_error() == Some(Errno::SRCH.raw_os_error()) => {
                return Ok(true);
            }
            pidfd => pidfd.map_err(Error::Watch)?,
        };
        loop {
            let left = Timespec::try_from(limit.saturating_sub(start.elapsed()));
            match poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], left.ok().as_ref()) {
                Ok(ended) => return Ok(ended == 1),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(Error::Watch(errno.into())),
            }
        }
    }

    /// Kills the child with SIGKILL, as Python's `process.kill()`; you must still
    /// wait for its end. Does nothing if the child has ended, or in a process that
    /// is not its parent.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use multiprocessing::{Exit, Process};
    ///
    /// let process = Process::start(|| std::thread::park())?;
    /// process.kill();
    /// assert_eq!(process.wait()?.to_string(), "was killed by SIGKILL");
    /// # Ok(())
    /// # }
    /// ```
    pub fn kill(&self) {
        if !self.is_ours() {
            return;
        }
        // If it has ended meanwhile, there is nothing to kill.
        let _ = match &self.pidfd {
            Some(pidfd) => pidfd_send_signal(pidfd, Signal::KILL),
            None if self.has_ended() => Ok(()),
            None => kill_process(self.pid, Signal::KILL),
        };
    }

    /// Whether the child has ended. It may have been reaped elsewhere (with
    /// `waitpid(-1)`, say): then its pid may be a stranger's.
    fn has_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(self.pid), look), Ok(None))
    }

    /// A descriptor that becomes readable when the child ends, in whatever way.
    fn open_pidfd(&self) -> io::Result<OwnedFd> {
        pidfd_open(self.pid, PidfdFlags::empty()).map_err(|errno| match errno {
            Errno::NOSYS => io::Error::new(
                io::ErrorKind::Unsupported,
                "pidfd_open failed with ENOSYS: Linux 5.4 or later is needed",
            ),
            errno => errno.into(),
        })
    }

    /// Keeps a pidfd for the rest of the child's life. A worker is watched, killed
    /// and reaped only by its pidfd.
    pub(crate) fn keep_pidfd(&mut self) -> io::Result<()> {
        self.pidfd = Some(above_standard(self.open_pidfd()?)?);
        Ok(())
    }

    /// The pidfd of a worker.
    pub(crate) fn pidfd(&self) -> &OwnedFd {
        self.pidfd.as_ref().expect("a worker has one")
    }

    pub(crate) fn shared(&self) -> &'static Shared {
        self.shared
    }

    fn is_ours(&self) -> bool {
        self.parent == getpid()
    }

    pub(crate) fn check_ours(&self) -> Result<(), Error> {
        if self.is_ours() {
            return Ok(());
        }
        Err(Error::NotOurs {
            pid: self.pid(),
            parent: self.parent.as_raw_nonzero().get().unsigned_abs(),
        })
    }

    /// Waits for the child's end and takes its status; to be called once.
    pub(crate) fn reap(&mut self) -> Exit {
        self.reaped = true;
        let child = match &self.pidfd {
            Some(pidfd) => WaitId::PidFd(pidfd.as_fd()),
            None => WaitId::Pid(self.pid),
        };
        let status = retry_on_intr(|| waitid(child.clone(), WaitIdOptions::EXITED));
        let left = self.shared.left();
        self.shared.give_back();
        let Ok(Some(status)) = status else {
            // It was reaped elsewhere, but the child may have reported its end itself.
            return left.unwrap_or(Exit::Unknown);
        };
        match (status.exit_status(), status.terminating_signal(), left) {
            (Some(_), _, Some(exit @ (Exit::Failed(_) | Exit::Panic(_)))) => exit,
            (Some(status), _, _) => Exit::Status(status as u8),
            (_, Some(signal), _) => Exit::Signal(signal),
            _ => Exit::Unknown,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_ours() && !self.reaped {
            self.kill();
            let _ = self.reap();
        }
    }
}

/// Gives a descriptor a number above those of the standard streams.
///
/// If a program has closed these, it would otherwise print into the pool's socket,
/// and a worker would replace the socket as its standard input.
pub(crate) fn above_standard(descriptor: OwnedFd) -> Result<OwnedFd, Errno> {
    match descriptor.as_raw_fd() {
        0..=2 => fcntl_dupfd_cloexec(descriptor, 3),
        _ => Ok(descriptor),
    }
}
