//! Arguments that several programs share. The defaults are the documents' values.

use clap::{Parser, value_parser};

use crate::descriptors;
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

/// Opens many connections at once, and sends a line through each and back
#[derive(Parser)]
pub struct Connecting {
    /// How many connections there are at the same time
    #[arg(default_value_t = 10_000)]
    n: u64,
}

impl Connecting {
    /// The number of connections, or fewer if the system does not allow two descriptors
    /// for each; then a line says so.
    pub fn possible(&self) -> u64 {
        let limit = descriptors::raise_limit();
        // The program has some descriptors already, and needs a few for the event loop.
        let possible = self.n.min(limit.saturating_sub(20) / 2);
        if possible < self.n {
            println!("Only {possible} connections: the system allows {limit} descriptors");
        }
        possible
    }
}
