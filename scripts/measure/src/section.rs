//! The parts of a full run.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A part of a full run. None is called like a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// CPU-bound work: counting and mapping
    Cpu,
    /// I/O-bound work: downloading from a site 100 ms away
    Io,
    /// Waiting in volume: many one-second waits at once
    Waits,
    /// What starting a thread, a process, a program and a task costs
    Start,
    /// The process pool, beside Python's where python3 is there
    Pool,
    /// Wrong beside right
    Traps,
    /// The size of the work from which more than one core pays
    BreakEven,
    /// Downloads beside curl, from nginx, where both are there
    Curl,
    /// What the documents say, with a verdict from the figures of all others
    Claims,
    /// From where on each model pays, by the figures of all others
    Thresholds,
    /// Programs by name
    #[value(skip)]
    Programs,
}

impl Section {
    /// The parts of a full run, in their order.
    pub const ALL: [Section; 10] = [
        Section::Cpu,
        Section::Io,
        Section::Waits,
        Section::Start,
        Section::Pool,
        Section::Traps,
        Section::BreakEven,
        Section::Curl,
        Section::Claims,
        Section::Thresholds,
    ];

    /// What stands above its tables.
    pub fn title(self) -> &'static str {
        match self {
            Section::Cpu => "CPU-bound",
            Section::Io => "I/O-bound",
            Section::Waits => "Waiting in volume",
            Section::Start => "Starting one",
            Section::Pool => "The pool",
            Section::Traps => "Traps",
            Section::BreakEven => "Break-even",
            Section::Curl => "Downloads beside curl",
            Section::Claims => "What the documents say, on this machine",
            Section::Thresholds => "Which model pays from where on, on this machine",
            Section::Programs => "Programs",
        }
    }

    /// The name on the command line; empty for programs.
    pub fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Whether it measures nothing itself and is made from the others.
    pub fn is_derived(self) -> bool {
        matches!(self, Section::Claims | Section::Thresholds)
    }

    /// The section of a name.
    pub fn named(name: &str) -> Option<Section> {
        Section::from_str(name, false).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn no_section_is_called_like_a_program() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let program =
            |member: &str, name: &str| root.join(member).join(format!("src/bin/{name}.rs"));
        assert!(program("threading", "downloads").exists());
        for section in Section::ALL {
            for member in ["threading", "multiprocessing", "asyncio", "scripts/measure"] {
                assert!(!program(member, &section.name()).exists(), "{}", section.name());
            }
        }
    }
}
