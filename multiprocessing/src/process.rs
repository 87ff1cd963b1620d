//! One process: its start by fork, the child's whole life, and its end.
//!
//! All the `unsafe` of the workspace is in this file: the fork itself, the
//! child's `_exit`, and the mapping of the memory that parent and child share.

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::os::fd::{IntoRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::libc;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::unistd::{ForkResult, close, fork};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, getppid, kill_process,
    pidfd_open, set_parent_process_death_signal, waitid, waitpid,
};

use crate::error::{Error, Exit};
use crate::panics::{catch, keep_panics};

/// A process that runs a function, as Python's `multiprocessing.Process`.
///
/// The function may be any closure, and nothing that it captures is pickled:
/// the child is a copy of its parent, so it has all of the parent's values
/// already. What it changes, it changes in its own copy.
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
/// In the child, whatever it has inherited of its parent's `Process`es is
/// inert: dropping one there does nothing, and waiting for one is an error.
#[derive(Debug)]
#[must_use = "a process that is dropped is killed"]
pub struct Process {
    pid: Pid,
    parent: Pid,
    shared: &'static Shared,
    reaped: bool,
}

impl Process {
    /// Starts a child process that runs `f`, as Python's
    /// `Process(target=f).start()`.
    ///
    /// The child ends with status 0 if `f` returns `()`, and with the status
    /// that `f` returns if that is a `u8`. It never returns into the parent's
    /// code: a panic in `f` is caught, and comes back from
    /// [`wait`](Process::wait) as [`Exit::Panic`].
    ///
    /// In the child, standard input is `/dev/null`, as in Python. (What the
    /// parent has read ahead through [`io::stdin`] and not used yet is copied
    /// like all its memory.) Everything else that the parent has open, the child
    /// has open too, and `f` may use it. A generator of random numbers is copied
    /// like everything else: all children that do not seed it anew draw the same
    /// numbers, and so does the parent.
    ///
    /// The child is killed when its parent ends, however that ends. (Linux
    /// forgets this when the child changes its user or group, or executes a
    /// program that does.) With `panic = "abort"` a panic is a SIGABRT to the
    /// parent, and its message goes to standard error.
    ///
    /// What `f` has captured by value is dropped in the parent when `start`
    /// returns, and in the child when `f` does.
    ///
    /// # Errors
    ///
    /// [`Error::Threads`] if this process has a second thread: a fork copies
    /// only the thread that asks for it, and a lock that another one held (that
    /// of the allocator, or of standard output) would stay locked in the child
    /// for ever. [`Error::Fork`] if the system has no room for another process,
    /// [`Error::Flush`] if text is waiting for standard output that cannot be
    /// written: the child would print it a second time.
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
        let start = || {
            refuse_threads()?;
            // What is still in the buffer would be printed by both.
            io::stdout().flush().map_err(Error::Flush)?;

            let parent = getpid();
            // SAFETY: fork is unsafe because a child of a process with several
            // threads has only one of them, and finds whatever the others were
            // in the middle of (a locked allocator, say) as it was.
            // `refuse_threads` has seen that this process has a single thread,
            // which is here and so cannot start a second one: the child is a
            // whole copy. It would also be unsound if both copies went on to
            // use what exists once only, or returned twice into code that
            // expects to be returned to once: the child runs `f` and ends,
            // without ever returning or unwinding out of `run_child`, and what
            // the two share in memory (`Shared`) is atomic. A mapping that the
            // caller shares between processes was made by unsafe code of its
            // own, which answers for it.
            match unsafe { fork() } {
                Ok(ForkResult::Child) => run_child(parent, shared, f),
                Ok(ForkResult::Parent { child }) => {
                    let pid = Pid::from_raw(child.as_raw()).expect("a child's pid is not 0");
                    let process = Process { pid, parent, shared, reaped: false };
                    // It may panic. Were it dropped at the end, a `Process` that
                    // is on its way to the caller would be lost.
                    drop(f);
                    Ok(process)
                }
                Err(errno) => Err(Error::Fork(errno.into())),
            }
        };
        start().inspect_err(|_| shared.give_back())
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
    /// [`Error::Process`], which says how it ended, if that was any other way.
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

