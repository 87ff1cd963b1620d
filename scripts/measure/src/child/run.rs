//! Runs one program from outside. If it does not end within the time limit, it is killed.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;
use wait4::Wait4;

use super::{Interrupt, Peak, exit_of, ready, signal_name};
use crate::trouble::Trouble;

/// The least time between two looks at a watched tree.
const INTERVAL: Duration = Duration::from_millis(1);

/// What is run.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The name that a table or a message gives it.
    pub name: String,
    /// The file that is executed.
    pub path: PathBuf,
    pub arguments: Vec<String>,
}

/// Runs programs to their ends.
pub struct Runner<'a> {
    /// A signal that asks this process to end also ends the program.
    pub interrupt: &'a Interrupt,
    /// How long a program may take before it counts as hung.
    pub limit: Duration,
}

/// A run that ended by itself.
pub struct Finished {
    /// From just before the process was started until it had ended; reaping it not
    /// included.
    pub wall: Duration,
    /// Of the program and of all that it started and waited for, in user and kernel mode.
    pub cpu: Duration,
    pub stdout: String,
    /// How it failed and what it said about it, unless its status was 0.
    pub failure: Option<String>,
    /// The directory that it ran in, empty at its start. Removed on drop.
    pub directory: TempDir,
    /// What it was seen to take, if it was watched.
    pub peak: Peak,
}

impl Runner<'_> {
    /// Runs a program once. If it is watched for its memory, that disturbs its time.
    ///
    /// # Errors
    ///
    /// [`Trouble::Program`] if it cannot be started or hangs.
    /// [`Trouble::Interrupted`] if a signal asked this process to end.
    pub fn run(&self, program: &Invocation, is_watched: bool) -> Result<Finished, Trouble> {
        let temporary = || Trouble::own("cannot make a temporary file");
        let directory =
            tempfile::Builder::new().prefix("measure-").tempdir().map_err(temporary())?;
        // Files and not pipes: a pipe must be read while the program runs.
        let stdout = tempfile::tempfile().map_err(temporary())?;
        let stderr = tempfile::tempfile().map_err(temporary())?;
        let mut command = Command::new(&program.path);
        command
            .args(&program.arguments)
            .current_dir(directory.path())
            // Loopback must not go through a proxy, which may be on another machine.
            .envs(["no_proxy", "NO_PROXY"].map(|name| (name, "127.0.0.1")))
            .stdin(Stdio::null())
            .stdout(stdout.try_clone().map_err(temporary())?)
            .stderr(stderr.try_clone().map_err(temporary())?)
            // A group of its own, so that all of it can be killed.
            .process_group(0);

        let start = Instant::now();
        let child = command.spawn().map_err(|error| {
            Trouble::program(&program.name, format!("could not be started: {error}"))
        })?;
        let mut peak = is_watched.then(Peak::default);
        let wall = self.until_end(program, &child, start, peak.as_mut());
        if wall.is_err() {
            // It cannot fail: the group exists at least until its first process is reaped.
            let _ = killpg(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL);
        }
        let reaped = child.wait4().map_err(Trouble::own("cannot wait for a program"))?;
        let wall = wall?;

        let read = |file| read(file).map_err(Trouble::own("cannot read what was printed"));
        let (stdout, stderr) = (read(stdout)?, read(stderr)?);
        let failure = (!reaped.status.success()).then(|| failure(reaped.status, &stderr, &stdout));
        let cpu = reaped.rusage.utime + reaped.rusage.stime;
        Ok(Finished { wall, cpu, stdout, failure, directory, peak: peak.unwrap_or_default() })
    }

    /// Waits for the end of the process, and returns how long that took.
    fn until_end(
        &self,
        program: &Invocation,
        child: &Child,
        start: Instant,
        mut peak: Option<&mut Peak>,
    ) -> Result<Duration, Trouble> {
        let exit = exit_of(child)
            .map_err(Trouble::own("cannot watch a program (Linux 5.3 or newer is needed)"))?;
        let mut look_again = Duration::ZERO;
        loop {
            let elapsed = start.elapsed();
            let Some(left) = self.limit.checked_sub(elapsed) else {
                let limit = self.limit.as_secs_f64();
                let what = format!("hung: it did not end within {limit} s and was killed");
                return Err(Trouble::program(&program.name, what));
            };
            let wait = match peak.as_deref_mut() {
                Some(peak) if elapsed >= look_again => {
                    peak.sample(child.id().cast_signed());
                    let spent = start.elapsed().saturating_sub(elapsed);
                    look_again = start.elapsed() + spent.max(INTERVAL);
                    Duration::ZERO
                }
                Some(_) => left.min(look_again - elapsed),
                None => left,
            };
            match ready([exit.as_fd(), self.interrupt.descriptor()], wait)
                .map_err(Trouble::own("cannot wait for a program"))?
            {
                [true, _] => return Ok(start.elapsed()),
                [_, true] => self.interrupt.check()?,
                _ => {}
            }
        }
    }
}

fn read(mut file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// How a program failed, with what it had to say about it.
fn failure(status: ExitStatus, stderr: &str, stdout: &str) -> String {
    let how = match status.code() {
        Some(code) => format!("failed with exit status {code}"),
        None => format!("was killed by {}", signal_name(status.signal().unwrap_or(0))),
    };
    // A download program reports its failures among its results.
    let reported = || stdout.lines().find(|line| line.starts_with("Failed to "));
    match cause(stderr).or_else(reported) {
        Some(line) => format!("{how}: {line}"),
        None => how,
    }
}

/// The line that says why: the system's error if one is named, or that there was no
/// memory, and otherwise the last.
fn cause(stderr: &str) -> Option<&str> {
    // Rust's standard library says more after the error if it has to abort, clap where to
    // read more, and g++ that it ends.
    let says_why =
        |line: &&str| line.contains("(os error ") || line.starts_with("memory allocation of ");
    let more = ["note:", "For more information, try", "compilation terminated"];
    let says_anything =
        |line: &&str| !line.trim().is_empty() && !more.iter().any(|more| line.starts_with(more));
    stderr.lines().rfind(says_why).or_else(|| stderr.lines().rfind(says_anything))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_of_a_failure_is_quoted_and_not_what_follows_it() {
        let note = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
        for (stderr, line) in [
            (format!("memory allocation of 256 bytes failed\n{note}\n"), "memory allocation of"),
            (format!("thread 'main' panicked:\nout of luck\n{note}\n"), "out of luck"),
            ("out of luck\n\n".to_owned(), "out of luck"),
            ("error: odd\n\nFor more information, try '--help'.\n".to_owned(), "error: odd"),
        ] {
            assert!(cause(&stderr).is_some_and(|cause| cause.starts_with(line)), "{stderr}");
        }
        assert_eq!(cause(note), None);

        let status = ExitStatus::from_raw(1 << 8);
        let report = "Downloading a\nFailed to download a: no space\n0 downloaded, 1 failed\n";
        assert!(failure(status, "", report).ends_with("status 1: Failed to download a: no space"));
        assert!(failure(status, "Error: odd\n", report).ends_with("status 1: Error: odd"));
    }
}
