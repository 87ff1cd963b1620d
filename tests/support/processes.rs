//! Runs a program from outside, under a time limit, and looks for processes that it
//! has left behind.

// Each test target uses only a part of this.
#![allow(dead_code)]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// A program that runs longer hangs.
const TIME_LIMIT: Duration = Duration::from_secs(300);
/// How long after a program's end its descendants may still be there. They are
/// being killed then, which can take a while on a busy machine. Processes that are
/// left behind stay for a minute.
const GRACE: Duration = Duration::from_secs(10);
/// The variable that marks a program and all of its descendants.
const MARK: &str = "MULTIPROCESSING_TEST_RUN";

/// A program that runs.
pub struct Running {
    child: Child,
    mark: String,
    stdout: File,
    stderr: File,
    start: Instant,
}

/// A program that has ended.
#[derive(Debug)]
pub struct Outcome {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    pub time: Duration,
}

/// Starts a program in a process group of its own, with a clean environment.
pub fn start(command: &mut Command) -> Running {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let mark = format!("{}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    // Files and not pipes: a process that is left behind with a pipe would keep
    // the reader waiting.
    let stdout = tempfile::tempfile().unwrap();
    let stderr = tempfile::tempfile().unwrap();
    let clean = ["RUST_BACKTRACE", "http_proxy", "https_proxy", "all_proxy", "no_proxy"];
    for name in clean {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    let child = command
        .env(MARK, &mark)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().unwrap())
        .stderr(stderr.try_clone().unwrap())
        .spawn()
        .unwrap();
    Running { child, mark, stdout, stderr, start: Instant::now() }
}

/// The same program, but not ignoring SIGINT. A program that a script starts in the
/// background ignores it, and so do the programs that it starts.
pub fn interruptible(command: &Command) -> Command {
    let mut interruptible = Command::new("env");
    interruptible.arg("--default-signal=INT").arg(command.get_program()).args(command.get_args());
    interruptible
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Outcome {
    start(command).finish()
}

/// Asserts that a program, which works on eight items, two at once, ends correctly on
/// Ctrl-C: it saves the items that have begun, begins no other item, and says both.
pub fn assert_saves_and_ends_on_ctrl_c(program: &str) {
    // Item 4 may begin with item 3. On a busy machine, the signal may come late: then it
    // tries again.
    let at_once = (0..5).any(|_| items_begun_before_ctrl_c(program) <= 4);
    assert!(at_once, "items begin after Ctrl-C");
}

fn items_begun_before_ctrl_c(program: &str) -> usize {
    let mut running = start(&mut interruptible(&Command::new(program)));
    // One or two items are saved then, and two or one are in work.
    running.wait_for("Working on item 3\n");
    killpg(running.pid(), Signal::SIGINT).unwrap();
    // A second signal changes nothing. (It may come too late.)
    running.wait_for("Saved item 3\n");
    let _ = killpg(running.pid(), Signal::SIGINT);
    let Outcome { status, stdout, stderr, .. } = running.finish();

    assert_eq!((status.code(), &*stderr), (Some(130), ""), "{stdout}");
    let (work, not_started) = stdout.split_once("Not started: ").unwrap();
    let items = |what: &str| {
        let mut items: Vec<u32> =
            work.lines().filter_map(|line| line.strip_prefix(what)?.parse().ok()).collect();
        items.sort_unstable();
        items
    };
    let (begun, saved) = (items("Working on item "), items("Saved item "));
    assert_eq!(begun, saved, "{stdout}");
    let rest: Vec<u32> = (saved.len() as u32 + 1..=8).collect();
    assert!(!rest.is_empty(), "{stdout}");
    assert_eq!(not_started, format!("{rest:?}\n"));
    begun.len()
}

/// Asserts that such a program has status 0 if Ctrl-C comes when all items have begun.
pub fn assert_works_on_all_items(program: &str) -> Outcome {
    let mut running = start(&mut interruptible(&Command::new(program)));
    running.wait_for("Working on item 8\n");
    // It may come too late.
    let _ = killpg(running.pid(), Signal::SIGINT);
    let outcome = running.finish();
    assert!(outcome.success().ends_with("\nNot started: []\n"), "{outcome:?}");
    assert!(outcome.time >= Duration::from_secs(4), "{outcome:?}");
    outcome
}

/// Asserts that a program prints a line when it is due, and does not keep it until a later
/// one is due, seconds later.
pub fn assert_not_held_back(program: &str, due: &str, later: &str) {
    // On a busy machine, the look may come late and see both lines: then it looks again.
    let seen = (0..5).any(|_| {
        let mut running = start(&mut Command::new(program));
        running.wait_for(due);
        killpg(running.pid(), Signal::SIGKILL).unwrap();
        !running.finish().stdout.contains(later)
    });
    assert!(seen, "{due:?} never comes before {later:?}");
}

/// Asserts that a program, which waits for seconds until it prints a line, sleeps until then.
pub fn assert_uses_no_cpu_time_until(program: &str, line: &str) {
    let running = start(&mut Command::new(program));
    let mut cpu = Duration::ZERO;
    while !running.printed().contains(line) {
        running.check_time(&format!("does not print {line:?}"));
        cpu = running.cpu_time().unwrap_or(cpu);
        sleep(Duration::from_millis(1));
    }
    // To start takes a few milliseconds. A thread that does not sleep would use seconds.
    assert!(cpu < Duration::from_millis(300), "{cpu:?}");
    running.finish().success();
}

impl Running {
    /// The CPU time of all threads, also those that have ended; `None` if the program has ended.
    fn cpu_time(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).ok()?;
        // The name may have spaces; after it, utime and stime are the 12th and 13th words.
        let (_, after_name) = stat.rsplit_once(')')?;
        let ticks = after_name.split_whitespace().skip(11).take(2);
        Some(Duration::from_millis(10 * ticks.map(|n| n.parse::<u64>().unwrap()).sum::<u64>()))
    }

    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }

    /// Waits until the program has printed this.
    pub fn wait_for(&mut self, text: &str) {
        while !self.printed().contains(text) {
            self.check_time(&format!("does not print {text:?}"));
            assert!(
                self.child.try_wait().unwrap().is_none(),
                "ended without printing {text:?}: {}",
                read(&self.stderr)
            );
            sleep(Duration::from_millis(1));
        }
    }

    /// The program's output so far.
    pub fn printed(&self) -> String {
        read(&self.stdout)
    }

    /// Waits until the program has started a process.
    pub fn wait_for_child(&mut self) {
        let list = format!("/proc/{0}/task/{0}/children", self.pid());
        while fs::read_to_string(&list).is_ok_and(|children| children.is_empty()) {
            self.check_time("starts no process");
            sleep(Duration::from_millis(1));
        }
    }

    /// Waits for the program's end, and checks that no descendant of it is left
    /// soon after.
    pub fn finish(mut self) -> Outcome {
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            self.check_time("hangs");
            sleep(Duration::from_millis(1));
        };
        let time = self.start.elapsed();
        let end = Instant::now();
        loop {
            let left = self.descendants();
            if left.is_empty() {
                break;
            }
            assert!(end.elapsed() < GRACE, "left behind: {left:?}\n{}", read(&self.stderr));
            sleep(Duration::from_millis(1));
        }
        let (stdout, stderr) = (read(&self.stdout), read(&self.stderr));
        Outcome { status, stdout, stderr, time }
    }

    /// The processes that have the program's mark.
    fn descendants(&self) -> Vec<String> {
        let mark = format!("{MARK}={}", self.mark);
        let mut left = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let marked = |environment: Vec<u8>| {
                environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
            };
            if fs::read(entry.path().join("environ")).is_ok_and(marked) {
                let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
                let lines = status.lines().filter(|line| {
                    ["Name:", "State:", "PPid:"].iter().any(|name| line.starts_with(name))
                });
                left.push(format!("{:?} {:?}", entry.file_name(), lines.collect::<Vec<_>>()));
            }
        }
        left
    }

    fn check_time(&self, complaint: &str) {
        if self.start.elapsed() > TIME_LIMIT {
            let left = self.descendants();
            let _ = killpg(self.pid(), Signal::SIGKILL);
            panic!("{complaint}: {left:?}\n{}{}", read(&self.stdout), read(&self.stderr));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After a failed check, its processes must not disturb the other tests.
        let _ = killpg(self.pid(), Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

impl Outcome {
    /// Checks that the program succeeded without a word on standard error, and
    /// returns its output.
    #[track_caller]
    pub fn success(&self) -> &str {
        assert_eq!(self.status.code(), Some(0), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stderr, "");
        &self.stdout
    }

    /// Checks that the program failed with status 1 and one line, and returns
    /// its message.
    #[track_caller]
    pub fn error(&self) -> &str {
        assert_eq!(self.status.code(), Some(1), "{}{}", self.stdout, self.stderr);
        let line = self.stderr.strip_suffix('\n').unwrap_or_default();
        assert!(!line.contains('\n'), "more than one line: {line}");
        line.strip_prefix("Error: ").unwrap_or_else(|| panic!("no error: {:?}", self.stderr))
    }

    /// Like [`error`](Self::error), and checks that it names a worker and its
    /// pid. Returns the rest of the message.
    #[track_caller]
    pub fn worker_error(&self) -> &str {
        let error = self.error();
        let deed = error.strip_prefix("worker ").and_then(|rest| {
            let (worker, rest) = rest.split_once(" (pid ")?;
            let (pid, rest) = rest.split_once(')')?;
            (worker.parse::<usize>().is_ok() && pid.parse::<u32>().is_ok()).then_some(rest)
        });
        deed.unwrap_or_else(|| panic!("it names no worker: {error}")).trim_start_matches([':', ' '])
    }

    #[track_caller]
    pub fn killed_by(&self, signal: Signal) {
        assert_eq!(self.status.signal(), Some(signal as i32), "{}", self.stderr);
    }
}

/// The children of a process (zombies too), and its descriptors.
#[derive(Debug, PartialEq, Eq)]
pub struct Belongings {
    children: Vec<String>,
    descriptors: Vec<String>,
}

impl Belongings {
    pub fn now() -> Belongings {
        Belongings { children: children(), descriptors: descriptors() }
    }
}

/// The pids of this process's children, zombies too.
pub fn children() -> Vec<String> {
    let mut children = Vec::new();
    for task in fs::read_dir("/proc/self/task").unwrap().flatten() {
        let list = fs::read_to_string(task.path().join("children")).unwrap();
        children.extend(list.split_whitespace().map(str::to_owned));
    }
    children
}

/// This process's descriptors, each with its file.
pub fn descriptors() -> Vec<String> {
    let directory = Path::new("/proc/self/fd");
    let names: Vec<_> = fs::read_dir(directory).unwrap().map(|e| e.unwrap().file_name()).collect();
    // The descriptor for reading the directory itself is already closed.
    let mut open: Vec<String> = names
        .iter()
        .filter_map(|name| Some((name, fs::read_link(directory.join(name)).ok()?)))
        .map(|(name, what)| format!("{} {}", name.display(), what.display()))
        .collect();
    open.sort();
    open
}

fn read(file: &File) -> String {
    let mut bytes = vec![0; file.metadata().unwrap().len() as usize];
    let count = file.read_at(&mut bytes, 0).unwrap();
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}
