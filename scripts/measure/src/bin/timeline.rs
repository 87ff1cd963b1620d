//! Runs a program unchanged, watches it from outside, and draws which of its threads and
//! tasks ran when; the script `timeline.sh` starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    measure::timeline::main()
}
