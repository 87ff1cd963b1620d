//! Records again what README files show, or checks it; the script `record.sh` starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    measure::readme::main()
}
