//! The page of memory that a child shares with its parent.
//!
//! Through it, a child can report without a descriptor: how it ends and, in a
//! [`Pool`](crate::Pool), which task a worker runs. All of it is atomic, so both
//! processes may use it at the same time. None of it is a lock, so a child that
//! is killed cannot block its parent.

use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use rustix::process::{Pid, getpid};

use crate::error::{Error, Exit, MESSAGE};

const PAGE: usize = 4096;

/// How many pages are mapped at a time. Every mapping makes every fork slower,
/// while a page that is never touched costs nothing.
const BATCH: usize = 256;

#[derive(Debug)]
#[repr(C, align(4096))]
pub struct Shared {
    /// The number of the last chunk that the worker, or the parent, has claimed.
    pub claimed: AtomicU64,
    /// The task that the worker runs, counted from 1; 0 is none.
    pub running: AtomicU64,
    /// The kind of [`Exit`] that the child has left here; 0 is none.
    exit: AtomicU32,
    /// The status, or the length of the message.
    number: AtomicU32,
    message: [AtomicU8; MESSAGE],
}

/// The pages that no child of this process uses, and the pid of this process. A
/// child has a copy of the list, but the pages on it are its parent's.
static SPARE: Mutex<(Option<Pid>, Vec<&'static Shared>)> = Mutex::new((None, Vec::new()));

impl Shared {
    /// A page for a new child.
    pub fn take() -> Result<&'static Shared, Error> {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.0 != Some(getpid()) {
            *spare = (Some(getpid()), Vec::new());
        }
        if spare.1.is_empty() {
            spare.1.extend(Shared::map().map_err(Error::Fork)?);
        }
        let shared = spare.1.pop().expect("a batch is not empty");
        // Another child may have used it before.
        shared.claimed.store(0, Ordering::Relaxed);
        shared.running.store(0, Ordering::Relaxed);
        shared.exit.store(0, Ordering::Relaxed);
        Ok(shared)
    }

    pub fn give_back(&'static self) {
        SPARE.lock().unwrap_or_else(PoisonError::into_inner).1.push(self);
    }

    /// Maps a batch of pages, for the rest of the process's life.
    fn map() -> io::Result<&'static [Shared]> {
        const LENGTH: NonZeroUsize = NonZeroUsize::new(BATCH * PAGE).unwrap();
        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: without an address, the system picks a free one, so no memory
        // that is in use changes.
        let start = unsafe { mmap_anonymous(None, LENGTH, protection, MapFlags::MAP_SHARED) }?;
        // SAFETY: the mapping is readable, writable, `BATCH` times the size of a
        // `Shared` long, aligned to a page as a `Shared` must be, and never
        // unmapped. Its bytes are zero, which is a valid value for atomics, and
        // atomics may be shared, also with another process.
        Ok(unsafe { std::slice::from_raw_parts(start.cast().as_ptr(), BATCH) })
    }

    /// Claims all chunks up to this one, and returns the last one that was claimed
    /// before.
    pub fn claim(&self, chunk: u64) -> u64 {
        self.claimed.fetch_max(chunk, Ordering::AcqRel)
    }

    /// Tells the parent how this child ends.
    ///
    /// The system reports it too, but only the status, and only once.
    pub fn leave(&self, exit: &Exit) {
        let (kind, message) = match exit {
            Exit::Failed(message) => (Shared::FAILED, message.as_bytes()),
            Exit::Panic(message) => (Shared::PANIC, message.as_bytes()),
            _ => (Shared::STATUS, &[][..]),
        };
        for (to, from) in self.message.iter().zip(message) {
            to.store(*from, Ordering::Relaxed);
        }
        let number = match exit {
            Exit::Status(status) => usize::from(*status),
            _ => message.len().min(MESSAGE),
        };
        self.number.store(number as u32, Ordering::Relaxed);
        self.exit.store(kind, Ordering::Release);
    }

    /// How the child ends, if it has reported that here.
    pub fn left(&self) -> Option<Exit> {
        let kind = self.exit.load(Ordering::Acquire);
        let number = self.number.load(Ordering::Relaxed);
        let message = || {
            let bytes = self.message.iter().take(number as usize);
            let bytes: Vec<u8> = bytes.map(|byte| byte.load(Ordering::Relaxed)).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        match kind {
            Shared::STATUS => Some(Exit::Status(number as u8)),
            Shared::FAILED => Some(Exit::Failed(message())),
            Shared::PANIC => Some(Exit::Panic(message())),
            _ => None,
        }
    }

    const STATUS: u32 = 1;
    const FAILED: u32 = 2;
    const PANIC: u32 = 3;
}

const _: () = assert!(size_of::<Shared>() == PAGE);
