//! Runs a program unchanged, watches it from outside, and draws which of its threads,
//! processes and tasks ran when.
//!
//! 1. `watch` runs the program. Meanwhile `sampling` reads the threads' counters in `/proc`,
//!    and `output` passes on what is printed.
//! 2. A [`Recording`] is what was seen, and is kept as JSON.
//! 3. `slices` turns counters into parts of time, and `tasks` turns printed lines into tasks.
//!    `picture` arranges both in rows.
//! 4. `terminal` and `svg` draw the rows. `trace` writes all times for Perfetto.

mod output;
mod picture;
mod recording;
mod sampling;
mod slices;
mod svg;
mod tasks;
mod terminal;
mod trace;
mod watch;

pub use recording::{Counters, End, Line, Recording, Thread};
pub use watch::watch;

use std::io;

use picture::Picture;

impl Recording {
    /// The run drawn for the standard output, with a line break at the end of each line.
    pub fn drawing(&self) -> String {
        terminal::draw(&Picture::new(self))
    }

    /// The run as an SVG file.
    ///
    /// # Errors
    ///
    /// None that is expected: it is written to memory.
    pub fn to_svg(&self) -> io::Result<Vec<u8>> {
        svg::draw(&Picture::new(self))
    }

    /// The run in Chrome's trace event format.
    ///
    /// # Errors
    ///
    /// None that is expected: everything in it has a form in JSON.
    pub fn to_trace(&self) -> io::Result<Vec<u8>> {
        trace::write(self)
    }
}
