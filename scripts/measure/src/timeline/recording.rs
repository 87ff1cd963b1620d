//! The recording of one run: all that a drawing needs, kept as JSON.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::files;
use crate::trouble::Trouble;

/// The layout of the JSON. A file with another layout is refused.
pub const FORMAT: u32 = 2;

/// One run. Moments are nanoseconds since just before the program was started.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recording {
    /// The layout of this file. Only the newest layout is read.
    pub format: u32,
    /// The program as named on the command line, and its arguments.
    pub command: Vec<String>,
    /// How many cores the program could run on.
    pub cores: usize,
    /// When the program had ended.
    pub wall: u64,
    /// How it ended.
    pub end: End,
    /// Whether a signal asked for the end while the program ran.
    pub interrupted: bool,
    /// The CPU time of all of its processes in nanoseconds, as the kernel counts it.
    /// Unlike the samples, it includes all short-lived processes.
    pub cpu: u64,
    /// How many processes and threads the whole machine started meanwhile.
    pub started: u64,
    /// How many of its processes were still there shortly after its end.
    pub left: usize,
    /// Each thread that was seen, grouped by process. Processes are in the order of their starts.
    pub threads: Vec<Thread>,
    /// The moments of the samples.
    pub samples: Vec<u64>,
    /// What the program printed on its standard output, oldest first.
    pub lines: Vec<Line>,
}

/// How a recorded program ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// With this exit status.
    Status(i32),
    /// By a signal of this number.
    Signal(i32),
}

/// A thread while it was watched.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Thread {
    /// Its name in a drawing.
    pub name: String,
    /// The process it belongs to.
    pub pid: i32,
    /// Its own number; the first thread of a process has the number of the process.
    pub tid: i32,
    /// When it was last seen.
    pub last: u64,
    /// Its counters when it was first seen, and at each sample that saw a change.
    pub counters: Vec<Counters>,
}

/// The position of a sample in [`Recording::samples`], and how long a thread had been on a
/// core, and ready (waiting for a core), from its start until then, in nanoseconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Counters(pub usize, pub u64, pub u64);

/// One line that the program printed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// When the end of the line came.
    pub at: u64,
    /// The beginning of its text, without the line break.
    pub text: String,
}

impl Recording {
    /// The recording as JSON, on one line.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec(self).expect("everything here has a form in JSON");
        json.push(b'\n');
        json
    }

    /// Reads a file that [`Recording::to_json`] made.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is no recording.
    pub fn read(path: &Path) -> Result<Recording, Trouble> {
        let recording: Recording = files::read(path, FORMAT)?;
        let damaged = || Trouble::Usage(format!("cannot draw {}: it is damaged", path.display()));
        recording.is_possible().then_some(recording).ok_or_else(damaged)
    }

    /// Whether the parts fit together as they do in any run. Drawings rely on it.
    fn is_possible(&self) -> bool {
        let was_seen = |thread: &Thread| {
            !thread.counters.is_empty()
                && thread.counters.iter().all(|counters| counters.0 < self.samples.len())
        };
        !self.command.is_empty()
            && self.samples.is_sorted()
            && self.samples.last().is_some_and(|last| *last <= self.wall)
            && self.lines.is_sorted_by_key(|line| line.at)
            && self.threads.iter().all(was_seen)
    }
}

/// A time as a recording stores it; 584 years fit.
pub fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
