//! The parts of a full run.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::trouble::Trouble;

/// A part of a full run. None has the name of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// CPU-bound work: counting and mapping
    #[default]
    Cpu,
    /// The cost of the GIL: four threads in CPython with it and without it, in C++ and Rust
    Gil,
    /// I/O-bound work: downloading from a site 100 ms away
    Io,
    /// Many one-second waits at once
    Waits,
    /// The cost of starting a thread, a process, a program and a task
    Start,
    /// The process pool, beside Python's if python3 is installed
    Pool,
    /// Wrong beside right
    Traps,
    /// How large a job must be before several cores are faster
    BreakEven,
    /// The claims of the documents, with verdicts from the figures of all others
    Claims,
    /// Which model to use, from the figures of all others
    Thresholds,
    /// Programs that compute or download beside their twins in CPython, for the answer
    #[value(skip)]
    Python,
    /// Programs by name
    #[value(skip)]
    Programs,
}

impl Section {
    /// The parts of a full run, in their order.
    pub fn all() -> &'static [Section] {
        Section::value_variants()
    }

    /// The parts that the answer needs, in their order.
    pub const ANSWER: [Section; 4] =
        [Section::Cpu, Section::Io, Section::Waits, Section::BreakEven];

    /// The heading of its tables.
    pub fn title(self) -> &'static str {
        match self {
            Section::Cpu => "Computing",
            Section::Gil => "The GIL",
            Section::Io => "Waiting for a few things",
            Section::Waits => "Waiting for many things",
            Section::Start => "Starting one",
            Section::Pool => "The pool",
            Section::Traps => "Traps",
            Section::BreakEven => "Break-even",
            Section::Claims => "What the documents say",
            Section::Thresholds => "Which model?",
            Section::Python => "The same in CPython",
            Section::Programs => "Programs",
        }
    }

    /// The section with this name.
    pub fn named(name: &str) -> Option<Section> {
        Section::from_str(name, false).ok()
    }

    /// The sections with these names, each once. An unknown name is an error.
    pub fn all_named(names: &[impl AsRef<str>]) -> Result<Vec<Section>, Trouble> {
        let mut sections = Vec::new();
        for name in names {
            let name = name.as_ref();
            let unknown = || Trouble::Usage(format!("unknown section `{name}`"));
            let section = Section::named(name).ok_or_else(unknown)?;
            if !sections.contains(&section) {
                sections.push(section);
            }
        }
        Ok(sections)
    }
}
