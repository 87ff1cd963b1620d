//! Signals that ask for the end, as something that `poll` can wait for.

use std::io::Error;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use procfs::process::Process;
use signal_hook::low_level::{emulate_default_handler, pipe};

use crate::trouble::Trouble;

/// SIGINT, SIGQUIT, SIGTERM and SIGHUP, caught and readable from a descriptor.
///
/// They do not end the measuring at once, because a program may be running and
/// files may lie about. Whoever waits for a program waits for these too. They
/// are caught and not blocked: `Command` leaves the mask of blocked signals to
/// the program that it starts, and Python's pool, which ends its workers by
/// SIGTERM, would hang.
pub struct Signals {
    readable: UnixStream,
    /// The number of one that came, or 0.
    arrived: Arc<AtomicUsize>,
}

impl Signals {
    /// Begins to catch the signals.
    ///
    /// # Errors
    ///
    /// If the system refuses, or `/proc` is missing.
    pub fn catch() -> Result<Signals, Trouble> {
        // What the caller ignores stays ignored: SIGHUP under nohup, SIGINT in
        // the background job of a script.
        let ignored = Process::myself()
            .and_then(|process| process.status())
            .map_err(Trouble::own("cannot read /proc/self/status"))?
            .sigign;
        let arrived = Arc::new(AtomicUsize::new(0));
        let catch = || {
            let (readable, writable) = UnixStream::pair()?;
            for signal in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGHUP] {
                let number = signal as i32;
                if ignored & (1 << (number - 1)) == 0 {
                    let arrived = Arc::clone(&arrived);
                    signal_hook::flag::register_usize(number, arrived, number as usize)?;
                    pipe::register(number, writable.try_clone()?)?;
                }
            }
            Ok::<_, Error>(readable)
        };
        let readable = catch().map_err(Trouble::own("cannot catch signals"))?;
        Ok(Signals { readable, arrived })
    }

    /// The descriptor that becomes readable with the first signal. Nobody reads
    /// from it, so it wakes everybody who waits.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }

    /// An error if a signal has come.
    ///
    /// # Errors
    ///
    /// [`Trouble::Interrupted`].
    pub fn check(&self) -> Result<(), Trouble> {
        let mut fds = [PollFd::new(self.descriptor(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::ZERO) {
            Ok(0) | Err(Errno::EINTR) => Ok(()),
            Ok(_) => Err(self.interrupted()),
            Err(error) => Err(Trouble::own("cannot wait for signals")(error)),
        }
    }

    /// The error for a signal that has come.
    pub fn interrupted(&self) -> Trouble {
        let number = self.arrived.load(Ordering::SeqCst);
        let signal = i32::try_from(number).map(Signal::try_from);
        Trouble::Interrupted(signal.ok().and_then(Result::ok).unwrap_or(Signal::SIGINT))
    }

    /// Ends this process by the signal that it was asked to end by, so that a
    /// shell sees what it expects. Everything must be cleaned up by now.
    pub fn finish(self, signal: Signal) -> ExitCode {
        // Returns only if the system refuses, and then the status says it.
        let _ = emulate_default_handler(signal as i32);
        ExitCode::from(128 + signal as u8)
    }
}
