//! Watches programs as its users do, and looks at recorded runs.
//!
//! What a timeline shows at a glance is proven from the samples of recorded runs
//! (`tests/timelines/record.sh` makes them), and refuted on those of their twins.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::openpty;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use rustix::termios::Winsize;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

const TIMELINE: &str = env!("CARGO_BIN_EXE_timeline");
/// All that `record.sh` makes.
const RECORDINGS: [&str; 14] = [
    "async_map",
    "blocking_map",
    "downloads",
    "fetch_data",
    "fetch_data_awaited",
    "fetch_data_blocking",
    "gil_counter",
    "gil_counter_5ms",
    "pool_map",
    "sequential_counter",
    "sequential_downloads",
    "sequential_map",
    "threaded_counter",
    "threaded_map",
];

#[test]
fn threads_count_side_by_side() {
    assert_only(
        "threaded_counter",
        side_by_side_in_threads,
        &["gil_counter", "sequential_counter", "pool_map"],
    );
}

#[test]
fn threads_with_one_lock_take_turns() {
    assert_only(
        "gil_counter",
        takes_turns,
        &["threaded_counter", "gil_counter_5ms", "sequential_counter"],
    );
}

#[test]
fn processes_of_a_pool_run_side_by_side() {
    assert_only(
        "pool_map",
        side_by_side_in_processes,
        &["threaded_map", "sequential_map", "async_map"],
    );
}

#[test]
fn work_on_the_event_loop_keeps_its_one_thread_busy() {
    assert_only("async_map", one_row_all_busy, &["blocking_map", "threaded_map", "fetch_data"]);
}

#[test]
fn tasks_overlap_on_one_thread_that_is_asleep() {
    let twins = ["fetch_data_awaited", "fetch_data_blocking", "downloads", "async_map"];
    assert_only("fetch_data", three_fetches_on_a_thread_asleep, &twins);
}

#[test]
fn tasks_that_are_awaited_in_turn_are_a_staircase() {
    assert_only("fetch_data_awaited", staircase, &["fetch_data", "downloads"]);
    assert_only("fetch_data_blocking", staircase, &["fetch_data", "downloads"]);
    assert_only("sequential_downloads", staircase, &["fetch_data", "downloads"]);
}

#[test]
fn downloads_run_all_at_once() {
    let twins = ["sequential_downloads", "fetch_data_awaited", "fetch_data_blocking"];
    assert_only("downloads", all_at_once, &twins);
}

/// A claim holds for a recording, and for none of others.
fn assert_only(right: &str, claim: fn(&Recording) -> Result<(), String>, wrong: &[&str]) {
    assert_eq!(claim(&recorded(right)), Ok(()), "{right}");
    for wrong in wrong {
        assert!(claim(&recorded(wrong)).is_err(), "{wrong} passes for {right}");
    }
}

fn ensure(holds: bool, what: String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what) }
}

/// Four threads of one process on more than 1.4 cores in sum.
fn side_by_side_in_threads(run: &Recording) -> Result<(), String> {
    let busy = run.busy();
    ensure(busy.len() == 4, format!("{} threads are busy", busy.len()))?;
    let one_process = busy.iter().all(|&i| run.threads[i].pid == run.threads[0].pid);
    ensure(one_process, "they are of several processes".to_owned())?;
    ensure(run.cores_used() > 1.4, format!("{} cores", run.cores_used()))
}

/// As many busy processes as there are cores, each of one thread, on more than
/// 1.4 cores in sum.
fn side_by_side_in_processes(run: &Recording) -> Result<(), String> {
    let busy = run.busy();
    ensure(busy.len() == run.cores, format!("{} threads are busy", busy.len()))?;
    let others = busy.iter().all(|&i| run.threads[i].tid == run.threads[i].pid && i != 0);
    ensure(others, "they are not processes of their own".to_owned())?;
    ensure(run.cores_used() > 1.4, format!("{} cores", run.cores_used()))
}

