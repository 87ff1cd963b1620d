//! Files that are whole or not there.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::trouble::Trouble;

/// Whether a file can be written there, before the work is done that it is for.
///
/// # Errors
///
/// [`Trouble::Usage`] if it cannot.
pub fn check(path: &Path) -> Result<(), Trouble> {
    let usage = |error: io::Error| {
        Trouble::Usage(format!("cannot write {}: {}", path.display(), reason(&error)))
    };
    match Place::of(path) {
        Place::File(path) if path.is_dir() => Err(usage(io::ErrorKind::IsADirectory.into())),
        Place::File(path) => begin(&path).map(drop).map_err(usage),
        Place::Other => Ok(()),
    }
}

/// Writes a file; an older one stays as it is until the new one is whole.
///
/// # Errors
///
/// If the system refuses.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), Trouble> {
    let written = match Place::of(path) {
        Place::File(path) => begin(&path).and_then(|mut file| {
            file.write_all(contents)?;
            file.persist(path)?;
            Ok(())
        }),
        Place::Other => fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(contents)),
    };
    written.map_err(|error| Trouble::System {
        what: format!("cannot write {}", path.display()),
        cause: reason(&error),
    })
}

/// What a path leads to.
enum Place {
    /// A file, or nothing yet; at the end of links, if there are any.
    File(PathBuf),
    /// A device or a pipe, which nothing must take the place of.
    Other,
}

impl Place {
    fn of(path: &Path) -> Place {
        match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => Place::Other,
            _ => Place::File(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
        }
    }
}

fn begin(path: &Path) -> io::Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    tempfile::Builder::new()
        .prefix(".timeline-")
        // As a file that a program simply creates; the umask applies.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(directory.unwrap_or(Path::new(".")))
}

/// What the system says, without the name of the temporary file.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" at path ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}
