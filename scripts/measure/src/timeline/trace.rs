//! Writes a run in Chrome's trace event format, for Perfetto and the Firefox profiler.

use serde_json::{Value, json};

use super::recording::Recording;
use super::slices::{Life, Slices};
use super::tasks::tasks;

/// The most steps of the counter of cores in use.
const MOST_STEPS: usize = 10_000;

/// The run as a JSON object with `traceEvents`. Times are whole microseconds.
///
/// Each sample tells how long a thread was on a core and how long it was ready since the
/// sample before, and not in which order. The trace puts the wait first.
pub fn write(recording: &Recording) -> Vec<u8> {
    let lives = recording.threads.iter().map(|thread| Life::new(thread, &recording.samples));
    let lives: Vec<Life> = lives.collect();
    let root = recording.threads.first().map_or(0, |thread| thread.pid);
    let mut events = Vec::new();

    for (thread, life) in recording.threads.iter().zip(&lives) {
        let (pid, tid) = (thread.pid, thread.tid);
        let mut name = |kind, name: &str| {
            let args = json!({ "name": name });
            events.push(
                json!({ "ph": "M", "ts": 0, "name": kind, "pid": pid, "tid": tid, "args": args }),
            );
        };
        name("thread_name", &thread.name);
        if tid == pid {
            name("process_name", if pid == root { &recording.command[0] } else { &thread.name });
        }
        for (name, from, to) in states(life) {
            events.push(json!({
                "ph": "X", "ts": from, "dur": to - from, "name": name, "pid": pid, "tid": tid
            }));
        }
    }

    let (tasks, lines) = tasks(recording);
    for (id, task) in tasks.iter().enumerate() {
        for (phase, at) in [("b", task.start), ("e", task.end)] {
            events.push(json!({
                "ph": phase, "ts": micros(at), "cat": "task", "id": id, "name": task.name,
                "pid": root, "tid": root, "args": { "outcome": task.outcome.words() }
            }));
        }
    }
    for (at, text) in lines {
        events.push(json!({
            "ph": "i", "s": "p", "ts": micros(at), "name": text, "pid": root, "tid": root
        }));
    }
    let slices = Slices::new(recording, MOST_STEPS);
    for (i, sum) in slices.sums(lives.iter()).iter().enumerate() {
        events.push(json!({
            "ph": "C", "ts": micros(slices.start(i)), "name": "cores in use", "pid": root, "tid": root,
            "args": { "cores": sum.on_core / slices.length }
        }));
    }
    // A stable sort: what begins at the same time stays in order.
    events.sort_by_key(|event| event["ts"].as_u64());
    let trace = json!({ "displayTimeUnit": "ms", "traceEvents": Value::Array(events) });
    let mut json = serde_json::to_vec(&trace).expect("everything here has a form in JSON");
    json.push(b'\n');
    json
}

/// When a thread was ready and on a core, in microseconds. Neighbours of a kind are one.
fn states(life: &Life) -> Vec<(&'static str, u64, u64)> {
    let mut states: Vec<(&str, u64, u64)> = Vec::new();
    for pair in life.0.windows(2) {
        let ((from, before), (to, after)) = (pair[0], pair[1]);
        let on_core = to - (after.on_core - before.on_core);
        // Rounding must not make it begin before the stretch.
        let ready = (on_core - (after.ready - before.ready)).max(from);
        for (name, from, to) in [("ready", ready, on_core), ("on core", on_core, to)] {
            let (from, to) = (micros(from), micros(to));
            match states.last_mut() {
                _ if from >= to => {}
                Some(last) if last.0 == name && last.2 == from => last.2 = to,
                _ => states.push((name, from, to)),
            }
        }
    }
    states
}

fn micros(seconds: f64) -> u64 {
    (seconds * 1e6).round() as u64
}
