//! Watches programs the way you would, and looks at recorded runs (made by
//! `tests/timelines/record.sh`).

#[path = "support/built.rs"]
mod built;
#[path = "support/terminal.rs"]
mod terminal;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use built::build;
use measure::timeline::{Recording, Thread};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::TempDir;

const TIMELINE: &str = env!("CARGO_BIN_EXE_timeline");

/// The figures in the pictures of recorded runs: the threads that were on a core for a tenth of
/// the run or more, the average number of cores, the number of tasks, and the most at once.
const RECORDED: [(&str, &[&str], f64, [usize; 2]); 13] = [
    ("sequential_counter", &["main"], 1.0, [0, 0]),
    // Four threads count side by side; with one lock, they take turns.
    ("threaded_counter", &["thread 1", "thread 2", "thread 3", "thread 4"], 2.0, [0, 0]),
    ("gil_counter", &["thread 1", "thread 2", "thread 3", "thread 4"], 1.0, [0, 0]),
    ("sequential_map", &["main"], 1.0, [0, 0]),
    ("threaded_map", &["thread 1", "thread 2", "thread 3", "thread 4"], 2.0, [0, 0]),
    ("pool_map", &["process", "process"], 2.0, [0, 0]),
    // Work on the event loop keeps its one thread busy.
    ("async_map", &["main"], 1.0, [0, 0]),
    ("blocking_map", &["tokio", "tokio", "tokio", "tokio"], 2.0, [0, 0]),
    // The tasks wait and the threads sleep. The waits are side by side or one by one.
    ("fetch_data", &[], 0.0, [3, 3]),
    ("fetch_data_awaited", &[], 0.0, [3, 1]),
    ("fetch_data_blocking", &[], 0.0, [3, 1]),
    ("downloads", &[], 0.0, [3, 3]),
    ("sequential_downloads", &[], 0.0, [3, 1]),
];

#[test]
fn recorded_runs_show_what_their_pictures_are_for() {
    for (name, busy, cores, tasks) in RECORDED {
        let run = Recording::read(&recorded(name)).unwrap();
        let on_core = |thread: &&Thread| thread.counters.last().unwrap().1 > run.wall / 10;
        let found: Vec<&Thread> = run.threads.iter().filter(on_core).collect();
        let is_same = found.iter().zip(busy).all(|(thread, name)| thread.name.starts_with(name));
        assert!(found.len() == busy.len() && is_same, "{name}: {found:?}");
        let found = run.cpu as f64 / run.wall as f64;
        assert!((found - cores).abs() < 0.15, "{name}: {found} cores");
        let (_, trace) = drawn(&recorded(name));
        assert_eq!(check_trace(&trace), tasks, "{name}: {trace}");
    }
    // The end of each task is known.
    for name in ["threaded_results", "threaded_failure", "async_failure", "process_shutdown"] {
        let (picture, _) = drawn(&recorded(name));
        assert!(!picture.contains(", had not ended</title>"), "{name}: {picture}");
        assert_eq!(picture.contains(", failed</title>"), name.ends_with("failure"), "{picture}");
    }
}

fn recorded(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/timelines");
    directory.join(name).with_extension("json")
}

fn names(run: &Recording) -> Vec<&str> {
    run.threads.iter().map(|thread| thread.name.as_str()).collect()
}

