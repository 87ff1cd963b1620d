//! Waiting in volume: many one-second waits at once.

use std::time::Duration;

use crate::answer::Answer;
use crate::maker::{Maker, Scale};
use crate::section::Section;
use crate::workload::{Entry, Expected, Workload};

/// The waits of each model, up to where the model or the patience ends.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let sizes: &[u64] = maker.scale.pick(&[1_000], &[100, 1_000, 10_000], &[100, 1_000, 10_000]);
    let mut workloads: Vec<Workload> = sizes
        .iter()
        .map(|&size| {
            let models = ["threaded_waits", "process_waits", "async_waits"];
            waiting(maker, size, &models)
        })
        .collect();
    if maker.scale != Scale::Quick {
        workloads.push(waiting(maker, 1_000_000, &["async_waits"]));
    }
    workloads
}

/// So many waits in some models, and their peers.
pub fn waiting(maker: &Maker<'_>, size: u64, models: &[&str]) -> Workload {
    let title = format!("{size} waits of a second at once");
    let mut workload = Workload::new(Section::Waits, format!("waits-{size}"), title);
    workload.size = Some(size);
    workload.rounds = 3;
    workload.usual = Duration::from_millis(1_000 + 150 * size.min(20_000) / 1_000);
    // A few sleepers take next to no processor, and side by side they take a
    // third of the time.
    workload.together = size <= 1_000 && maker.scale != Scale::Full;
    workload.rounds_together = size <= 100 && workload.together;
    workload.may_reach_limit = true;
    workload.entries = models
        .iter()
        .map(|name| maker.program(name, &[size.to_string()], waited()).units(size))
        .collect();
    if maker.with_peers && (size < 1_000_000 || maker.scale == Scale::Full) {
        let mut add = |model: &str| {
            workload.entries.extend(
                maker
                    .peers
                    .python("waits", &[model, &size.to_string()])
                    .map(|peer| answering(peer.units(size))),
            );
        };
        if models.contains(&"threaded_waits") {
            add("threaded");
        }
        add("tasks");
    }
    workload
}

fn answering(mut entry: Entry) -> Entry {
    entry.answer = Expected::Known(waited());
    entry.invocation.limit = Duration::from_secs(300);
    entry
}

/// What a program that has waited prints.
pub fn waited() -> Answer {
    Answer {
        in_order: vec!["All waits are finished".to_owned()],
        stopwatch: true,
        ..Answer::default()
    }
}
