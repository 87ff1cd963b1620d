//! Runs the built programs side by side; the script `compare.sh` starts it.

use std::process::ExitCode;

use common::site;

fn main() -> ExitCode {
    // A copy of this program is the web site that the programs download from.
    site::serve_if_started_as_server();
    measure::compare::main()
}
