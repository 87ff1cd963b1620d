//! Watches programs the way you would, and looks at recorded runs.
//!
//! What a timeline shows at a glance is proven from the samples of recorded runs
//! (`tests/timelines/record.sh` makes them), and refuted on those of their twins.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use measure::timeline::Recording;
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use rustix::termios::Winsize;
use serde_json::{Value, json};
use tempfile::TempDir;
use wait4::Wait4;

const TIMELINE: &str = env!("CARGO_BIN_EXE_timeline");

/// What a recording shows, the recordings that show it, and twins that must not.
type Claim = (fn(&Recording) -> bool, &'static [&'static str], &'static [&'static str]);

const CLAIMS: [Claim; 7] = [
    // Four threads of one process count side by side.
    (
        |run| {
            busy(run).len() == 4
                && run.threads[busy(run)[3]].pid == run.threads[0].pid
                && cores(run) > 1.4
        },
        &["threaded_counter", "threaded_map"],
        &["gil_counter", "sequential_counter", "pool_map"],
    ),
    // Four threads with one lock take turns: one has the core nearly for itself at any time.
    (
        |run| busy(run).len() == 4 && (0.8..1.1).contains(&cores(run)) && foremost(run) > 0.85,
        &["gil_counter"],
        &["threaded_counter", "gil_counter_5ms", "sequential_counter"],
    ),
    // As many processes of a pool as there are cores work side by side.
    (
        |run| {
            let busy = busy(run);
            let others = busy.iter().all(|&i| i > 0 && run.threads[i].tid == run.threads[i].pid);
            busy.len() == run.cores && others && cores(run) > 1.4
        },
        &["pool_map"],
        &["threaded_map", "sequential_map", "async_map"],
    ),
    // Work on the event loop keeps its one thread busy.
    (
        |run| run.threads.len() == 1 && (0.9..1.05).contains(&cores(run)),
        &["async_map", "sequential_map", "sequential_counter"],
        &["blocking_map", "threaded_map", "fetch_data"],
    ),
    // Three tasks of 2, 3 and 1 s wait on one thread that is asleep.
    (
        |run| {
            let lengths = bars(run).into_iter().map(|bar| (bar.1 - bar.0) / 1e9);
            let lengths: Vec<f64> = lengths.map(f64::round).collect();
            run.threads.len() == 1 && cores(run) < 0.05 && lengths == [2.0, 3.0, 1.0]
        },
        &["fetch_data"],
        &["downloads", "async_map"],
    ),
    // Three tasks, each of which begins before any ends.
    (
        |run| {
            let ends = bars(run).into_iter().map(|bar| bar.1).fold(f64::MAX, f64::min);
            bars(run).len() == 3 && bars(run).iter().all(|bar| bar.0 < ends)
        },
        &["fetch_data", "downloads"],
        &["fetch_data_awaited", "fetch_data_blocking", "sequential_downloads"],
    ),
    // A staircase: three tasks, each of which begins when the one before has ended.
    (
        |run| bars(run).len() == 3 && bars(run).windows(2).all(|pair| pair[0].1 <= pair[1].0),
        &["fetch_data_awaited", "fetch_data_blocking", "sequential_downloads"],
        &["fetch_data", "downloads"],
    ),
];

#[test]
fn what_is_seen_at_a_glance_is_true_of_the_recorded_runs() {
    for (i, (holds, of, not_of)) in CLAIMS.iter().enumerate() {
        of.iter().for_each(|name| assert!(holds(&recorded(name)), "{i}: {name}"));
        not_of.iter().for_each(|name| assert!(!holds(&recorded(name)), "{i}: {name}"));
    }
}

/// The threads that were on a core for a tenth of the run or more.
fn busy(run: &Recording) -> Vec<usize> {
    let on_core = |i: &usize| run.threads[*i].counters.last().unwrap().1;
    (0..run.threads.len()).filter(|i| on_core(i) > run.wall / 10).collect()
}

fn cores(run: &Recording) -> f64 {
    run.cpu as f64 / run.wall as f64
}