/// A made-up run of 2 s: on a core, ready, asleep, and half on a core. From 0.5 to 1.7 s,
/// there is a process of two threads.
fn made_up() -> Value {
    let second = 1_000_000_000_u64;
    let (mut on_core, mut child) = (0, 0);
    let (mut main, mut process) = (Vec::new(), Vec::new());
    // A sample each 20 ms.
    for i in 0..=100 {
        on_core += match i {
            1..=25 => second / 50,
            75..=100 => second / 100,
            _ => 0,
        };
        // The kernel counts a wait when it is over.
        let ready = if i < 50 { 0 } else { second / 2 };
        main.push(json!([i, on_core, ready]));
        if (25..=85).contains(&i) {
            // A quarter of the time on a core, and another quarter before it was first seen.
            child += second / 200;
            process.push(json!([i, child, 0]));
        }
    }
    let thread = |name: &str, pid: i32, tid: i32, last: u64, counters: Vec<Value>| json!({ "name": name, "pid": pid, "tid": tid, "last": last * second / 50, "counters": counters });
    let line = |at: u64, text: &str| json!({ "at": at * second / 10, "text": text });
    json!({
        "format": 2,
        "command": ["/somewhere/made_up", "argument"],
        "cores": 2,
        "wall": 2 * second,
        "end": { "status": 3 },
        "interrupted": false,
        "cpu": 1_065_000_000,
        "started": 3,
        "left": 0,
        "threads": [
            thread("main", 7, 7, 100, main),
            thread("process 9", 9, 9, 85, process),
            thread("thread 1", 9, 10, 85, vec![json!([26, 0, 0])])
        ],
        "samples": (0..=100).map(|i| i * second / 50).collect::<Vec<_>>(),
        "lines": [
            line(0, "Downloading http://a/b/file1.pdf"),
            line(5, "Fetching A"),
            line(5, "Starting to fetch data from B"),
            line(10, "Failed to download http://a/b/file1.pdf: HTTP 404: Not Found"),
            line(10, "Finished fetching data from B"),
            line(15, "Finished fetching nothing"),
            line(15, "and"),
            line(20, "Finished fetching C")
        ]
    })
}

const DRAWN: &str = "
made_up: 2.00 s, 3 threads in 2 processes, on average 0.53 of 2 cores
It ended with exit status 3.

                0.0 s        0.5 s        1.0 s        1.5 s          on rdy slp
                ┬────────────┬────────────┬────────────┬───────────┬   %   %   %
main            █████████████▄░░░░░░░░░░░░·············▄▄▄▄▄▄▄▄▄▄▄▄▄  38  25  37
process 9                    ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▁         25   0  75
  thread 1                    ·······························          0   0 100
all, of 2 cores ▄▄▄▄▄▄▄▄▄▄▄▄▄▃▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▃▃▃▃▃▃▂▂▂▂▂▂▂  27
file1.pdf       ┣━━━━━━━━━━━━━━━━━━━━━━━━━✗                               1.00 s
A                            ┣━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━      1.50 s
B                            ┣━━━━━━━━━━━━┫                               500 ms
other lines                                            2           •

█ on a core (▄ for half of the slice)   ░ ready, no core was free   · asleep
┣━┫ a task, by what was printed   ✗ it failed
• a line printed (a digit: so many)   a slice is 40.0 ms
";

#[test]
fn draws_what_the_samples_say() {
    assert_eq!(draw(&made_up()), DRAWN);
    // Half of the CPU time was used by processes that were never seen.
    let mut short = made_up();
    (short["cpu"], short["started"]) = (json!(2_130_000_000), json!(2003));
    let drawing = draw(&short);
    let said = [
        "2.00 s, at least 3 threads in 2 processes, on average 1.06 of 2 cores",
        "50 % of the CPU time (1.06 s of 2.13 s) is not drawn",
        "At most 2000 of these were never seen.",
    ];
    said.iter().for_each(|said| assert!(drawing.contains(said), "{said}:\n{drawing}"));
    assert!(drawing.lines().any(|l| l.starts_with("all, of 2") && l.ends_with(" 53")), "{drawing}");
}

#[test]
fn draws_in_colour_and_in_the_width_of_a_terminal() {
    for (columns, variable, is_coloured) in [
        (80, ("TERM", "xterm"), true),
        (40, ("NO_COLOR", "1"), false),
        (133, ("TERM", "dumb"), false),
    ] {
        let drawing = terminal::drawn(from(&recorded("fetch_data")), columns, variable);
        assert_eq!(drawing.contains("\u{1b}["), is_coloured, "{drawing}");
        // The line with the names of the numbers on the right ends at the edge.
        let width = usize::from(columns.max(50));
        assert!(is_coloured || widest(&drawing) == width, "{drawing}");
    }
}

