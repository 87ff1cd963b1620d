//! Hands work from a producer to a consumer through a bounded queue.
//!
//! The queue has room for two items. When it is full, `send` waits, so a fast
//! producer does not fill the memory. When the producer returns, its sender is
//! dropped, and that ends the consumer's loop: no `None` has to be sent.
//! For more producers, clone the sender. For more consumers, see `threaded_workers`.
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
