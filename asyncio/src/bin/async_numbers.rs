//! Prints the numbers 0 to 4 twice at the same time, on one thread.
//!
//! `tokio::main` runs `main` on an event loop on one thread (`current_thread`), like
//! Python's `asyncio.run`. `join!` awaits both counts, like `gather`. They take turns at
//! each `.await`. Their sleeps overlap, so the program takes 5 s, not 10.
//! Translates the first asyncio example of document 001.
//! Twins: `threaded_numbers` and `process_numbers`.
//!
//!     cargo run -p asyncio --bin async_numbers

use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(print_numbers(), print_numbers());
}

async fn print_numbers() {
    for i in 0..5 {
        println!("{i}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