#[test]
fn summarizes_a_thousand_threads_and_tasks() {
    let mut many = made_up();
    let threads = many["threads"].as_array_mut().unwrap();
    threads.truncate(1);
    let mut thread = threads[0].clone();
    thread["counters"] = json!([[0, 0, 0]]);
    for i in 1..=1000 {
        (thread["name"], thread["tid"]) = (json!(format!("thread {i}")), json!(100 + i));
        threads.push(thread.clone());
    }
    let line = |i: u64| json!({ "at": 0, "text": format!("Fetching {i}") });
    many["lines"] = (1..=1000).map(line).collect();
    let drawing = draw(&many);
    assert!(drawing.lines().count() <= 65, "{drawing}");
    let has = |start: &str| drawing.lines().any(|line| line.starts_with(start));
    let shown = ["main ", "thread 23 ", "24 ", "977 more threads are", "976 more tasks are"];
    shown.iter().for_each(|start| assert!(has(start), "no {start}:\n{drawing}"));
    assert!(!has("thread 24 ") && !has("25 "), "{drawing}");
}

#[test]
fn pictures_and_traces_are_as_strict_readers_want_them() {
    let bench = Bench::new();
    let mut odd = made_up();
    odd["command"] = json!(["<\"&'\u{1}\u{1b}[31m\u{fffe}>"]);
    odd["threads"][0]["name"] = json!("]]><script>\u{0}\u{202e}");
    odd["lines"][6]["text"] = json!("a\u{8}b & <c>");
    let (picture, trace) = drawn(&bench.write("odd.json", &odd));
    assert_eq!(check_trace(&trace), [3, 3]);
    for words in [
        "prefers-color-scheme:dark",
        ": 1.00 s, failed</title>",
        ": 1.50 s, had not ended</title>",
        "0.00 to 0.48 s: on a core 100 %, ready 0 %</title>",
    ] {
        assert!(picture.contains(words), "no {words}:\n{picture}");
    }
    let events = trace["traceEvents"].as_array().unwrap();
    for (name, at) in [("on core", 0), ("ready", 500_000)] {
        let event =
            json!({ "ph": "X", "name": name, "pid": 7, "tid": 7, "ts": at, "dur": 500_000 });
        assert!(events.contains(&event), "{events:#?}");
    }
}

/// The picture and the trace of a recording. The drawing fits into 80 columns and has no
/// characters that would change a terminal.
fn drawn(recording: &Path) -> (String, Value) {
    let directory = tempfile::tempdir().unwrap();
    let [svg, trace] = ["picture.svg", "trace.json"].map(|name| directory.path().join(name));
    let output = from(recording).arg("--svg").arg(&svg).arg("--trace").arg(&trace).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    let drawing = text(&output.stdout);
    assert_eq!(widest(&drawing), 80, "{drawing}");
    assert!(!drawing.contains(['\u{1b}', '\u{0}', '\u{202e}']), "{drawing}");
    let picture = fs::read_to_string(&svg).unwrap();
    roxmltree::Document::parse(&picture).unwrap();
    (picture, serde_json::from_slice(&fs::read(&trace).unwrap()).unwrap())
}

/// Checks the trace event format as strictly as its strictest viewer. Returns how many tasks
/// there were, and the most at once.
fn check_trace(trace: &Value) -> [usize; 2] {
    let [mut tasks, mut most] = [0, 0];
    let (mut last, mut named) = (0, BTreeSet::new());
    let mut busy_until: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    let mut open: BTreeMap<u64, &str> = BTreeMap::new();
    for event in trace["traceEvents"].as_array().unwrap() {
        let name = event["name"].as_str().unwrap();
        let thread = (event["pid"].as_i64().unwrap(), event["tid"].as_i64().unwrap());
        let at = event["ts"].as_u64().unwrap();
        assert!(at >= last, "times go back: {event}");
        last = at;
        match event["ph"].as_str().unwrap() {
            "M" => {
                assert!(event["args"]["name"].is_string(), "{event}");
                assert!(named.insert((name, thread)), "named twice: {event}");
            }
            "X" => {
                let until = busy_until.entry(thread).or_default();
                assert!(at >= *until, "it begins within another: {event}");
                *until = at + event["dur"].as_u64().unwrap();
            }
            "b" => {
                assert!(open.insert(event["id"].as_u64().unwrap(), name).is_none(), "{event}");
                (tasks, most) = (tasks + 1, most.max(open.len()));
            }
            "e" => assert_eq!(open.remove(&event["id"].as_u64().unwrap()), Some(name), "{event}"),
            "i" => assert_eq!(event["s"], "p"),
            "C" => assert!(event["args"]["cores"].as_f64().unwrap() >= 0.0, "{event}"),
            _ => panic!("{event}"),
        }
        let is_named = named.contains(&("process_name", (thread.0, thread.0)))
            && named.contains(&("thread_name", thread));
        assert!(event["ph"] == "M" || is_named, "its thread has no name: {event}");
    }
    assert!(last > 0 && open.is_empty(), "{open:?}");
    [tasks, most]
}

