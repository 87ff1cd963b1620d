//! Signals that ask for the end, as something that `poll` can wait for.

use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use procfs::process::Process;

use crate::trouble::Trouble;

/// SIGINT, SIGTERM and SIGHUP, blocked and readable from a descriptor: they end
/// the program, and what was seen of it is still drawn.
pub struct Signals {
    mask: SigSet,
    descriptor: SignalFd,
}

/// A signal that has come.
pub struct Arrived {
    /// Which one.
    pub signal: Signal,
    /// Whether a terminal sent it, which sends it to the program as well.
    pub from_terminal: bool,
}

impl Signals {
    /// Blocks the signals. To be called before the first thread is started,
    /// because threads inherit what is blocked; programs do not, the standard
    /// library gives them an empty mask.
    ///
    /// # Errors
    ///
    /// If the system refuses, or `/proc` is missing.
    pub fn block() -> Result<Signals, Trouble> {
        // What the caller ignores stays ignored: SIGHUP under nohup, SIGINT in
        // the background job of a script.
        let ignored = Process::myself()
            .and_then(|process| process.status())
            .map_err(Trouble::system("cannot see any program from here, /proc is needed for it"))?
            .sigign;
        let mut mask = SigSet::empty();
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
            if ignored & (1 << (signal as u64 - 1)) == 0 {
                mask.add(signal);
            }
        }
        let blocked = || {
            mask.thread_block()?;
            SignalFd::with_flags(&mask, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
        };
        let descriptor = blocked().map_err(Trouble::system("cannot wait for signals"))?;
        Ok(Signals { mask, descriptor })
    }

    /// The descriptor that is readable while a signal is there to be taken.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }

    /// Takes a signal that has come, if one has.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn take(&self) -> Result<Option<Arrived>, Trouble> {
        let read = self.descriptor.read_signal();
        let Some(info) = read.map_err(Trouble::system("cannot wait for signals"))? else {
            return Ok(None);
        };
        // A signal's number is small and positive.
        let signal = Signal::try_from(info.ssi_signo.cast_signed()).unwrap_or(Signal::SIGINT);
        Ok(Some(Arrived { signal, from_terminal: info.ssi_code == nix::libc::SI_KERNEL }))
    }

    /// Lets the signals end this process at once, as they usually do.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn unblock(self) -> Result<(), Trouble> {
        self.mask.thread_unblock().map_err(Trouble::system("cannot unblock signals"))
    }
}
