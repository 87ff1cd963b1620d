//! What happens when you press Ctrl-C during a measurement: the signal is caught here, `run`
//! kills the running program, and `files::status` ends this process.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nix::sys::signal::Signal;
use procfs::process::Process;
use signal_hook::flag;
use signal_hook::low_level::pipe;

use crate::trouble::Trouble;

/// SIGINT (Ctrl-C), SIGQUIT, SIGTERM and SIGHUP, caught and readable from a descriptor.
///
/// They do not end this process at once, because a program may be running and
/// unfinished files may be there. The signals are caught and not blocked. A started
/// program would inherit the blocked signals, and Python's pool would hang: it ends
/// its workers by SIGTERM.
pub struct Interrupt {
    readable: UnixStream,
    /// The number of the last one that came, or 0.
    arrived: Arc<AtomicUsize>,
    /// Whether the next one ends this process at once.
    at_once: Arc<AtomicBool>,
}

impl Interrupt {
    /// Begins to catch the signals. A signal that is ignored stays ignored, as `nohup`
    /// does with SIGHUP, and a script's background job with SIGINT.
    pub fn catch() -> Result<Interrupt, Trouble> {
        Interrupt::register().map_err(Trouble::own("cannot catch signals"))
    }

    fn register() -> io::Result<Interrupt> {
        let status = Process::myself().and_then(|own| own.status()).map_err(io::Error::other)?;
        let mut caught = vec![Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGHUP];
        caught.retain(|signal| status.sigign & (1 << (*signal as u64 - 1)) == 0);
        let (readable, writable) = UnixStream::pair()?;
        readable.set_nonblocking(true)?;
        let interrupt = Interrupt { readable, arrived: Arc::default(), at_once: Arc::default() };
        // The handlers of a signal run in the order in which they are registered.
        for signal in caught {
            let number = signal as i32;
            flag::register_conditional_default(number, Arc::clone(&interrupt.at_once))?;
            flag::register_usize(number, Arc::clone(&interrupt.arrived), signal as usize)?;
            pipe::register(number, writable.try_clone()?)?;
        }
        Ok(interrupt)
    }

    /// The descriptor that becomes readable with the first signal, and stays so until
    /// [`Interrupt::take`].
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }

    /// An error if a signal has come.
    pub fn check(&self) -> Result<(), Trouble> {
        let arrived = signal(self.arrived.load(Ordering::SeqCst));
        arrived.map_or(Ok(()), |signal| Err(Trouble::Interrupted(signal)))
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
}

fn signal(number: usize) -> Option<Signal> {
    Signal::try_from(i32::try_from(number).ok()?).ok()
}
