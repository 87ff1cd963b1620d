//! A workload: the same work for several programs, with its parameters and its
//! right answer in one place.

use std::path::PathBuf;
use std::time::Duration;

use crate::answer::Answer;
use crate::record::Clock;
use crate::rounds::ROUNDS_TOGETHER;
use crate::run::Invocation;
use crate::section::Section;

/// Programs that do the same work.
#[derive(Clone, Debug)]
pub struct Workload {
    /// A short name, unique.
    pub name: String,
    /// What it belongs to.
    pub section: Section,
    /// What the programs do, with all parameters.
    pub title: String,
    /// How large the work is, where the same work is done in several sizes.
    pub size: Option<u64>,
    /// What a run does many times, where the time of one is what is asked for.
    pub unit: Option<&'static str>,
    /// The clock that times are taken from.
    pub clock: Clock,
    /// How many timed runs each has.
    pub rounds: usize,
    /// Whether the programs of a round run at the same time. Only for those that
    /// sleep: they do not disturb each other.
    pub together: bool,
    /// Whether some rounds of such programs run at the same time, too.
    pub rounds_together: bool,
    /// Whether each program runs once before the rounds, watched. Not where a
    /// smaller size of the same work has just run.
    pub warm_up: bool,
    /// Whether a program may come to a limit of the machine, on how many there can be
    /// or on memory, and be left out.
    pub may_reach_limit: bool,
    /// How long a run takes, by experience; only the progress line goes by it.
    pub usual: Duration,
    /// The programs. The first is the baseline.
    pub entries: Vec<Entry>,
}

/// A program, what it is given, and the answer it must give.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How it is run.
    pub invocation: Invocation,
    /// What it must print and write.
    pub answer: Expected,
    /// How many units of its work a run does.
    pub units: u64,
    /// Programs to be watched for the memory that one unit takes.
    pub holders: Option<Holders>,
    /// Whether it is written in another language, whose steps take other times.
    pub peer: bool,
}

/// Two runs whose memory differs by what some units take.
#[derive(Clone, Debug)]
pub struct Holders {
    /// Holds one.
    pub one: Box<Entry>,
    /// Holds many at the same moment.
    pub many: Box<Entry>,
    /// How many.
    pub count: u64,
}

/// What a program must answer.
#[derive(Clone, Debug)]
pub enum Expected {
    /// This.
    Known(Answer),
    /// Nothing is known of it: the same as the baseline, and each time.
    LikeTheBaseline,
}

impl Entry {
    /// A program with its arguments and its answer, and 60 s to give it.
    pub fn new(name: &str, path: PathBuf, arguments: &[String], answer: Answer) -> Entry {
        Entry {
            invocation: Invocation {
                name: name.to_owned(),
                path,
                arguments: arguments.to_vec(),
                limit: Duration::from_secs(60),
            },
            answer: Expected::Known(answer),
            units: 1,
            holders: None,
            peer: false,
        }
    }

    /// A run of it does so many units of work.
    pub fn units(mut self, units: u64) -> Entry {
        self.units = units;
        self
    }

    /// It may take so long before it counts as hung.
    pub fn limit(mut self, limit: Duration) -> Entry {
        self.invocation.limit = limit;
        self
    }

    /// It is written in another language.
    pub fn peer(mut self) -> Entry {
        self.peer = true;
        self
    }
}

impl Workload {
    /// A workload of seven rounds by our clock, to be refined.
    pub fn new(section: Section, name: impl Into<String>, title: impl Into<String>) -> Workload {
        Workload {
            name: name.into(),
            section,
            title: title.into(),
            size: None,
            unit: None,
            clock: Clock::Process,
            rounds: 7,
            together: false,
            rounds_together: false,
            warm_up: true,
            may_reach_limit: false,
            usual: Duration::from_millis(200),
            entries: Vec::new(),
        }
    }

    /// How long it takes, by experience: a warm-up and the rounds.
    pub fn expected(&self, rounds: Option<usize>) -> Duration {
        let mut rounds = rounds.unwrap_or(self.rounds);
        if self.rounds_together {
            rounds = rounds.div_ceil(ROUNDS_TOGETHER);
        }
        let runs = rounds + usize::from(self.warm_up);
        let programs = if self.together { 1 } else { self.entries.len() };
        // As many as there can be in a run that somebody waits for.
        self.usual * u32::try_from(runs * programs).unwrap_or(u32::MAX)
    }
}
