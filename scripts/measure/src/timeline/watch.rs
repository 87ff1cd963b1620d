//! Runs a program and watches it from outside until it ends.

use std::ffi::OsString;
use std::io::{self, PipeReader};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustix::time::{ClockId, clock_gettime};

use crate::child::signals::Signals;
use crate::child::tree::Tree;
use crate::child::{exit_of, ready};
use crate::timeline::output::pass_on;
use crate::timeline::recording::{End, FORMAT, Recording};
use crate::timeline::sampling::Sampler;
use crate::trouble::Trouble;

/// The least time between two samples.
const INTERVAL: Duration = Duration::from_millis(20);
/// The time until the next sample is at least this many times a sample's CPU time. The
/// watching may take a twentieth of a core, and passing on the output takes some too.
const COST: u32 = 30;
/// How long a program that was asked to end may take to do so.
const GRACE: Duration = Duration::from_secs(2);
/// How long the processes that a program leaves behind may take to end, by themselves
/// or, after an interruption, killed; and how often they are looked for.
const SOON: Duration = Duration::from_secs(1);
const OFTEN: Duration = Duration::from_millis(5);

/// Runs a program to its end. Its standard input and its standard error are this
/// process's own. What it prints is passed on to this process's standard output.
///
/// This process becomes the subreaper of its descendants. A child that was there before
/// is left alone.
///
/// # Errors
///
/// [`Trouble::Usage`] if the program cannot be started, or the system refuses something.
pub fn watch(
    name: &str,
    path: &Path,
    arguments: &[OsString],
    signals: &Signals,
) -> Result<Recording, Trouble> {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
        .map_err(Trouble::own("cannot adopt the program's descendants"))?;
    let cores =
        thread::available_parallelism().map_err(Trouble::own("cannot count the cores"))?.get();
    let rest = arguments.iter().map(|argument| argument.to_string_lossy().into_owned());
    let command = [name.to_owned()].into_iter().chain(rest).collect();
    let (printed, writer) =
        io::pipe().map_err(Trouble::own("cannot pass on what the program prints"))?;

    let tree = Tree::before_start()?;
    let start = Instant::now();
    let mut child = Command::new(path)
        .args(arguments)
        .stdout(writer)
        .spawn()
        .map_err(|error| Trouble::Usage(format!("cannot start {name}: {error}")))?;
    let root = Pid::from_raw(child.id().cast_signed());
    let mut watch = Watch {
        start,
        root,
        tree,
        sampler: Sampler::new(root.as_raw()),
        recording: Recording { format: FORMAT, command, cores, ..Recording::default() },
    };
    if let Err(error) = watch.run(&mut child, printed, signals) {
        // The error is reported; a failure here can add nothing to it.
        let _ = child.kill();
        let _ = child.wait();
        return Err(Trouble::own("cannot watch the program")(error));
    }
    let Watch { mut recording, sampler, .. } = watch;
    (recording.threads, recording.samples) = sampler.finish(name);
    Ok(recording)
}

struct Watch {
    start: Instant,
    root: Pid,
    tree: Tree,
    sampler: Sampler,
    recording: Recording,
}

impl Watch {
    fn run(&mut self, child: &mut Child, printed: PipeReader, signals: &Signals) -> io::Result<()> {
        let exit = exit_of(child)?;
        let (start, ended) = (self.start, exit.try_clone()?);
        // A thread of its own: a slow reader must not keep this one from watching.
        let output = thread::Builder::new().spawn(move || pass_on(printed, &ended, start))?;
        self.sample_to_end(&exit, signals)?;
        let wall = nanoseconds(self.start.elapsed());
        self.recording.wall = wall;
        // A terminal's signal may have ended the program before it is noticed here.
        self.recording.interrupted |= signals.take().is_some();
        // The program is a zombie now. Its counters tell what it did until its end.
        self.sampler.sample(&self.tree, wall);
        let status = child.wait()?;
        self.recording.end = match (status.code(), status.signal()) {
            (Some(code), _) => End::Status(code),
            (None, signal) => End::Signal(signal.unwrap_or(0)),
        };
        self.tree.reap_orphans(self.root.as_raw());
        self.recording.cpu = nanoseconds(self.tree.cpu());
        self.recording.started = self.tree.started();
        self.recording.left = self.await_rest();

        // The reader may be slow. Who does not want to wait may end this process.
        signals.end_at_once(true);
        self.recording.lines = output.join().expect("passing on does not panic")?;
        signals.end_at_once(false);
        // The last ones may have been read after the program had ended.
        self.recording.lines.iter_mut().for_each(|line| line.at = line.at.min(wall));
        Ok(())
    }

    /// Takes samples until the program ends. A signal asks it to end, and it is killed if it
    /// does not.
    fn sample_to_end(&mut self, exit: &OwnedFd, signals: &Signals) -> io::Result<()> {
        let mut kill_at: Option<Instant> = None;
        let mut next = Instant::now();
        loop {
            let until = kill_at.map_or(next, |kill_at| kill_at.min(next));
            let time = until.saturating_duration_since(Instant::now());
            if ready(&[exit.as_fd(), signals.descriptor()], time)?[0] {
                return Ok(());
            }
            // The program has not been reaped, so its number is still its own.
            if let Some(signal) = signals.take() {
                kill_at = Some(Instant::now() + GRACE);
                self.recording.interrupted = true;
                // A terminal sends these two to the program as well.
                if ![Signal::SIGINT, Signal::SIGQUIT].contains(&signal) {
                    let _ = kill(self.root, signal);
                }
            }
            if kill_at.take_if(|kill_at| *kill_at <= Instant::now()).is_some() {
                let _ = kill(self.root, Signal::SIGKILL);
            }
            if next <= Instant::now() {
                next = Instant::now() + self.sample();
            }
        }
    }

    /// Takes a sample, and says how long to wait until the next one.
    fn sample(&mut self) -> Duration {
        let before = thread_cpu();
        self.sampler.sample(&self.tree, nanoseconds(self.start.elapsed()));
        self.tree.reap_orphans(self.root.as_raw());
        let cost = thread_cpu().saturating_sub(before);
        INTERVAL.max(cost * COST)
    }

    /// Waits a moment for the processes that an ended program has left behind, and kills
    /// them if it was interrupted. Returns how many are still there.
    fn await_rest(&self) -> usize {
        let until = Instant::now() + SOON;
        loop {
            self.tree.reap_orphans(self.root.as_raw());
            let mut left = self.tree.processes();
            left.retain(|stat| !matches!(stat.state, 'Z' | 'X'));
            if left.is_empty() || until <= Instant::now() {
                return left.len();
            }
            for stat in left.iter().filter(|_| self.recording.interrupted) {
                // One that has just ended needs no killing.
                let _ = kill(Pid::from_raw(stat.pid), Signal::SIGKILL);
            }
            thread::sleep(OFTEN);
        }
    }
}

/// The time as a recording has it; 584 years fit.
pub fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn thread_cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
