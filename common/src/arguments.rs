//! Arguments that twins share, with the documents' values as defaults.

use clap::{Parser, value_parser};

use crate::work::MAX_LIMIT;

/// Takes the arguments of a program from the command line. Its `--help` begins
/// with the first line of its header: the file of the program, which must have
/// the program's name, is looked into where it is compiled.
#[macro_export]
macro_rules! parse {
    () => {
        $crate::arguments::parse_with(include_str!(concat!(env!("CARGO_CRATE_NAME"), ".rs")))
    };
}

/// What [`parse!`] calls.
#[doc(hidden)]
pub fn parse_with<A: Parser>(source: &'static str) -> A {
    let header = source.lines().next().unwrap_or_default();
    let about = header.trim_start_matches("//! ").trim_end_matches('.');
    let matches = A::command().about(about).get_matches();
    A::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// The argument of the programs that count.
#[derive(Parser)]
pub struct Counting {
    /// How far each of the four counts goes
    #[arg(default_value_t = 1_000_000_000)]
    pub limit: u64,
}

/// The argument of the programs that map `cpu_bound_task` over four inputs.
#[derive(Parser)]
pub struct Mapping {
    /// How many numbers each of the four tasks adds up
    #[arg(default_value_t = 100_000_000, value_parser = value_parser!(u64).range(..=MAX_LIMIT))]
    pub limit: u64,
}

/// The argument of the programs that wait.
#[derive(Parser)]
pub struct Waiting {
    /// How many wait at the same time
    #[arg(default_value_t = 1_000, value_parser = value_parser!(u32).range(..=100_000_000))]
    pub n: u32,
}
