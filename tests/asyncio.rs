//! Runs the programs of `asyncio` the way a reader would.

#[path = "support/processes.rs"]
mod processes;
mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Barrier, Mutex};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use common::work::cpu_bound_task;
use futures::future::{FutureExt, join_all, try_join_all};
use processes::{
    assert_not_held_back, assert_saves_and_ends_on_ctrl_c, assert_uses_no_cpu_time_until,
    assert_works_on_all_items,
};
use support::shelf::{
    FETCHES, WORKS, assert_gives_up, assert_opens_fewer_connections, assert_serves_ten_thousand,
    assert_times_out_in_part_3, assert_two_at_once,
};
use support::{Run, assert_helpful, assert_numbers_overlap, assert_time, command, run};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::timeout;

#[test]
fn async_numbers_overlap() {
    assert_numbers_overlap(|| run_on_one_thread(env!("CARGO_BIN_EXE_async_numbers"), &[]));
}

/// Runs a program that cannot start a second thread, whose stack would be larger than the
/// memory that it may have.
fn run_on_one_thread(program: &str, arguments: &[&str]) -> Run {
    let limited = r#"ulimit -v 1000000; RUST_MIN_STACK=2000000000 exec "$0" "$@""#;
    run("sh", &[&["-c", limited, program], arguments].concat())
}

#[test]
fn fetch_data_ends_in_the_order_of_the_delays() {
    let run = run_on_one_thread(env!("CARGO_BIN_EXE_fetch_data"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Starting to fetch data from Source 1",
            "Starting to fetch data from Source 2",
            "Starting to fetch data from Source 3",
            "Finished fetching data from Source 3",
            "Finished fetching data from Source 1",
            "Finished fetching data from Source 2",
            "Data from Source 1",
            "Data from Source 2",
            "Data from Source 3",
        ]
    );
    assert!(run.elapsed >= Duration::from_secs(3), "{run:?}");
}

#[test]
fn the_traps_fetch_one_after_the_other() {
    for program in
        [env!("CARGO_BIN_EXE_fetch_data_awaited"), env!("CARGO_BIN_EXE_fetch_data_blocking")]
    {
        let run = run(program, &[]);
        assert_eq!(
            run.lines(),
            [
                "Starting to fetch data from Source 1",
                "Finished fetching data from Source 1",
                "Starting to fetch data from Source 2",
                "Finished fetching data from Source 2",
                "Starting to fetch data from Source 3",
                "Finished fetching data from Source 3",
                "Data from Source 1",
                "Data from Source 2",
                "Data from Source 3",
            ]
        );
        assert!(run.elapsed >= Duration::from_secs(6), "{run:?}");
    }
}

#[test]
fn fetch_urls_overlap() {
    let run = run_on_one_thread(env!("CARGO_BIN_EXE_fetch_urls"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Fetching http://example.com",
            "Fetching http://example.org",
            "Fetching http://example.net",
            "Finished fetching http://example.com",
            "Finished fetching http://example.org",
            "Finished fetching http://example.net",
        ]
    );
    assert!(run.elapsed >= Duration::from_secs(2), "{run:?}");
}

#[test]
fn async_map_blocks_the_ticker() {
    let run = run(env!("CARGO_BIN_EXE_async_map"), &[]);
    let lines = run.lines();
    assert_time(lines[0]);
    assert_eq!(lines[1..], [&*results(4_999_999_950_000_000), "Tick", "Tick", "Tick"]);
}

#[test]
fn blocking_map_has_the_same_results() {
    let run = run(env!("CARGO_BIN_EXE_blocking_map"), &["100000"]);
    let mut lines = run.lines();
    // With so little work, the first tick may come before or after the results.
    lines.retain(|line| *line != "Tick");
    assert_time(lines[0]);
    assert_eq!(lines[1..], [results(4_999_950_000)]);
}

