//! Runs one program from outside, under a time limit.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use rustix::process::{PidfdFlags, pidfd_open};
use tempfile::TempDir;
use wait4::Wait4;

use crate::child::signals::Signals;
use crate::child::tree::{Peak, own_children};
use crate::trouble::Trouble;

/// How long a program's descendants may take to follow it.
const GRACE: Duration = Duration::from_secs(1);
/// The most that a program may print, in bytes.
const MOST_OUTPUT: usize = 64 * 1024 * 1024;
/// The least time between two looks at a watched tree.
const INTERVAL: Duration = Duration::from_millis(1);

/// What is run.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The name that a table or a message gives it.
    pub name: String,
    /// The file that is executed.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// How long it may take before it counts as hung.
    pub limit: Duration,
}

/// A run that ended by itself.
pub struct Finished {
    /// From just before the process was made until it had ended: making and
    /// loading it included, reaping it and its last output not.
    pub wall: Duration,
    /// Of the program and of all that it started and waited for, in user and
    /// kernel mode.
    pub cpu: Duration,
    /// What it printed.
    pub stdout: String,
    /// How it failed and what it said about it, unless its status was 0.
    pub failure: Option<String>,
    /// The directory that it ran in, empty at its start. Removed on drop.
    pub directory: TempDir,
}

impl Invocation {
    /// Runs it once. Nothing watches meanwhile, unless `peak` asks for it.
    ///
    /// # Errors
    ///
    /// [`Trouble::Program`] if it cannot be started, hangs, leaves a process behind,
    /// or prints what is not text. What it may have left is for [`none_left`].
    /// [`Trouble::Interrupted`] if a signal asked this process to end.
    pub fn run(&self, signals: &Signals, peak: Option<&mut Peak>) -> Result<Finished, Trouble> {
        let directory = tempfile::Builder::new()
            .prefix("measure-")
            .tempdir()
            .map_err(Trouble::own("cannot make a temporary directory"))?;
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that all of it can be killed.
            .process_group(0);

        let start = Instant::now();
        let child = command
            .spawn()
            .map_err(|error| self.trouble(format!("could not be started: {error}")))?;
        let mut running = Running::new(child);
        let ended =
            running.until_end(start, self.limit, signals, peak).map_err(
                |stopped| match stopped {
                    Stopped::Hung => self.trouble(format!(
                        "hung: it did not end within {} s and was killed",
                        self.limit.as_secs_f64()
                    )),
                    Stopped::Flooded => self.trouble("printed more than 64 MiB and was killed"),
                    Stopped::Interrupted => signals.interrupted(),
                    Stopped::System(error) => Trouble::own("cannot wait for a program")(error),
                },
            )?;

        let failure = (!ended.status.success()).then(|| {
            let said = [&running.stderr, &running.stdout].map(|text| String::from_utf8_lossy(text));
            failure(ended.status, &said[0], &said[1])
        });
        if ended.pipes_held {
            return Err(self.trouble("ended and left a process behind that holds its output"));
        }
        let stdout = String::from_utf8(std::mem::take(&mut running.stdout))
            .map_err(|_| self.trouble("printed what is not UTF-8"))?;
        Ok(Finished { wall: ended.wall, cpu: ended.cpu, stdout, failure, directory })
    }

    fn trouble(&self, what: impl Into<String>) -> Trouble {
        Trouble::program(&self.name, what)
    }
}

