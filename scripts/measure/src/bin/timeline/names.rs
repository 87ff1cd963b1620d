//! What a drawing calls a thread.

/// The kernel keeps 15 bytes of a thread's name. These are the whole names of
/// threads that libraries hide.
const LIBRARIES: [&str; 2] = ["reqwest-internal-sync-runtime", "tokio-runtime-worker"];
/// How much of a name the kernel keeps, in bytes.
const KEPT: usize = 15;

/// The name of a process's first thread. `program` is what the process runs, if
/// that is not what was asked for.
pub fn process(is_root: bool, pid: i32, program: Option<&String>) -> String {
    match program {
        _ if is_root => "main".to_owned(),
        Some(program) => format!("process {pid} {program}"),
        None => format!("process {pid}"),
    }
}

/// The name of a thread that a library has named.
pub fn library(comm: &str) -> String {
    let whole = LIBRARIES.iter().find(|name| name.get(..KEPT) == Some(comm));
    whole.map_or(comm, |name| name).to_owned()
}

/// A name or a line as it may stand in a drawing: a control character would
/// change a terminal, and some are not allowed in XML.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect()
}

fn is_printable(c: char) -> bool {
    // The second kind turns the direction of the text around; the third is
    // no character in XML.
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        && !matches!(c, '\u{fffe}' | '\u{ffff}')
}