#[test]
fn blocking_map_lets_the_ticker_tick() {
    // The work takes seconds, but the test does not wait for it.
    let mut blocking_map = command(env!("CARGO_BIN_EXE_blocking_map"));
    let mut blocking_map = blocking_map.arg("6000000000").stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(blocking_map.stdout.take().unwrap()).lines();
    let first: Vec<String> = lines.take(3).map(Result::unwrap).collect();
    blocking_map.kill().unwrap();
    blocking_map.wait().unwrap();
    assert_eq!(first, ["Tick", "Tick", "Tick"]);
}

#[test]
fn tokio_starts_up_to_512_threads_that_block() {
    static ALL_ARE_HERE: Barrier = Barrier::new(512);
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let runtime = Builder::new_current_thread().build().unwrap();
    let block = || {
        MOST.fetch_max(1 + NOW.fetch_add(1, SeqCst), SeqCst);
        ALL_ARE_HERE.wait();
        NOW.fetch_sub(1, SeqCst);
    };
    runtime.block_on(join_all((0..1024).map(|_| runtime.spawn_blocking(block))));
    assert_eq!(MOST.load(SeqCst), 512);
}

fn results(sum: u64) -> String {
    format!("Results: [{sum}, {sum}, {sum}, {sum}]")
}

#[test]
fn async_waits_wait_together() {
    let run = run_on_one_thread(env!("CARGO_BIN_EXE_async_waits"), &["10000"]);
    let lines = run.lines();
    assert_eq!((lines.len(), lines[0]), (2, "All waits are finished"));
    assert_time(lines[1]);
    assert!(run.elapsed >= Duration::from_secs(1), "{run:?}");
}

#[test]
fn a_task_that_waits_needs_a_few_hundred_bytes() {
    // In KiB: for the program itself, and up to 600 bytes per task.
    let program = env!("CARGO_BIN_EXE_async_waits");
    let limited = r#"ulimit -v 80000; exec "$0" "$@""#;
    run("sh", &["-c", limited, program, "100000"]).lines();
}

#[test]
fn files_are_read_in_both_ways() {
    for program in [env!("CARGO_BIN_EXE_std_files"), env!("CARGO_BIN_EXE_tokio_files")] {
        let run = run(program, &["10"]);
        let lines = run.lines();
        assert_time(lines[0]);
        assert_eq!(lines[1..], ["Read 10000 bytes"], "{program}");
    }
}

#[test]
fn only_tokio_files_needs_another_thread() {
    assert!(run_on_one_thread(env!("CARGO_BIN_EXE_std_files"), &["10"]).status.success());
    assert!(!run_on_one_thread(env!("CARGO_BIN_EXE_tokio_files"), &["10"]).status.success());
}

#[test]
fn async_semaphore_fetches_two_at_once() {
    let run = run(env!("CARGO_BIN_EXE_async_semaphore"), &[]);
    assert_two_at_once(&run.lines(), FETCHES, 6);
    assert_eq!(run.lines().last(), Some(&"All fetches are finished"));
    assert!(run.elapsed >= Duration::from_secs(3), "{run:?}");
}

#[test]
fn async_queue_makes_its_producer_wait() {
    let run = run(env!("CARGO_BIN_EXE_async_queue"), &[]);
    // On one thread, the order is fixed.
    assert_eq!(
        run.lines(),
        [
            "Put item 1",
            "Put item 2",
            "Took item 1",
            "Put item 3",
            "Took item 2",
            "Put item 4",
            "Took item 3",
            "Put item 5",
            "Took item 4",
            "Put item 6",
            "Took item 5",
            "Took item 6",
            "The queue has ended",
        ]
    );
}

#[test]
fn async_results_come_in_the_order_of_the_delays() {
    let run = run(env!("CARGO_BIN_EXE_async_results"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Starting to fetch data from Source 1",
            "Starting to fetch data from Source 2",
            "Starting to fetch data from Source 3",
            "Data from Source 3",
            "Data from Source 1",
            "Data from Source 2",
        ]
    );
}