/// How a program failed, with what it had to say about it.
fn failure(status: ExitStatus, stderr: &str, stdout: &str) -> String {
    let how = match (status.signal(), status.code()) {
        (Some(number), _) => match Signal::try_from(number) {
            Ok(signal) => format!("was killed by {signal}"),
            Err(_) => format!("was killed by signal {number}"),
        },
        (_, Some(code)) => format!("failed with exit status {code}"),
        (None, None) => format!("failed: {status}"),
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
    // Rust's standard library says more after the error if it has to abort, Python
    // says which tasks it leaves unfinished, and clap where to read more.
    let says_why =
        |line: &&str| line.contains("(os error ") || line.starts_with("memory allocation of ");
    let more = ["note:", "For more information, try"];
    let says_anything =
        |line: &&str| !line.trim().is_empty() && !more.iter().any(|more| line.starts_with(more));
    stderr.lines().rfind(says_why).or_else(|| stderr.lines().rfind(says_anything))
}

/// Why a program was stopped.
enum Stopped {
    Hung,
    Flooded,
    Interrupted,
    System(io::Error),
}

impl From<Errno> for Stopped {
    fn from(error: Errno) -> Stopped {
        Stopped::System(error.into())
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Stopped {
        Stopped::System(error)
    }
}

struct Ended {
    status: ExitStatus,
    wall: Duration,
    cpu: Duration,
    /// Whether somebody still held the output open when the grace was over.
    pipes_held: bool,
}

/// A process. Unless its end was awaited, its group is killed on drop.
struct Running {
    group: Pid,
    /// `None` once it is reaped.
    child: Option<Child>,
    /// The pipes, each until its end.
    pipes: [Option<File>; 2],
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Running {
    fn new(mut child: Child) -> Running {
        let stdout = child.stdout.take().map(|pipe| OwnedFd::from(pipe).into());
        let stderr = child.stderr.take().map(|pipe| OwnedFd::from(pipe).into());
        Running {
            // A pid fits: the kernel's own type for it is signed.
            group: Pid::from_raw(child.id().cast_signed()),
            child: Some(child),
            pipes: [stdout, stderr],
            stdout: Vec::new(),
            stderr: Vec::new(),
        }
    }

    /// Waits for the end, and meanwhile reads what is printed, so that a full
    /// pipe does not hold the program up.
    fn until_end(
        &mut self,
        start: Instant,
        limit: Duration,
        signals: &Signals,
        mut peak: Option<&mut Peak>,
    ) -> Result<Ended, Stopped> {
        let pid = rustix::process::Pid::from_raw(self.group.as_raw())
            .ok_or_else(|| io::Error::other("a child without a pid"))?;
        // Readable from the moment the process has ended; it stays a zombie,
        // and its pid its own, until it is reaped below.
        let exit = pidfd_open(pid, PidfdFlags::empty()).map_err(io::Error::from)?;

        let mut look_again = Duration::ZERO;
        let wall = loop {
            let elapsed = start.elapsed();
            let left = limit.checked_sub(elapsed).ok_or(Stopped::Hung)?;
            let wait = match peak.as_deref_mut() {
                Some(peak) if elapsed >= look_again => {
                    peak.sample(self.group.as_raw());
                    let spent = start.elapsed().saturating_sub(elapsed);
                    look_again = start.elapsed() + spent.max(INTERVAL);
                    Duration::ZERO
                }
                Some(_) => left.min(look_again - elapsed),
                None => left,
            };
            if self.wait(wait, signals, Some(exit.as_fd()))? {
                break start.elapsed();
            }
        };

        let child = self.child.take().expect("only this reaps the child");
        let reaped = child.wait4()?;
        // What was printed last is still in the pipes. They end when the last
        // process that holds them has ended.
        let until = Instant::now() + GRACE;
        let mut pipes_held = false;
        while self.pipes.iter().any(Option::is_some) && !pipes_held {
            let left = until.saturating_duration_since(Instant::now());
            self.wait(left, signals, None)?;
            pipes_held = left.is_zero() && self.pipes.iter().any(Option::is_some);
        }
        Ok(Ended {
            status: reaped.status,
            wall,
            cpu: reaped.rusage.utime + reaped.rusage.stime,
            pipes_held,
        })
    }

    /// Waits for output, the end of the process, a signal, or the time. Says
    /// whether the process has ended.
    fn wait(
        &mut self,
        time: Duration,
        signals: &Signals,
        exit: Option<BorrowedFd<'_>>,
    ) -> Result<bool, Stopped> {
        let mut fds = vec![PollFd::new(signals.descriptor(), PollFlags::POLLIN)];
        let open: Vec<usize> = (0..2).filter(|&i| self.pipes[i].is_some()).collect();
        for pipe in self.pipes.iter().flatten() {
            fds.push(PollFd::new(pipe.as_fd(), PollFlags::POLLIN));
        }
        fds.extend(exit.map(|exit| PollFd::new(exit, PollFlags::POLLIN)));
        // Rounded up, so that the time is over when the wait is.
        let milliseconds = time.as_nanos().div_ceil(1_000_000);
        let timeout = PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX);
        match poll(&mut fds, timeout) {
            Err(Errno::EINTR) => return Ok(false),
            result => result?,
        };
        let ready: Vec<bool> = fds.iter().map(|fd| fd.any().unwrap_or(true)).collect();
        if ready[0] {
            return Err(Stopped::Interrupted);
        }
        for (i, ready) in open.iter().zip(&ready[1..]) {
            if *ready {
                self.read(*i)?;
            }
        }
        Ok(exit.is_some() && ready.last() == Some(&true))
    }

    /// Reads once from a pipe that is ready, and closes it at its end.
    fn read(&mut self, which: usize) -> Result<(), Stopped> {
        let Some(pipe) = &mut self.pipes[which] else {
            return Ok(());
        };
        let mut buffer = [0; 64 * 1024];
        let length = match pipe.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            result => result?,
        };
        if length == 0 {
            self.pipes[which] = None;
        }
        let output = match which {
            0 => &mut self.stdout,
            _ => &mut self.stderr,
        };
        output.extend(&buffer[..length]);
        if output.len() > MOST_OUTPUT {
            return Err(Stopped::Flooded);
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Once the child is reaped, its pid may be somebody else's.
        if let Some(mut child) = self.child.take() {
            // There is nobody to tell of an error, and none to be expected: the
            // group exists at least until its first process is reaped.
            let _ = killpg(self.group, Signal::SIGKILL);
            let _ = child.wait();
        }
    }
}

/// Makes sure that no process is left of the programs that ran, apart from the
/// children in `known`, and ends those that are.
///
/// This process must be the subreaper of its descendants: then whatever
/// outlived its parent is a child of this process now.
///
/// # Errors
///
/// [`Trouble::Program`] in the given name if one still runs after a grace of
/// 1 s.
pub fn none_left(known: &[u32], name: &str) -> Result<(), Trouble> {
    let until = Instant::now() + GRACE;
    loop {
        let children = own_children().map_err(Trouble::own("cannot list child processes"))?;
        let mut left = Vec::new();
        for pid in children.into_iter().filter(|pid| !known.contains(pid)) {
            let pid = Pid::from_raw(pid.cast_signed());
            let state = waitpid(pid, Some(WaitPidFlag::WNOHANG))
                .map_err(Trouble::own("cannot wait for a child process"))?;
            if state.pid().is_none() {
                left.push(pid);
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        if Instant::now() >= until {
            for &pid in &left {
                kill(pid, Signal::SIGKILL)
                    .and_then(|()| waitpid(pid, None))
                    .map_err(Trouble::own("cannot end a process that was left behind"))?;
            }
            let what = format!("ended and left {} processes running", left.len());
            return Err(Trouble::program(name, what));
        }
        thread::sleep(Duration::from_millis(5));
    }
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
            ("no room (os error 12)\nfatal runtime error\n".to_owned(), "no room (os error 12)"),
            ("out of luck\n\n".to_owned(), "out of luck"),
            ("error: odd\n\nFor more information, try '--help'.\n".to_owned(), "error: odd"),
        ] {
            assert!(cause(&stderr).is_some_and(|cause| cause.starts_with(line)), "{stderr}");
        }
        assert_eq!(cause(note), None);

        let status = ExitStatus::from_raw(1 << 8);
        let report = "Downloading a\nFailed to download a: no space\n0 downloaded, 1 failed\n";
        let failed = "failed with exit status 1: Failed to download a: no space";
        assert_eq!(failure(status, "", report), failed);
        assert_eq!(
            failure(status, "Error: odd\n", report),
            "failed with exit status 1: Error: odd"
        );
    }
}
