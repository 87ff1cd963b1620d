//! Whether there is room for another thread.

use std::sync::LazyLock;
use std::{fs, io};

/// A thread takes four memory mappings: its stack, a small one for the handler
/// that tells of an overflow, and a guard for each. A fifth is left to all else.
const MAPPINGS: usize = 5;

static MOST_THREADS: LazyLock<usize> = LazyLock::new(|| {
    let limit = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    limit.trim().parse().unwrap_or(usize::MAX) / MAPPINGS
});

/// Fails if a program that has `started` this many threads has no room for
/// another in Linux's `vm.max_map_count`.
///
/// Other limits are an error of [`spawn`](std::thread::Builder::spawn). But a
/// thread that comes into being and then finds no mapping left aborts the whole
/// program.
pub fn check_room(started: usize) -> io::Result<()> {
    if started < *MOST_THREADS {
        return Ok(());
    }
    Err(io::Error::other("vm.max_map_count leaves no room for another thread"))
}
