//! Prints the numbers 0 to 4 in two tasks at the same time, on one thread.
//!
//! At each `.await` a task gives the thread to the other, so both wait together:
//! 5 s for both. It translates the first asyncio example of document 001; its
//! twins are `threaded_numbers` and `process_numbers`.
//!
//!     cargo run -p asyncio --bin async_numbers

use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task1 = tokio::spawn(print_numbers());
    let task2 = tokio::spawn(print_numbers());

    task1.await.expect("print_numbers does not panic");
    task2.await.expect("print_numbers does not panic");
}

async fn print_numbers() {
    for i in 0..5 {
        println!("{i}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
