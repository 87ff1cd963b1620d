//! A lock that changes hands, as CPython's global interpreter lock does.
//!
//! [`Mutex`] does not: the thread that gives it back may take it again at once,
//! and then does, because those that wait must wake up first. Here a thread
//! draws a numbered ticket, and the numbers are served in turn.

use std::fmt::Write;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The lock: one thread at a time, in the order in which they came.
#[derive(Default)]
pub struct Gil {
    tickets: Mutex<Tickets>,
    served: Condvar,
}

#[derive(Default)]
struct Tickets {
    drawn: u64,
    served: u64,
    turns: Vec<Turn>,
}

struct Turn {
    thread: usize,
    waiting: u64,
}

impl Gil {
    /// Draws a ticket and waits until it is served.
    pub fn acquire(&self) {
        let mut tickets = self.tickets();
        let ticket = tickets.drawn;
        tickets.drawn += 1;
        drop(self.served.wait_while(tickets, |tickets| tickets.served != ticket));
    }

    /// Gives the lock to the next ticket, and notes down that this was a turn of
    /// `thread`.
    pub fn release(&self, thread: usize) {
        let mut tickets = self.tickets();
        tickets.served += 1;
        let waiting = tickets.drawn - tickets.served;
        tickets.turns.push(Turn { thread, waiting });
        self.served.notify_all();
    }

    /// A line for each turn: whose it was, and how many threads waited when it
    /// ended.
    pub fn log(&self) -> String {
        self.tickets().turns.iter().fold(String::new(), |mut log, Turn { thread, waiting }| {
            writeln!(log, "thread {thread} had the lock, {waiting} waited")
                .expect("a String grows");
            log
        })
    }

    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        // Nothing under this lock panics half-way through a change.
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
