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

/// Increments a count many times in two threads
#[derive(Parser)]
pub struct Incrementing {
    /// How many times each thread increments
    #[arg(default_value_t = 5_000_000)]
    pub n: u64,
}

/// Reads a small file many times
#[derive(Parser)]
pub struct Reading {
    /// How many times
    #[arg(default_value_t = 5_000)]
    pub n: u64,
}
