//! Runs a program and watches it from outside until it ends.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use procfs::process::Process;
use procfs::{CurrentSI, KernelStats};
use rustix::time::{ClockId, clock_gettime};

use super::output::pass_on;
use super::recording::{End, FORMAT, Recording, nanoseconds};
use super::sampling::Sampler;
use crate::child::tree::cpu_of_descendants;
use crate::child::{Interrupt, Tree, exit_of, ready};
use crate::machine::usable_cores;
use crate::trouble::Trouble;

/// The least time between two samples.
const INTERVAL: Duration = Duration::from_millis(20);
/// The time until the next sample is at least this many times a sample's CPU time. Watching
/// may take a twentieth of a core, and passing on the output is a part of it.
const COST: u32 = 30;
/// How much time a program has to end after it was asked to.
const GRACE: Duration = Duration::from_secs(2);

/// Runs a program to its end. Its standard input and its standard error are this
/// process's own. Its output is passed on to this process's standard output.
///
/// # Errors
///
/// [`Trouble::Usage`] if the program cannot be started.
pub fn watch(
    command: &[OsString],
    path: &Path,
    interrupt: &Interrupt,
) -> Result<Recording, Trouble> {
    let blind = "cannot tell when a thread is on a core, because /proc does not show it here";
    Process::myself().and_then(|own| own.schedstat()).map_err(Trouble::own(blind))?;
    let (printed, writer) =
        io::pipe().map_err(Trouble::own("cannot pass on what the program prints"))?;
    let command: Vec<String> = command.iter().map(|s| s.to_string_lossy().into_owned()).collect();
    let name = command[0].clone();

    let mut watch = Watch { tree: Tree::before_start()?, sampler: Sampler::default(), interrupt };
    let (cpu, started_before) = (cpu_of_descendants(), started());
    let start = Instant::now();
    let mut child = Command::new(path)
        .args(&command[1..])
        .stdout(writer)
        .spawn()
        .map_err(|error| Trouble::Usage(format!("cannot start {name}: {error}")))?;
    let root = child.id().cast_signed();
    let run = || -> io::Result<Recording> {
        let exit = exit_of(&child)?;
        let ended = exit.try_clone()?;
        // A thread of its own: a slow reader must not stop this thread from watching.
        let output = thread::Builder::new().spawn(move || pass_on(printed, &ended, start))?;
        let asked = watch.sample_to_end(root, &exit, start)?;
        let wall = nanoseconds(start.elapsed());
        // A terminal's signal may have ended the program before it is noticed here.
        let interrupted = asked | interrupt.take().is_some();
        // The program is a zombie now. Its counters tell what it did until its end.
        watch.sampler.sample(&watch.tree, wall);
        let status = child.wait()?;
        watch.tree.reap(None);
        let cpu = nanoseconds(cpu_of_descendants().saturating_sub(cpu));
        let started = started().saturating_sub(started_before);
        let left = watch.tree.left(interrupted);

        // The reader may be slow. From now on, a signal ends this process at once.
        interrupt.end_at_once();
        let mut lines = output.join().expect("passing on does not panic")?;
        // The last lines may have been read after the program had ended.
        lines.iter_mut().for_each(|line| line.at = line.at.min(wall));
        let end = match (status.code(), status.signal()) {
            (Some(code), _) => End::Status(code),
            (None, signal) => End::Signal(signal.unwrap_or(0)),
        };
        let (threads, samples) = watch.sampler.finish(root, &name);
        Ok(Recording {
            format: FORMAT,
            command,
            cores: usable_cores(),
            wall,
            end,
            interrupted,
            cpu,
            started,
            left,
            threads,
            samples,
            lines,
        })
    };
    run().map_err(|error| {
        // The first error is reported; a failure here would add nothing to it.
        let _ = child.kill();
        let _ = child.wait();
        Trouble::own("cannot watch the program")(error)
    })
}

struct Watch<'a> {
    tree: Tree,
    sampler: Sampler,
    interrupt: &'a Interrupt,
}

impl Watch<'_> {
    /// Takes samples until the program ends, and returns whether a signal asked for the end.
    /// The signal is passed on, and the program is killed if it does not end.
    fn sample_to_end(&mut self, root: i32, exit: &OwnedFd, start: Instant) -> io::Result<bool> {
        let mut interrupted = false;
        let mut kill_at: Option<Instant> = None;
        let mut next = Instant::now();
        loop {
            let until = kill_at.map_or(next, |kill_at| kill_at.min(next));
            let time = until.saturating_duration_since(Instant::now());
            if let [true, _] = ready([exit.as_fd(), self.interrupt.descriptor()], time)? {
                return Ok(interrupted);
            }
            // The program has not been reaped, so its number is still its own.
            if let Some(signal) = self.interrupt.take() {
                kill_at.get_or_insert(Instant::now() + GRACE);
                interrupted = true;
                // A terminal sends these two to the program as well.
                if ![Signal::SIGINT, Signal::SIGQUIT].contains(&signal) {
                    let _ = kill(Pid::from_raw(root), signal);
                }
            }
            if kill_at.take_if(|kill_at| *kill_at <= Instant::now()).is_some() {
                let _ = kill(Pid::from_raw(root), Signal::SIGKILL);
            }
            if next <= Instant::now() {
                let before = thread_cpu();
                self.sampler.sample(&self.tree, nanoseconds(start.elapsed()));
                self.tree.reap(Some(root));
                let cost = thread_cpu().saturating_sub(before);
                next = Instant::now() + INTERVAL.max(cost * COST);
            }
        }
    }
}

/// How many processes and threads the whole machine has started. Between two calls, it
/// grows by at least the number that a program starts.
fn started() -> u64 {
    KernelStats::current().map_or(0, |stats| stats.processes)
}

fn thread_cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
