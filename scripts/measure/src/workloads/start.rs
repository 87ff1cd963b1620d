//! The cost of starting a thread, a process, a program and a task.

use super::expected::Answer;
use super::{Maker, Program, Section, Workload};

/// Starts a thread, a process, a program that is executed anew, and a task.
pub fn workload(maker: &Maker<'_>) -> Workload {
    let title = "Starting one and waiting for its end, one after the other";
    let mut workload = Workload::new(Section::Start, "start", title).per("one");
    let times = maker.scale.pick(1, 2, 10);
    let models = [("threads", 500), ("processes", 100), ("programs", 30), ("tasks", 125_000)];
    let program = |(model, n)| maker.model("start_one", model, n * times, started(n * times));
    workload.programs = models.map(program).to_vec();
    if maker.with_peers {
        for (model, count) in [("threads", 200), ("processes", 10), ("tasks", 2_000)] {
            workload.programs.extend(python(maker, model, count * times));
        }
    }
    workload
}

/// Numbers handed from one thread, task or process to another.
pub fn queues(maker: &Maker<'_>) -> Workload {
    const ITEMS: u64 = 100_000;
    let title = "Handing one number over: a channel, a tokio channel and a pipe";
    let mut workload = Workload::new(Section::Start, "queues", title).per("item");
    let answer = Answer::timed(format!("Sum: {}", ITEMS * (ITEMS + 1) / 2));
    let program = |model| maker.model("queue", model, ITEMS, answer.clone());
    workload.programs = ["threads", "tasks", "processes"].map(program).to_vec();
    workload
}

/// Starts threads, processes or tasks in each interpreter.
pub fn python(maker: &Maker<'_>, model: &str, count: u64) -> Vec<Program> {
    maker.peers.python("start", &[model], (&[count.to_string()], count), &started(count))
}

/// The output of a program that starts `count` threads, processes, programs or tasks.
pub fn started(count: u64) -> Answer {
    Answer::timed(format!("Started {count}"))
}
