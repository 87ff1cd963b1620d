//! Runs a program unchanged, watches it from outside, and draws which of its threads,
//! processes and tasks ran when.
//!
//! 1. `watch` runs the program. Meanwhile `sampling` reads the threads' counters in `/proc`,
//!    and `output` passes on what is printed.
//! 2. A [`Recording`] is what was seen, and is kept as JSON.
//! 3. `slices` turns counters into parts of time, and `tasks` turns printed lines into tasks.
//!    `picture` arranges both in rows.
//! 4. [`terminal`] and [`svg`] draw the rows. [`trace`] writes all times for Perfetto.

mod output;
mod picture;
mod recording;
mod sampling;
mod slices;
pub mod svg;
mod tasks;
pub mod terminal;
pub mod trace;
mod watch;

pub use recording::{Counters, End, Line, Recording, Thread};
pub use watch::watch;
