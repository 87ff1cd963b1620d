//! Runs the programs of `threading` the way a reader would.

#[path = "support/processes.rs"]
mod processes;
mod support;

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::process::{Child, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use processes::{
    assert_not_held_back, assert_saves_and_ends_on_ctrl_c, assert_uses_no_cpu_time_until,
    assert_works_on_all_items,
};
use rayon::prelude::*;
use support::shelf::{
    FETCHES, WORKS, assert_as_they_come, assert_bound, assert_gives_up,
    assert_opens_fewer_connections, assert_queue, assert_serves_ten_thousand,
    assert_times_out_in_part_3, assert_two_at_once,
};
use support::{
    Run, assert_helpful, assert_numbers_overlap, assert_time, command, in_some_try, run,
};

#[test]
fn counter_counts_beside_main() {
    let runs_while_the_thread_does = in_some_try(|| {
        let run = run(env!("CARGO_BIN_EXE_counter"), &[]);
        let mut lines = run.lines();
        assert_eq!(lines.pop(), Some("Thread has finished"));
        // Its place among the numbers is up to the scheduler.
        let main = run.position("Main program is running while the thread is executing");
        lines.remove(main);
        assert_eq!(lines, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        main < 10
    });
    assert!(runs_while_the_thread_does, "main waits for the thread");
}

#[test]
fn threaded_numbers_overlap() {
    assert_numbers_overlap(|| run(env!("CARGO_BIN_EXE_threaded_numbers"), &[]));
}

#[test]
fn counters_say_when_they_have_finished() {
    for (program, finished) in [
        (env!("CARGO_BIN_EXE_sequential_counter"), "All counts are finished"),
        (env!("CARGO_BIN_EXE_threaded_counter"), "All threads are finished"),
        (env!("CARGO_BIN_EXE_gil_counter"), "All threads are finished"),
    ] {
        let run = run(program, &["1000000"]);
        let lines = run.lines();
        assert_eq!((lines.len(), lines[0]), (2, finished), "{program}");
        assert_time(lines[1]);
    }
}

#[test]
fn arguments_that_are_no_limits_are_usage_errors() {
    for limit in ["x", "-1", "1e9", "18446744073709551616"] {
        let run = run(env!("CARGO_BIN_EXE_threaded_counter"), &[limit]);
        assert_eq!(run.status.code(), Some(2), "{run:?}");
        assert!(run.lines.is_empty() && run.stderr.starts_with("error: "), "{run:?}");
    }
}

#[test]
fn helps() {
    assert_helpful(&[
        env!("CARGO_BIN_EXE_sequential_counter"),
        env!("CARGO_BIN_EXE_threaded_counter"),
        env!("CARGO_BIN_EXE_gil_counter"),
        env!("CARGO_BIN_EXE_threaded_map"),
        env!("CARGO_BIN_EXE_rayon_map"),
        env!("CARGO_BIN_EXE_threaded_waits"),
        env!("CARGO_BIN_EXE_threaded_echo"),
        env!("CARGO_BIN_EXE_shared_atomic"),
        env!("CARGO_BIN_EXE_separate_counts"),
        env!("CARGO_BIN_EXE_downloads"),
        env!("CARGO_BIN_EXE_sequential_downloads"),
    ]);
}

#[test]
fn gil_counter_lets_one_thread_count_at_a_time_and_hands_the_lock_over() {
    let started = Instant::now();
    // The program counts until it is killed, so no thread gets the lock because
    // another has finished.
    let endless = u64::MAX.to_string();
    let program = env!("CARGO_BIN_EXE_gil_counter");
    let counting = Killed(command(program).arg(endless).stdout(Stdio::null()).spawn().unwrap());
    let (mut samples, mut with_few_running) = (0, 0);
    loop {
        let threads = counting.threads();
        samples += 1;
        // The thread with the lock, and the thread that has just handed it over. Without
        // the lock all four would be running, or ready to run on a machine with one core.
        let running = threads.iter().filter(|(state, _)| *state == 'R').count();
        with_few_running += usize::from(running <= 2);

        // Until each thread has had several turns.
        let counted = threads.iter().filter(|(_, time)| *time > Duration::from_millis(50));
        if counted.count() == 4 {
            break;
        }
        let waited = started.elapsed();
        assert!(waited.as_secs() < 60, "the lock does not change hands: {threads:?}");
        thread::sleep(Duration::from_millis(1));
    }
    assert!(2 * with_few_running > samples, "{with_few_running} of {samples} samples");
}

/// A program that is killed when the test ends.
struct Killed(Child);

impl Killed {
    fn threads(&self) -> Vec<(char, Duration)> {
        threads(self.0.id())
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The state and the CPU time of each thread of a process, including `main`.
fn threads(pid: impl Display) -> Vec<(char, Duration)> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let state_and_time = |thread: fs::DirEntry| {
        let stat = fs::read_to_string(thread.path().join("stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(") ")?;
        let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let nanoseconds = times.split(' ').next()?.parse().ok()?;
        Some((after_name.chars().next()?, Duration::from_nanos(nanoseconds)))
    };
    threads.filter_map(|thread| state_and_time(thread.unwrap())).collect()
}

#[test]
fn gil_counter_serves_the_threads_in_turn_every_5_ms() {
    let started = Instant::now();
    let mut counting = command(env!("CARGO_BIN_EXE_gil_counter"));
    let counting = counting.arg(u64::MAX.to_string()).stdout(Stdio::null());
    let counting = Killed(counting.spawn().unwrap());
    let pid = counting.0.id();
    while turns(pid).iter().sum::<u32>() < 200 {
        assert!(started.elapsed().as_secs() < 60, "{:?}", turns(pid));
        thread::sleep(Duration::from_millis(1));
    }
    // While the program is stopped, no thread gets a turn.
    kill(Pid::from_raw(pid.cast_signed()), Signal::SIGSTOP).unwrap();
    while counting.threads().iter().any(|(state, _)| *state != 'T') {
        thread::sleep(Duration::from_millis(1));
    }
    let (elapsed, turns) = (started.elapsed(), turns(pid));
    let cpu: Duration = counting.threads().iter().map(|(_, time)| *time).sum();

    let (most, least) = (turns.iter().max().unwrap(), turns.iter().min().unwrap());
    assert!(most - least <= 3, "{turns:?}");
    let turns = turns.iter().sum::<u32>();
    // Each thread also waited for its first turn, and when it was stopped, and perhaps for memory.
    assert!((turns - 20) * Duration::from_millis(5) <= elapsed, "{turns} turns in {elapsed:?}");
    // A turn ends at the first look at the clock after 5 ms.
    assert!(cpu < turns * Duration::from_millis(10), "{turns} turns in {cpu:?} of CPU time");
}

/// How often each thread, except `main`, has begun to wait, which it does after each turn.
fn turns(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let waits = |task: fs::DirEntry| {
        let status = fs::read_to_string(task.path().join("status")).unwrap();
        let waits = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        waits.unwrap().trim().parse::<u32>().unwrap()
    };
    tasks.skip(1).map(|task| waits(task.unwrap())).collect()
}

#[test]
fn threads_without_a_lock_compute_at_the_same_time() {
    for program in [env!("CARGO_BIN_EXE_threaded_counter"), env!("CARGO_BIN_EXE_threaded_map")] {
        // The work takes seconds, but the test does not wait for it.
        let mut working = command(program);
        let working = Killed(working.arg("6000000000").stdout(Stdio::null()).spawn().unwrap());
        let started = Instant::now();
        loop {
            let threads = working.threads();
            // Running, or ready to run on a machine with fewer cores.
            let running = threads.iter().filter(|(state, _)| *state == 'R').count();
            if (threads.len(), running) == (1 + 4, 4) {
                break;
            }
            assert!(started.elapsed().as_secs() < 60, "{program}: {threads:?}");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn gil_counter_has_the_interval_of_cpython() {
    let help = run(env!("CARGO_BIN_EXE_gil_counter"), &["--help"]);
    let default = |line: &String| line.contains("--switch-interval") && line.contains("5ms]");
    assert!(help.lines.iter().any(default), "{help:?}");
}

#[test]
fn gil_counter_counts_without_an_interval() {
    let run = run(env!("CARGO_BIN_EXE_gil_counter"), &["1000000", "--switch-interval", "0s"]);
    assert_eq!(run.lines()[0], "All threads are finished");
}

#[test]
fn the_maps_have_the_results_of_the_document() {
    for program in [env!("CARGO_BIN_EXE_threaded_map"), env!("CARGO_BIN_EXE_rayon_map")] {
        let run = run(program, &[]);
        let lines = run.lines();
        assert_eq!(lines.len(), 2);
        assert_time(lines[0]);
        let sum = "4999999950000000";
        assert_eq!(lines[1], format!("Results: [{sum}, {sum}, {sum}, {sum}]"));
    }
}

#[test]
fn rayon_map_has_a_thread_per_core_for_any_number_of_inputs() {
    let cores = thread::available_parallelism().unwrap().get();
    assert_eq!(threads_of_rayon_map(None), cores);
    assert_eq!(threads_of_rayon_map(Some("2")), 2);
}

/// The threads of the pool, counted while `main` only waits for them.
fn threads_of_rayon_map(setting: Option<&str>) -> usize {
    let mut map = command(env!("CARGO_BIN_EXE_rayon_map"));
    map.env_remove("RAYON_NUM_THREADS").envs(setting.map(|n| ("RAYON_NUM_THREADS", n)));
    // The work takes seconds, but the test does not wait for it.
    let map = Killed(map.arg("6000000000").stdout(Stdio::null()).spawn().unwrap());
    let started = Instant::now();
    loop {
        let threads = map.threads();
        let computing = threads.iter().filter(|(_, time)| *time > Duration::from_millis(50));
        // At least two, unless the pool has one.
        if computing.count() >= (threads.len() - 1).clamp(1, 2) {
            return threads.len() - 1;
        }
        assert!(started.elapsed().as_secs() < 300, "they do not compute: {threads:?}");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_free_thread_of_rayon_takes_over_and_results_keep_their_order() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let (done, others) = mpsc::channel();
    let first = std::sync::Mutex::new(others);
    let map = |x: u32| {
        if x == 1 {
            // This thread waits until the other one has done the rest.
            let others = first.lock().unwrap();
            assert_eq!(others.iter().take(3).count(), 3);
        } else {
            done.send(x).unwrap();
        }
        x * x
    };
    let results: Vec<u32> = pool.install(|| [1, 2, 3, 4].par_iter().map(|&x| map(x)).collect());
    assert_eq!(results, [1, 4, 9, 16]);
}

#[test]
fn threaded_waits_wait_together() {
    let run = run(env!("CARGO_BIN_EXE_threaded_waits"), &["100"]);
    let lines = run.lines();
    assert_eq!((lines.len(), lines[0]), (2, "All waits are finished"));
    assert_time(lines[1]);
    // One after the other, they would take 100 s, and the program would be killed.
    assert!(run.elapsed.as_secs() >= 1, "{run:?}");
}

#[test]
fn threaded_waits_says_in_one_line_that_there_is_no_room() {
    let program = env!("CARGO_BIN_EXE_threaded_waits");
    let most = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
    let error = format!("Error: could not start {} threads: use ", most.trim());
    assert_limit(&run(program, &[most.trim()]), &error, "raise vm.max_map_count\n");
    // 300 MB of addresses are enough for some stacks, but not for a thousand.
    let limited = ["-c", r#"ulimit -v 300000; exec "$0" "$@""#, program, "1000"];
    assert_limit(&run("sh", &limited), "Error: could not start thread ", "raise ulimit -u\n");
}

fn assert_limit(run: &Run, error: &str, remedy: &str) {
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert!(run.lines.is_empty() && run.stderr.starts_with(error), "{run:?}");
    assert!(run.stderr.ends_with(remedy), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn threaded_echo_needs_a_stack_per_connection() {
    let program = env!("CARGO_BIN_EXE_threaded_echo");
    let served = run(program, &["100"]);
    assert_eq!(served.lines(), ["100 connections are open", "All connections are served"]);

    // There is room for ten stacks of 100 MB, and not for a hundred.
    let limited =
        |n| ["-c", r#"ulimit -v 2000000; RUST_MIN_STACK=100000000 exec "$0" "$@""#, program, n];
    assert_eq!(run("sh", &limited("10")).lines()[0], "10 connections are open");
    let run = run("sh", &limited("100"));
    assert_eq!((run.status.code(), run.lines.len()), (Some(1), 0), "{run:?}");
    assert!(run.stderr.starts_with("Error: ") && run.stderr.lines().count() == 1, "{run:?}");
}

#[test]
fn threaded_echo_opens_as_many_connections_as_it_may() {
    let program = env!("CARGO_BIN_EXE_threaded_echo");
    assert_opens_fewer_connections(program);
    // Not every machine allows ten thousand threads.
    let waits = run(env!("CARGO_BIN_EXE_threaded_waits"), &["10000"]);
    if waits.status.success() {
        assert_serves_ten_thousand(program);
    }
}

#[test]
fn shared_memory_is_one_variable() {
    let run = run(env!("CARGO_BIN_EXE_shared_memory"), &[]);
    let lines = run.lines();
    let address = lines[0].split(' ').nth(3).unwrap();
    assert!(address.starts_with("0x"), "{run:?}");
    assert_eq!(
        lines,
        [
            format!("Thread: counter at {address} is 1"),
            format!("Thread: counter at {address} is 2"),
            format!("Main:   counter at {address} is 2"),
        ]
    );
}

#[test]
fn counts_are_complete_whether_they_are_shared_or_not() {
    for program in [env!("CARGO_BIN_EXE_shared_atomic"), env!("CARGO_BIN_EXE_separate_counts")] {
        let run = run(program, &["10000"]);
        let lines = run.lines();
        assert_time(lines[0]);
        assert_eq!(lines[1..], ["Count: 20000"], "{program}");
    }
}

#[test]
fn threaded_workers_fetch_two_at_once() {
    let run = run(env!("CARGO_BIN_EXE_threaded_workers"), &[]);
    assert_two_at_once(&run.lines(), FETCHES, 6);
    assert_eq!(run.lines().last(), Some(&"All fetches are finished"));
    assert!(run.elapsed.as_secs() >= 3, "{run:?}");
}

#[test]
fn threaded_workers_starts_two_threads() {
    let mut running = processes::start(&mut command(env!("CARGO_BIN_EXE_threaded_workers")));
    running.wait_for("Fetching http://example.com/2\n");
    let threads = threads(running.pid());
    // Plus `main`. There are fewer if the program has ended meanwhile.
    assert!(threads.len() <= 3, "{threads:?}");
    running.finish().success();
}

#[test]
fn a_fetch_that_panics_ends_one_worker_and_the_other_goes_on() {
    let (sender, receiver) = mpsc::channel();
    (1..=6).for_each(|url| sender.send(url).unwrap());
    drop(sender);
    let (urls, fetched) = (Mutex::new(receiver), Mutex::new(Vec::new()));
    // As in `threaded_workers`, except that the fetch of the first URL panics.
    let fetch_all = || {
        loop {
            let next = urls.lock().unwrap().recv();
            let Ok(url) = next else { return };
            assert_ne!(url, 1);
            fetched.lock().unwrap().push(url);
        }
    };
    let ends = thread::scope(|scope| [0, 1].map(|_| scope.spawn(fetch_all)).map(|w| w.join()));
    assert_eq!(ends.iter().filter(|end| end.is_err()).count(), 1);
    assert_eq!(fetched.into_inner().unwrap(), [2, 3, 4, 5, 6]);
}

#[test]
fn a_free_worker_takes_the_next_url() {
    let mut running = processes::start(&mut command(env!("CARGO_BIN_EXE_threaded_workers")));
    running.wait_for("Fetching http://example.com/2\n");
    let main = running.pid();
    let tasks = fs::read_dir(format!("/proc/{main}/task")).unwrap();
    let ids = tasks.map(|task| task.unwrap().file_name().to_str().unwrap().parse().unwrap());
    let worker = ids.map(Pid::from_raw).find(|id| *id != main).unwrap();
    // When it sleeps, it does not hold the lock of standard output.
    while !fs::read_to_string(format!("/proc/{worker}/stat")).unwrap().contains(") S ") {
        thread::sleep(Duration::from_millis(1));
    }
    // A debugger can stop one thread of a program. Some containers allow no debugger.
    match ptrace::seize(worker, ptrace::Options::empty()) {
        Err(Errno::EPERM) => {
            // The test succeeds, so cargo would not show what `eprintln!` prints.
            let said = "a_free_worker_takes_the_next_url is not tested: ptrace is not allowed here";
            return writeln!(io::stderr(), "{said}").unwrap();
        }
        seized => seized.unwrap(),
    }
    ptrace::interrupt(worker).unwrap();
    waitpid(worker, Some(WaitPidFlag::__WALL)).unwrap();
    // The other worker fetches all that is left, and ends.
    while threads(main).len() > 2 {
        thread::sleep(Duration::from_millis(1));
    }
    let finished = running.printed().matches("Finished ").count();
    // Before anything can fail: a stopped thread could not be killed and reaped.
    ptrace::detach(worker, None).unwrap();
    assert_eq!(finished, 5);
    running.finish().success();
}

#[test]
fn threaded_queue_holds_two_items_and_ends() {
    let mut running = processes::start(&mut command(env!("CARGO_BIN_EXE_threaded_queue")));
    running.wait_for("Took item 1\n");
    // While both threads wait, all moved items are already printed.
    let printed = loop {
        let printed = running.printed();
        let wait = threads(running.pid()).iter().all(|(state, _)| matches!(state, 'S' | 'Z'));
        thread::sleep(Duration::from_millis(1));
        if wait && running.printed() == printed {
            break printed;
        }
    };
    let count = |what: &str| printed.lines().filter(|line| line.starts_with(what)).count();
    let (put, took) = (count("Put "), count("Took "));
    // On a busy machine, the look may come after the last item was put.
    assert!(put == took + 2 || put == 6, "{printed}");

    let outcome = running.finish();
    let lines: Vec<&str> = outcome.success().lines().collect();
    assert_queue(&lines);
    assert_bound(&lines);
}

#[test]
fn threaded_results_come_in_the_order_of_the_delays() {
    let run = run(env!("CARGO_BIN_EXE_threaded_results"), &[]);
    assert_as_they_come(&run.lines());
    let program = env!("CARGO_BIN_EXE_threaded_results");
    assert_not_held_back(program, "Data from Source 3\n", "Data from Source 2\n");
}

#[test]
fn threaded_failure_stops_no_other_thread() {
    let program = env!("CARGO_BIN_EXE_threaded_failure");
    // Rust's message of the panic is among the lines.
    let run = run("sh", &["-c", r#"exec "$0" 2>&1"#, program]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let panic = run.position("no answer");
    assert!(panic < run.position("Finished fetching data from Source 1"), "{run:?}");
    assert!(panic < run.position("Finished fetching data from Source 3"), "{run:?}");
    assert!(run.position("Data from Source 1") < run.position("Data from Source 3"));
    let results = run.lines.iter().filter(|line| line.starts_with("Data from "));
    assert_eq!(results.count(), 2, "{run:?}");
    run.position("Failed to fetch data from Source 2: no answer");
}

#[test]
fn threaded_timeout_ends_the_wait_and_then_the_thread() {
    assert_times_out_in_part_3(
        env!("CARGO_BIN_EXE_threaded_timeout"),
        &["Timed out after 2.5 s", "Fetched part 3 of 5", "The thread stopped after part 3"],
    );
}

#[test]
fn threaded_shutdown_works_on_all_items() {
    let outcome = assert_works_on_all_items(env!("CARGO_BIN_EXE_threaded_shutdown"));
    assert_two_at_once(&outcome.stdout.lines().collect::<Vec<_>>(), WORKS, 8);
}

#[test]
fn threaded_shutdown_saves_and_ends_on_ctrl_c() {
    assert_saves_and_ends_on_ctrl_c(env!("CARGO_BIN_EXE_threaded_shutdown"));
}

#[test]
fn shared_arc_outlives_the_function_that_made_it() {
    let run = run(env!("CARGO_BIN_EXE_shared_arc"), &[]);
    let counted = "A thread has counted";
    assert_eq!(run.lines(), ["start_counting has returned", counted, counted, counted, "Count: 3"]);
}

#[test]
fn threaded_race_loses_an_update() {
    let run = run(env!("CARGO_BIN_EXE_threaded_race"), &[]);
    assert_eq!(run.lines(), ["With load and store: 1", "With fetch_add: 2"]);
}

#[test]
fn threaded_deadlock_is_noticed() {
    let program = env!("CARGO_BIN_EXE_threaded_deadlock");
    let deadlock = "In two orders: no answer after 3 s, a deadlock";
    // In one order, the second thread waits until the first has slept, and then sleeps.
    assert_gives_up(program, &["In one order: both are done", deadlock], 1, 3);
    assert_uses_no_cpu_time_until(program, deadlock);
}

mod downloads {
    use crate::processes;
    use crate::support::command;
    use crate::support::downloads::test_downloads;
    use crate::support::faulty::server;
    use crate::threads;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_downloads");

    test_downloads! { PROGRAM }
    test_downloads! { PROGRAM; overlaps }

    #[test]
    fn one_hidden_thread_receives_for_all() {
        let url = format!("http://{}/no-answer", server());
        let mut waiting = processes::start(command(PROGRAM).args(["--into", "/tmp", &url, &url]));
        let downloading = format!("Downloading {url}\n").repeat(2);
        waiting.wait_for(&downloading);
        // Plus `main`, and a thread for each URL.
        assert_eq!(threads(waiting.pid()).len(), 1 + 2 + 1);
    }
}

mod sequential_downloads {
    use crate::support::downloads::test_downloads;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_sequential_downloads");

    test_downloads! { PROGRAM }
    test_downloads! { PROGRAM; is_a_staircase }
}
