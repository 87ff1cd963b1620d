//! Waiting in volume: many one-second waits at once.

use std::time::Duration;

use super::answer::Answer;
use super::cpu::thousands;
use super::{Maker, Scale, Section, Workload};
use crate::decide::Looks;

/// The waits of each model, up to where the model or the patience ends.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    const ALL: &[&str] = &["threaded_waits", "process_waits", "async_waits"];
    const LIGHT: &[&str] = &["threaded_waits", "async_waits"];
    let sizes: &[(u64, &[&str])] = match maker.scale {
        Scale::Quick => &[(1_000, ALL)],
        Scale::Normal => &[(1_000, ALL), (10_000, LIGHT), (1_000_000, &["async_waits"])],
        Scale::Full => &[
            (100, ALL),
            (1_000, ALL),
            (10_000, ALL),
            (100_000, &["async_waits"]),
            (1_000_000, &["async_waits"]),
        ],
    };
    sizes.iter().map(|(size, models)| waiting(maker, *size, models)).collect()
}

/// So many waits in some models, and their peers.
pub fn waiting(maker: &Maker<'_>, size: u64, models: &[&str]) -> Workload {
    let title = format!("{} waits of a second at once", thousands(size));
    let mut workload = Workload::new(Section::Waits, format!("waits-{size}"), title);
    workload.size = Some(size);
    // One program alone has nothing to be compared with.
    workload.looks = if models.len() > 1 { Looks::one() } else { Looks::once(1) };
    // A few sleepers take next to no processor time.
    workload.at_once = usize::from(size <= 1_000 && maker.scale != Scale::Full);
    workload.may_fail = true;
    let arguments = [size.to_string()];
    workload.programs =
        models.iter().map(|name| maker.program(name, &arguments, waited()).units(size)).collect();
    if models.contains(&"process_waits") {
        workload.pairs = vec![["async_waits", "process_waits"]];
    }
    if maker.with_peers && (size < 1_000_000 || maker.scale == Scale::Full) {
        let threads = models.contains(&"threaded_waits").then_some("threaded");
        for model in threads.into_iter().chain(["tasks"]) {
            let peer = maker.peers.python("waits", &[model, &arguments[0]]);
            workload.programs.extend(peer.map(|mut peer| {
                peer.answer = Some(waited());
                peer.invocation.limit = Duration::from_secs(300);
                peer.units(size)
            }));
        }
    }
    workload
}

/// What a program that has waited prints.
fn waited() -> Answer {
    Answer {
        in_order: vec!["All waits are finished".to_owned()],
        stopwatch: true,
        ..Answer::default()
    }
}
