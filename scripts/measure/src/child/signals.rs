//! Signals that ask for the end, as something that `poll` can wait for.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use nix::sys::signal::Signal;
use procfs::process::Process;
use signal_hook::flag;
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::origin::WithOrigin;
use signal_hook::low_level::emulate_default_handler;
use signal_hook::low_level::siginfo::Cause;

use crate::trouble::Trouble;

/// SIGINT, SIGQUIT, SIGTERM and SIGHUP, caught and readable from a descriptor.
///
/// They do not end this process at once, because a program may be running and
/// unfinished files may be there. The signals are caught and not blocked: a program
/// that is started inherits a mask of blocked signals, and Python's pool, which ends
/// its workers by SIGTERM, would hang.
pub struct Signals {
    readable: UnixStream,
    /// The number of the last one that came, or 0.
    arrived: Arc<AtomicUsize>,
    /// What came since the last [`Signals::take`].
    taken: Mutex<SignalDelivery<UnixStream, WithOrigin>>,
    /// Whether the next one ends this process at once.
    at_once: Arc<AtomicBool>,
}

/// A signal that has come.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    /// Which one.
    pub signal: Signal,
    /// Whether it came from a terminal, which sends it to the whole foreground
    /// process group: to the program that was started, too.
    pub from_terminal: bool,
}

impl Signals {
    /// Begins to catch the signals. A signal that is ignored stays ignored, as `nohup`
    /// does with SIGHUP, and a script's background job with SIGINT.
    ///
    /// # Errors
    ///
    /// If the system refuses, or `/proc` is missing.
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
        let (arrived, at_once) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        // The handlers of a signal run in the order in which they are registered.
        for &signal in caught {
            flag::register_conditional_default(signal as i32, Arc::clone(&at_once))?;
            flag::register_usize(signal as i32, Arc::clone(&arrived), signal as usize)?;
        }
        let (readable, writable) = UnixStream::pair()?;
        let numbers = caught.iter().map(|signal| *signal as i32);
        let taken = SignalDelivery::with_pipe(
            readable.try_clone()?,
            writable,
            WithOrigin::default(),
            numbers,
        )?;
        Ok(Signals { readable, arrived, taken: Mutex::new(taken), at_once })
    }

    /// The descriptor that becomes readable with the first signal, and stays so until
    /// [`Signals::take`].
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }

    /// An error if a signal has ever come.
    ///
    /// # Errors
    ///
    /// [`Trouble::Interrupted`].
    pub fn check(&self) -> Result<(), Trouble> {
        if self.arrived.load(Ordering::SeqCst) == 0 { Ok(()) } else { Err(self.interrupted()) }
    }

    /// The error for a signal that has come.
    pub fn interrupted(&self) -> Trouble {
        let number = i32::try_from(self.arrived.load(Ordering::SeqCst)).unwrap_or(0);
        Trouble::Interrupted(Signal::try_from(number).unwrap_or(Signal::SIGINT))
    }

    /// The last signal that has come since this was last called, for a caller that
    /// goes on after a signal.
    pub fn take(&self) -> Option<Arrived> {
        let mut taken = self.taken.lock().expect("nothing panics while it holds this");
        let origin = taken.pending().last()?;
        let signal = Signal::try_from(origin.signal).ok()?;
        Some(Arrived { signal, from_terminal: origin.cause == Cause::Kernel })
    }

    /// From here on a signal ends this process at once. Everything must be cleaned up.
    pub fn end_at_once(&self) {
        self.at_once.store(true, Ordering::SeqCst);
    }

    /// Ends this process by the signal that asked for the end, so that a shell sees
    /// what it expects. Everything must be cleaned up.
    pub fn finish(self, signal: Signal) -> ExitCode {
        // Returns only if the system refuses, and then the status says it.
        let _ = emulate_default_handler(signal as i32);
        ExitCode::from(128 + signal as u8)
    }
}
