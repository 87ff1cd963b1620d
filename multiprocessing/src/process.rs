//! One process: its start by fork, the child's whole life, and its end.
//!
//! All the `unsafe` of the workspace is in this file: the fork itself, the
//! child's `_exit`, and the mapping of the memory that parent and child share.

use std::any::Any;
use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::mem::{self, ManuallyDrop};
use std::num::NonZeroUsize;
use std::os::fd::{IntoRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::libc;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::unistd::{ForkResult, close, fork};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::retry_on_intr;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, getppid, kill_process,
    pidfd_open, set_parent_process_death_signal, waitid, waitpid,
};

use crate::error::{Error, Exit};

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
    /// has open too, and `f` may use it. The child is killed when its parent
    /// ends, however that ends.
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
            // whole copy.
            match unsafe { fork() } {
                Ok(ForkResult::Child) => live(parent, shared, f),
                Ok(ForkResult::Parent { child }) => Ok(Process {
                    pid: Pid::from_raw(child.as_raw()).expect("a child's pid is not 0"),
                    parent,
                    shared,
                    reaped: false,
                }),
                Err(errno) => Err(Error::Fork(errno.into())),
            }
        };
        start().inspect_err(|_| shared.give_back())
    }

    /// The child's process id, as Python's `process.pid`.
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
        let exit = self.reap();
        exit.share_fate();
        Ok(exit)
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
        let pidfds = processes.into_iter().map(Process::pidfd).collect::<Result<Vec<_>, _>>()?;
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
        // A child keeps its pid until it is reaped. Somebody else may have done
        // that (with `waitpid(-1)`, say), and then the pid may be a stranger's.
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let running = || matches!(waitid(WaitId::Pid(self.pid), look), Ok(None));
        if self.is_ours() && running() {
            // It can have ended meanwhile; then there is nothing to kill.
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }

    /// A descriptor that becomes readable when the child ends, however it ends.
    pub(crate) fn pidfd(&self) -> Result<OwnedFd, Error> {
        self.check_ours()?;
        pidfd_open(self.pid, PidfdFlags::empty()).map_err(|errno| Error::Watch(errno.into()))
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
        let exit = match retry_on_intr(|| waitpid(Some(self.pid), WaitOptions::empty())) {
            Ok(Some((_, status))) => match (status.exit_status(), status.terminating_signal()) {
                (Some(status), _) => match self.shared.last_words(self.pid) {
                    Some(message) if status == PANICKED => Exit::Panic(message),
                    _ => Exit::Status(status as u8),
                },
                (_, Some(signal)) => Exit::Signal(signal),
                _ => Exit::Unknown,
            },
            _ => Exit::Unknown,
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

impl Exit {
    /// Gives this process the time to end of the same signal.
    ///
    /// Ctrl-C goes to the whole process group, to one after the other, so this
    /// process's turn may be still to come. Then it is to end of that, and not
    /// with an error about its child.
    pub(crate) fn share_fate(&self) {
        let to_groups = [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM];
        if matches!(self, Exit::Signal(signal) if to_groups.contains(signal)) {
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// What the function of a [`Process`] may return: nothing, or a status.
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
fn live<F, R>(parent: Pid, shared: &Shared, f: F) -> !
where
    F: FnOnce() -> R,
    R: Status,
{
    // Whatever goes wrong from here on, the child does not go on with the
    // parent's code, which it has a copy of on its stack.
    let _leave = Leave;
    settle(parent);
    // `f` is called, and what it has captured dropped, inside.
    let status = match catch(move || f().status()) {
        Ok(status) => i32::from(status),
        Err(message) => {
            shared.leave(&message);
            PANICKED
        }
    };
    // Nobody else does it: `_exit` does not look at Rust's buffers. An error is
    // ignored, as where a Rust program ends by itself.
    let _ = io::stdout().flush();
    exit(status)
}

/// Ends the child when it is dropped, and so when a panic comes by.
struct Leave;

impl Drop for Leave {
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
fn settle(parent: Pid) {
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
    // Not possible where a destructor of the parent's forks during a panic.
    if !thread::panicking() {
        // The hook is forgotten and not dropped: what it owns is the parent's.
        mem::forget(panic::take_hook());
        panic::set_hook(Box::new(|info| drop(remember(Some(describe(info))))));
    }
}

thread_local! {
    /// What the hook heard about this thread's last panic. It is never dropped,
    /// because the request to drop it costs each child 17 page faults, a fifth
    /// of its start.
    static LAST_PANIC: RefCell<ManuallyDrop<Option<String>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// Sets what is known of the last panic, and returns what was.
fn remember(message: Option<String>) -> Option<String> {
    LAST_PANIC.with_borrow_mut(|last| mem::replace(&mut **last, message))
}

/// Calls `f` in a child and returns its result, or what it panicked with, such as
/// `src/main.rs:5: bad input`.
pub(crate) fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    remember(None);
    panic::catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let message = remember(None).unwrap_or_else(|| text(&*payload).to_owned());
        // Dropping what somebody panicked with can panic again.
        mem::forget(payload);
        message
    })
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let text = text(info.payload());
    match info.location() {
        Some(place) => format!("{}:{}: {text}", place.file(), place.line()),
        None => text.to_owned(),
    }
}

fn text(payload: &(dyn Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "a value that is no text"
    }
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
    /// The process that has left a message.
    author: AtomicU32,
    length: AtomicU32,
    message: [AtomicU8; Shared::SIZE - 24],
}

/// The pages that no child of this process is using, and which process this is:
/// a child has a copy of the list, but the pages on it are its parent's.
static SPARE: Mutex<(Option<Pid>, Vec<&'static Shared>)> = Mutex::new((None, Vec::new()));

impl Shared {
    const SIZE: usize = 4096;
    /// How many are mapped at a time. A page that is never touched costs
    /// nothing, but every mapping makes every fork slower.
    const BATCH: usize = 256;

    /// A page for a new child.
    pub fn take() -> Result<&'static Shared, Error> {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.0 != Some(getpid()) {
            *spare = (Some(getpid()), Vec::new());
        }
        if spare.1.is_empty() {
            spare.1.extend(Shared::map().map_err(Error::Fork)?);
        }
        Ok(spare.1.pop().expect("a batch is not empty"))
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

    /// Leaves a child's message for its parent; what does not fit is cut off.
    fn leave(&self, message: &str) {
        let length = message.floor_char_boundary(self.message.len());
        for (to, from) in self.message.iter().zip(&message.as_bytes()[..length]) {
            to.store(*from, Ordering::Relaxed);
        }
        self.length.store(length as u32, Ordering::Relaxed);
        self.author.store(getpid().as_raw_nonzero().get().unsigned_abs(), Ordering::Release);
    }

    /// The message that the process `author` has left, if it has.
    fn last_words(&self, author: Pid) -> Option<String> {
        if self.author.load(Ordering::Acquire) != author.as_raw_nonzero().get().unsigned_abs() {
            return None;
        }
        let length = (self.length.load(Ordering::Relaxed) as usize).min(self.message.len());
        let message = self.message[..length].iter().map(|byte| byte.load(Ordering::Relaxed));
        Some(String::from_utf8_lossy(&message.collect::<Vec<u8>>()).into_owned())
    }
}

const _: () = assert!(size_of::<Shared>() == Shared::SIZE);
