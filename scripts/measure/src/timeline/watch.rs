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
use procfs::process::Process;
use procfs::{CurrentSI, KernelStats};
use rustix::time::{ClockId, clock_gettime};

use super::output::pass_on;
use super::recording::{End, FORMAT, Recording};
use super::sampling::Sampler;
use crate::child::tree::cpu_of_descendants;
use crate::child::{Signals, Tree, exit_of, ready};
use crate::machine::usable_cores;
use crate::trouble::Trouble;

/// The least time between two samples.
const INTERVAL: Duration = Duration::from_millis(20);
/// The time until the next sample is at least this many times a sample's CPU time. The
/// watching may take a twentieth of a core, and passing on the output takes some too.
const COST: u32 = 30;
/// How long a program that was asked to end may take to do so.
const GRACE: Duration = Duration::from_secs(2);

/// Runs a program to its end. Its standard input and its standard error are this
/// process's own. What it prints is passed on to this process's standard output.
///
/// # Errors
///
/// [`Trouble::Usage`] if the program cannot be started.
pub fn watch(command: &[OsString], path: &Path, signals: &Signals) -> Result<Recording, Trouble> {
    let blind = "cannot see which thread is on a core when, /proc does not tell it here";
    Process::myself().and_then(|own| own.schedstat()).map_err(Trouble::own(blind))?;
    let (printed, writer) =
        io::pipe().map_err(Trouble::own("cannot pass on what the program prints"))?;
    let command: Vec<String> = command.iter().map(|s| s.to_string_lossy().into_owned()).collect();
    let name = command[0].clone();

    let tree = Tree::before_start()?;
    let (cpu, started) = (cpu_of_descendants(), started());
    let start = Instant::now();
    let mut child = Command::new(path)
        .args(&command[1..])
        .stdout(writer)
        .spawn()
        .map_err(|error| Trouble::Usage(format!("cannot start {name}: {error}")))?;
    let root = Pid::from_raw(child.id().cast_signed());
    let mut watch = Watch {
        start,
        root,
        cpu,
        started,
        tree,
        sampler: Sampler::new(root.as_raw()),
        recording: Recording {
            format: FORMAT,
            command,
            cores: usable_cores(),
            ..Recording::default()
        },
    };
    watch.run(&mut child, printed, signals).map_err(|error| {
        // The error is reported; a failure here can add nothing to it.
        let _ = child.kill();
        let _ = child.wait();
        Trouble::own("cannot watch the program")(error)
    })?;
    let Watch { mut recording, sampler, .. } = watch;
    (recording.threads, recording.samples) = sampler.finish(&name);
    Ok(recording)
}

struct Watch {
    start: Instant,
    root: Pid,
    /// What was counted before the start.
    cpu: Duration,
    started: u64,
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
        self.tree.reap(None);
        self.recording.cpu = nanoseconds(cpu_of_descendants().saturating_sub(self.cpu));
        self.recording.started = started().saturating_sub(self.started);
        self.recording.left = self.tree.left(self.recording.interrupted);

        // The reader may be slow. Who does not want to wait may end this process.
        signals.end_at_once();
        self.recording.lines = output.join().expect("passing on does not panic")?;
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
            if let [true, _] = ready([exit.as_fd(), signals.descriptor()], time)? {
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
        self.tree.reap(Some(self.root.as_raw()));
        let cost = thread_cpu().saturating_sub(before);
        INTERVAL.max(cost * COST)
    }
}

/// How many processes and threads the whole machine has started: since a moment, at least
/// as many as a program did.
fn started() -> u64 {
    KernelStats::current().map_or(0, |stats| stats.processes)
}

/// The time as a recording has it; 584 years fit.
pub fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn thread_cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
