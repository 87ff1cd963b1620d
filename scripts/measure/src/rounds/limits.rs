//! Programs that come to a limit of the machine.

use super::which_limit;
use crate::record::Row;
use crate::run::NO_MEMORY;
use crate::trouble::Trouble;
use crate::workload::{Entry, Workload};

/// How a run ends that the kernel stops because memory is short.
const KILLED: &str = "killed by SIGKILL";

/// Leaves a program out that came to a limit of the machine, where it may.
///
/// # Errors
///
/// Any other trouble.
pub fn leave_out(
    workload: &Workload,
    entry: &Entry,
    row: &mut Row,
    trouble: Trouble,
) -> Result<(), Trouble> {
    match trouble {
        Trouble::Program { what, .. } if workload.may_reach_limit && says_limit(&what) => {
            row.samples.clear();
            row.left_out = Some(why(what, entry.peer));
            Ok(())
        }
        trouble => Err(trouble),
    }
}

/// Whether a program has come to a limit.
pub fn is_limit(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Program { what, .. } if says_limit(what))
}

/// Whether a program says that the machine lets it start no more, or gives it no
/// more memory. A new thread for whose signals there is no stack ends the program
/// before it can say so; beside others that took all there is, a program does not
/// even begin; and where the memory itself is short, the kernel kills without a word.
fn says_limit(what: &str) -> bool {
    let limits = ["could not start ", "could not fork", "alternative stack", KILLED];
    limits.iter().chain(&NO_MEMORY).any(|limit| what.contains(limit))
        || (what.starts_with("could not be started") && what.contains("(os error 11)"))
}

/// What a program said, and what it could not say of the limit that it reached.
fn why(what: String, peer: bool) -> String {
    // The measuring itself kills only what hangs, and says so.
    if what.contains(KILLED) {
        return format!("{what}, as the kernel does where memory runs short");
    }
    match which_limit::named(&what, peer) {
        Some(limits) => format!("{what}; the limit is {limits}"),
        None => what,
    }
}

#[cfg(test)]
mod tests {
    use super::super::new_row;
    use super::*;
    use crate::answer::Answer;
    use crate::section::Section;

    /// Why a row is left out, if it is.
    fn left_out(may_reach_limit: bool, what: &str) -> Result<String, Trouble> {
        let mut workload = Workload::new(Section::Waits, "waits", "waits");
        workload.may_reach_limit = may_reach_limit;
        let entry = Entry::new("waits", "waits".into(), &[], Answer::default());
        let mut row = new_row(&entry);
        leave_out(&workload, &entry, &mut row, Trouble::program("waits", what))?;
        Ok(row.left_out.expect("a row without a reason"))
    }

    #[test]
    fn a_limit_of_memory_leaves_a_row_out() {
        for what in [
            "was killed by SIGABRT: memory allocation of 256 bytes failed",
            "failed with exit status 1: MemoryError",
            "was killed by SIGKILL",
        ] {
            assert!(left_out(true, what).unwrap().starts_with(what), "{what}");
            assert!(left_out(false, what).is_err(), "{what}");
        }
        assert!(left_out(true, "was killed by SIGKILL").unwrap().contains("memory runs short"));
        for what in ["was killed by SIGABRT: out of luck", "failed with exit status 1", "hung"] {
            assert!(left_out(true, what).is_err(), "{what}");
        }
    }
}