#[test]
fn bars_of_a_live_run_are_where_the_program_put_them() {
    let bench = Bench::new();
    let (output, run) = bench.watch(&[program("fetch_data")]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(names(&run), ["main"]);
    assert_eq!(check_trace(&drawn(&bench.json()).1), [3, 3]);
    let printed = text(&output.stdout);
    let (passed_on, drawing) = printed.split_at(printed.find("\n\n").unwrap() + 1);
    assert_eq!(passed_on.lines().count(), 9, "{printed}");
    // The same can be drawn again.
    assert_eq!(text(&from(&bench.json()).output().unwrap().stdout), drawing);
}

#[test]
fn names_threads_and_processes() {
    let bench = Bench::new();
    let (_, run) = bench.watch(&[program("threaded_waits"), "3"]);
    assert_eq!(names(&run), ["main", "thread 1", "thread 2", "thread 3"]);
    // A process executes another program and outlives its parent. The watched program also
    // executes another one.
    let script = "(sleep 100 2>/dev/null & echo $! >pid); sleep 1; exec sleep 1";
    let (output, run) = bench.watch(&["sh", "-c", script]);
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).contains("1 of the processes that it started outlive"));
    let orphan: i32 =
        fs::read_to_string(bench.0.path().join("pid")).unwrap().trim().parse().unwrap();
    kill(Pid::from_raw(orphan), Signal::SIGKILL).unwrap();
    let name = format!("process {orphan} sleep");
    assert!(names(&run)[0] == "main" && names(&run).contains(&name.as_str()), "{:?}", names(&run));
}

#[test]
fn totals_have_all_processes_however_short() {
    // The shell prints its own CPU time, and the time of the processes it has waited for. Half
    // of the processes have lost their parent.
    let many = "i=0; while [ $i -lt 300 ]; do env true; i=$((i+1)); done";
    let orphan = format!("(sh -c '{many}; times >new; mv new orphan' &)");
    let wait = "until [ -e orphan ]; do sleep 0.1; done";
    // With a point in the numbers.
    let script = &format!("export LC_ALL=C; {orphan}; {many}; {wait}; times; cat orphan");
    let (output, run) = Bench::new().watch(&["sh", "-c", script]);
    let times = run.lines.iter().flat_map(|line| line.text.split_whitespace()).map(|time| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    });
    let times: Vec<f64> = times.collect();
    let (said, cpu) = (times.iter().sum::<f64>(), run.cpu as f64 / 1e9);
    // A shell may cut off up to 0.01 s of each of the eight times.
    assert!(times.len() == 8 && said > 0.1, "{output:?}");
    assert!((said - cpu).abs() < 0.1 + 0.05 * said, "{said} s, not {cpu} s: {output:?}");
    assert!(run.started >= 600, "{}", run.started);
}

#[test]
fn passes_on_what_is_printed_and_how_the_program_ended() {
    let (output, run) = Bench::new().watch(&["printf", r"a\n\377\0no line break"]);
    assert!(output.stdout.starts_with(b"a\n\xff\0no line break\nprintf: "), "{output:?}");
    let texts: Vec<String> = run.lines.into_iter().map(|line| line.text).collect();
    assert_eq!(texts, ["a", "\u{fffd}\0no line break"]);
    for (script, status, said) in [
        ("exit 0", 0, "on average"),
        ("exit 3", 3, "It ended with exit status 3."),
        ("kill -KILL $$", 137, "It was ended by SIGKILL."),
    ] {
        let (output, _) = Bench::new().watch(&["sh", "-c", script]);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let drawing = text(&output.stdout);
        assert!(drawing.starts_with("\nsh: ") && drawing.contains(said), "{drawing}");
        assert!(status > 0 || !drawing.contains("It ended"), "{drawing}");
    }
}

