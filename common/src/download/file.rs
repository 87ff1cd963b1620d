//! The rule for files: a file has its final name only when it is whole.

use std::fmt;
use std::fs::{File, Permissions};
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use reqwest::StatusCode;
use rustix::fs::{AtFlags, CWD, linkat};
use rustix::io::Errno;
use tempfile::{Builder, NamedTempFile};

use crate::Failure;

/// Where a download goes, and how large it may get.
pub struct Destination {
    path: PathBuf,
    max_size: u64,
}

impl Destination {
    pub(super) fn new(path: PathBuf, max_size: u64) -> Destination {
        Destination { path, max_size }
    }

    /// Receives the body of a response.
    ///
    /// # Errors
    ///
    /// If the status is any but 200, the body ends early, is larger than it
    /// may be or does not arrive in time, or the directory cannot be written to.
    pub fn receive(&self, mut response: reqwest::blocking::Response) -> Result<Part<'_>, Failure> {
        let mut part = self.part(response.status(), response.content_length())?;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match response.read(&mut buffer) {
                Ok(0) => return Ok(part),
                Ok(length) => part.write(&buffer[..length])?,
                Err(error) => return Err(part.cut(error.into())),
            }
        }
    }

    /// Receives the body of a response, as [`Destination::receive`], in a task.
    ///
    /// The file is written with `std::fs` in pieces of half a megabyte at most,
    /// which the kernel takes into its cache: the other tasks wait for about a
    /// millisecond. `tokio::fs` would hand each piece to a pool of threads.
    ///
    /// # Errors
    ///
    /// As [`Destination::receive`].
    pub async fn receive_async(
        &self,
        mut response: reqwest::Response,
    ) -> Result<Part<'_>, Failure> {
        let mut part = self.part(response.status(), response.content_length())?;
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(part),
                Ok(Some(bytes)) => part.write(&bytes)?,
                Err(error) => return Err(part.cut(error.into())),
            }
        }
    }

    fn part(&self, status: StatusCode, length: Option<u64>) -> Result<Part<'_>, Failure> {
        // Anything else is no file: a redirect that leads nowhere has a body
        // too, and an unasked 206 is a part of one.
        if status != StatusCode::OK {
            let reason = status.canonical_reason().unwrap_or("unknown status");
            return Err(Failure::new(format!("HTTP {} {reason}", status.as_u16())));
        }
        if length.is_some_and(|length| length > self.max_size) {
            return Err(self.too_large());
        }
        let file = Nameless::create(self.directory()).map_err(|error| self.cannot_write(&error))?;
        Ok(Part { destination: self, file, received: 0, length })
    }

    fn directory(&self) -> &Path {
        self.path.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn cannot_write(&self, error: &io::Error) -> Failure {
        Failure::new(format!("cannot write {self}: {error}"))
    }

    fn too_large(&self) -> Failure {
        Failure::new(format!("larger than {} bytes", self.max_size))
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

/// A file that is received and has no name yet. Dropped, it is gone.
pub struct Part<'a> {
    destination: &'a Destination,
    file: Nameless,
    received: u64,
    length: Option<u64>,
}

impl Part<'_> {
    /// Gives the file its name, in place of an older file of that name.
    ///
    /// # Errors
    ///
    /// If the directory cannot be written to.
    pub fn save(self) -> Result<(), Failure> {
        let Part { destination, file, .. } = self;
        file.persist(&destination.path, destination.directory())
            .map_err(|error| destination.cannot_write(&error))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.received += bytes.len() as u64;
        if self.received > self.destination.max_size {
            return Err(self.destination.too_large());
        }
        let written = self.file.as_file().write_all(bytes);
        written.map_err(|error| self.destination.cannot_write(&error))
    }

    fn cut(&self, failure: Failure) -> Failure {
        let of = self.length.map(|length| format!(" of {length}")).unwrap_or_default();
        Failure::new(format!("{} after {}{of} bytes", failure.root_cause(), self.received))
    }
}

/// A file without a name, so that nothing is left of it however the program
/// ends; where the file system has no such thing, one with a temporary name.
enum Nameless {
    File(File),
    Temporary(NamedTempFile),
}

impl Nameless {
    fn create(directory: &Path) -> io::Result<Nameless> {
        match nameless(directory) {
            Ok(file) => Ok(Nameless::File(File::from(file))),
            // The ways in which open(2) says that there is no such thing here.
            Err(Errno::OPNOTSUPP | Errno::ISDIR) => Builder::new()
                .permissions(Permissions::from_mode(READ_WRITE))
                .tempfile_in(directory)
                .map(Nameless::Temporary),
            Err(error) => Err(error.into()),
        }
    }

    fn as_file(&self) -> &File {
        match self {
            Nameless::File(file) => file,
            Nameless::Temporary(file) => file.as_file(),
        }
    }

    fn persist(self, path: &Path, directory: &Path) -> io::Result<()> {
        let file = match self {
            Nameless::File(file) => file,
            Nameless::Temporary(file) => return Ok(file.into_temp_path().persist(path)?),
        };
        let nameless = format!("/proc/self/fd/{}", file.as_raw_fd());
        let link = |name: &Path| linkat(CWD, &nameless, CWD, name, AtFlags::SYMLINK_FOLLOW);
        match link(path) {
            // A link cannot replace an older file, but a rename can: the whole
            // file first gets a name that nobody has.
            Err(Errno::EXIST) => {
                let named = Builder::new().make_in(directory, |name| Ok(link(name)?))?;
                Ok(named.into_temp_path().persist(path)?)
            }
            linked => Ok(linked?),
        }
    }
}

#[cfg(target_os = "linux")]
fn nameless(directory: &Path) -> Result<OwnedFd, Errno> {
    use rustix::fs::{Mode, OFlags, openat};

    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    openat(CWD, directory, flags, Mode::from_raw_mode(READ_WRITE))
}

#[cfg(not(target_os = "linux"))]
fn nameless(_directory: &Path) -> Result<OwnedFd, Errno> {
    Err(Errno::OPNOTSUPP)
}

/// For everybody, less the umask, as `File::create` has it.
const READ_WRITE: u32 = 0o666;
