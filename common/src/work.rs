//! The CPU-bound work of the documents, one function for all models.
//!
//! The loops are written for a fair measurement:
//!
//! * This crate is optimized in the dev profile too (level 1, in Cargo.toml). That
//!   does not reach generic functions and closures, so these functions are neither.
//!   They use `while`, because a `for` loop is 15 times slower at level 1.
//! * A loop that crosses a boundary in the instruction cache can take twice as long,
//!   and the place of a loop differs from program to program. A loop of at most 16
//!   bytes never crosses one, because the compiler aligns loops to 16 bytes.
//!   `inline(never)` keeps them that short.

use std::hint::black_box;

/// Counts from 0 up to `limit`.
#[inline(never)]
pub fn counter(limit: u64) {
    let mut i = 0;
    while i < limit {
        // Otherwise the optimizer removes the loop, because nothing uses it.
        black_box(i);
        i += 1;
    }
}

/// Adds up the numbers below `limit`. Like the document's task, it ignores its
/// input `x`.
///
/// The sum fits into a `u64` up to a limit of [`MAX_LIMIT`].
///
/// ```
/// assert_eq!(common::work::cpu_bound_task(1, 100_000), 4_999_950_000);
/// ```
#[inline(never)]
pub fn cpu_bound_task(_x: u64, limit: u64) -> u64 {
    // Downwards, because the loop upwards is two bytes longer than 16.
    let (mut count, mut i) = (0, limit);
    while i > 0 {
        i -= 1;
        // Otherwise the optimizer uses the formula limit * (limit - 1) / 2.
        count += black_box(i);
    }
    count
}

/// The largest limit whose sum, `limit * (limit - 1) / 2`, fits into a `u64`.
pub const MAX_LIMIT: u64 = 6_074_001_000;