#[test]
fn async_results_does_not_hold_back_the_first_result() {
    let program = env!("CARGO_BIN_EXE_async_results");
    assert_not_held_back(program, "Data from Source 3\n", "Data from Source 2\n");
}

#[test]
fn async_failure_does_not_stop_the_others() {
    let run = run(env!("CARGO_BIN_EXE_async_failure"), &[]);
    assert_eq!(
        run.lines(),
        [
            "Starting to fetch data from Source 1",
            "Starting to fetch data from Source 2",
            "Starting to fetch data from Source 3",
            "Finished fetching data from Source 1",
            "Finished fetching data from Source 3",
            "Data from Source 1",
            "Failed to fetch data from Source 2: no answer",
            "Data from Source 3",
        ]
    );
}

#[tokio::test]
async fn a_panic_stops_the_other_futures_of_join_all() {
    let (go_on, gate) = oneshot::channel();
    let waits = async { gate.await.unwrap() };
    let panics = async { panic!("no answer") };
    let task = tokio::spawn(join_all([waits.boxed(), panics.boxed()]));
    assert!(task.await.unwrap_err().is_panic());
    // No future waits at the gate any more.
    assert_eq!(go_on.send(()), Err(()));
}

#[tokio::test]
async fn an_error_stops_the_other_futures_of_try_join_all() {
    let (go_on, gate) = oneshot::channel();
    let waits = async { gate.await.map_err(drop) };
    let fails = async { Err(()) };
    assert_eq!(try_join_all([waits.boxed(), fails.boxed()]).await, Err(()));
    // No future waits at the gate any more.
    assert_eq!(go_on.send(()), Err(()));
}

#[test]
fn after_async_first_error_only_detached_tasks_run_on() {
    let run = run(env!("CARGO_BIN_EXE_async_first_error"), &[]);
    let until_the_error = [
        "Starting to fetch data from Source 1",
        "Starting to fetch data from Source 2",
        "Starting to fetch data from Source 3",
        "Failed to fetch data from Source 2: no answer",
    ];
    let detached = ["Finished fetching data from Source 1", "Finished fetching data from Source 3"];
    let expected =
        [&["Tasks:"][..], &until_the_error, &detached, &["Tasks of a JoinSet:"], &until_the_error];
    assert_eq!(run.lines(), expected.concat());
}

#[test]
fn async_timeout_drops_the_future_in_part_3() {
    assert_times_out_in_part_3(
        env!("CARGO_BIN_EXE_async_timeout"),
        &["Timed out after 2.5 s", "The future was dropped in part 3"],
    );
}

#[tokio::test]
async fn a_future_that_timed_out_is_dropped_where_it_awaits() {
    let (go_on, gate) = oneshot::channel();
    let mut done = Vec::new();
    let parts = async {
        done.push(1);
        done.push(2);
        gate.await.unwrap();
        done.push(3);
    };
    assert!(timeout(Duration::from_millis(1), parts).await.is_err());
    // The finished parts stay, and no future waits at the gate any more.
    assert_eq!(done, [1, 2]);
    assert_eq!(go_on.send(()), Err(()));
}

#[tokio::test]
async fn a_future_that_does_not_await_cannot_be_stopped() {
    let blocking = async { sleep(Duration::from_millis(10)) };
    assert_eq!(timeout(Duration::ZERO, blocking).await, Ok(()));
}

#[test]
fn blocking_timeout_does_not_stop_the_thread() {
    assert_times_out_in_part_3(
        env!("CARGO_BIN_EXE_blocking_timeout"),
        &[
            "Timed out after 2.5 s",
            "main returns",
            "Fetched part 3 of 5",
            "Fetched part 4 of 5",
            "Fetched part 5 of 5",
        ],
    );
}

#[test]
fn async_cancel_cleans_up() {
    assert_times_out_in_part_3(
        env!("CARGO_BIN_EXE_async_cancel"),
        &["Cancelled after 2.5 s", "Closed the connection", "The task was cancelled"],
    );
}