/// The share that the busiest thread between any two samples had of the time on cores.
fn foremost(run: &Recording) -> f64 {
    let mut spent: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for thread in &run.threads {
        let mut before = 0;
        for counters in &thread.counters {
            spent.entry(counters.0).or_default().push(counters.1 - before);
            before = counters.1;
        }
    }
    let most: u64 = spent.values().filter_map(|spent| spent.iter().max()).sum();
    most as f64 / spent.values().flatten().sum::<u64>() as f64
}

/// When each task began and ended, in the order in which they began.
fn bars(run: &Recording) -> Vec<(f64, f64)> {
    let words = [
        ("Starting to fetch data from ", "Finished fetching data from "),
        ("Downloading ", "Downloaded "),
    ];
    let mut bars = Vec::new();
    for (line, (start, end)) in run.lines.iter().flat_map(|line| words.map(|words| (line, words))) {
        if let Some(name) = line.text.strip_prefix(start) {
            let end = format!("{end}{name}");
            let end = run.lines.iter().find(|line| line.text == end).unwrap();
            bars.push((line.at as f64, end.at as f64));
        }
    }
    bars
}

fn names(run: &Recording) -> Vec<&str> {
    run.threads.iter().map(|thread| thread.name.as_str()).collect()
}

/// All files that `record.sh` makes.
fn recordings() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/timelines");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let recordings: Vec<_> =
        files.filter(|path| path.extension() == Some("json".as_ref())).collect();
    assert!(recordings.len() > 10, "{recordings:?}");
    recordings
}

fn recorded(name: &str) -> Recording {
    let is_it = |path: &PathBuf| path.file_stem() == Some(name.as_ref());
    Recording::read(&recordings().into_iter().find(is_it).unwrap()).unwrap()
}

