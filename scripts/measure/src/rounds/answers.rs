//! Whether what a program printed is the right answer.

use crate::answer::{Answer, repeatable};
use crate::run::Finished;
use crate::trouble::Trouble;
use crate::workload::{Entry, Expected};

/// The answer of the baseline, where nothing else is known.
pub type Reference = Option<Vec<String>>;

/// Checks an answer. Where none is known, the first becomes the reference.
pub fn check(entry: &Entry, finished: &Finished, reference: &mut Reference) -> Result<(), Trouble> {
    let name = &entry.invocation.name;
    match &entry.answer {
        Expected::Known(answer) => check_known(name, answer, finished),
        Expected::LikeTheBaseline => {
            let lines = repeatable(&finished.stdout);
            let reference = reference.get_or_insert_with(|| lines.clone());
            if lines == *reference {
                return Ok(());
            }
            let odd = lines.iter().find(|line| !reference.contains(line));
            Err(Trouble::program(
                name,
                match odd {
                    Some(line) => format!("printed another answer than the baseline: `{line}`"),
                    None => "printed another answer than the baseline".to_owned(),
                },
            ))
        }
    }
}

fn check_known(name: &str, answer: &Answer, finished: &Finished) -> Result<(), Trouble> {
    answer
        .check(&finished.stdout, finished.directory.path())
        .map_err(|what| Trouble::program(name, what))
}