#[test]
fn async_shutdown_works_on_all_items() {
    let outcome = assert_works_on_all_items(env!("CARGO_BIN_EXE_async_shutdown"));
    assert_two_at_once(&outcome.stdout.lines().collect::<Vec<_>>(), WORKS, 8);
}

#[test]
fn async_shutdown_saves_what_has_begun() {
    assert_saves_and_ends_on_ctrl_c(env!("CARGO_BIN_EXE_async_shutdown"));
}

#[test]
fn shared_rc_counts_to_three() {
    let run = run_on_one_thread(env!("CARGO_BIN_EXE_shared_rc"), &[]);
    let counted = "A task has counted";
    assert_eq!(run.lines(), ["start_counting has returned", counted, counted, counted, "Count: 3"]);
}

#[test]
fn async_parallel_map_has_a_thread_per_core() {
    let variable = "TOKIO_WORKER_THREADS";
    for (setting, n) in [(None, cores()), (Some("4"), 4)] {
        let mut map = command(env!("CARGO_BIN_EXE_async_parallel_map"));
        map.env_remove(variable).envs(setting.map(|n| (variable, n)));
        let map = Computing::start(map);
        map.wait_for_threads_that_compute(n.min(4));
        // `main` waits for the event loop's threads.
        assert_eq!(map.threads().len(), 1 + n);
    }
}

#[test]
fn a_task_that_computes_blocks_the_tasks_that_wait_for_its_thread() {
    let (sender, order) = mpsc::channel();
    let computes = async move {
        let waits = sender.clone();
        tokio::spawn(async move { waits.send("the task that waits") });
        cpu_bound_task(1, 1_000_000);
        sender.send("the task that computes")
    };
    let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.spawn(computes);
    let order: Vec<&str> = order.iter().collect();
    assert_eq!(order, ["the task that computes", "the task that waits"]);
}

#[test]
fn async_rayon_map_lets_the_ticker_tick_and_has_a_thread_per_core() {
    let variable = "RAYON_NUM_THREADS";
    for (setting, n) in [(None, cores()), (Some("2"), 2)] {
        let mut map = command(env!("CARGO_BIN_EXE_async_rayon_map"));
        map.env_remove(variable).envs(setting.map(|n| (variable, n)));
        let mut map = Computing::start(map);
        let lines = BufReader::new(map.0.stdout.take().unwrap()).lines();
        let first: Vec<String> = lines.take(3).map(Result::unwrap).collect();
        assert_eq!(first, ["Tick", "Tick", "Tick"]);

        map.wait_for_threads_that_compute(n.min(2));
        // The event loop, the thread that waits for the pool, and the pool.
        assert_eq!(map.threads().len(), 2 + n);
    }
}

fn cores() -> usize {
    thread::available_parallelism().unwrap().get()
}

#[test]
fn the_parallel_maps_have_the_same_results() {
    for program in [env!("CARGO_BIN_EXE_async_parallel_map"), env!("CARGO_BIN_EXE_async_rayon_map")]
    {
        let run = run(program, &["100000"]);
        let mut lines = run.lines();
        lines.retain(|line| *line != "Tick");
        assert_time(lines[0]);
        assert_eq!(lines[1..], [results(4_999_950_000)], "{program}");
    }
}

/// A mapping program that computes for seconds, which no test waits for.
struct Computing(Child);

impl Computing {
    fn start(mut program: Command) -> Computing {
        Computing(program.arg("6000000000").stdout(Stdio::piped()).spawn().unwrap())
    }

    fn wait_for_threads_that_compute(&self, n: usize) {
        let start = Instant::now();
        while self.threads().iter().filter(|ticks| **ticks >= 5).count() < n {
            assert!(start.elapsed() < Duration::from_secs(300), "{:?}", self.threads());
            sleep(Duration::from_millis(10));
        }
    }

