//! What was seen of one run: all that a drawing needs, kept as JSON.

use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::trouble::Trouble;

/// The layout of the JSON. A file of another one is refused.
const FORMAT: u32 = 1;
/// The longest run that a file may tell of, in nanoseconds: 100 years.
const LONGEST: u64 = 100 * 365 * 24 * 3600 * 1_000_000_000;

/// One run. Moments are nanoseconds since just before the program was started.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recording {
    /// The layout of this file.
    pub format: u32,
    /// The program as it was asked for, and its arguments.
    pub command: Vec<String>,
    /// How many cores the program could run on.
    pub cores: usize,
    /// When it had ended.
    pub wall: u64,
    /// How it ended.
    pub end: End,
    /// Whether somebody asked for the end before it came.
    pub interrupted: bool,
    /// What the watching itself cost.
    pub watcher: Watcher,
    /// Why something could not be seen, as whole sentences.
    pub blind: Vec<String>,
    /// Each thread of each process, in the order in which the processes started,
    /// and the threads within each.
    pub threads: Vec<Thread>,
    /// The looks at the threads, oldest first.
    pub samples: Vec<Sample>,
    /// What the program printed on its standard output, oldest first.
    pub lines: Vec<Line>,
    /// How many lines were printed after those.
    pub lines_left_out: u64,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// With this exit status.
    Status(i32),
    /// By a signal of this number.
    Signal(i32),
}

/// What the watching cost, until the program had ended.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Watcher {
    /// CPU time in nanoseconds, in user and kernel mode, of all of its threads.
    pub cpu: u64,
    /// The most memory it had resident, in bytes.
    pub peak_memory: u64,
}

/// One thread.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Thread {
    /// What a drawing calls it.
    pub name: String,
    /// The process it belongs to.
    pub pid: i32,
    /// Its own number; that of a process's first thread is the process's.
    pub tid: i32,
    /// What the kernel calls it: at most 15 bytes.
    pub comm: String,
    /// When it was first seen.
    pub first: u64,
    /// When it was last seen.
    pub last: u64,
}

/// One look at all threads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// When it began.
    pub at: u64,
    /// The counters of the threads that are new or have run or waited since the
    /// sample before.
    pub changed: Vec<Counters>,
}

/// A thread's position in [`Recording::threads`], and how long it has been on a
/// core, and ready but waiting for one, since it started; in nanoseconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Counters(pub usize, pub u64, pub u64);

/// One line that the program printed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// When its end came.
    pub at: u64,
    /// Its beginning, without the line break.
    pub text: String,
}

impl Recording {
    /// A recording of nothing yet.
    pub fn new(command: Vec<String>, cores: usize) -> Recording {
        Recording {
            format: FORMAT,
            command,
            cores,
            wall: 0,
            end: End::Status(0),
            interrupted: false,
            watcher: Watcher::default(),
            blind: Vec::new(),
            threads: Vec::new(),
            samples: Vec::new(),
            lines: Vec::new(),
            lines_left_out: 0,
        }
    }

    /// As JSON, on one line.
    ///
    /// # Errors
    ///
    /// None that is expected: everything here has a form in JSON.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut json = serde_json::to_vec(self)?;
        json.push(b'\n');
        Ok(json)
    }

    /// Reads what `--json` has written.
    ///
    /// # Errors
    ///
    /// [`Trouble::Usage`] if the file cannot be read or is something else.
    pub fn read(path: &Path) -> Result<Recording, Trouble> {
        let usage =
            |what: String| Trouble::Usage(format!("cannot draw {}: {what}", path.display()));
        let json = fs::read(path).map_err(|error: io::Error| usage(error.to_string()))?;
        let recording: Recording = serde_json::from_slice(&json)
            .map_err(|error| usage(format!("it is no recording: {error}")))?;
        match recording.fault() {
            Some(fault) => Err(usage(format!("it is no recording: {fault}"))),
            None => Ok(recording),
        }
    }

    /// What no run can have been like, if anything. Drawings rely on the rest.
    fn fault(&self) -> Option<&'static str> {
        let in_order = |mut moments: Vec<u64>| {
            moments.push(self.wall);
            moments.is_sorted()
        };
        let threads = self.threads.len();
        if self.format != FORMAT {
            Some("its format is not known here")
        } else if self.command.is_empty() || self.cores == 0 {
            Some("no program or no cores")
        } else if self.wall > LONGEST {
            Some("longer than a hundred years")
        } else if !in_order(self.samples.iter().map(|sample| sample.at).collect())
            || !in_order(self.lines.iter().map(|line| line.at).collect())
        {
            Some("moments out of order")
        } else if self.threads.iter().any(|thread| !in_order(vec![thread.first, thread.last])) {
            Some("a thread outside of the run")
        } else if self.samples.iter().flat_map(|s| &s.changed).any(|c| c.0 >= threads) {
            Some("a sample of a thread that is not there")
        } else {
            None
        }
    }
}
