//! Hands items from a thread that produces them to `main`, through a bounded queue.
//!
//! The queue holds two items. When it is full, `send` waits, so a fast producer
//! cannot fill the memory. The queue ends when its last sender is dropped and it is
//! empty. Python's `queue.Queue(maxsize=2)` needs an end marker or `shutdown()`.
//! For more producers, clone the sender; for more consumers, see `threaded_workers`.
//! Twins: `process_queue` and `async_queue`.
//!
//!     cargo run -p threading --bin threaded_queue

use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::Duration;

fn main() {
    let (sender, receiver) = mpsc::sync_channel(2);
    let producer = thread::spawn(move || produce(sender));

    for item in receiver {
        println!("Took item {item}");
        thread::sleep(Duration::from_millis(500));
    }
    println!("The queue has ended");
    producer.join().expect("produce does not panic");
}

fn produce(queue: SyncSender<u32>) {
    for item in 1..=6 {
        queue.send(item).expect("main receives until the end");
        println!("Put item {item}");
    }
}
