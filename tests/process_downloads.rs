//! Runs `process_downloads` as a reader does, and asks the programs of
//! `multiprocessing` that take arguments for help.

mod support;

use support::assert_helpful;
use support::downloads::test_downloads;

const PROGRAM: &str = env!("CARGO_BIN_EXE_process_downloads");

test_downloads! { PROGRAM }
test_downloads! { PROGRAM; overlaps, at_once_bounds_the_downloads, a_killed_process_is_one_failure }

#[test]
fn helps() {
    assert_helpful(&[
        PROGRAM,
        env!("CARGO_BIN_EXE_pool_map"),
        env!("CARGO_BIN_EXE_sequential_map"),
        env!("CARGO_BIN_EXE_process_waits"),
    ]);
}
