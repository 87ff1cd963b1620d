//! Runs a program and watches it from outside until it ends.

use std::ffi::OsString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use procfs::process::Process;
use rustix::process::{PidfdFlags, pidfd_open};
use rustix::time::{ClockId, clock_gettime};

use crate::output::{Output, at};
use crate::recording::{End, Recording};
use crate::sampler::Sampler;
use crate::signals::Signals;
use crate::trouble::Trouble;

/// The least time between two samples.
const INTERVAL: Duration = Duration::from_millis(20);
/// A sample's CPU time is at most this part of the time until the next one. Less
/// than the twentieth that the watching may take, because passing on the output
/// takes some too.
const COST: u32 = 30;
/// How many samples a run of any length has at least in its last half: the
/// interval grows with the run, so that a day's samples still fit in memory.
const RESOLUTION: u32 = 2000;
/// How long a program that was asked to end may take to do so.
const GRACE: Duration = Duration::from_secs(2);
/// How often what an interrupted program has left behind is looked for.
const ROUNDS: u32 = 200;
/// The time between two of those.
const ROUND: Duration = Duration::from_millis(5);

/// Runs a program to its end. Its standard input and its standard error output
/// are this process's own; what it prints is passed on.
///
/// # Errors
///
/// [`Trouble::Usage`] if the program cannot be started.
pub fn watch(
    name: &str,
    path: &Path,
    arguments: &[OsString],
    signals: &Signals,
) -> Result<Recording, Trouble> {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
        .map_err(Trouble::system("cannot adopt the program's descendants"))?;
    let cores = std::thread::available_parallelism()
        .map_err(Trouble::system("cannot count the cores"))?
        .get();
    let mut command = vec![name.to_owned()];
    command.extend(arguments.iter().map(|argument| argument.to_string_lossy().into_owned()));
    let mut recording = Recording::new(command, cores);

    let start = Instant::now();
    let mut child = signals
        .inherited(|| Command::new(path).args(arguments).stdout(Stdio::piped()).spawn())
        .map_err(|error| Trouble::Usage(format!("cannot start {name}: {error}")))?;
    let stdout = child.stdout.take().expect("the standard output is piped");
    let mut running = Running {
        start,
        // A pid fits: the kernel's own type for it is signed.
        root: Pid::from_raw(child.id().cast_signed()),
        child: Some(child),
    };
    let output = Output::pass_on(OwnedFd::from(stdout).into(), start)
        .map_err(Trouble::system("cannot start a thread"))?;
    let mut sampler = Sampler::new(running.root.as_raw())?;

    let status = running.until_end(&mut sampler, &mut recording, signals)?;
    output.program_has_ended();
    recording.end = match (status.code(), status.signal()) {
        (Some(code), _) => End::Status(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    };
    let left = await_rest(&mut sampler, &recording);
    recording.watcher.cpu = cpu(ClockId::ProcessCPUTime);
    let own = Process::myself().and_then(|process| process.status());
    recording.watcher.peak_memory = own.ok().and_then(|own| own.vmhwm).unwrap_or(0) * 1024;

    let (threads, places, blind) = sampler.finish();
    recording.threads = threads;
    recording.blind = blind;
    if recording.threads.is_empty() {
        recording.blind.push("None of its threads may be looked at: /proc hides them.".to_owned());
    }
    if left > 0 {
        recording.blind.push(format!(
            "{left} of the processes that it started outlive it and are not watched any more."
        ));
    }
    for counters in recording.samples.iter_mut().flat_map(|sample| &mut sample.changed) {
        counters.0 = places[counters.0];
    }
    collect_lines(&output, signals, &mut recording)?;
    Ok(recording)
}

/// Waits until everything that was printed is passed on, however slow its reader
/// is; a signal ends that.
fn collect_lines(
    output: &Output,
    signals: &Signals,
    recording: &mut Recording,
) -> Result<(), Trouble> {
    loop {
        if let Some(lines) = output.lines() {
            let lines = lines.map_err(Trouble::system("cannot pass on what the program prints"))?;
            recording.lines = lines.kept;
            recording.lines_left_out = lines.left_out;
            // The last ones may have been read after the program had ended.
            for line in &mut recording.lines {
                line.at = line.at.min(recording.wall);
            }
            return Ok(());
        }
        wait(signals, None, ROUND)?;
        if signals.take()?.is_some() {
            recording.interrupted = true;
            return Ok(());
        }
    }
}

/// The program. Unless its end was awaited, it is killed on drop.
struct Running {
    start: Instant,
    root: Pid,
    /// `None` once it is reaped.
    child: Option<Child>,
}

impl Running {
    /// Takes samples until the program ends.
    fn until_end(
        &mut self,
        sampler: &mut Sampler,
        recording: &mut Recording,
        signals: &Signals,
    ) -> Result<ExitStatus, Trouble> {
        let pid = rustix::process::Pid::from_raw(self.root.as_raw()).expect("a child has a pid");
        // Readable from the moment the process has ended; it stays a zombie,
        // whose counters can be read, until it is reaped below.
        let exit = pidfd_open(pid, PidfdFlags::empty())
            .map_err(Trouble::system("cannot wait for the program"))?;
        let mut deadline: Option<Instant> = None;
        let mut next = Instant::now();
        loop {
            let until = deadline.map_or(next, |deadline| deadline.min(next));
            let time = until.saturating_duration_since(Instant::now());
            if wait(signals, Some(exit.as_fd()), time)? {
                break;
            }
            if let Some(arrived) = signals.take()? {
                // Whoever asks twice does not want to wait.
                let grace = if recording.interrupted { Duration::ZERO } else { GRACE };
                deadline = Some(Instant::now() + grace);
                recording.interrupted = true;
                if !arrived.from_terminal {
                    // It has not been reaped, so its number is still its own.
                    let _ = kill(self.root, arrived.signal);
                }
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                let _ = kill(self.root, Signal::SIGKILL);
                deadline = None;
            }
            if next <= Instant::now() {
                next = Instant::now() + self.sample(sampler, recording);
            }
        }
        recording.wall = at(self.start);
        // A terminal's signal may have ended the program before it is noticed here.
        recording.interrupted |= signals.take()?.is_some();
        // The last one sees what the program did until its end.
        recording.samples.push(sampler.sample(recording.wall));
        let mut child = self.child.take().expect("only this reaps the program");
        child.wait().map_err(Trouble::system("cannot wait for the program"))
    }

    /// Takes a sample, and says how long to wait until the next one.
    fn sample(&self, sampler: &mut Sampler, recording: &mut Recording) -> Duration {
        let before = cpu(ClockId::ThreadCPUTime);
        recording.samples.push(sampler.sample(at(self.start)));
        reap_orphans(sampler);
        let cost = Duration::from_nanos(cpu(ClockId::ThreadCPUTime) - before);
        INTERVAL.max(cost * COST).max(self.start.elapsed() / RESOLUTION)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Something failed that is reported; this can add nothing to it.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits a moment for the processes that an ended program has left behind, and
/// kills them if it was interrupted. Returns how many are still there.
fn await_rest(sampler: &mut Sampler, recording: &Recording) -> usize {
    let rounds = if recording.interrupted { ROUNDS } else { ROUNDS / 20 };
    for _ in 0..rounds {
        let alive: Vec<i32> = sampler.alive().collect();
        if alive.is_empty() {
            return 0;
        }
        if recording.interrupted {
            for pid in alive {
                // One that has just ended needs no killing.
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
        }
        std::thread::sleep(ROUND);
        reap_orphans(sampler);
        // Only to find them: the run is over, and its samples with it.
        sampler.sample(recording.wall);
    }
    sampler.alive().count()
}

/// Takes notice of the end of descendants that have no parent but this process.
fn reap_orphans(sampler: &Sampler) {
    for &pid in sampler.orphans() {
        // An orphan that is still alive stays.
        let _ = waitpid(Pid::from_raw(pid), Some(WaitPidFlag::WNOHANG));
    }
}

/// Waits for a signal, the end of the program, or the time. Says whether the
/// program has ended.
fn wait(signals: &Signals, exit: Option<BorrowedFd<'_>>, time: Duration) -> Result<bool, Trouble> {
    let mut fds = vec![PollFd::new(signals.descriptor(), PollFlags::POLLIN)];
    fds.extend(exit.map(|exit| PollFd::new(exit, PollFlags::POLLIN)));
    // Rounded up, so that the time is over when the wait is.
    let milliseconds = time.as_nanos().div_ceil(1_000_000);
    let timeout = PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX);
    match poll(&mut fds, timeout) {
        Err(Errno::EINTR) => return Ok(false),
        result => result.map_err(Trouble::system("cannot wait for the program"))?,
    };
    Ok(fds.get(1).is_some_and(|exit| exit.any().unwrap_or(true)))
}

/// The time a clock shows, in nanoseconds.
fn cpu(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    Duration::try_from(time).map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}
