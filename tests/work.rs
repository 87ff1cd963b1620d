//! Proves that the optimizer does not remove the loops that are measured.

use std::hint::black_box;

use common::work::{MAX_LIMIT, counter, cpu_bound_task};
use rustix::time::{ClockId, clock_gettime};

#[test]
fn counter_is_not_optimized_away() {
    assert_takes_twice_as_long_for_twice_the_limit(counter);
}

#[test]
fn cpu_bound_task_is_not_optimized_away() {
    assert_takes_twice_as_long_for_twice_the_limit(|limit| {
        black_box(cpu_bound_task(1, limit));
    });
}

fn assert_takes_twice_as_long_for_twice_the_limit(work: fn(u64)) {
    let mut limit = 1_000;
    while cpu_time(work, limit) < 0.05 {
        limit *= 2;
        assert!(2 * limit <= MAX_LIMIT, "the loop takes no time");
    }
    // Something else on the same core can slow down one try, but not ten.
    let takes_longer = || cpu_time(work, 2 * limit) > 1.5 * cpu_time(work, limit);
    assert!((0..10).any(|_| takes_longer()), "the time does not depend on the limit");
}

/// The time in seconds. Waiting for a core does not count.
fn cpu_time(work: fn(u64), limit: u64) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = now();
    work(limit);
    now() - start
}
