//! Shows what two stuck futures wait for: each has the lock that the other needs.
//!
//! A future that waits has no stack, so a debugger shows only the idle event loop, and
//! tokio has no stable counterpart of Python's `task.print_stack()`. Instead, give
//! each wait a name and a time after which it says that it still waits. (The tool
//! `tokio-console` lists tasks; it needs a build with `--cfg tokio_unstable`.)
//! Twins: `threaded_deadlock`, and `async_deadlock`, where the event loop stops.
//!
//!     cargo run -p asyncio --bin async_stuck

use std::pin::pin;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (first, second) = (&Mutex::new(()), &Mutex::new(()));
    let future1 = async {
        let _first = named("Future 1, the first lock", first.lock()).await;
        sleep(Duration::from_millis(1)).await;
        let _second = named("Future 1, the second lock", second.lock()).await;
    };
    let future2 = async {
        let _second = named("Future 2, the second lock", second.lock()).await;
        sleep(Duration::from_millis(1)).await;
        let _first = named("Future 2, the first lock", first.lock()).await;
    };

    let both = async { tokio::join!(future1, future2) };
    if timeout(Duration::from_secs(2), both).await.is_err() {
        println!("Gave up after 2 s");
    }
}

async fn named<T>(name: &str, wait: impl Future<Output = T>) -> T {
    let mut wait = pin!(wait);
    if let Ok(value) = timeout(Duration::from_secs(1), &mut wait).await {
        return value;
    }
    println!("Still waiting after 1 s: {name}");
    wait.await
}