/// Four threads on about one core in sum, of which one has the core nearly for
/// itself at any time.
fn takes_turns(run: &Recording) -> Result<(), String> {
    let busy = run.busy();
    ensure(busy.len() == 4, format!("{} threads are busy", busy.len()))?;
    let cores = run.cores_used();
    ensure((0.8..1.1).contains(&cores), format!("{cores} cores"))?;
    let (mut foremost, mut all) = (0, 0);
    let mut before = vec![0; run.threads.len()];
    for sample in &run.samples {
        let mut spent = Vec::new();
        for &(thread, on_core, _) in &sample.changed {
            spent.push(on_core - before[thread]);
            before[thread] = on_core;
        }
        foremost += spent.iter().max().unwrap_or(&0);
        all += spent.iter().sum::<u64>();
    }
    let share = foremost as f64 / all as f64;
    ensure(share > 0.85, format!("the foremost thread has {share} of the time"))
}

fn one_row_all_busy(run: &Recording) -> Result<(), String> {
    ensure(run.threads.len() == 1, format!("{} threads", run.threads.len()))?;
    let cores = run.cores_used();
    ensure((0.9..1.05).contains(&cores), format!("{cores} cores"))
}

fn three_fetches_on_a_thread_asleep(run: &Recording) -> Result<(), String> {
    ensure(run.threads.len() == 1, format!("{} threads", run.threads.len()))?;
    ensure(run.cores_used() < 0.05, format!("{} cores", run.cores_used()))?;
    let bars = run.bars();
    let lengths: Vec<f64> = bars.iter().map(|bar| ((bar.1 - bar.0) as f64 / 1e9).round()).collect();
    ensure(lengths == [2.0, 3.0, 1.0], format!("bars of {lengths:?} s"))?;
    all_at_once(run)
}

/// Three tasks, each of which begins before any ends.
fn all_at_once(run: &Recording) -> Result<(), String> {
    let bars = run.bars();
    let last_start = bars.iter().map(|bar| bar.0).max();
    let first_end = bars.iter().map(|bar| bar.1).min();
    ensure(bars.len() == 3 && last_start < first_end, format!("{bars:?}"))
}

/// Three tasks, each of which begins when the one before has ended.
fn staircase(run: &Recording) -> Result<(), String> {
    let bars = run.bars();
    let steps = bars.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    ensure(bars.len() == 3 && steps, format!("{bars:?}"))
}