/// A run of 2 s that was made up: on a core, ready, asleep, not seen for a while, and half on a
/// core; and from 0.5 to 1.7 s a process of two threads.
fn made_up() -> Value {
    let second = 1_000_000_000_u64;
    // A sample each 20 ms, but nobody looked from 1.2 to 1.5 s.
    let samples: Vec<u64> = (0..=100).filter(|i| !(61..=74).contains(i)).collect();
    let (mut on_core, mut ready, mut child) = (0, 0, 0);
    let (mut main, mut process) = (Vec::new(), Vec::new());
    for (position, i) in samples.iter().enumerate() {
        match i {
            1..=25 => on_core = i * second / 50,
            // The kernel counts a wait when it is over.
            50 => ready = second / 2,
            75..=100 => on_core += second / 100,
            _ => {}
        }
        main.push(json!([position, on_core, ready]));
        if (25..=85).contains(i) {
            // A quarter on a core, and one more before it was first seen.
            child += second / 200;
            process.push(json!([position, child, 0]));
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
        "cpu": 995_000_000,
        "started": 3,
        "left": 0,
        "threads": [
            thread("main", 7, 7, 100, main),
            thread("process 9", 9, 9, 85, process),
            thread("thread 1", 9, 10, 85, vec![json!([26, 0, 0])])
        ],
        "samples": samples.iter().map(|i| i * second / 50).collect::<Vec<_>>(),
        "lines": [
            line(0, "Downloading http://a/b/file1.pdf?size=3"),
            line(5, "Fetching A"),
            line(5, "Starting to fetch data from B"),
            line(10, "Failed to download http://a/b/file1.pdf?size=3: HTTP 404: Not Found"),
            line(10, "Finished fetching data from B"),
            line(15, "Finished fetching nothing"),
            line(15, "and"),
            line(20, "Finished fetching C")
        ]
    })
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
? not seen   ┣━┫ a task, by what was printed   ✗ it failed
• a line printed (a digit: so many)   a slice is 40.0 ms
";

#[test]
fn draws_what_the_samples_say() {
    assert_eq!(draw(&made_up()), DRAWN);
    // Half of the CPU time was used by processes that nobody saw.
    let mut short = made_up();
    (short["cpu"], short["started"]) = (json!(1_990_000_000), json!(2003));
    let drawing = draw(&short);
    let said = [
        "2.00 s, at least 3 threads in 2 processes, on average 0.99 of 2 cores",
        "50 % of the CPU time (995 ms of 1.99 s) is not drawn",
        "At most 2000 of these were never seen.",
    ];
    said.iter().for_each(|said| assert!(drawing.contains(said), "{said}:\n{drawing}"));
    assert!(drawing.lines().any(|l| l.starts_with("all, of 2") && l.ends_with(" 50")), "{drawing}");
}

#[test]
fn draws_in_colour_and_in_the_width_of_a_terminal() {
    for (columns, variable, value, is_coloured) in [
        (80, "TERM", "xterm", true),
        (40, "NO_COLOR", "1", false),
        (66, "TERM", "dumb", false),
        (133, "TERM", "dumb", false),
    ] {
        let terminal = openpty(None, None).unwrap();
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(&terminal.master, size).unwrap();
        let mut command = from(&recordings()[0]);
        command.env("TERM", "xterm").env(variable, value).stdout(terminal.slave);
        let mut child = command.spawn().unwrap();
        // The other end of the terminal must be closed here too.
        drop(command);
        // The end of a terminal that nobody holds open is an error.
        let mut drawing = Vec::new();
        let ended = fs::File::from(terminal.master).read_to_end(&mut drawing);
        assert!(ended.is_err() && child.wait().unwrap().success());
        let drawing = text(&drawing);
        assert_eq!(drawing.contains("\u{1b}["), is_coloured, "{drawing}");
        // The line with the names of the numbers on the right ends at the edge.
        let width = usize::from(columns.max(50));
        assert!(is_coloured || widest(&drawing) == width, "{drawing}");
    }
    for recording in recordings() {
        let drawing = text(&from(&recording).output().unwrap().stdout);
        assert_eq!(widest(&drawing), 80, "{drawing}");
    }
}

#[test]
fn summarizes_a_thousand_threads_and_tasks() {
    let mut many = made_up();
    let main = many["threads"][0].clone();
    let thread = |i: i32| json!({ "name": format!("thread {i}"), "pid": 7, "tid": 7 + i, "last": 2_000_000_000, "counters": [[0, 0, 0]] });
    many["threads"] = [main].into_iter().chain((1..=1000).map(thread)).collect();
    let line = |i: u64| json!({ "at": 0, "text": format!("Fetching {i}") });
    many["lines"] = (1..=1000).map(line).collect();
    let drawing = draw(&many);
    assert!(drawing.lines().count() <= 65, "{drawing}");
    let row = |label: &str| drawing.lines().any(|line| line.starts_with(label));
    for label in
        ["main ", "thread 23 ", "977 more threads are left out.", "24 ", "976 more tasks are left out."]
    {
        assert!(row(label), "no {label}:\n{drawing}");
    }
    assert!(!row("thread 24 ") && !row("25 "), "{drawing}");
}

#[test]
fn pictures_and_traces_are_as_strict_readers_want_them() {
    let bench = Bench::new();
    let mut odd = made_up();
    odd["command"] = json!(["<\"&'\u{1}\u{1b}[31m\u{fffe}>"]);
    odd["threads"][0]["name"] = json!("]]><script>\u{0}\u{202e}");
    odd["lines"][6]["text"] = json!("a\u{8}b & <c>");
    let odd = bench.write("odd.json", &odd);
    let [svg, trace] = ["picture.svg", "trace.json"].map(|name| bench.0.path().join(name));
    for recording in recordings().iter().chain([&odd]) {
        let mut command = from(recording);
        let output = command.arg("--svg").arg(&svg).arg("--trace").arg(&trace).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(!text(&output.stdout).contains(['\u{1b}', '\u{0}', '\u{202e}']), "{output:?}");
        check_picture(&fs::read_to_string(&svg).unwrap());
        check_trace(&serde_json::from_slice(&fs::read(&trace).unwrap()).unwrap());
    }
    let picture = fs::read_to_string(&svg).unwrap();
    for title in
        ["failed", "had not ended", "0.00 to 0.48 s: on a core 100 %, ready 0 %"]
    {
        assert!(picture.contains(title), "no {title}:\n{picture}");
    }
    let trace: Value = serde_json::from_slice(&fs::read(&trace).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let on_core =
        json!({ "ph": "X", "name": "on core", "pid": 7, "tid": 7, "ts": 0, "dur": 500_000 });
    let ready =
        json!({ "ph": "X", "name": "ready", "pid": 7, "tid": 7, "ts": 500_000, "dur": 500_000 });
    assert!(events.contains(&on_core) && events.contains(&ready), "{events:#?}");
}

/// Each piece tells what it is to a pointer, and there are colours for a dark page.
fn check_picture(picture: &str) {
    let document = roxmltree::Document::parse(picture).unwrap();
    let groups: Vec<_> = document.descendants().filter(|node| node.has_tag_name("g")).collect();
    let title = |group: &roxmltree::Node| group.first_element_child()?.text().map(str::to_owned);
    assert!(!groups.is_empty() && groups.iter().all(|g| title(g).is_some_and(|t| !t.is_empty())));
    let style = document.descendants().find(|node| node.has_tag_name("style")).unwrap();
    assert!(style.text().unwrap().contains("prefers-color-scheme:dark"));
}

/// The trace event format, as strictly as any of its viewers reads it.
fn check_trace(trace: &Value) {
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
            "b" => assert!(open.insert(event["id"].as_u64().unwrap(), name).is_none(), "{event}"),
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
}

#[test]
fn bars_of_a_live_run_are_where_the_program_put_them() {
    let bench = Bench::new();
    let output = bench.watch(&[&program("fetch_data")]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let run = bench.recording();
    assert_eq!((names(&run), bars(&run).len()), (vec!["main"], 3));
    let printed = text(&output.stdout);
    let (passed_on, drawing) = printed.split_at(printed.find("\n\n").unwrap() + 1);
    assert_eq!(passed_on.lines().count(), 9, "{printed}");
    for source in ["Source 1 ", "Source 2 ", "Source 3 "] {
        let row = drawing.lines().find(|line| line.starts_with(source)).unwrap();
        assert!(row.contains("━━━━") && row.ends_with('s'), "{drawing}");
    }
    // The same can be drawn again.
    assert_eq!(text(&from(&bench.json()).output().unwrap().stdout), drawing);
}

#[test]
fn names_threads() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let site = thread::spawn(move || {
        let mut streams: Vec<_> = (0..3).map(|_| listener.accept().unwrap().0).collect();
        // Long enough for a look, however busy the machine is.
        thread::sleep(Duration::from_secs(1));
        for stream in &mut streams {
            read_until(stream, "\r\n\r\n");
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
        }
    });
    let bench = Bench::new();
    let urls = ["1", "2", "3"].map(|path| format!("{url}{path}"));
    let output = bench.watch(&[&[program("downloads")][..], &urls].concat());
    assert!(output.status.success(), "{output:?}");
    site.join().unwrap();
    let run = bench.recording();
    // The library's is started before or after the others.
    let mut names = names(&run);
    names[1..].sort();
    let others = ["reqwest-interna", "thread 1", "thread 2", "thread 3"];
    assert_eq!(names, [&["main"][..], &others].concat());
    for row in ["\n/1 ", "\n/2 ", "\n/3 "] {
        assert!(text(&output.stdout).contains(row), "{output:?}");
    }
}

#[test]
fn names_processes() {
    // A process that becomes another program and outlives its parent, and a program that
    // becomes another one.
    let bench = Bench::new();
    let script = "(sleep 100 2>/dev/null & echo $! >pid); sleep 1; exec sleep 1";
    let output = bench.watch(&["sh", "-c", script]);
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).contains("1 of the processes that it started outlive"));
    let run = bench.recording();
    let orphan: i32 =
        fs::read_to_string(bench.0.path().join("pid")).unwrap().trim().parse().unwrap();
    kill(Pid::from_raw(orphan), Signal::SIGKILL).unwrap();
    let name = format!("process {orphan} sleep");
    assert!(names(&run)[0] == "main" && names(&run).contains(&name.as_str()), "{:?}", names(&run));
}

