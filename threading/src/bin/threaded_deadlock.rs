//! Wrong on purpose: two threads take two locks in two orders, and wait for ever.
//!
//! Each thread holds the lock that the other one waits for. The compiler does not
//! see it, and `lock` has no time limit, so the program waits with one of its own.
//! The way out is one order for all: whoever needs both locks takes LEFT first.
//! Twin: `async_deadlock`.
//!
//!     cargo run -p threading --bin threaded_deadlock

use std::sync::{Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

static LEFT: Mutex<()> = Mutex::new(());
static RIGHT: Mutex<()> = Mutex::new(());
static BOTH_HOLD_ONE: Barrier = Barrier::new(2);

fn main() {
    println!("In one order: {}", outcome(left_and_right, left_and_right));
    println!("In two orders: {}", outcome(left_then_right, right_then_left));
}

fn outcome(task1: fn(), task2: fn()) -> &'static str {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        thread::scope(|scope| {
            scope.spawn(task1);
            scope.spawn(task2);
        });
        sender.send("both are done")
    });
    receiver.recv_timeout(Duration::from_secs(3)).unwrap_or("no answer after 3 s, a deadlock")
}

fn left_and_right() {
    let _left = LEFT.lock();
    let _right = RIGHT.lock();
}

fn left_then_right() {
    let _left = LEFT.lock();
    // Without the barrier, it goes wrong so seldom that no test notices.
    BOTH_HOLD_ONE.wait();
    let _right = RIGHT.lock();
}

fn right_then_left() {
    let _right = RIGHT.lock();
    BOTH_HOLD_ONE.wait();
    let _left = LEFT.lock();
}
