//! Runs `process_downloads` as a reader does.

mod support;

use support::downloads::test_downloads;

const PROGRAM: &str = env!("CARGO_BIN_EXE_process_downloads");

test_downloads! { PROGRAM }
test_downloads! { PROGRAM; overlaps, at_once_bounds_the_downloads, a_killed_process_is_one_failure }