#[test]
fn totals_have_all_processes_however_short() {
    // The shell says what the kernel accounts to it and to what it has waited for. Half of
    // the processes have lost their parent.
    let bench = Bench::new();
    let many = "i=0; while [ $i -lt 300 ]; do env true; i=$((i+1)); done";
    let orphan = format!("(sh -c '{many}; times >new; mv new orphan' &)");
    let wait = "until [ -e orphan ]; do sleep 0.1; done";
    let script = &format!("{orphan}; {many}; {wait}; times; cat orphan");
    let output = bench.watch(&["sh", "-c", script]);
    let run = bench.recording();
    let times = run.lines.iter().flat_map(|line| line.text.split_whitespace()).map(|time| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    });
    let times: Vec<f64> = times.collect();
    let (said, cpu) = (times.iter().sum::<f64>(), run.cpu as f64 / 1e9);
    // A shell may leave off a hundredth of each of the eight times.
    assert!(times.len() == 8 && said > 0.1, "{output:?}");
    assert!((said - cpu).abs() < 0.1 + 0.05 * said, "{said} s, not {cpu} s: {output:?}");
    assert!(run.started >= 600, "{}", run.started);
}

#[test]
fn passes_on_what_is_printed() {
    let bench = Bench::new();
    let output = bench.watch(&["printf", r"a\n\377\0no line break"]);
    assert!(output.stdout.starts_with(b"a\n\xff\0no line break\nprintf: "), "{output:?}");
    let texts: Vec<String> = bench.recording().lines.into_iter().map(|line| line.text).collect();
    assert_eq!(texts, ["a", "\u{fffd}\0no line break"]);
}