    /// Waits until one of `processes` ends, whichever is first, and returns its
    /// index, as Python's `multiprocessing.connection.wait(sentinels)`.
    ///
    /// The one that has ended can then be joined without a wait. Children other
    /// than these are left alone. While it waits it holds a descriptor for each
    /// of `processes`.
    ///
    /// # Errors
    ///
    /// [`Error::NoProcesses`] if there are none, [`Error::NotOurs`] if another
    /// process started one of them, and [`Error::Watch`] if there are not enough
    /// descriptors to watch them all.
    ///
    /// ```
    /// # fn main() -> Result<(), multiprocessing::Error> {
    /// use std::{thread::sleep, time::Duration};
    ///
    /// use multiprocessing::Process;
    ///
    /// let mut processes = vec![
    ///     Process::start(|| sleep(Duration::from_secs(60)))?,
    ///     Process::start(|| ())?,
    /// ];
    /// let first = Process::wait_any(&processes)?;
    /// assert_eq!(first, 1);
    /// processes.remove(first).join()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_any<'a>(processes: impl IntoIterator<Item = &'a Process>) -> Result<usize, Error> {
        let mut pidfds = Vec::new();
        for (index, process) in processes.into_iter().enumerate() {
            process.check_ours()?;
            // One that somebody else has reaped has no pidfd, or a stranger's.
            if process.has_ended() {
                return Ok(index);
            }
            match process.pidfd() {
                Ok(pidfd) => pidfds.push(pidfd),
                Err(Errno::SRCH) => return Ok(index),
                Err(errno) => return Err(Error::Watch(errno.into())),
            }
        }
        if pidfds.is_empty() {
            return Err(Error::NoProcesses);
        }
        let mut polled: Vec<PollFd> =
            pidfds.iter().map(|pidfd| PollFd::new(pidfd, PollFlags::IN)).collect();
        retry_on_intr(|| poll(&mut polled, None)).map_err(|errno| Error::Watch(errno.into()))?;
        let first = polled.iter().position(|pidfd| !pidfd.revents().is_empty());
        Ok(first.expect("poll without a time limit returns when a descriptor is ready"))
    }

    /// Kills the child with SIGKILL, as Python's `process.kill()`; its end is
    /// still to be waited for. Does nothing to a child that has ended, nor in a
    /// process that is not its parent.
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
        if self.is_ours() && !self.has_ended() {
            // It can have ended meanwhile; then there is nothing to kill.
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }

    /// Whether the child has ended, and possibly been reaped by somebody else
    /// (with `waitpid(-1)`, say): then its pid may be a stranger's.
    fn has_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(self.pid), look), Ok(None))
    }

    /// A descriptor that becomes readable when the child ends, however it ends.
    pub(crate) fn pidfd(&self) -> Result<OwnedFd, Errno> {
        pidfd_open(self.pid, PidfdFlags::empty())
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
        let left = || self.shared.left(self.pid);
        let exit = match retry_on_intr(|| waitpid(Some(self.pid), WaitOptions::empty())) {
            Ok(Some((_, status))) => match (status.exit_status(), status.terminating_signal()) {
                (Some(PANICKED), _) => left().unwrap_or(Exit::Status(PANICKED as u8)),
                (Some(status), _) => Exit::Status(status as u8),
                (_, Some(signal)) => Exit::Signal(signal),
                _ => Exit::Unknown,
            },
            // Somebody else was told, but the child may have said it itself.
            _ => left().unwrap_or(Exit::Unknown),
        };
        self.shared.give_back();
        exit
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

/// What the function of a [`Process`] may return: nothing, a status, or not at all.
///
/// No other type can implement it.
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::{Exit, Process};
///
/// assert_eq!(Process::start(|| ())?.wait()?, Exit::Status(0));
/// assert_eq!(Process::start(|| 3)?.wait()?, Exit::Status(3));
/// assert_eq!(Process::start(|| std::process::exit(4))?.wait()?, Exit::Status(4));
/// # Ok(())
/// # }
/// ```
pub trait Status {
    /// The status that the child exits with; 0 means success.
    fn status(self) -> u8;
}

impl Status for () {
    fn status(self) -> u8 {
        0
    }
}

impl Status for u8 {
    fn status(self) -> u8 {
        self
    }
}

// A closure that never returns, such as `|| std::process::abort()`, returns the
// type `!`, which stable Rust can only write as the result of a function.
impl Status for <fn() -> ! as Returns>::Type {
    fn status(self) -> u8 {
        self
    }
}

/// Gives the return type of a function pointer a name.
pub trait Returns {
    /// The type that is returned.
    type Type;
}

impl<R> Returns for fn() -> R {
    type Type = R;
}

/// How long [`refuse_threads`] waits for a joined thread to go.
const PATIENCE: Duration = Duration::from_millis(100);

/// Makes sure that this process has one thread only.
///
/// A thread that has been joined can be counted for some milliseconds more.
fn refuse_threads() -> Result<(), Error> {
    let start = Instant::now();
    loop {
        // Each thread is a directory in it, and each directory a link to it,
        // beside the two that every directory has. Unlike a listing, this
        // needs no descriptor.
        let links = fs::metadata("/proc/self/task").map_err(Error::ThreadCount)?.nlink();
        match links.saturating_sub(2) {
            1 => return Ok(()),
            threads if start.elapsed() > PATIENCE => return Err(Error::Threads { threads }),
            _ => thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// The status of a child that panicked; Rust's own choice.
const PANICKED: i32 = 101;

/// The child's life, from the fork to `_exit`.
fn run_child<F, R>(parent: Pid, shared: &Shared, f: F) -> !
where
    F: FnOnce() -> R,
    R: Status,
{
    // Whatever goes wrong from here on, the child does not go on with the
    // parent's code, which it has a copy of on its stack.
    let _guard = ExitOnDrop;
    set_up_child(parent);
    // `f` is called, and what it has captured dropped, inside.
    let outcome = catch(move || f().status());
    // Nobody else does it: `_exit` does not look at Rust's buffers. An error is
    // ignored, as where a Rust program ends by itself.
    let _ = io::stdout().flush();
    shared.leave(&outcome);
    exit(outcome.map_or(PANICKED, i32::from))
}

/// Ends the child when it is dropped, and so when a panic comes by.
struct ExitOnDrop;

impl Drop for ExitOnDrop {
    fn drop(&mut self) {
        exit(PANICKED);
    }
}

/// Ends the process at once, without handlers and destructors: those are the
/// parent's, and run there.
fn exit(status: i32) -> ! {
    // SAFETY: `_exit` takes any status, touches no memory and does not return.
    unsafe { libc::_exit(status) }
}

/// Makes the child a process of its own.
fn set_up_child(parent: Pid) {
    // The child is not to outlive its parent, even one that is killed. A parent
    // that has ended before this call sends no signal: then this process has
    // another parent already.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    if getppid() != Some(parent) {
        exit(PANICKED);
    }
    // Closed first, because then `open` needs no second descriptor and returns
    // this one. A system without /dev/null leaves standard input closed, which
    // Rust reads as empty.
    let _ = close(libc::STDIN_FILENO);
    if let Ok(null) = rustix::fs::open("/dev/null", OFlags::RDONLY, Mode::empty()) {
        let _ = null.into_raw_fd();
    }
    keep_panics();
}

/// A page of memory that a child shares with its parent.
///
/// It is how a child can say something without a descriptor: the last words of
/// one that panics and, in a [`Pool`](crate::Pool), what a worker is at. All of
/// it is atomic, so that the two processes may touch it at the same time, and
/// none of it is a lock, so that a child that is killed holds up nobody.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Shared {
    /// The number of the last chunk that the worker, or the parent, has claimed.
    pub claimed: AtomicU64,
    /// The task that the worker is at, counted from 1; 0 is none.
    pub running: AtomicU64,
    /// The process that says how it ends; 0 is none.
    author: AtomicU32,
    /// The status that it ends with, or [`Shared::PANIC`].
    status: AtomicU32,
    /// What it panicked with.
    length: AtomicU32,
    message: [AtomicU8; Shared::SIZE - 28],
}

/// The pages that no child of this process is using, and which process this is:
/// a child has a copy of the list, but the pages on it are its parent's.
static SPARE: Mutex<(Option<Pid>, Vec<&'static Shared>)> = Mutex::new((None, Vec::new()));

impl Shared {
    const SIZE: usize = 4096;
    /// How many are mapped at a time. A page that is never touched costs
    /// nothing, but every mapping makes every fork slower.
    const BATCH: usize = 256;
    /// No status: those are a `u8`.
    const PANIC: u32 = 256;

    /// A page for a new child.
    pub fn take() -> Result<&'static Shared, Error> {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.0 != Some(getpid()) {
            *spare = (Some(getpid()), Vec::new());
        }
        if spare.1.is_empty() {
            spare.1.extend(Shared::map().map_err(Error::Fork)?);
        }
        let shared = spare.1.pop().expect("a batch is not empty");
        // It can have been another child's, whose pid can come again.
        shared.claimed.store(0, Ordering::Relaxed);
        shared.running.store(0, Ordering::Relaxed);
        shared.author.store(0, Ordering::Relaxed);
        Ok(shared)
    }

    fn give_back(&'static self) {
        SPARE.lock().unwrap_or_else(PoisonError::into_inner).1.push(self);
    }

    /// Maps a batch of pages, for the rest of the process's life.
    fn map() -> io::Result<&'static [Shared]> {
        const LENGTH: NonZeroUsize = NonZeroUsize::new(Shared::BATCH * Shared::SIZE).unwrap();
        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: without an address the system picks one that is free, so no
        // memory that is in use changes.
        let start = unsafe { mmap_anonymous(None, LENGTH, protection, MapFlags::MAP_SHARED) }?;
        // SAFETY: the mapping is readable, writable, `BATCH` times the size of a
        // `Shared` long, aligned to a page, which is more than a `Shared` needs,
        // and never unmapped. Its bytes are zero, which is a valid value for
        // atomics, and atomics may be shared, also with another process.
        Ok(unsafe { std::slice::from_raw_parts(start.cast().as_ptr(), Shared::BATCH) })
    }

    /// Tells the parent how this child ends; of a message, what fits.
    ///
    /// The system tells it, too, but only the status, and only once.
    fn leave(&self, outcome: &Result<u8, String>) {
        let (status, message) = match outcome {
            Ok(status) => (u32::from(*status), ""),
            Err(message) => (Shared::PANIC, message.as_str()),
        };
        let length = message.floor_char_boundary(self.message.len());
        for (to, from) in self.message.iter().zip(&message.as_bytes()[..length]) {
            to.store(*from, Ordering::Relaxed);
        }
        self.length.store(length as u32, Ordering::Relaxed);
        self.status.store(status, Ordering::Relaxed);
        self.author.store(getpid().as_raw_nonzero().get().unsigned_abs(), Ordering::Release);
    }

    /// How the process `author` ended, if it has left that here.
    fn left(&self, author: Pid) -> Option<Exit> {
        if self.author.load(Ordering::Acquire) != author.as_raw_nonzero().get().unsigned_abs() {
            return None;
        }
        let status = self.status.load(Ordering::Relaxed);
        if status != Shared::PANIC {
            return Some(Exit::Status(status as u8));
        }
        let length = (self.length.load(Ordering::Relaxed) as usize).min(self.message.len());
        let message = self.message[..length].iter().map(|byte| byte.load(Ordering::Relaxed));
        Some(Exit::Panic(String::from_utf8_lossy(&message.collect::<Vec<u8>>()).into_owned()))
    }
}

const _: () = assert!(size_of::<Shared>() == Shared::SIZE);