#[test]
fn draws_what_was_seen_until_it_is_interrupted() {
    // The first program ends. The second ignores the signal and has a child. A terminal interrupts
    // the third together with the watcher, so it may have ended before the watcher notices.
    let asleep = "echo Fetching A; exec sleep 100";
    let deaf = "trap '' TERM; sleep 100 & echo Fetching A; wait; wait";
    let together = std::iter::repeat_n((asleep, Signal::SIGINT, 130, "SIGINT."), 10);
    let alone =
        [(asleep, Signal::SIGTERM, 143, "SIGTERM."), (deaf, Signal::SIGTERM, 137, "SIGKILL.")];
    for (script, signal, status, ending) in alone.into_iter().chain(together) {
        let bench = Bench::new();
        let mut child = bench.spawn(&["sh", "-c", script]);
        let mut printed = [0; 11];
        child.stdout.as_mut().unwrap().read_exact(&mut printed).unwrap();
        assert_eq!(printed, *b"Fetching A\n");
        let tell = if signal == Signal::SIGINT { killpg } else { kill };
        tell(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let drawing = text(&output.stdout);
        assert!(drawing.contains("It was interrupted") && drawing.contains("\nA  "), "{drawing}");
        assert!(drawing.contains(&format!("It was ended by {ending}")), "{drawing}");
        for thread in Recording::read(&bench.json()).unwrap().threads {
            assert!(!Path::new(&format!("/proc/{}/exe", thread.pid)).exists(), "{}", thread.name);
        }
    }
}

#[test]
fn ends_quietly_when_its_reader_has_gone() {
    let bench = Bench::new();
    // `yes` never ends unless it notices the closed pipe.
    let mut child = bench.spawn(&["yes"]);
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), String::new()));
    assert_eq!(names(&Recording::read(&bench.json()).unwrap()), ["main"]);
}

#[test]
fn refuses_what_it_cannot_do_in_one_sentence() {
    let bench = Bench::new();
    let (mut other, mut odd) = (made_up(), made_up());
    other["format"] = json!(1);
    odd["threads"][0]["counters"][3][0] = json!(101);
    let faulty = [bench.write("other", &other), bench.write("odd", &odd)];
    let [other, odd] = faulty.each_ref().map(|path| path.to_str().unwrap());
    for arguments in [
        vec!["no_such_program"],
        vec!["--svg", other, "no_such_program"],
        vec!["--json", "/dev", "true"],
        vec!["--from", other],
        vec!["--from", odd],
    ] {
        let output = terminal::command(TIMELINE, &arguments).output().unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(stderr.starts_with("timeline: cannot "), "{stderr}");
        assert_eq!((stderr.lines().count(), output.stdout.len()), (1, 0), "{output:?}");
    }
    // The file that could not be replaced has not changed.
    assert!(fs::read_to_string(other).unwrap().contains("made_up"));
}

fn from(recording: &Path) -> Command {
    terminal::command(TIMELINE, &["--from", recording.to_str().unwrap()])
}

fn draw(recording: &Value) -> String {
    let bench = Bench::new();
    let output = from(&bench.write("recording.json", recording)).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn widest(drawing: &str) -> usize {
    drawing.lines().map(|line| line.chars().count()).max().unwrap()
}

/// A program of another member of the workspace, started by its name alone, as you would.
fn program(name: &str) -> &str {
    build(&BTreeSet::from([name]));
    name
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

    fn write(&self, name: &str, recording: &Value) -> PathBuf {
        fs::write(self.0.path().join(name), recording.to_string()).unwrap();
        self.0.path().join(name)
    }

    fn spawn(&self, program: &[&str]) -> Child {
        let mut command = terminal::command(TIMELINE, &[]);
        command.arg("--json").arg(self.json()).args(program).current_dir(self.0.path());
        // Its own process group, as a terminal gives to each command.
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap()
    }

    fn watch(&self, program: &[&str]) -> (Output, Recording) {
        let output = self.spawn(program).wait_with_output().unwrap();
        (output, Recording::read(&self.json()).unwrap())
    }
}
