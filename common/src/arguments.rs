//! Arguments that several programs share. The defaults are the documents' values.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use clap::{Parser, value_parser};
use humantime::parse_duration;

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

/// Downloads files, and names them file0, file1, ... in the order of their URLs
#[derive(Parser)]
pub struct Downloading {
    /// The URLs to download; without URLs and --from, three files from a web site on loopback
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,
    /// A file with more URLs, one per line; - is standard input
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// The directory for the files, created if it does not exist
    #[arg(long, value_name = "DIR", default_value = "downloads")]
    pub into: PathBuf,
    /// The longest time to connect
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration)]
    pub connect_timeout: Duration,
    /// The longest time without progress
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_duration)]
    pub stall_timeout: Duration,
    /// The longest time for a whole download
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = parse_duration)]
    pub timeout: Duration,
    /// The largest size of a file
    #[arg(long, value_name = "SIZE", default_value = "1GiB")]
    pub max_size: ByteSize,
}

/// Downloads files, and names them file0, file1, ... in the order of their URLs
#[derive(Parser)]
pub struct BoundedDownloading {
    /// The arguments of all download programs.
    #[command(flatten)]
    pub downloads: Downloading,
    /// How many downloads run at the same time
    #[arg(long, value_name = "N", default_value = "64")]
    pub at_once: NonZeroUsize,
}

/// Opens many connections at once, sends a line through each, and gets it back
#[derive(Parser)]
pub struct Connecting {
    /// How many connections there are at the same time
    #[arg(default_value_t = 10_000)]
    pub n: u64,
}