    /// The CPU time of each thread, in hundredths of a second.
    fn threads(&self) -> Vec<u64> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.0.id())).unwrap();
        let ticks = tasks.map(|task| {
            let stat = fs::read_to_string(task.unwrap().path().join("stat")).unwrap();
            // The name may have spaces; after it, utime is the 12th word.
            let (_, after_name) = stat.rsplit_once(')').unwrap();
            after_name.split_whitespace().nth(11).unwrap().parse::<u64>().unwrap()
        });
        ticks.collect()
    }
}

impl Drop for Computing {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn async_echo_serves_on_one_thread() {
    let run = run_on_one_thread(env!("CARGO_BIN_EXE_async_echo"), &["100"]);
    assert_eq!(run.lines(), ["100 connections are open", "All connections are served"]);
}

#[test]
fn async_echo_opens_as_many_connections_as_it_may() {
    let program = env!("CARGO_BIN_EXE_async_echo");
    assert_opens_fewer_connections(program);
    assert_serves_ten_thousand(program);
}

#[test]
fn async_deadlock_comes_from_the_lock_that_is_held() {
    let program = env!("CARGO_BIN_EXE_async_deadlock");
    let deadlock = "With the lock held across .await: no answer after 3 s, a deadlock";
    let released = "With the lock released before .await: both are done";
    assert_gives_up(program, &[deadlock, released], 0, 3);
    assert_uses_no_cpu_time_until(program, deadlock);
}

#[test]
fn no_time_limit_fires_on_an_event_loop_that_a_lock_blocks() {
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || {
        let lock = Mutex::new(());
        let future = async || {
            let _held = lock.lock();
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        let both = async { tokio::join!(future(), future()) };
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let _ = runtime.block_on(async { timeout(Duration::from_millis(1), both).await });
        sender.send(())
    });
    // The futures would never end. A longer wait would only make this more certain.
    assert_eq!(ended.recv_timeout(Duration::from_secs(1)), Err(RecvTimeoutError::Timeout));
}

#[tokio::test]
async fn the_lock_of_tokio_does_not_block_the_event_loop() {
    let lock = tokio::sync::Mutex::new(());
    let future = async || {
        let _held = lock.lock().await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    tokio::join!(future(), future());
}

#[test]
fn async_stuck_says_what_its_futures_wait_for() {
    let said = [
        "Still waiting after 1 s: Future 1, the second lock",
        "Still waiting after 1 s: Future 2, the first lock",
        "Gave up after 2 s",
    ];
    assert_gives_up(env!("CARGO_BIN_EXE_async_stuck"), &said, 0, 2);
}

#[test]
fn helps() {
    assert_helpful(&[
        env!("CARGO_BIN_EXE_async_map"),
        env!("CARGO_BIN_EXE_blocking_map"),
        env!("CARGO_BIN_EXE_async_parallel_map"),
        env!("CARGO_BIN_EXE_async_rayon_map"),
        env!("CARGO_BIN_EXE_async_echo"),
        env!("CARGO_BIN_EXE_async_waits"),
        env!("CARGO_BIN_EXE_std_files"),
        env!("CARGO_BIN_EXE_tokio_files"),
        env!("CARGO_BIN_EXE_async_downloads"),
    ]);
}

mod async_downloads {
    use crate::run_on_one_thread;
    use crate::support::downloads::test_downloads;
    use crate::support::faulty::server;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_async_downloads");

    test_downloads! { PROGRAM }
    test_downloads! { PROGRAM; overlaps, at_once_bounds_the_downloads }

    #[test]
    fn a_host_name_needs_another_thread() {
        let directory = tempfile::tempdir().unwrap();
        let address = server();
        let status = |host: &str| {
            let url = format!("http://{host}:{}/good", address.port());
            let into = directory.path().to_str().unwrap();
            run_on_one_thread(PROGRAM, &["--into", into, &url]).status
        };
        assert!(status("127.0.0.1").success());
        assert!(!status("localhost").success());
    }
}
