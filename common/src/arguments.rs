//! Arguments that twins share, with the documents' values as defaults.

use clap::{Parser, value_parser};

use crate::work::MAX_LIMIT;

/// The argument of the programs that count.
#[derive(Parser)]
#[command(about = "Counts from 0 to LIMIT, four times")]
pub struct Counting {
    /// How far each of the four counts goes
    #[arg(default_value_t = 1_000_000_000)]
    pub limit: u64,
}

/// The argument of the programs that map `cpu_bound_task` over four inputs.
#[derive(Parser)]
#[command(about = "Adds up the numbers below LIMIT, four times")]
pub struct Mapping {
    /// How many numbers each of the four tasks adds up
    #[arg(default_value_t = 100_000_000, value_parser = value_parser!(u64).range(..=MAX_LIMIT))]
    pub limit: u64,
}

/// The argument of the programs that wait.
#[derive(Parser)]
#[command(about = "Waits for a second N times at once")]
pub struct Waiting {
    /// How many wait at the same time
    #[arg(default_value_t = 1_000, value_parser = value_parser!(u32).range(..=100_000_000))]
    pub n: u32,
}
