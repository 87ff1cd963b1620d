//! A lock that changes hands, as CPython's global interpreter lock does.
//!
//! [`Mutex`] does not: the thread that gives it back may take it again at once,
//! and then does, because those that wait must wake up first. Here a thread
//! draws a numbered ticket, and the numbers are served in turn.

use std::fmt::Write;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use clap::Parser;
use common::arguments::Counting;

/// The arguments of `gil_counter`.
#[derive(Parser)]
pub struct Arguments {
    /// What its twins take too
    #[command(flatten)]
    pub counting: Counting,
    /// How long a thread keeps the lock
    #[arg(long, value_name = "TIME", default_value = "5ms")]
    pub switch_interval: humantime::Duration,
    /// Prints each turn to standard error when all have finished
    #[arg(long)]
    pub log: bool,
}

/// The lock: one thread at a time, in the order in which they came.
pub struct Gil {
    switch_interval: Duration,
    tickets: Mutex<Tickets>,
    served: Condvar,
}

#[derive(Default)]
struct Tickets {
    drawn: u64,
    served: u64,
    /// Whose turn it was, and how many threads waited when it ended.
    log: Vec<(ThreadId, u64)>,
}

impl Gil {
    /// A lock that is to be kept for as long as this by each thread; Python's
    /// `sys.setswitchinterval`.
    pub fn new(switch_interval: Duration) -> Gil {
        Gil { switch_interval, tickets: Mutex::default(), served: Condvar::new() }
    }

    /// Draws a ticket, waits until it is served, and has the lock until the turn
    /// is dropped.
    pub fn acquire(&self) -> Turn<'_> {
        let mut tickets = self.tickets();
        let ticket = tickets.drawn;
        tickets.drawn += 1;
        drop(self.served.wait_while(tickets, |tickets| tickets.served != ticket));
        Turn { gil: self, began: Instant::now() }
    }

    /// A line for each turn: whose it was, and how many threads waited when it
    /// ended.
    pub fn log(&self) -> String {
        let mut log = String::new();
        for (thread, waited) in &self.tickets().log {
            writeln!(log, "{thread:?} had the lock, {waited} waited").expect("a String grows");
        }
        log
    }

    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        // Nothing under this lock panics half-way through a change.
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread's turn with the lock.
pub struct Turn<'a> {
    gil: &'a Gil,
    began: Instant,
}

impl Turn<'_> {
    /// Whether it is time to let the next thread have the lock.
    pub fn is_over(&self) -> bool {
        self.began.elapsed() >= self.gil.switch_interval
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut tickets = self.gil.tickets();
        tickets.served += 1;
        let waiting = tickets.drawn - tickets.served;
        tickets.log.push((thread::current().id(), waiting));
        self.gil.served.notify_all();
    }
}
