//! Arguments that several programs share. The defaults are the documents' values.

use clap::{Parser, value_parser};

use crate::work::MAX_LIMIT;

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
