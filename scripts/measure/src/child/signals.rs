//! Signals that ask this process to end, with a descriptor that `poll` can wait for.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nix::sys::signal::Signal;
use procfs::process::Process;
use signal_hook::flag;
use signal_hook::low_level::{emulate_default_handler, pipe};

use crate::trouble::Trouble;

/// SIGINT, SIGQUIT, SIGTERM and SIGHUP, caught and readable from a descriptor.
///
/// They do not end this process at once, because a program may be running and
/// unfinished files may be there. The signals are caught and not blocked. A started
/// program would inherit the blocked signals, and Python's pool would hang: it ends
/// its workers by SIGTERM.
pub struct Signals {
    readable: UnixStream,
    /// The number of the last one that came, or 0.
    arrived: Arc<AtomicUsize>,
    /// Whether the next one ends this process at once.
    at_once: Arc<AtomicBool>,
}

impl Signals {
    /// Begins to catch the signals. A signal that is ignored stays ignored, as `nohup`
    /// does with SIGHUP, and a script's background job with SIGINT.
    pub fn catch() -> Result<Signals, Trouble> {
        let ignored = Process::myself()
            .and_then(|process| process.status())
            .map_err(Trouble::own("cannot read /proc/self/status"))?
            .sigign;
        let mut caught = vec![Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGHUP];
        caught.retain(|signal| ignored & (1 << (*signal as u64 - 1)) == 0);
        Signals::of(&caught).map_err(Trouble::own("cannot catch signals"))
    }

    fn of(caught: &[Signal]) -> io::Result<Signals> {
        let (readable, writable) = UnixStream::pair()?;
        readable.set_nonblocking(true)?;
        let signals = Signals { readable, arrived: Arc::default(), at_once: Arc::default() };
        // The handlers of a signal run in the order in which they are registered.
        for &signal in caught {
            let number = signal as i32;
            flag::register_conditional_default(number, Arc::clone(&signals.at_once))?;
            flag::register_usize(number, Arc::clone(&signals.arrived), signal as usize)?;
            pipe::register(number, writable.try_clone()?)?;
        }
        Ok(signals)
    }

    /// The descriptor that becomes readable with the first signal, and stays so until
    /// [`Signals::take`].
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }

    /// An error if a signal has come.
    pub fn check(&self) -> Result<(), Trouble> {
        if self.arrived.load(Ordering::SeqCst) == 0 { Ok(()) } else { Err(self.interrupted()) }
    }

    /// The error for a signal that has come.
    pub fn interrupted(&self) -> Trouble {
        let number = self.arrived.load(Ordering::SeqCst);
        Trouble::Interrupted(signal(number).unwrap_or(Signal::SIGINT))
    }

    /// The last signal that has come, for a caller that goes on after it.
    pub fn take(&self) -> Option<Signal> {
        // The socket is emptied first: a signal that comes meanwhile makes it readable again.
        while (&self.readable).read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
        signal(self.arrived.swap(0, Ordering::SeqCst))
    }

    /// The next signal ends this process at once: there is nothing to clean up any more.
    pub fn end_at_once(&self) {
        self.at_once.store(true, Ordering::SeqCst);
    }

    /// Ends this process by the signal that came, so that a shell sees the usual status.
    /// The caller must clean up before.
    pub fn finish(self, signal: Signal) -> ExitCode {
        // This returns only if the system refuses; then the exit status names the signal.
        let _ = emulate_default_handler(signal as i32);
        ExitCode::from(128 + signal as u8)
    }
}

fn signal(number: usize) -> Option<Signal> {
    Signal::try_from(i32::try_from(number).ok()?).ok()
}

/// A signal's name, or its number if it has none.
pub fn name(number: i32) -> String {
    Signal::try_from(number)
        .map_or_else(|_| format!("signal {number}"), |signal| signal.as_str().to_owned())
}
