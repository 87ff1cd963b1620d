//! Wrong on purpose: two threads take two locks in two orders, and wait for ever.
//!
//! Each thread holds the lock that the other one waits for. The compiler does not
//! see it, and `lock` has no time limit, so `main` stops waiting after 3 s.
//! The way out is one order for all: a thread that needs both locks takes LEFT first.
//! Twin: `async_deadlock`.
//!
//!     cargo run -p threading --bin threaded_deadlock

use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

static LEFT: Mutex<()> = Mutex::new(());
static RIGHT: Mutex<()> = Mutex::new(());

fn main() {
    println!("In one order: {}", outcome([&LEFT, &RIGHT], [&LEFT, &RIGHT]));
    println!("In two orders: {}", outcome([&LEFT, &RIGHT], [&RIGHT, &LEFT]));
}

fn outcome(order1: [&'static Mutex<()>; 2], order2: [&'static Mutex<()>; 2]) -> &'static str {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        thread::scope(|scope| {
            scope.spawn(|| take_both(order1));
            scope.spawn(|| take_both(order2));
        });
        sender.send("both are done")
    });
    receiver.recv_timeout(Duration::from_secs(3)).unwrap_or("no answer after 3 s, a deadlock")
}

fn take_both(order: [&Mutex<()>; 2]) {
    let _first = order[0].lock();
    // Without the pause, it goes wrong so seldom that no test notices.
    thread::sleep(Duration::from_millis(500));
    let _second = order[1].lock();
}
