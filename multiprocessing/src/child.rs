//! The fork, and the child's whole life until its `_exit`.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::os::fd::IntoRawFd;
use std::os::unix::fs::MetadataExt;
use std::thread;
use std::time::{Duration, Instant};

use nix::libc;
use nix::unistd::{ForkResult, close, fork};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};

use crate::error::{Error, Exit, shorten};
use crate::panics::{catch, keep_panics};
use crate::shared::Shared;

/// What the function of a [`Process`](crate::Process) may return. Another type
/// cannot implement it.
///
/// | returned | the child's end |
/// |---|---|
/// | `()`, `Ok(())` | status 0 |
/// | a `u8` | that status |
/// | `Err(error)` of any error that displays | status 1, and [`Exit::Failed`] with the error's text |
/// | nothing, as from `std::process::exit` | as it ends |
///
/// ```
/// # fn main() -> Result<(), multiprocessing::Error> {
/// use multiprocessing::{Exit, Process};
///
/// assert_eq!(Process::start(|| ())?.wait()?, Exit::Status(0));
/// assert_eq!(Process::start(|| 3)?.wait()?, Exit::Status(3));
/// assert_eq!(Process::start(|| std::process::exit(4))?.wait()?, Exit::Status(4));
/// let failed = Process::start(|| "x".parse::<u32>().map(drop))?.wait()?;
/// assert_eq!(failed.to_string(), "failed: invalid digit found in string");
/// # Ok(())
/// # }
/// ```
pub trait Status: sealed::End {}

impl<T: sealed::End> Status for T {}

mod sealed {
    pub trait End {
        fn end(self) -> super::Exit;
    }

    /// Gives the return type of a function pointer a name.
    pub trait Returns {
        type Type;
    }

    impl<R> Returns for fn() -> R {
        type Type = R;
    }
}

impl sealed::End for () {
    fn end(self) -> Exit {
        Exit::Status(0)
    }
}

impl sealed::End for u8 {
    fn end(self) -> Exit {
        Exit::Status(self)
    }
}

impl<E: Display> sealed::End for Result<(), E> {
    fn end(self) -> Exit {
        match self {
            Ok(()) => Exit::Status(0),
            // With its sources, if the error shows them for `{:#}`.
            Err(error) => Exit::Failed(shorten(format!("{error:#}"))),
        }
    }
}

// A closure that never returns, such as `|| std::process::abort()`, returns the
// type `!`, which stable Rust can only write as the result of a function.
impl sealed::End for <fn() -> ! as sealed::Returns>::Type {
    fn end(self) -> Exit {
        self
    }
}

/// Forks this process. In the child, `f` is called, and this never returns; to
/// the parent it gives `f` back.
pub fn start<F, R>(shared: &Shared, f: F) -> Result<(Pid, F), Error>
where
    F: FnOnce() -> R,
    R: Status,
{
    refuse_threads()?;
    // Both processes would print text that is still in the buffer.
    io::stdout().flush().map_err(Error::Flush)?;

    let parent = getpid();
    // SAFETY: fork is unsafe because it copies only one thread of a process with
    // several threads. The work of the others stays half done in the child (a
    // locked allocator, say). `refuse_threads` has seen that this process has a
    // single thread. That thread is here, so it cannot start a second one
    // meanwhile: the child is a whole copy.
    //
    // It would also be unsound if both copies used a thing that must exist only
    // once, or returned twice into code that expects one return. The child runs
    // `f` and ends, without returning or unwinding out of `run`. The memory that
    // the two share, `Shared`, is atomic.
    //
    // The death signal (`set_up`) is sent when the *thread* that forked ends. Here
    // that is the parent's only thread, its main thread, and the parent ends with
    // it: no child is killed while its parent still needs it. (Only unsafe code
    // can end the main thread alone, by `pthread_exit`.)
    //
    // One case is not covered: another crate shares memory between parent and
    // child behind a safe interface, such as a mapping of a file (MAP_SHARED) that
    // it hands out as `&mut [u8]`, or the rings of an io_uring. It promises that
    // no other process uses the memory. Any fork breaks this promise, like any
    // other program that maps the file. `Process::start` tells its callers so.
    match unsafe { fork() } {
        Ok(ForkResult::Child) => run(parent, shared, f),
        Ok(ForkResult::Parent { child }) => {
            Ok((Pid::from_raw(child.as_raw()).expect("a child's pid is not 0"), f))
        }
        Err(errno) => Err(Error::Fork(errno.into())),
    }
}

/// How long [`refuse_threads`] waits for a joined thread to go.
const PATIENCE: Duration = Duration::from_millis(100);

/// Makes sure that this process has one thread only.
///
/// A thread that has been joined can still be counted for a few milliseconds.
fn refuse_threads() -> Result<(), Error> {
    let start = Instant::now();
    loop {
        // Each thread is a directory in it, and each directory adds a link to
        // the two that every directory has. Unlike a listing, this needs no
        // descriptor.
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

/// The child's life.
fn run<F, R>(parent: Pid, shared: &Shared, f: F) -> !
where
    F: FnOnce() -> R,
    R: Status,
{
    // From here on, no failure may let the child go on with the parent's code,
    // which it has a copy of on its stack.
    let _guard = ExitOnDrop;
    set_up(parent);
    let child = getpid();
    // Inside, `f` is called, and the values that it captured are dropped.
    let exit = catch(move || f().end()).unwrap_or_else(Exit::Panic);
    end_copy(child);
    // `_exit` does not flush Rust's buffers. An error is ignored, as at the end
    // of any Rust program.
    let _ = io::stdout().flush();
    shared.leave(&exit);
    end(match exit {
        Exit::Status(status) => status.into(),
        Exit::Failed(_) => 1,
        _ => PANICKED,
    })
}

/// Ends a copy of the child `child` that has returned from the child's function,
/// because the function has forked by itself.
pub fn end_copy(child: Pid) {
    if getpid() != child {
        end(0);
    }
}

/// Ends the child when it is dropped, so also when a panic unwinds.
struct ExitOnDrop;

impl Drop for ExitOnDrop {
    fn drop(&mut self) {
        end(PANICKED);
    }
}

/// Ends the process at once, without handlers and destructors: they belong to
/// the parent, and run there.
fn end(status: i32) -> ! {
    // SAFETY: `_exit` takes any status, touches no memory and does not return.
    unsafe { libc::_exit(status) }
}

/// Makes the child a process of its own.
fn set_up(parent: Pid) {
    // The child must not outlive its parent, even if the parent is killed. If the
    // parent has ended before this call, no signal is sent: then this process
    // already has another parent.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    if getppid() != Some(parent) {
        end(PANICKED);
    }
    // Standard input is closed first: then `open` needs no second descriptor and
    // returns this one. Without /dev/null, standard input stays closed, and Rust
    // reads it as empty.
    let _ = close(libc::STDIN_FILENO);
    if let Ok(null) = rustix::fs::open("/dev/null", OFlags::RDONLY, Mode::empty()) {
        let _ = null.into_raw_fd();
    }
    keep_panics();
}
