//! Arguments that several programs share. The defaults are the documents' values.

use clap::{Parser, value_parser};

use crate::work::MAX_LIMIT;

/// Counts to a limit four times
#[derive(Parser)]
pub struct Counting {
    /// How far each of the four counts goes
    #[arg(default_value_t = 1_000_000_000)]
    pub limit: u64,
}

/// Maps a CPU-bound task over four inputs
#[derive(Parser)]
pub struct Mapping {
    /// How many numbers each of the four tasks adds up
    #[arg(default_value_t = 100_000_000, value_parser = value_parser!(u64).range(..=MAX_LIMIT))]
    pub limit: u64,
}

/// Waits for a second many times at once
#[derive(Parser)]
pub struct Waiting {
    /// How many waits there are at the same time
    #[arg(default_value_t = 1_000)]
    pub n: u32,
}

/// What `parse!` calls. It and `parse!` go when the download programs no longer use them.
#[doc(hidden)]
pub fn parse_with<A: Parser>(source: &'static str) -> A {
    let header = source.lines().next().unwrap_or_default();
    let about = header.trim_start_matches("//! ").trim_end_matches('.');
    let matches = A::command().about(about).get_matches();
    A::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// Takes the arguments of a download program from the command line.
#[macro_export]
macro_rules! parse {
    () => {
        $crate::arguments::parse_with(include_str!(concat!(env!("CARGO_CRATE_NAME"), ".rs")))
    };
}
