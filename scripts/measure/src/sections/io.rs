//! I/O-bound work: downloading from a site that takes its time to answer.

use std::time::Duration;

use crate::answer::Answer;
use crate::maker::Maker;
use crate::section::Section;
use crate::workload::Workload;

/// The size of a file in bytes.
pub const FILE_SIZE: usize = 100 * 1024;
/// How long the site takes to answer, in milliseconds.
pub const DELAY: u64 = 100;

/// Twelve files, each 100 ms away, in the four models; fewer where it is quick.
pub fn workloads(maker: &Maker<'_>) -> Vec<Workload> {
    let files = maker.scale.pick(3, 12, 12);
    vec![downloading(maker, files)]
}

/// So many files in the four models.
pub fn downloading(maker: &Maker<'_>, files: usize) -> Workload {
    let (urls, answer) = downloads(maker, files);
    let title = format!("Downloading: {files} files of {FILE_SIZE} bytes, each {DELAY} ms away");
    let mut workload = Workload::new(Section::Io, "downloading", title);
    // Most of a run is spent waiting, and waiting hardly scatters.
    workload.rounds = maker.scale.pick(3, 7, 7);
    workload.usual = Duration::from_millis(DELAY * (files as u64 + 5) / 4);
    workload.entries =
        ["sequential_downloads", "downloads", "process_downloads", "async_downloads"]
            .map(|name| maker.program(name, &urls, answer.clone()))
            .to_vec();
    if maker.with_peers {
        for model in ["threaded", "processes"] {
            let peer = maker.peers.python("downloads", &[model]);
            workload.entries.extend(peer.map(|mut peer| {
                peer.invocation.arguments.extend_from_slice(&urls);
                peer.answer = crate::workload::Expected::Known(answer.clone());
                peer
            }));
        }
    }
    workload
}

/// URLs of the site, and what a program that downloads them must print and
/// write.
pub fn downloads(maker: &Maker<'_>, count: usize) -> (Vec<String>, Answer) {
    let paths: Vec<String> = (0..count).map(|i| format!("/file{i}")).collect();
    let query = format!("size={FILE_SIZE}&delay={DELAY}");
    let urls: Vec<String> =
        paths.iter().map(|path| maker.site.url(&format!("{path}?{query}"))).collect();
    let answer = saved(&urls, &paths, FILE_SIZE);
    (urls, answer)
}

/// What a program prints and writes that has downloaded these URLs, whose files
/// the site serves under these paths.
pub fn saved(urls: &[String], paths: &[String], size: usize) -> Answer {
    let files: Vec<String> = (0..urls.len()).map(|i| format!("downloads/file{i}")).collect();
    let mut lines = Vec::new();
    for url in urls {
        lines.push(format!("Downloading {url}"));
        lines.push(format!("Downloaded {url}"));
    }
    lines.extend(files.iter().map(|file| format!("Saved {file}")));
    Answer {
        in_any_order: lines,
        in_order: vec![
            "All downloads are finished".to_owned(),
            format!("{} downloaded, 0 failed", urls.len()),
        ],
        files: files
            .iter()
            .zip(paths)
            .map(|(file, path)| (file.into(), path.clone(), size))
            .collect(),
        ..Answer::default()
    }
}
