//! Wrong on purpose: two threads increment one count, and one increment is lost.
//!
//! The compiler rejects data races (see `shared_memory`), but not this: each access
//! is atomic, and another thread gets in between the load and the store. Both load
//! 0, and both store 1. `fetch_add` is one step, so nothing gets in between.
//!
//!     cargo run -p threading --bin threaded_race

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    println!("With load and store: {}", count_to_two(load_and_store));
    println!("With fetch_add: {}", count_to_two(fetch_add));
}

fn count_to_two(increment: fn(&AtomicU32, &Barrier)) -> u32 {
    let count = AtomicU32::new(0);
    let both_are_here = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| increment(&count, &both_are_here));
        scope.spawn(|| increment(&count, &both_are_here));
    });
    count.into_inner()
}

fn load_and_store(count: &AtomicU32, both_are_here: &Barrier) {
    let old = count.load(Relaxed);
    // Without the barrier, it goes wrong so seldom that no test notices.
    both_are_here.wait();
    count.store(old + 1, Relaxed);
}

fn fetch_add(count: &AtomicU32, both_are_here: &Barrier) {
    both_are_here.wait();
    count.fetch_add(1, Relaxed);
}