#[test]
fn passes_on_how_the_program_ended() {
    let bench = Bench::new();
    for (script, status, said) in [
        ("exit 0", 0, "on average"),
        ("exit 3", 3, "It ended with exit status 3."),
        ("kill -KILL $$", 137, "It was ended by SIGKILL."),
    ] {
        let output = bench.watch(&["sh", "-c", script]);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let drawing = text(&output.stdout);
        assert!(drawing.starts_with("\nsh: ") && drawing.contains(said), "{drawing}");
        assert!(status > 0 || !drawing.contains("It ended"), "{drawing}");
    }
}

#[test]
fn draws_what_was_seen_until_it_is_interrupted() {
    // A program that ends; one that does not want to and has a child; and one that a terminal
    // interrupts together with the watcher, and that may be gone before the watcher notices.
    let asleep = "echo Fetching A; exec sleep 100";
    let deaf = "trap '' TERM; sleep 100 & echo Fetching A; wait; wait";
    let together = std::iter::repeat_n((asleep, Signal::SIGINT, 130, "SIGINT."), 10);
    let alone =
        [(asleep, Signal::SIGTERM, 143, "SIGTERM."), (deaf, Signal::SIGTERM, 137, "SIGKILL.")];
    for (script, signal, status, ending) in alone.into_iter().chain(together) {
        let bench = Bench::new();
        let mut child = bench.spawn(bench.command(&["sh", "-c", script]).process_group(0));
        read_until(child.stdout.as_mut().unwrap(), "Fetching A\n");
        let tell = if signal == Signal::SIGINT { killpg } else { kill };
        tell(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let drawing = text(&output.stdout);
        assert!(drawing.contains("It was interrupted") && drawing.contains("\nA  "), "{drawing}");
        assert!(drawing.contains(&format!("It was ended by {ending}")), "{drawing}");
        for thread in bench.recording().threads {
            assert!(!Path::new(&format!("/proc/{}/exe", thread.pid)).exists(), "{}", thread.name);
        }
    }
}

#[test]
fn the_program_inherits_ignored_signals_and_no_blocked_ones() {
    // As under nohup. SIGHUP is the lowest bit of a mask.
    let script = "trap '' HUP; exec \"$0\" grep -E '^Sig(Blk|Ign)' /proc/self/status";
    let output = Command::new("sh").args(["-c", script, TIMELINE]).output().unwrap();
    let printed = text(&output.stdout);
    let masks: Vec<u64> = printed
        .lines()
        .filter_map(|line| u64::from_str_radix(line.strip_prefix("Sig")?.get(5..)?, 16).ok())
        .collect();
    assert_eq!((masks.len(), masks[0], masks[1] & 1), (2, 0, 1), "{printed}");
}

#[test]
fn ends_quietly_when_nobody_reads() {
    let bench = Bench::new();
    // `yes` never ends unless it notices.
    let mut child = bench.spawn(&mut bench.command(&["yes"]));
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), String::new()));
    assert_eq!(names(&bench.recording()), ["main"]);
}

