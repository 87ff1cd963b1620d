//! I/O-bound work: downloading from a site that answers slowly.

use super::expected::Answer;
use super::{Maker, Section, Workload};
use crate::decide::Looks;

/// The size of a file in bytes.
const FILE_SIZE: usize = 100 * 1024;
/// How long the site takes to answer, in milliseconds.
const DELAY: u64 = 100;

/// Our programs, and the models of the peers' program.
const OURS: &[&str] = &[
    "sequential_downloads",
    "downloads",
    "process_downloads",
    "async_downloads",
    "ureq_downloads",
];
const MODELS: &[&str] = &["sequential", "threaded", "processes", "tasks"];

/// Some files, each 100 ms away, in the four models.
pub fn workload(maker: &Maker<'_>) -> Workload {
    let mut workload = downloading(maker, OURS, if maker.with_peers { MODELS } else { &[] });
    workload.measured.pairs =
        OURS[2..].iter().map(|ours| [ours, OURS[1]].map(str::to_owned)).collect();
    workload
}

/// Some of our programs, and some models of the peers' program.
pub fn downloading(maker: &Maker<'_>, ours: &[&str], models: &[&str]) -> Workload {
    let count = maker.scale.pick(4, 12, 12);
    let query = format!("size={FILE_SIZE}&delay={DELAY}");
    let urls: Vec<String> =
        (0..count).map(|i| maker.site.url(&format!("/file{i}?{query}"))).collect();
    let answer = downloaded(&urls);
    let title = format!("{count} downloads of 100 KiB, each {DELAY} ms away");
    let mut workload = Workload::new(Section::Io, "downloading", title);
    workload.looks = Looks::once(6);
    workload.programs =
        ours.iter().map(|name| maker.program(name, &urls, answer.clone())).collect();
    workload.programs.extend(maker.peers.python("downloads", models, (&urls, 1), &answer));
    workload
}

/// All downloads at once, and four at once.
pub fn limited(maker: &Maker<'_>) -> Workload {
    let mut workload = downloading(maker, &["async_downloads"], &[]);
    workload.measured.name = "downloading-limited".to_owned();
    let mut limited = workload.programs[0].clone();
    limited.invocation.name += " --at-once 4";
    limited.invocation.arguments.splice(..0, ["--at-once", "4"].map(str::to_owned));
    workload.programs.push(limited);
    workload
}

/// The right answer of a program that downloads the site's `/file0`, `/file1` and so on.
fn downloaded(urls: &[String]) -> Answer {
    let finished = "All downloads are finished".to_owned();
    let counts = format!("{} downloaded, 0 failed", urls.len());
    let mut answer = Answer { in_order: vec![finished, counts], ..Answer::default() };
    for (i, url) in urls.iter().enumerate() {
        let (path, saved) = (format!("/file{i}"), format!("downloads/file{i}"));
        let says = [format!("Downloading {url}"), format!("Downloaded {url}")];
        answer.in_any_order.extend(says);
        answer.in_any_order.push(format!("Saved {saved}"));
        answer.files.push((saved.into(), path, FILE_SIZE));
    }
    answer
}
