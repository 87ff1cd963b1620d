//! Holds a lock across an `.await`, which stops the whole event loop.
//!
//! The first future waits while it holds the lock. The second one waits for the lock and
//! blocks the only thread, so the first never runs again, and tokio's limits do nothing.
//! The way out: release the lock before `.await`, or use tokio's lock, which does not
//! block the thread. Clippy finds the fault (`await_holding_lock`), and
//! `tokio::spawn` does not take such a future. Twin: `threaded_deadlock`.
//!
//!     cargo run -p asyncio --bin async_deadlock

use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use tokio::time::sleep;

fn main() {
    println!("With the lock held across .await: {}", answer(held));
    println!("With the lock released before .await: {}", answer(released));
}

fn answer(event_loop: fn() -> &'static str) -> &'static str {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(event_loop()));
    receiver.recv_timeout(Duration::from_secs(3)).unwrap_or("no answer after 3 s, a deadlock")
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::await_holding_lock, reason = "this is the fault")]
async fn held() -> &'static str {
    let lock = Mutex::new(());
    let future = async || {
        let _guard = lock.lock().expect("no future panics");
        sleep(Duration::from_millis(1)).await;
    };
    tokio::join!(future(), future());
    "both are done"
}

#[tokio::main(flavor = "current_thread")]
async fn released() -> &'static str {
    let lock = Mutex::new(());
    let future = async || {
        drop(lock.lock().expect("no future panics"));
        sleep(Duration::from_millis(1)).await;
    };
    tokio::join!(future(), future());
    "both are done"
}