#[test]
fn refuses_what_it_cannot_do_in_one_sentence() {
    let bench = Bench::new();
    let (mut other, mut odd) = (made_up(), made_up());
    other["format"] = json!(1);
    odd["threads"][0]["counters"][3][0] = json!(100);
    let faulty = [bench.write("other", &other), bench.write("odd", &odd), bench.json()];
    let [other, odd, nothing] = faulty.each_ref().map(|path| path.to_str().unwrap());
    for arguments in [
        vec!["no_such_program"],
        vec!["--svg", other, "no_such_program"],
        vec!["--json", "/dev", "true"],
        vec!["--from", other],
        vec!["--from", odd],
        vec!["--from", nothing],
    ] {
        let output = timeline().args(&arguments).output().unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(stderr.starts_with("timeline: cannot "), "{stderr}");
        assert_eq!((stderr.lines().count(), output.stdout.len()), (1, 0), "{output:?}");
    }
    // What could not be replaced is as it was.
    assert!(fs::read_to_string(other).unwrap().contains("made_up"));
}

#[test]
fn watching_costs_little() {
    let bench = Bench::new();
    let mut child = bench.spawn(&mut bench.command(&["sleep", "3"]));
    child.stdout.as_mut().unwrap().read_to_end(&mut Vec::new()).unwrap();
    let usage = child.wait4().unwrap().rusage;
    let run = bench.recording();
    // The kernel adds to a process what it has waited for. A watcher that does not sleep
    // between two looks takes a core for as long as it gets one.
    let cpu = usage.utime + usage.stime - Duration::from_nanos(run.cpu);
    assert!(cpu.as_secs_f64() < 0.2 * run.wall as f64 / 1e9, "{cpu:?}");
    assert!(run.samples.len() > 3, "{} samples", run.samples.len());
}

/// The program, in an environment that says nothing of a terminal, but with SIGINT as a
/// terminal's programs have it: what a script starts in the background ignores it, and so
/// would all that it starts.
fn timeline() -> Command {
    let mut command = Command::new("env");
    command.args(["--default-signal", TIMELINE]);
    for variable in ["CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null());
    command
}

fn from(recording: &Path) -> Command {
    let mut command = timeline();
    command.arg("--from").arg(recording);
    command
}

/// Draws a recording that was made up.
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

/// A program of another member of the workspace, which the tests of that member build too.
fn program(name: &str) -> String {
    let path = Path::new(TIMELINE).with_file_name(name);
    if !path.exists() {
        let is_release = path.parent().is_some_and(|parent| parent.ends_with("release"));
        let profile = if is_release { "release" } else { "dev" };
        // With the features of the whole workspace, as it is built for its tests.
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--workspace", "--bin", name, "--profile", profile])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(built.unwrap().success() && path.exists(), "there is no program {name}");
    }
    // By its name alone, as a reader asks for it.
    name.to_owned()
}

/// Reads up to a text that is going to come.
fn read_until(source: &mut impl Read, end: &str) {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        let mut byte = [0];
        source.read_exact(&mut byte).unwrap();
        read.push(byte[0]);
    }
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

    fn command<S: AsRef<str>>(&self, program: &[S]) -> Command {
        let mut command = timeline();
        command.arg("--json").arg(self.json()).args(program.iter().map(AsRef::as_ref));
        command.current_dir(self.0.path());
        command
    }

    fn spawn(&self, command: &mut Command) -> Child {
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir(self.0.path())
            .spawn()
            .unwrap()
    }

    fn watch<S: AsRef<str>>(&self, program: &[S]) -> Output {
        let output = self.spawn(&mut self.command(program)).wait_with_output().unwrap();
        assert!(output.status.signal().is_none(), "{output:?}");
        output
    }

    fn recording(&self) -> Recording {
        Recording::read(&self.json()).unwrap()
    }
}
