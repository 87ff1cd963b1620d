//! Programs that come to a limit of the machine.

use crate::record::Row;
use crate::trouble::Trouble;
use crate::workload::Workload;

/// Leaves a program out that came to a limit of the machine, where it may.
///
/// # Errors
///
/// Any other trouble.
pub fn leave_out(workload: &Workload, row: &mut Row, trouble: Trouble) -> Result<(), Trouble> {
    match trouble {
        Trouble::Program { what, .. } if workload.may_reach_limit && says_limit(&what) => {
            row.samples.clear();
            row.left_out = Some(what);
            Ok(())
        }
        trouble => Err(trouble),
    }
}

/// Whether a program has come to a limit.
pub fn is_limit(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Program { what, .. } if says_limit(what))
}

/// Whether a program says that the machine lets it start no more. A new thread
/// for whose signals there is no stack ends the program before it can say so, and
/// beside others that took all there is, a program does not even begin.
fn says_limit(what: &str) -> bool {
    let limits = ["could not start ", "could not fork", "alternative stack"];
    limits.iter().any(|limit| what.contains(limit))
        || (what.starts_with("could not be started") && what.contains("(os error 11)"))
}
