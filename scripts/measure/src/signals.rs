//! Signals that ask for the end, as something that `poll` can wait for.

use std::os::fd::{AsFd, BorrowedFd};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use procfs::process::Process;

use crate::trouble::Trouble;

/// SIGINT, SIGTERM and SIGHUP, blocked and readable from a descriptor.
///
/// They do not end the measuring at once, because a program may be running and
/// files may lie about. Whoever waits for a program waits for these too.
pub struct Signals {
    mask: SigSet,
    descriptor: SignalFd,
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
            .map_err(Trouble::own("cannot read /proc/self/status"))?
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
        let descriptor = blocked().map_err(Trouble::own("cannot wait for signals"))?;
        Ok(Signals { mask, descriptor })
    }

    /// The descriptor that becomes readable with the first signal. Nobody reads
    /// from it before [`Signals::finish`], so it wakes everybody who waits.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
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
        let arrived = SigSet::from_iter(self.mask.iter().filter(|signal| is_pending(*signal)));
        let signal = arrived.iter().next().unwrap_or(Signal::SIGINT);
        Trouble::Interrupted(signal)
    }

    /// Ends this process by the signal it was asked to end by, the pending one or
    /// one that is raised here, so that a shell sees what it expects. Everything
    /// must be cleaned up by now.
    pub fn finish(self, signal: Signal) -> ExitCode {
        // Neither returns, unless the system refuses, and then the status says it.
        let _ = self.mask.thread_unblock().and_then(|()| raise(signal));
        ExitCode::from(128 + signal as u8)
    }
}

/// Whether a blocked signal is waiting to be delivered to this process.
fn is_pending(signal: Signal) -> bool {
    Process::myself()
        .and_then(|process| process.status())
        .is_ok_and(|status| status.shdpnd & (1 << (signal as u64 - 1)) != 0)
}
