//! The lock that `gil_counter` needs, and the room that many threads need;
//! everything else about threads is in the standard library.
//!
//! # The race that does not compile
//!
//! Document 001 warns of race conditions: two threads change one variable, and a
//! change is lost. Rust refuses the program, because only one of the closures
//! may borrow the variable to change it:
//!
//! ```compile_fail,E0499
//! use std::thread;
//!
//! let mut counter = 0;
//! thread::scope(|scope| {
//!     scope.spawn(|| counter += 1);
//!     scope.spawn(|| counter += 1);
//! });
//! ```
//!
//! With one of the two it compiles. The program `shared_memory` shows the answer
//! for both, a `Mutex`.

#![forbid(unsafe_code)]

pub mod gil;
pub mod room;
