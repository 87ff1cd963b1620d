//! The cost of starting a thread, a process, a program and a task.

use super::answer::Answer;
use super::{Clock, Maker, Section, Workload};

/// Starts a thread, a process, a program that is executed anew, and a task.
pub fn workload(maker: &Maker<'_>) -> Workload {
    let title = "Starting one and waiting for its end, one after the other";
    let mut workload = Workload::new(Section::Start, "start", title);
    workload.measured.clock = Clock::Printed;
    workload.measured.unit = Some("one".to_owned());
    let times = maker.scale.pick(1, 2, 10);
    workload.programs = [
        ("start_threads", 500),
        ("start_processes", 100),
        ("start_programs", 30),
        ("start_tasks", 125_000),
    ]
    .map(|(name, count)| {
        let count = count * times;
        maker.program(name, &[count.to_string()], started(count)).units(count)
    })
    .to_vec();
    if maker.with_peers {
        for (model, count) in [("threads", 200), ("processes", 10), ("tasks", 2_000)] {
            let count = count * times;
            let peers =
                maker.peers.python("start", &[model], &[count.to_string()], &started(count));
            workload.programs.extend(peers.into_iter().map(|peer| peer.units(count)));
        }
    }
    workload
}

/// Numbers handed from one thread, task or process to another.
pub fn queues(maker: &Maker<'_>) -> Workload {
    const ITEMS: u64 = 100_000;
    let title = "Handing one number over: a channel, a tokio channel and a pipe";
    let mut workload = Workload::new(Section::Start, "queues", title);
    workload.measured.clock = Clock::Printed;
    workload.measured.unit = Some("item".to_owned());
    let answer = Answer::timed(format!("Sum: {}", ITEMS * (ITEMS + 1) / 2));
    let program = |name| maker.program(name, &[ITEMS.to_string()], answer.clone()).units(ITEMS);
    workload.programs = ["queue_threads", "queue_tasks", "queue_processes"].map(program).to_vec();
    workload
}

/// The output of a program that starts `count` threads, processes, programs or tasks.
pub fn started(count: u64) -> Answer {
    Answer::timed(format!("Started {count}"))
}