/// A recording, read with nothing of the program that made it.
#[derive(Deserialize)]
struct Recording {
    wall: u64,
    cores: usize,
    watcher: Watcher,
    threads: Vec<Thread>,
    samples: Vec<Sample>,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Watcher {
    cpu: u64,
    peak_memory: u64,
}

#[derive(Deserialize)]
struct Thread {
    name: String,
    pid: i32,
    tid: i32,
}

#[derive(Deserialize)]
struct Sample {
    changed: Vec<(usize, u64, u64)>,
}

#[derive(Deserialize)]
struct Line {
    at: u64,
    text: String,
}

impl Recording {
    fn read(path: &Path) -> Recording {
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    /// The time of each thread on a core, in nanoseconds.
    fn on_core(&self) -> Vec<u64> {
        let mut on_core = vec![0; self.threads.len()];
        for &(thread, time, _) in self.samples.iter().flat_map(|sample| &sample.changed) {
            on_core[thread] = time;
        }
        on_core
    }

    fn cores_used(&self) -> f64 {
        self.on_core().iter().sum::<u64>() as f64 / self.wall as f64
    }

    /// The threads that were on a core for a tenth of the run or more.
    fn busy(&self) -> Vec<usize> {
        let on_core = self.on_core();
        (0..on_core.len()).filter(|&i| on_core[i] > self.wall / 10).collect()
    }

    /// When each task began and ended, in the order in which they began.
    fn bars(&self) -> Vec<(u64, u64)> {
        let words = [
            ("Starting to fetch data from ", "Finished fetching data from "),
            ("Downloading ", "Downloaded "),
        ];
        let mut bars = Vec::new();
        for line in &self.lines {
            for (start, end) in words {
                if let Some(name) = line.text.strip_prefix(start) {
                    let end = format!("{end}{name}");
                    let end = self.lines.iter().find(|line| line.text == end).unwrap();
                    bars.push((line.at, end.at));
                }
            }
        }
        bars
    }

    fn names(&self) -> Vec<&str> {
        self.threads.iter().map(|thread| thread.name.as_str()).collect()
    }
}

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/timelines").join(format!("{name}.json"))
}

fn recorded(name: &str) -> Recording {
    Recording::read(&path_of(name))
}

/// A run of 2 s that was made up: on a core, ready, asleep, not seen for a
/// while, and half on a core; and from 0.5 to 1.7 s a process of two threads.
fn made_up() -> Value {
    let second = 1_000_000_000_u64;
    let mut samples = Vec::new();
    let (mut on_core, mut ready, mut child) = (0, 0, 0);
    for sample in 0..=100_u64 {
        let at = sample * second / 50;
        match sample {
            1..=25 => on_core = at,
            // The kernel counts a wait when it is over.
            50 => ready = second / 2,
            // Nobody looked from 1.2 to 1.5 s.
            61..=74 => continue,
            75..=100 => on_core += second / 100,
            _ => {}
        }
        let mut changed = vec![json!([0, on_core, ready])];
        if (25..=85).contains(&sample) {
            // A quarter on a core, and one more before it was first seen.
            child += second / 200;
            changed.push(json!([1, child, 0]));
        }
        if sample == 26 {
            changed.push(json!([2, 0, 0]));
        }
        samples.push(json!({ "at": at, "changed": changed }));
    }
    let thread = |name: &str, pid: i32, tid: i32, first: u64, last: u64| {
        let (first, last) = (first * second / 50, last * second / 50);
        json!({ "name": name, "pid": pid, "tid": tid, "comm": "x", "first": first, "last": last })
    };
    let line = |at: u64, text: &str| json!({ "at": at * second / 10, "text": text });
    json!({
        "format": 1,
        "command": ["/somewhere/made_up", "argument"],
        "cores": 2,
        "wall": 2 * second,
        "end": { "status": 3 },
        "interrupted": false,
        "watcher": { "cpu": 0, "peak_memory": 0 },
        "blind": [],
        "threads": [
            thread("main", 7, 7, 0, 100),
            thread("process 9", 9, 9, 25, 85),
            thread("thread 1", 9, 10, 26, 85)
        ],
        "samples": samples,
        "lines": [
            line(0, "Downloading http://a/b/file1.pdf?size=3"),
            line(5, "Fetching A"),
            line(5, "Starting to fetch data from B"),
            line(10, "Failed to download http://a/b/file1.pdf?size=3: HTTP 404: Not Found"),
            line(10, "Finished fetching data from B"),
            line(15, "Finished fetching nothing"),
            line(15, "and"),
            line(20, "Finished fetching C")
        ],
        "lines_left_out": 0
    })
}

/// Writes a recording into a directory and draws it from there.
fn draw(recording: &Value, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("recording.json");
    fs::write(&path, recording.to_string()).unwrap();
    timeline()
        .args(arguments)
        .arg("--from")
        .arg(&path)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

/// The program, in an environment that says nothing of a terminal, but with SIGINT
/// as a terminal's programs have it: what a script starts in the background ignores
/// it, and so would all that it starts.
fn timeline() -> Command {
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", TIMELINE]);
    for variable in ["COLUMNS", "LANG", "LC_CTYPE", "NO_COLOR", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const DRAWN: &str = "
made_up: 2.00 s, 3 threads in 2 processes, on average 0.50 of 2 cores
It ended with exit status 3.

                0.0 s        0.5 s        1.0 s        1.5 s          on rdy slp
                ┬────────────┬────────────┬────────────┬───────────┬   %   %   %
main            █████████████▄░░░░░░░░░░░░······???????▂▄▄▄▄▄▄▄▄▄▄▄▄  38  25  37
process 9                    ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂???????▁▂▂▂▂▁         20   0  80
  thread 1                    ··················???????······          0   0 100
all, of 2 cores ▄▄▄▄▄▄▄▄▄▄▄▄▄▃▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁???????▂▃▃▃▃▂▂▂▂▂▂▂▂  25
/b/file1.pdf    ┣━━━━━━━━━━━━━━━━━━━━━━━━━✗                               1.00 s
A                            ┣━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━      1.50 s
B                            ┣━━━━━━━━━━━━┫                               500 ms
other lines                                            2           •

█ on a core (▄ for half of the slice)   ░ ready, no core was free   · asleep
? not seen   a slice is 40 ms   ┣━┫ a task, by what was printed   ✗ it failed
• a line printed (a digit: so many)
";

const DRAWN_IN_ASCII: &str = "
made_up: 2.00 s, 3 threads in 2 processes, on average 0.50 of 2 cores
It ended with exit status 3.

                0.0 s        0.5 s        1.0 s        1.5 s          on rdy slp
                |------------|------------|------------|-----------|   %   %   %
main            #############+~~~~~~~~~~~~......???????:++++++++++++  38  25  37
process 9                    :::::::::::::::::::???????::::::         20   0  80
  thread 1                    ..................???????......          0   0 100
all, of 2 cores ++++++++++++++::::::::::::::::::???????:++++::::::::  25
/b/file1.pdf    [=========================x                               1.00 s
A                            [======================================      1.50 s
B                            [============]                               500 ms
other lines                                            2           '

# on a core (+ for half of the slice)   ~ ready, no core was free   . asleep
? not seen   a slice is 40 ms   [=] a task, by what was printed   x it failed
' a line printed (a digit: so many)
";

#[test]
fn draws_what_the_samples_say() {
    let output = draw(&made_up(), &[], &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stdout), DRAWN);
}

#[test]
fn draws_in_ascii_where_the_locale_is_not_utf_8() {
    for locale in
        [[("LC_ALL", "C"), ("LANG", "C.UTF-8")], [("LC_ALL", ""), ("LANG", "en_US.ISO-8859-1")]]
    {
        let output = draw(&made_up(), &[], &locale);
        assert_eq!(text(&output.stdout), DRAWN_IN_ASCII);
    }
    for locale in [("LANG", "en_US.UTF-8"), ("LC_CTYPE", "de_DE.utf8")] {
        let output = draw(&made_up(), &[], &[("LC_ALL", ""), locale]);
        assert_eq!(text(&output.stdout), DRAWN);
    }
    let mut named = made_up();
    named["threads"][0]["name"] = json!("Zürich…");
    let output = draw(&named, &[], &[("LC_ALL", "C")]);
    assert!(output.stdout.is_ascii(), "{output:?}");
}

#[test]
fn draws_in_colour_and_in_the_width_of_a_terminal() {
    for (no_color, is_coloured) in [("", true), ("1", false)] {
        let terminal = openpty(None, None).unwrap();
        let size = Winsize { ws_row: 24, ws_col: 66, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(&terminal.master, size).unwrap();
        let mut child = timeline()
            .args(["--from", path_of("fetch_data").to_str().unwrap()])
            .env("TERM", "xterm")
            .env("NO_COLOR", no_color)
            .stdout(terminal.slave)
            .spawn()
            .unwrap();
        // The end of a terminal that nobody holds open is an error.
        let mut drawing = Vec::new();
        let ended = fs::File::from(terminal.master).read_to_end(&mut drawing);
        assert!(ended.is_err() && child.wait().unwrap().success());
        let drawing = text(&drawing);
        assert_eq!(drawing.contains("\u{1b}["), is_coloured, "{drawing}");
        if !is_coloured {
            assert_eq!(
                drawing.lines().map(|line| line.chars().count()).max(),
                Some(66),
                "{drawing}"
            );
        }
    }
}

#[test]
fn fits_the_width() {
    for recording in RECORDINGS {
        for (columns, width) in
            [("50", 50), ("80", 80), ("133", 133), ("", 80), ("none", 80), ("0", 80)]
        {
            let output = timeline()
                .args(["--from", path_of(recording).to_str().unwrap()])
                .env("COLUMNS", columns)
                .output()
                .unwrap();
            let drawing = text(&output.stdout);
            let widest = drawing.lines().map(|line| line.chars().count()).max();
            // The line with the names of the numbers on the right ends at the edge.
            assert_eq!(widest, Some(width), "{recording}:\n{drawing}");
        }
    }
}

#[test]
fn summarizes_a_thousand_threads_and_tasks() {
    let mut many = made_up();
    let thread = |i: i32, name: String| json!({ "name": name, "pid": 7, "tid": 7 + i, "comm": "x", "first": 0, "last": 2_000_000_000 });
    let mut threads = vec![many["threads"][0].clone(), thread(1, "library".to_owned())];
    threads.extend((1..=1000).map(|i| thread(1 + i, format!("thread {i}"))));
    many["threads"] = json!(threads);
    let lines = [("Fetching", 0), ("Finished fetching", 1_000_000_000)].map(|(what, at)| {
        (0..1000).map(move |i| json!({ "at": at, "text": format!("{what} {i}") }))
    });
    many["lines"] = json!(lines.into_iter().flatten().collect::<Vec<_>>());
    let output = draw(&many, &[], &[]);
    let drawing = text(&output.stdout);
    let labels: Vec<&str> = drawing.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert!(labels.len() <= 45, "{drawing}");
    for label in [
        "main",
        "library",
        "threads 1 to 63",
        "threads 946 to 1000",
        "tasks 1 to 63",
        "tasks 946 to 1000",
    ] {
        assert!(labels.iter().any(|other| other.starts_with(label)), "no {label}:\n{drawing}");
    }
    // All of them for the first half.
    let row = drawing.lines().find(|line| line.starts_with("tasks 1 to 63")).unwrap();
    let blocks = row.chars().filter(|c| *c == '█').count();
    assert!((20..=30).contains(&blocks), "{drawing}");
    assert!(draw(&many, &["--svg", "/dev/null"], &[]).status.success());
}

#[test]
fn pictures_are_well_formed_and_have_titles() {
    let directory = tempfile::tempdir().unwrap();
    let svg = directory.path().join("picture.svg");
    let mut odd = made_up();
    odd["command"] = json!(["<\"&'\u{1}\u{1b}[31m\u{fffe}>"]);
    odd["threads"][0]["name"] = json!("]]><script>\u{0}\u{202e}");
    odd["lines"][6]["text"] = json!("a\u{8}b & <c>");
    let odd_path = directory.path().join("odd.json");
    fs::write(&odd_path, odd.to_string()).unwrap();
    for recording in RECORDINGS.map(path_of).into_iter().chain([odd_path]) {
        let output =
            timeline().arg("--svg").arg(&svg).arg("--from").arg(&recording).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(!text(&output.stdout).contains(['\u{1b}', '\u{0}', '\u{202e}']), "{output:?}");
        let picture = fs::read_to_string(&svg).unwrap();
        let document = roxmltree::Document::parse(&picture).unwrap();
        let pieces = document.descendants().filter(|node| node.has_tag_name("path"));
        let pieces =
            pieces.filter(|node| node.parent().is_some_and(|parent| parent.has_tag_name("g")));
        let untitled = pieces.clone().find(|piece| {
            let title = piece.parent().unwrap().first_element_child().unwrap();
            !title.has_tag_name("title") || title.text().is_none_or(str::is_empty)
        });
        assert!(pieces.count() > 0 && untitled.is_none(), "{untitled:?}");
        let style = document.descendants().find(|node| node.has_tag_name("style")).unwrap();
        assert!(style.text().unwrap().contains("prefers-color-scheme:dark"));
    }
    let picture = fs::read_to_string(&svg).unwrap();
    for title in ["failed", "had not ended", "not seen", "on a core 100 %, ready 0 %, asleep 0 %"] {
        assert!(picture.contains(title), "{title}");
    }
}

#[test]
fn bars_of_a_live_run_are_where_the_program_put_them() {
    let bench = Bench::new();
    let output = bench.watch(&[&program("asyncio", "fetch_data")]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let run = bench.recording();
    assert_eq!(three_fetches_on_a_thread_asleep(&run), Ok(()));
    assert_eq!(run.names(), ["main"]);
    let printed = text(&output.stdout);
    let (passed_on, drawing) = printed.split_at(printed.find("\n\n").unwrap() + 1);
    assert_eq!(passed_on.lines().count(), 9, "{printed}");
    for source in ["Source 1 ", "Source 2 ", "Source 3 "] {
        let row = drawing.lines().find(|line| line.starts_with(source)).unwrap();
        assert!(row.contains("━━━━") && row.ends_with('s'), "{drawing}");
    }

    // The same can be drawn again.
    let again = timeline().arg("--from").arg(bench.json()).output().unwrap();
    assert_eq!(text(&again.stdout), drawing);
}

#[test]
fn names_threads() {
    watch_downloads("threading", "downloads", 1);
}

#[test]
fn a_client_for_each_thread_has_a_hidden_thread_for_each() {
    watch_downloads("measure", "client_per_thread", 3);
}

/// Three downloads in threads, by a program that has so many clients.
fn watch_downloads(member: &str, name: &str, clients: usize) {
    // Half a second, so that a busy machine has the time to look.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let site = thread::spawn(move || {
        let mut streams: Vec<_> = (0..3).map(|_| listener.accept().unwrap().0).collect();
        thread::sleep(Duration::from_millis(500));
        for stream in &mut streams {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
        }
    });
    let bench = Bench::new();
    let urls = ["1", "2", "3"].map(|path| format!("{url}{path}"));
    let output = bench.watch(&[&[program(member, name)][..], &urls].concat());
    assert!(output.status.success(), "{output:?}");
    site.join().unwrap();
    let run = bench.recording();
    // One that needs a client starts the library's, before or after the others.
    let mut names = run.names();
    names[1..].sort();
    let hidden = vec!["reqwest-internal-sync-runtime"; clients];
    let threads = ["thread 1", "thread 2", "thread 3"];
    assert_eq!(names, [&["main"][..], &hidden, &threads].concat());
    assert_eq!(all_at_once(&run), Ok(()));
    for row in ["\n/1 ", "\n/2 ", "\n/3 "] {
        assert!(text(&output.stdout).contains(row), "{output:?}");
    }
}

#[test]
fn names_processes() {
    let run = recorded("downloads");
    let site = run.threads.iter().find(|thread| thread.pid != run.threads[0].pid).unwrap().pid;
    assert_eq!(run.names()[5..], [&format!("process {site} loopback-site"), "thread 1"]);

    // A process that becomes another program and outlives its parent, and a
    // program that becomes another one.
    let bench = Bench::new();
    let script = "(sleep 1 & echo $! >pid); sleep 0.3; exec sleep 0.3";
    let output = bench.watch(&["sh", "-c", script]);
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).contains("1 of the processes that it started outlive"));
    let run = bench.recording();
    let orphan = fs::read_to_string(bench.0.path().join("pid")).unwrap();
    let name = format!("process {} sleep", orphan.trim());
    assert!(run.names()[0] == "main" && run.names().contains(&name.as_str()), "{:?}", run.names());
}

#[test]
fn passes_on_what_is_printed_and_what_is_typed() {
    let bench = Bench::new();
    let output = bench.watch(&["printf", r"a\n\377\0no line break"]);
    assert!(output.stdout.starts_with(b"a\n\xff\0no line break\nprintf: "), "{output:?}");
    let texts: Vec<String> = bench.recording().lines.into_iter().map(|line| line.text).collect();
    assert_eq!(texts, ["a", "\u{fffd}\0no line break"]);

    let mut child =
        bench.command(&["cat"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"typed\n").unwrap();
    let output = finish(child);
    assert!(output.stdout.starts_with(b"typed\n\ncat: "), "{output:?}");
}

#[test]
fn passes_on_how_the_program_ended() {
    let bench = Bench::new();
    for (script, status, said) in [
        ("exit 0", 0, None),
        ("exit 3", 3, Some("It ended with exit status 3.")),
        ("kill -KILL $$", 137, Some("It was ended by SIGKILL.")),
    ] {
        let output = bench.watch(&["sh", "-c", script]);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let drawing = text(&output.stdout);
        assert!(drawing.starts_with("\nsh: "), "{drawing}");
        assert!(drawing.contains("too short to tell which thread ran when"), "{drawing}");
        assert!(said.is_none_or(|said| drawing.contains(said)), "{drawing}");
        assert!(said.is_some() || !drawing.contains("It ended"), "{drawing}");
    }
}

#[test]
fn draws_what_was_seen_until_it_is_interrupted() {
    let bench = Bench::new();
    // One that ends, and one that does not want to and has a child.
    for (script, status, ending) in [
        ("echo Fetching A; exec sleep 100", 130, "It was ended by SIGINT."),
        ("trap '' INT; sleep 100 & echo Fetching A; wait; wait", 137, "It was ended by SIGKILL."),
    ] {
        let mut child =
            bench.command(&["sh", "-c", script]).stdout(Stdio::piped()).spawn().unwrap();
        read_until(&mut child, "Fetching A\n");
        kill(pid(&child), Signal::SIGINT).unwrap();
        let output = finish(child);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let drawing = text(&output.stdout);
        assert!(drawing.contains("It was interrupted"), "{drawing}");
        assert!(drawing.contains(ending) && drawing.contains("\nA  "), "{drawing}");
        for thread in bench.recording().threads {
            assert!(!Path::new(&format!("/proc/{}/exe", thread.pid)).exists(), "{}", thread.name);
        }
    }
}

#[test]
fn is_interrupted_together_with_the_program() {
    // As by a terminal, which sends to the whole group: the program may be gone
    // before the watcher takes notice of its own signal.
    for _ in 0..20 {
        let bench = Bench::new();
        let mut command = bench.command(&["sh", "-c", "echo Ready; exec sleep 100"]);
        let mut child = command.process_group(0).stdout(Stdio::piped()).spawn().unwrap();
        read_until(&mut child, "Ready\n");
        killpg(pid(&child), Signal::SIGINT).unwrap();
        let output = finish(child);
        assert_eq!(output.status.code(), Some(130), "{output:?}");
        assert!(text(&output.stdout).contains("It was interrupted"), "{output:?}");
    }
}

#[test]
fn a_second_interrupt_ends_the_program_at_once() {
    let bench = Bench::new();
    let script = "trap 'echo Once' INT; echo Ready; while :; do sleep 0.01; done";
    let mut child = bench.command(&["sh", "-c", script]).stdout(Stdio::piped()).spawn().unwrap();
    read_until(&mut child, "Ready\n");
    kill(pid(&child), Signal::SIGINT).unwrap();
    read_until(&mut child, "Once\n");
    let start = Instant::now();
    kill(pid(&child), Signal::SIGINT).unwrap();
    let output = finish(child);
    assert_eq!(output.status.code(), Some(137), "{output:?}");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn ends_quietly_when_nobody_reads() {
    let bench = Bench::new();
    // `yes` never ends unless it notices.
    let mut child =
        bench.command(&["yes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = finish(child);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), String::new()));
    assert_eq!(bench.recording().names(), ["main"]);
}

#[test]
fn refuses_what_it_cannot_do_in_one_sentence() {
    let bench = Bench::new();
    let faulty = |name: &str, change: fn(&mut Value)| {
        let mut recording = made_up();
        change(&mut recording);
        let path = bench.0.path().join(name);
        fs::write(&path, recording.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let format = faulty("format", |recording| recording["format"] = json!(2));
    let thread = faulty("thread", |recording| recording["samples"][3]["changed"][0][0] = json!(3));
    let order = faulty("order", |recording| recording["samples"][3]["at"] = json!(0));
    let long = faulty("long", |recording| recording["wall"] = json!(u64::MAX));
    let life = faulty("life", |recording| recording["threads"][0]["first"] = json!(u64::MAX));
    let cores = faulty("cores", |recording| recording["cores"] = json!(0));
    let nothing = bench.0.path().join("nothing").to_str().unwrap().to_owned();
    let directory = bench.0.path().to_str().unwrap();
    fs::write(bench.0.path().join("old"), "old").unwrap();
    let old = bench.0.path().join("old").to_str().unwrap().to_owned();
    let inside = format!("{nothing}/file");
    for arguments in [
        vec!["no_such_program"],
        vec!["--svg", &old, "no_such_program"],
        vec![directory],
        vec!["--svg", &inside, "true"],
        vec!["--json", directory, "true"],
        vec!["--svg", &old, "--json", &old, "true"],
        vec!["--from", &nothing],
        vec!["--from", &old],
        vec!["--from", &format],
        vec!["--from", &thread],
        vec!["--from", &order],
        vec!["--from", &long],
        vec!["--from", &life],
        vec!["--from", &cores],
    ] {
        let output = timeline().args(&arguments).output().unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(
            stderr.starts_with("timeline: cannot ") || stderr.contains("same file"),
            "{stderr}"
        );
        assert_eq!((stderr.lines().count(), output.stdout.len()), (1, 0), "{output:?}");
    }
    assert_eq!(fs::read_to_string(old).unwrap(), "old");
    let output = timeline().output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn leaves_devices_and_links_as_they_are() {
    let bench = Bench::new();
    let (file, link) = (bench.0.path().join("file"), bench.0.path().join("link"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink("file", &link).unwrap();
    let output =
        timeline().args(["--svg", "/dev/null", "--json"]).arg(&link).arg("true").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Recording::read(&file).names(), ["main"]);
}

#[test]
fn watching_costs_little() {
    let bench = Bench::new();
    let threads = "for i in $(seq 200); do sleep 3 & done; wait";
    for (command, least) in [(&["sleep", "2"][..], 1), (&["sh", "-c", threads], 201)] {
        bench.watch(command);
        let run = bench.recording();
        let share = run.watcher.cpu as f64 / run.wall as f64;
        assert!(share < 0.05, "{share} of a core");
        assert!(run.watcher.peak_memory < 50_000_000, "{} bytes", run.watcher.peak_memory);
        assert!(run.samples.len() > 3, "{} samples", run.samples.len());
        assert!(run.threads.len() >= least, "{} threads", run.threads.len());
    }
}

/// A program of another member of the workspace, which the tests of that member
/// build too.
fn program(member: &str, name: &str) -> String {
    let path = Path::new(TIMELINE).with_file_name(name);
    if !path.exists() {
        let is_release = path.parent().is_some_and(|parent| parent.ends_with("release"));
        let profile = if is_release { "release" } else { "dev" };
        // With the features of the whole workspace, as it is built for its tests.
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--workspace", "--bin", name, "--profile", profile])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(built.success() && path.exists(), "{member} has no program {name}");
    }
    // By its name alone, as a reader asks for it.
    name.to_owned()
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

/// Reads what a program prints, up to a line that it is going to print.
fn read_until(child: &mut Child, end: &str) {
    let stdout = child.stdout.as_mut().unwrap();
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        let mut byte = [0];
        stdout.read_exact(&mut byte).unwrap();
        read.push(byte[0]);
    }
}

/// Waits for the end, and kills what hangs together with the program in it.
fn finish(child: Child) -> Output {
    let pid = pid(&child);
    let (ended, end) = mpsc::channel();
    let watchdog = thread::spawn(move || {
        let hangs = end.recv_timeout(Duration::from_secs(60)).is_err();
        if hangs {
            // The second one kills the program, and the watcher ends by itself.
            for _ in 0..2 {
                kill(pid, Signal::SIGTERM).unwrap();
                thread::sleep(Duration::from_millis(100));
            }
        }
        hangs
    });
    let output = child.wait_with_output().unwrap();
    // It has ended by itself if nobody listens any more.
    let _ = ended.send(());
    assert!(!watchdog.join().unwrap(), "it hung: {output:?}");
    output
}

/// A directory in which programs are watched and recorded.
struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        Bench(tempfile::tempdir().unwrap())
    }

    fn json(&self) -> PathBuf {
        self.0.path().join("recording.json")
    }

    fn command<S: AsRef<str>>(&self, program: &[S]) -> Command {
        let mut command = timeline();
        command.arg("--json").arg(self.json()).args(program.iter().map(AsRef::as_ref));
        command.current_dir(self.0.path());
        command
    }

    fn watch<S: AsRef<str>>(&self, program: &[S]) -> Output {
        let mut command = self.command(program);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = finish(child);
        assert!(output.status.signal().is_none(), "{output:?}");
        output
    }

    fn recording(&self) -> Recording {
        Recording::read(&self.json())
    }
}
