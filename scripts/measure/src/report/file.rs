//! Files that are complete or not there.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::trouble::Trouble;

/// Whether a file can be written there. For use before the work that it is for.
///
/// # Errors
///
/// [`Trouble::Usage`] if it cannot.
pub fn check(path: &Path) -> Result<(), Trouble> {
    let checked = match regular(path) {
        Some(path) if path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Some(path) => unfinished(&path).map(drop),
        None => Ok(()),
    };
    checked.map_err(|error| Trouble::Usage(format!("cannot write {}: {error}", path.display())))
}

/// Writes a file. An older one stays as it is until the new one is complete.
///
/// # Errors
///
/// If the system refuses.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), Trouble> {
    let write = || match regular(path) {
        Some(path) => {
            let mut file = unfinished(&path)?;
            file.write_all(contents)?;
            file.persist(path).map(drop).map_err(|error| error.error)
        }
        None => fs::OpenOptions::new().write(true).open(path)?.write_all(contents),
    };
    write().map_err(Trouble::own(format!("cannot write {}", path.display())))
}

/// The file at the end of a path and its links, even if nothing is there yet; `None`
/// if it is a device or a pipe, which must not be replaced.
fn regular(path: &Path) -> Option<PathBuf> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => None,
        _ => Some(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
    }
}

fn unfinished(path: &Path) -> io::Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    tempfile::Builder::new()
        .prefix(".unfinished-")
        // As a file that a program simply creates; the umask applies.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(directory.unwrap_or(Path::new(".")))
        .map_err(without_path)
}

/// What the system says, without the name of the unfinished file.
fn without_path(error: io::Error) -> io::Error {
    let text = error.to_string();
    let reason = text.split_once(" at path ").map_or(text.as_str(), |(reason, _)| reason);
    io::Error::new(error.kind(), reason)
}
