//! Files that are whole or not there.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Whether a file can be written there, before the work is done that it is for.
///
/// # Errors
///
/// What the system would say to it.
pub fn check(path: &Path) -> io::Result<()> {
    match Place::of(path) {
        Place::File(path) if path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Place::File(path) => begin(&path).map(drop),
        Place::Other => Ok(()),
    }
}

/// Writes a file; an older one stays as it is until the new one is whole.
///
/// # Errors
///
/// If the system refuses.
pub fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    match Place::of(path) {
        Place::File(path) => {
            let mut file = begin(&path)?;
            file.write_all(contents)?;
            file.persist(path).map_err(|error| error.error)?;
            Ok(())
        }
        Place::Other => fs::OpenOptions::new().write(true).open(path)?.write_all(contents),
    }
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
