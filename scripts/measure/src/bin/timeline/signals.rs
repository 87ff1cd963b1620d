//! Signals that ask for the end, as something that `poll` can wait for.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use procfs::process::Process;
use signal_hook::flag;

use crate::trouble::Trouble;

/// SIGINT, SIGQUIT, SIGTERM and SIGHUP, blocked and readable from a descriptor: they end
/// the program, and what was seen of it is still drawn.
pub struct Signals {
    /// What was blocked before, which the program is to inherit.
    before: SigSet,
    blocked: SigSet,
    descriptor: SignalFd,
    /// The number of a signal that came while they were not blocked, or 0.
    caught: Arc<AtomicUsize>,
    /// Whether a signal that comes while they are not blocked ends this process.
    is_over: Arc<AtomicBool>,
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
    /// because threads inherit what is blocked.
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
        Signals::block_except(ignored).map_err(Trouble::system("cannot wait for signals"))
    }

    fn block_except(ignored: u64) -> io::Result<Signals> {
        let mut blocked = SigSet::empty();
        let (caught, is_over) = (Arc::default(), Arc::default());
        for signal in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGHUP] {
            if ignored & (1 << (signal as u64 - 1)) == 0 {
                // Handlers, unlike what is blocked, do not pass to a program that
                // is executed.
                let number = signal as i32;
                flag::register_conditional_default(number, Arc::clone(&is_over))?;
                flag::register_usize(number, Arc::clone(&caught), signal as usize)?;
                blocked.add(signal);
            }
        }
        let before = SigSet::thread_get_mask()?;
        blocked.thread_block()?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let descriptor = SignalFd::with_flags(&blocked, flags)?;
        Ok(Signals { before, blocked, descriptor, caught, is_over })
    }

    /// Starts a program while the signals are not blocked, because it inherits
    /// what is. One that comes meanwhile can be taken afterwards.
    ///
    /// # Errors
    ///
    /// If the system refuses; and those of starting the program.
    pub fn inherited<T>(&self, start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        self.before.thread_set_mask()?;
        let started = start();
        self.blocked.thread_block()?;
        started
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
        let caught = i32::try_from(self.caught.swap(0, Ordering::Relaxed)).unwrap_or(0);
        if let Ok(signal) = Signal::try_from(caught) {
            return Ok(Some(Arrived { signal, from_terminal: false }));
        }
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
        self.is_over.store(true, Ordering::Relaxed);
        self.before.thread_set_mask().map_err(Trouble::system("cannot unblock signals"))
    }
}
