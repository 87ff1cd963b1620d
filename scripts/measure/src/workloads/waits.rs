//! Many one-second waits at once.

use super::expected::Answer;
use super::{Clock, Maker, Scale, Section, Workload};
use crate::decide::Looks;
use crate::text::thousands;

/// The numbers of waits for each model, up to the limit of the model or of our patience.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    const ALL: &[&str] = &["threaded_waits", "process_waits", "async_waits"];
    const LIGHT: &[&str] = &["threaded_waits", "async_waits"];
    const ONE: &[&str] = &["async_waits"];
    const BOTH: &[&str] = &["threaded", "tasks"];
    // CPython takes ten seconds and more to start 10 000 threads, or a million tasks.
    let sizes: &[(u64, &[&str], &[&str])] = match maker.scale {
        Scale::Quick => &[(1_000, ALL, BOTH)],
        Scale::Normal if !maker.is_long() => &[(1_000, ALL, &[]), (10_000, LIGHT, &[])],
        Scale::Normal => &[(1_000, ALL, BOTH), (10_000, LIGHT, &["tasks"]), (1_000_000, ONE, &[])],
        Scale::Full => &[
            (100, ALL, BOTH),
            (1_000, ALL, BOTH),
            (10_000, ALL, BOTH),
            (100_000, ONE, &["tasks"]),
            (1_000_000, ONE, &["tasks"]),
        ],
    };
    let workload = |(size, ours, python): &(u64, &[&str], &[&str])| {
        waiting(maker, *size, ours, if maker.with_peers { python } else { &[] })
    };
    let mut workloads: Vec<Workload> = sizes.iter().map(workload).collect();
    workloads.extend(maker.is_long().then(|| connections(maker)));
    workloads
}

/// Many connections at once, each served by a thread or by a task.
fn connections(maker: &Maker<'_>) -> Workload {
    // Each takes two descriptors, and a usual limit is 4 096.
    const CONNECTIONS: u64 = 2_000;
    let title = format!("{} connections at once, and a line through each", thousands(CONNECTIONS));
    let mut workload = Workload::new(Section::Waits, "connections", title);
    let lines =
        [format!("{CONNECTIONS} connections are open"), "All connections are served".into()];
    let answer = Answer { in_order: lines.to_vec(), ..Answer::default() };
    let program = |name| maker.program(name, &[CONNECTIONS.to_string()], answer.clone());
    workload.programs = ["threaded_echo", "async_echo"].map(program).to_vec();
    workload
}

/// `size` waits in some of our programs, and in some models of the peers' program.
pub fn waiting(maker: &Maker<'_>, size: u64, ours: &[&str], models: &[&str]) -> Workload {
    let title = format!("{} waits of a second at once", thousands(size));
    let mut workload = Workload::new(Section::Waits, format!("waits-{size}"), title);
    workload.measured.size = Some(size);
    workload.measured.clock = Clock::Printed;
    // They start beside each other, and then only sleep.
    workload.at_once = usize::from(size <= 1_000 && maker.scale != Scale::Full);
    workload.may_fail = true;
    let arguments = [size.to_string()];
    let answer = Answer::timed("All waits are finished");
    let program = |name: &&str| maker.program(name, &arguments, answer.clone()).units(size);
    workload.programs = ours.iter().map(program).collect();
    workload.programs.extend(maker.peers.python("waits", models, (&arguments, size), &answer));
    // A single program has no baseline.
    workload.looks = if workload.programs.len() > 1 { Looks::once(6) } else { Looks::once(1) };
    if ours.contains(&"process_waits") {
        workload.measured.pairs = vec![["async_waits", "process_waits"].map(str::to_owned)];
    }
    workload
}
