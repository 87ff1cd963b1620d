//! Counts in three tasks that outlive the function that started them.
//!
//! All tasks run on one thread (`flavor = "local"`), so they can share an `Rc` and a
//! `Cell` without a lock: no other task runs between two `.await`s. `tokio::spawn`
//! asks for `Send`, on any runtime, and does not take an `Rc`; `spawn_local` does.
//! Twin: `shared_arc` needs an atomic count and a lock, which would work here, too.
//!
//!     cargo run -p asyncio --bin shared_rc

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinHandle;

#[tokio::main(flavor = "local")]
async fn main() -> anyhow::Result<()> {
    let (count, tasks) = start_counting();
    println!("start_counting has returned");

    for task in tasks {
        task.await?;
    }
    println!("Count: {}", count.get());
    Ok(())
}

fn start_counting() -> (Rc<Cell<u32>>, Vec<JoinHandle<()>>) {
    let count = Rc::new(Cell::new(0));
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let count = Rc::clone(&count);
        tasks.push(tokio::task::spawn_local(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            count.set(count.get() + 1);
            println!("A task has counted");
        }));
    }
    (count, tasks)
}
