//! Starts a program, and waits for its end; one that hangs is killed (`run`). Reads about its
//! processes in `/proc`, and kills those that it leaves behind (`tree`). Also says what happens
//! when you press Ctrl-C meanwhile (`interrupt`).

mod interrupt;
mod peak;
mod run;
pub mod tree;

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::process::Child;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

pub use interrupt::Interrupt;
pub use peak::Peak;
pub use run::{Finished, Invocation, Runner};
pub use tree::Tree;

/// A descriptor that becomes readable when a child has ended. Until the caller reaps
/// the child, it stays a zombie: its counters can be read, and its pid is not reused.
pub fn exit_of(child: &Child) -> io::Result<OwnedFd> {
    // The pid fits: the kernel's own type for it is signed.
    let pid = Pid::from_raw(child.id().cast_signed()).expect("a child has a pid");
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

/// Waits until a descriptor is readable or closed at its other end, or until the
/// time is over. Returns which descriptors are; after a signal it may be none.
pub fn ready<const N: usize>(
    descriptors: [BorrowedFd<'_>; N],
    time: Duration,
) -> io::Result<[bool; N]> {
    let mut polled = descriptors.map(|fd| PollFd::new(fd, PollFlags::POLLIN));
    // Rounded up, so that the wait does not end before the time.
    let milliseconds = time.as_nanos().div_ceil(1_000_000);
    match poll(&mut polled, PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX)) {
        Err(Errno::EINTR) => Ok([false; N]),
        result => {
            result?;
            Ok(polled.map(|fd| fd.any().unwrap_or(true)))
        }
    }
}

/// A signal's name, or its number if it has none.
pub fn signal_name(number: i32) -> String {
    Signal::try_from(number)
        .map_or_else(|_| format!("signal {number}"), |signal| signal.as_str().to_owned())
}
