//! Assertions about the output of twins, which answer the same question.

use std::time::Duration;

use super::{assert_prints, in_some_try, run};

/// What the programs print when a fetch begins and ends, and when a work does.
pub const FETCHES: [&str; 2] =
    ["Fetching http://example.com/", "Finished fetching http://example.com/"];
pub const WORKS: [&str; 2] = ["Working on item ", "Saved item "];

/// Asserts that items are worked on two at once: items 1 and 2, then 3 and 4, and so on,
/// but never three. The last line is about the end.
pub fn assert_two_at_once(lines: &[&str], [begin, end]: [&str; 2], items: usize) {
    let position = |text: &str, item: usize| {
        let line = format!("{text}{item}");
        lines.iter().position(|other| *other == line).unwrap_or_else(|| panic!("{lines:?}"))
    };
    for item in (1..items).step_by(2) {
        assert!(position(begin, item) < position(end, item + 1), "{lines:?}");
        assert!(position(begin, item + 1) < position(end, item), "{lines:?}");
    }
    assert_eq!((most_at_once(lines, [begin, end]), lines.len()), (2, 2 * items + 1), "{lines:?}");
}

/// The largest number of items that have begun and not ended.
pub fn most_at_once(lines: &[&str], [begin, end]: [&str; 2]) -> i32 {
    let (mut now, mut most) = (0, 0);
    for line in lines {
        now += i32::from(line.starts_with(begin)) - i32::from(line.starts_with(end));
        most = most.max(now);
    }
    most
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

/// Asserts that a program with a time limit of 2.5 s has two parts of a second before it.
pub fn assert_times_out_in_part_3(program: &str, after: &[&str]) {
    assert_times_out(program, &[&["Fetched part 1 of 5", "Fetched part 2 of 5"], after].concat());
}

/// Asserts that a program prints these lines, and does not end before its limit of 2.5 s.
pub fn assert_times_out(program: &str, expected: &[&str]) {
    let run = assert_prints(|| run(program, &[]), expected);
    assert!(run.elapsed >= Duration::from_millis(2500), "{run:?}");
}

/// Asserts that a program, which would wait for ever, gives up after a limit. It may need some
/// time before. Both times are in seconds.
pub fn assert_gives_up(program: &str, expected: &[&str], before: u64, limit: u64) {
    let [least, most] = [before + limit, before + 2 * limit].map(Duration::from_secs);
    let gives_up = in_some_try(|| {
        let run = run(program, &[]);
        assert_eq!(run.lines(), expected);
        assert!(run.elapsed >= least, "{run:?}");
        run.elapsed < most
    });
    assert!(gives_up, "{program} never ends before {most:?}");
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
