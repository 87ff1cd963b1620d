//! Assertions about the output of twins, which answer the same question.

use super::{Run, run};

/// Asserts that six URLs are fetched, two at once and never more.
pub fn assert_two_at_once(run: &Run) {
    let lines = run.lines();
    assert_eq!(lines.last(), Some(&"All fetches are finished"));
    let (mut now, mut most) = (0, 0);
    for line in &lines {
        now += i32::from(line.starts_with("Fetching "));
        now -= i32::from(line.starts_with("Finished "));
        most = most.max(now);
    }
    assert_eq!((now, most), (0, 2), "{run:?}");
    for i in 1..=6 {
        run.position(&format!("Fetching http://example.com/{i}"));
        run.position(&format!("Finished fetching http://example.com/{i}"));
    }
    assert_eq!(lines.len(), 13, "{run:?}");
}

/// Asserts that six items went through a queue in their order, and that the end was printed.
pub fn assert_queue(lines: &[&str]) {
    for what in ["Put item ", "Took item "] {
        let items: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix(what)).collect();
        assert_eq!(items, ["1", "2", "3", "4", "5", "6"], "{lines:?}");
    }
    assert_eq!((lines.last(), lines.len()), (Some(&"The queue has ended"), 13), "{lines:?}");
}

/// Asserts that the producer of a queue of two was never more than three items ahead: two
/// in the queue, and one that the consumer has taken and not printed yet.
pub fn assert_bound(lines: &[&str]) {
    let mut ahead = 0;
    for line in lines {
        ahead += i32::from(line.starts_with("Put ")) - i32::from(line.starts_with("Took "));
        assert!(ahead <= 3, "{lines:?}");
    }
}

/// Asserts that three results are printed in the order in which they arrive.
pub fn assert_as_they_come(lines: &[&str]) {
    let results = ["Data from Source 3", "Data from Source 1", "Data from Source 2"];
    assert_eq!(lines[lines.len() - 3..], results);
    let mut starts = lines[..lines.len() - 3].to_vec();
    starts.sort_unstable();
    let start = |i| format!("Starting to fetch data from Source {i}");
    assert_eq!(starts, [start(1), start(2), start(3)]);
}

/// How many parts were fetched, in turn, before the other lines; not all five.
pub fn parts(lines: &[&str]) -> usize {
    let parts = (1..).zip(lines).take_while(|(i, line)| **line == format!("Fetched part {i} of 5"));
    let parts = parts.count();
    assert!(parts < 5, "{lines:?}");
    parts
}

/// Asserts that a server raises its limit of descriptors, and opens fewer connections if
/// it may not. Each connection needs two descriptors, and the program itself 20.
pub fn assert_opens_fewer_connections(program: &str) {
    let opened = |limits: &str| {
        let script = format!("{limits}; exec \"$0\" 100");
        run("sh", &["-c", &script, program]).lines()[0].to_owned()
    };
    assert_eq!(opened("ulimit -n 256; ulimit -Sn 64"), "100 connections are open");
    assert_eq!(opened("ulimit -n 64"), "22 connections are open");
}

/// Asserts that a server serves ten thousand connections, or as many as it may open.
pub fn assert_serves_ten_thousand(program: &str) {
    let limit = run("sh", &["-c", "ulimit -Hn"]);
    let n = limit.lines()[0].parse::<u64>().map_or(10_000, |limit| 10_000.min((limit - 20) / 2));
    let run = run(program, &[]);
    let lines = run.lines();
    assert_eq!(lines, [&*format!("{n} connections are open"), "All connections are served"]);
}
