//! Writes a run in Chrome's trace event format, for Perfetto and the Firefox profiler.

use serde_json::{Value, json};

use super::recording::Recording;
use super::slices::{Life, Slices};
use super::tasks::tasks;
use crate::text::printable;

/// The most steps of the counter of cores in use.
const MOST_STEPS: usize = 10_000;

/// The run as a JSON object with `traceEvents`. Times are whole microseconds.
///
/// Each sample tells how long a thread was on a core and how long it was ready since the
/// sample before, but not in which order. The trace puts the wait first.
pub fn write(recording: &Recording) -> Vec<u8> {
    let lives = recording.threads.iter().map(|thread| Life::new(thread, &recording.samples));
    let lives: Vec<Life> = lives.collect();
    let root = recording.threads.first().map_or(0, |thread| thread.pid);
    let mut events = Vec::new();
    let mut event = |mut event: Value, at: u64, name: &str, (pid, tid): (i32, i32)| {
        (event["ts"], event["name"]) = (at.into(), name.into());
        (event["pid"], event["tid"]) = (pid.into(), tid.into());
        events.push(event);
    };

    for (thread, life) in recording.threads.iter().zip(&lives) {
        let own = (thread.pid, thread.tid);
        let named = |name: &str| json!({ "ph": "M", "args": { "name": name } });
        event(named(&thread.name), 0, "thread_name", own);
        if thread.tid == thread.pid {
            let name = if thread.pid == root { &recording.command[0] } else { &thread.name };
            event(named(name), 0, "process_name", own);
        }
        for (name, from, to) in states(life) {
            event(json!({ "ph": "X", "dur": to - from }), from, name, own);
        }
    }
    let (root, (tasks, _)) = ((root, root), tasks(recording));
    for (id, task) in tasks.iter().enumerate() {
        let args = json!({ "outcome": task.outcome.words() });
        for (phase, at) in [("b", task.start), ("e", task.end)] {
            let own = json!({ "ph": phase, "cat": "task", "id": id, "args": args });
            event(own, micros(at), &task.name, root);
        }
    }
    for line in &recording.lines {
        event(json!({ "ph": "i", "s": "p" }), line.at / 1_000, &printable(&line.text), root);
    }
    let slices = Slices::new(recording, MOST_STEPS);
    for (i, sum) in slices.sums(lives.iter()).iter().enumerate() {
        let cores = json!({ "ph": "C", "args": { "cores": sum.on_core / slices.length } });
        event(cores, micros(slices.start(i)), "cores in use", root);
    }
    // A stable sort: events that begin at the same time stay in order.
    events.sort_by_key(|event| event["ts"].as_u64());
    let trace = json!({ "displayTimeUnit": "ms", "traceEvents": events });
    format!("{trace}\n").into_bytes()
}

/// When a thread was ready and on a core, in microseconds. Neighbours of a kind are merged.
fn states(life: &Life) -> Vec<(&'static str, u64, u64)> {
    let mut states: Vec<(&str, u64, u64)> = Vec::new();
    for pair in life.0.windows(2) {
        let ((from, before), (to, after)) = (pair[0], pair[1]);
        let on_core = to - (after.on_core - before.on_core);
        // Because of rounding, it could begin before `from`.
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
