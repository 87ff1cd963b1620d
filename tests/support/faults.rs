//! The cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hint::black_box;
use std::io::{self, Write};
use std::mem;
use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::process::{self, Command, abort, exit};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::Error as Failure;
use multiprocessing::{Cause, Error, Exit, Failure as PoolFailure, Pool, Process};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill, killpg, raise};
use nix::sys::socket::{MsgFlags, Shutdown, recv, send, shutdown};
use nix::unistd::{Pid, Uid, getpid, getppid, setuid};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::ByteBuf;

use super::Case;
use super::processes::{children, descriptors, interruptible, run, start};

const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// Maps 0 to 7 over `workers` workers, one at a time; the task 2 is `fault`.
fn map_with(workers: usize, fault: impl Fn()) -> Result<(), Failure> {
    let mut pool = Pool::new(workers, |x: u32| {
        if x == 2 {
            fault()
        }
    })?
    .chunk_size(1)?;
    Ok(pool.map(&[0, 1, 2, 3, 4, 5, 6, 7]).map(drop)?)
}

/// Expects that a worker's end is reported in these words.
fn death(command: &mut Command, how: &str) {
    let outcome = run(command);
    assert_eq!(outcome.worker_error(), format!("{how} while running task 2"));
}

/// Expects that all assertions of the program hold.
fn holds(command: &mut Command) {
    run(command).success();
}

/// Takes more stack than there is.
fn overflow(depth: u64) -> u64 {
    let page = black_box([depth; 512]);
    if depth == u64::MAX { 0 } else { overflow(depth + 1) + page[7] }
}

pub const CASES: &[Case] = &[
    // All ways in which a worker can end.
    Case {
        name: "a_killed_worker_is_named",
        program: || map_with(4, || raise(Signal::SIGKILL).unwrap()),
        check: |command| death(command, "was killed by SIGKILL"),
    },
    Case {
        name: "a_segmentation_fault_is_named",
        // Rust's handler takes the first signal, to look for a stack overflow.
        program: || map_with(4, || while raise(Signal::SIGSEGV).is_ok() {}),
        check: |command| death(command, "was killed by SIGSEGV"),
    },
    Case {
        name: "an_abort_is_named",
        program: || map_with(4, || abort()),
        check: |command| death(command, "was killed by SIGABRT"),
    },
    Case {
        name: "a_stack_overflow_is_named",
        program: || map_with(2, || assert_ne!(overflow(0), 1)),
        check: |command| {
            let outcome = run(command);
            assert_eq!(outcome.status.code(), Some(1));
            // The first lines are Rust's own, printed by the worker.
            let line = outcome.stderr.lines().last().unwrap();
            assert!(line.ends_with(" was killed by SIGABRT while running task 2"), "{line}");
        },
    },
    Case {
        name: "exit_0_in_a_task_is_an_error",
        program: || map_with(4, || exit(0)),
        check: |command| death(command, "exited with status 0"),
    },
    Case {
        name: "exit_7_in_a_task_is_named",
        program: || map_with(1, || exit(7)),
        check: |command| death(command, "exited with status 7"),
    },
    Case {
        name: "a_real_time_signal_is_named",
        program: || {
            map_with(2, || {
                let pid = getpid().to_string();
                Command::new("sh").args(["-c", &format!("kill -40 {pid}")]).status().unwrap();
            })
        },
        check: |command| death(command, "was killed by signal 40"),
    },
    Case {
        name: "a_death_breaks_the_pool",
        program: || {
            let mut pool = Pool::new(3, |x: u32| {
                if x == 1 {
                    abort()
                }
            })?;
            assert!(matches!(
                pool.map(&[0, 1, 2]),
                Err(Error::Pool(PoolFailure { task: Some(1), cause: Cause::WorkerDied(_), .. }))
            ));
            assert_eq!(children(), [""; 0]);
            let error = pool.map(&[0]).unwrap_err();
            assert!(matches!(error, Error::Broken(_)));
            Err(error.into())
        },
        check: |command| {
            let outcome = run(command);
            let cause = outcome.error().strip_prefix("the pool is broken: worker ").unwrap();
            assert!(cause.ends_with(" was killed by SIGABRT while running task 1"), "{cause}");
        },
    },
    Case {
        name: "a_worker_killed_while_idle_is_an_error",
        program: || {
            let mut pool = Pool::new(2, |x: u32| x)?;
            pool.map(&[1, 2])?;
            let idle = children().pop().unwrap();
            signal(&idle, Signal::SIGKILL, ENDED);
            let error = pool.map(&[1, 2]).unwrap_err();
            assert!(
                matches!(&error, Error::Pool(PoolFailure { pid, task: None, cause: Cause::WorkerDied(_), .. }) if pid.to_string() == idle)
            );
            Err(error.into())
        },
        check: |command| {
            assert_eq!(run(command).worker_error(), "was killed by SIGKILL while idle");
        },
    },
    Case {
        name: "a_grandchild_that_holds_the_socket_delays_nothing",
        program: || {
            let directory = tempfile::tempdir()?;
            let begun = directory.path().join("begun");
            // The directory is there until this returns.
            map_with(2, || {
                let grandchild = Process::start(|| {
                    set_pdeathsig(None).unwrap();
                    fs::write(&begun, "").unwrap();
                    wait_until(|| !begun.exists());
                });
                mem::forget(grandchild);
                wait_until(|| begun.exists());
                raise(Signal::SIGKILL).unwrap();
            })
        },
        check: |command| death(command, "was killed by SIGKILL"),
    },
    Case {
        name: "a_worker_that_closes_its_socket_is_named",
        program: || {
            map_with(2, || sockets().for_each(|socket| nix::unistd::close(socket).unwrap()))
        },
        // It cannot send its results, so it ends as if the parent had ended.
        check: |command| death(command, "exited with status 0"),
    },
    Case {
        name: "a_worker_that_lives_on_without_its_socket_is_ended",
        program: || {
            let directory = tempfile::tempdir()?;
            let (idle, closed) = (directory.path().join("idle"), directory.path().join("closed"));
            let mut pool = Pool::new(1, |_: u32| {
                let (idle, closed) = (idle.clone(), closed.clone());
                drop(thread::spawn(move || {
                    wait_until(|| idle.exists());
                    sockets().for_each(|socket| shutdown(socket, Shutdown::Write).unwrap());
                    fs::write(closed, "").unwrap();
                }));
            })?;
            pool.map(&[0])?;
            fs::write(&idle, "")?;
            wait_until(|| closed.exists());
            Ok(pool.map(&[1]).map(drop)?)
        },
        check: |command| {
            let told = "was killed by its pool (its socket is closed) while idle";
            assert_eq!(run(command).worker_error(), told);
        },
    },
    Case {
        name: "a_worker_with_another_socket_in_the_place_of_its_own_is_ended",
        program: || {
            map_with(2, || {
                for socket in sockets() {
                    nix::unistd::close(socket).unwrap();
                    // New descriptors take the lowest numbers that are free.
                    while fs::symlink_metadata(format!("/proc/self/fd/{socket}")).is_err() {
                        mem::forget(UnixStream::pair().unwrap());
                    }
                }
            })
        },
        check: |command| death(command, "was killed by its pool (its socket is closed)"),
    },
    Case {
        name: "a_worker_that_writes_to_its_socket_is_ended",
        program: || {
            map_with(2, || {
                let message = [0; 100];
                sockets().for_each(|socket| {
                    send(socket, &message, MsgFlags::empty()).unwrap();
                });
                sleep(ms(60_000));
            })
        },
        check: |command| {
            death(command, "was killed by its pool (a task has written to its socket)")
        },
    },
    Case {
        name: "a_frame_that_no_memory_can_hold_ends_its_worker",
        program: || map_with(2, || write_to_the_pool(u64::MAX)),
        check: |command| {
            death(command, "was killed by its pool (there is no memory for what it sent)");
        },
    },
    Case {
        name: "an_answer_to_an_earlier_map_is_not_taken",
        program: || {
            let mut pool = Pool::new(1, |x: u32| {
                if x == 1 {
                    // Results, of the first chunk, from task 0 on, one: 7.
                    let numbers = [33, 0, 1, 0, 1_u64].map(u64::to_le_bytes);
                    let answer = [numbers.as_flattened(), &[7]].concat();
                    for socket in sockets() {
                        send(socket, &answer, MsgFlags::empty()).unwrap();
                    }
                    sleep(ms(60_000));
                }
                x
            })?;
            assert_eq!(pool.map(&[0])?, [0]);
            Ok(pool.map(&[1]).map(drop)?)
        },
        check: |command| {
            let told = "was killed by its pool (a task has written to its socket) \
                while running task 0";
            assert_eq!(run(command).worker_error(), told);
        },
    },
    Case {
        name: "a_worker_killed_half_way_through_a_result_is_named",
        program: || {
            let kill = || {
                wait_until(|| unread() >= PART);
                signal(&children()[0], Signal::SIGKILL, ENDED);
            };
            let f = |x: Late| ByteBuf::from(vec![7; if x.number == 1 { LARGE } else { 0 }]);
            let mut pool = Pool::new(1, f)?.chunk_size(1)?;
            pool.map(&[Late::new(0), Late::new(1), Late::after(&kill, 2)])?;
            Ok(())
        },
        check: |command| {
            assert_eq!(run(command).worker_error(), "was killed by SIGKILL while running task 1");
        },
    },
    Case {
        name: "results_sent_before_a_death_count",
        program: || {
            let directory = tempfile::tempdir()?;
            let begun = directory.path().join("begun");
            // When the worker begins the second task, it has sent all of the first result.
            let kill = || {
                wait_until(|| begun.exists());
                signal(&children()[0], Signal::SIGKILL, ENDED);
            };
            let f = |x: Late| {
                if x.number == 1 {
                    fs::write(&begun, "").unwrap();
                    sleep(ms(60_000));
                }
                // More than the parent receives at a time, and less than the
                // socket takes.
                ByteBuf::from(vec![7; 150_000])
            };
            let mut pool = Pool::new(1, f)?.chunk_size(1)?;
            pool.map(&[Late::new(0), Late::new(1), Late::after(&kill, 2)])?;
            Ok(())
        },
        check: |command| {
            assert_eq!(run(command).worker_error(), "was killed by SIGKILL while running task 1");
        },
    },
    Case {
        name: "a_crash_with_large_arguments_on_their_way_is_no_broken_pipe",
        program: || {
            let mut pool = Pool::new(1, |x: ByteBuf| {
                if x.is_empty() {
                    wait_until(|| unread() >= PART);
                    abort();
                }
            })?
            .chunk_size(1)?;
            let large = ByteBuf::from(vec![1; 10 << 20]);
            pool.map(&[ByteBuf::new(), large.clone(), large])?;
            Ok(())
        },
        check: |command| {
            assert_eq!(run(command).worker_error(), "was killed by SIGABRT while running task 0");
        },
    },
    // Panics.
    Case {
        name: "a_panic_is_named_and_prints_nothing_itself",
        program: || map_with(4, || panic!("bad input {}", 2)),
        check: |command| {
            let outcome = run(command);
            let error = outcome.worker_error();
            assert!(error.starts_with("task 2 panicked at "), "{error}");
            assert!(error.contains("faults.rs:"), "{error}");
            assert!(error.ends_with(": bad input 2"), "{error}");
        },
    },
    Case {
        name: "a_panic_of_several_lines_is_one_line",
        program: || map_with(2, || assert_eq!(1, 2, "first\nsecond")),
        check: |command| {
            let outcome = run(command);
            let error = outcome.worker_error();
            assert!(error.contains("first second left: 1 right: 2"), "{error}");
        },
    },
    Case {
        name: "a_panic_with_a_payload_that_is_no_text_is_named",
        program: || map_with(2, || panic::panic_any(7)),
        check: |command| {
            let outcome = run(command);
            assert!(outcome.worker_error().ends_with(": a value that is no text"));
        },
    },
    Case {
        name: "a_payload_that_panics_when_dropped_does_no_harm",
        program: || {
            let mut pool = Pool::new(1, |x: u32| {
                if x == 0 {
                    panic::panic_any(PanicOnDrop)
                }
            })?;
            assert!(matches!(
                pool.map(&[0]),
                Err(Error::Pool(PoolFailure { task: Some(0), cause: Cause::TaskPanicked(_), .. }))
            ));
            pool.map(&[1])?;
            let exit = Process::start(|| panic::panic_any(PanicOnDrop))?.wait()?;
            assert!(matches!(exit, Exit::Panic(message) if message.ends_with("no text")));
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_result_that_panics_when_dropped_is_its_own_tasks",
        program: || {
            let f = |x: u32| Dropped { value: x, panics: x == 2 };
            for chunk_size in [1, 8] {
                let mut pool = Pool::new(2, f)?.chunk_size(chunk_size)?;
                let error = pool.map(&[0, 1, 2, 3]).unwrap_err();
                assert!(
                    matches!(&error, Error::Pool(PoolFailure { task: Some(2), cause: Cause::TaskPanicked(text), .. }) if text.ends_with("again"))
                );
                assert_eq!(pool.map(&[3, 4])?.len(), 2);
            }
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_panic_that_does_not_end_its_task_is_printed_by_rust",
        program: || {
            let mut pool = Pool::new(1, |x: u32| {
                match x {
                    0 => drop(thread::spawn(|| panic!("in a thread")).join()),
                    1 => drop(panic::catch_unwind(|| panic!("caught"))),
                    _ => drop(panic::catch_unwind(|| panic!("caught, too"))),
                }
                assert!(x < 2, "the end");
            })?;
            pool.map(&[0])?;
            pool.map(&[1])?;
            let error = pool.map(&[2]).unwrap_err();
            let caught = || drop(panic::catch_unwind(|| panic!("in a process")));
            Process::start(caught)?.join()?;
            drop(pool);
            Err(error.into())
        },
        check: |command| {
            let outcome = run(command);
            assert_eq!(outcome.status.code(), Some(1));
            let told = ["in a thread", "caught", "caught, too", "in a process"];
            let mut lines = outcome.stderr.lines();
            for text in told {
                assert_eq!(lines.next(), Some(""));
                let line = lines.next().unwrap();
                assert!(line.starts_with("thread '") && line.contains("faults.rs:"), "{line}");
                assert_eq!(lines.next(), Some(text));
            }
            let line = lines.next().unwrap();
            assert!(line.starts_with("Error: worker 1") && line.ends_with(": the end"), "{line}");
            assert_eq!(lines.next(), None);
        },
    },
    Case {
        name: "a_message_of_50_mb_is_cut_off",
        program: || {
            let text = |character: &str| character.repeat(52_000_000 / character.len());
            let process = Process::start(|| panic!("{}", text("ä")))?.wait()?.to_string();
            assert!((3_900..4_100).contains(&process.len()) && process.ends_with('ä'), "{process}");
            let process = Process::start(|| Err::<(), _>(text("ö")))?.wait()?.to_string();
            assert!((3_900..4_100).contains(&process.len()) && process.ends_with('ö'), "{process}");
            let mut pool = Pool::new(1, |_: Wordy| panic!("{}", text("ü")))?;
            let sent = pool.map(&[Wordy(text("x"))]).map(|_: Vec<()>| ()).unwrap_err();
            assert!(sent.to_string().len() < 4_100, "{sent}");
            let panicked = pool.map(&[Wordy(String::new())]).unwrap_err();
            drop(pool);
            Err(panicked.into())
        },
        check: |command| {
            let outcome = run(command);
            let error = outcome.worker_error();
            assert!((3_900..4_100).contains(&error.len()) && error.ends_with('ü'), "{error}");
        },
    },
    Case {
        name: "a_panic_leaves_the_pool_and_its_workers",
        program: || {
            let mut pool = Pool::new(2, |x: u32| if x == 3 { panic!("three") } else { 2 * x })?;
            for _ in 0..100 {
                assert!(matches!(
                    pool.map(&[1, 2, 3, 4, 5]),
                    Err(Error::Pool(PoolFailure {
                        task: Some(2),
                        cause: Cause::TaskPanicked(_),
                        ..
                    }))
                ));
                let workers = children();
                assert_eq!(pool.map(&[4, 5, 6, 7, 8])?, [8, 10, 12, 14, 16]);
                assert_eq!(children(), workers);
            }
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "large_inputs_that_a_panic_made_needless_do_no_harm",
        program: || {
            let f = |x: ByteBuf| {
                if x.is_empty() { panic!("empty") } else { x.len() }
            };
            let mut pool = Pool::new(2, f)?.chunk_size(1)?;
            let large = ByteBuf::from(vec![1; 3 << 20]);
            let good = vec![large.clone(); 5];
            let bad = [large.clone(), ByteBuf::new(), large.clone(), large.clone(), large];
            for _ in 0..20 {
                assert!(matches!(
                    pool.map(&bad),
                    Err(Error::Pool(PoolFailure {
                        task: Some(1),
                        cause: Cause::TaskPanicked(_),
                        ..
                    }))
                ));
                assert_eq!(pool.map(&good)?, [3 << 20; 5]);
            }
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "after_a_panic_running_tasks_are_awaited_and_no_other_begins",
        program: || {
            let directory = tempfile::tempdir()?;
            let path = |name: &str| directory.path().join(name);
            let log = |name: &str| fs::write(path(name), "").unwrap();
            let mut pool = Pool::new(2, |x: u32| {
                log(&format!("{x} begun"));
                if x == 0 {
                    wait_until(|| path("1 begun").exists());
                    log("0 panics");
                    panic!("nought");
                }
                wait_until(|| path("0 panics").exists());
                wait_for_the_others();
                log(&format!("{x} done"));
            })?
            .chunk_size(1)?;
            assert!(matches!(
                pool.map(&[0, 1, 2, 3, 4, 5]),
                Err(Error::Pool(PoolFailure {
                    task: Some(0),
                    cause: Cause::TaskPanicked(_),
                    more: 0,
                    ..
                }))
            ));
            let mut seen: Vec<_> =
                fs::read_dir(directory.path())?.map(|e| e.unwrap().file_name()).collect();
            seen.sort();
            assert_eq!(seen, ["0 begun", "0 panics", "1 begun", "1 done"]);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "after_a_panic_its_worker_begins_nothing_else",
        program: || {
            let directory = tempfile::tempdir()?;
            let path = |name: u32| directory.path().join(name.to_string());
            // The first worker has the third input already. The parent does not
            // hear of the panic before it has written the fourth.
            let panicked = || {
                wait_until(|| path(0).exists());
                wait_until(|| children().iter().all(|worker| state(worker) == WAITING));
            };
            let mut pool = Pool::new(2, |x: Late| {
                fs::write(path(x.number), "").unwrap();
                if x.number == 0 {
                    panic!("nought");
                }
            })?
            .chunk_size(1)?;
            let inputs = [Late::new(0), Late::new(1), Late::new(3), Late::after(&panicked, 2)];
            let error = pool.map(&inputs).unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::Pool(PoolFailure {
                        task: Some(0),
                        cause: Cause::TaskPanicked(_),
                        more: 0,
                        ..
                    })
                ),
                "{error}"
            );
            assert!(!path(3).exists());
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "the_failure_of_the_lowest_task_is_reported_and_the_others_counted",
        program: || {
            let directory = tempfile::tempdir()?;
            let path = |name: String| directory.path().join(name);
            let mut pool = Pool::new(4, |x: u32| {
                fs::write(path(x.to_string()), "").unwrap();
                // All four tasks run before any fails. Task 0 fails last.
                wait_until(|| (0..4).all(|x| path(x.to_string()).exists()));
                wait_until(|| x == 3 || path(format!("{} fails", x + 1)).exists());
                fs::write(path(format!("{x} fails")), "").unwrap();
                panic!("bad input {x}");
            })?
            .chunk_size(1)?;
            let error = pool.map(&[0, 1, 2, 3, 4]).map(|_: Vec<()>| ()).unwrap_err();
            drop(pool);
            Err(error.into())
        },
        check: |command| {
            let outcome = run(command);
            let error = outcome.worker_error();
            assert!(error.starts_with("task 0 panicked at "), "{error}");
            assert!(error.ends_with(": bad input 0, and 3 more"), "{error}");
        },
    },
    Case {
        name: "a_death_beside_a_panic_breaks_the_pool",
        program: || {
            let directory = tempfile::tempdir()?;
            let path = |name: &str| directory.path().join(name);
            let mut pool = Pool::new(2, |x: u32| {
                if x == 0 {
                    wait_until(|| path("1 begun").exists());
                    fs::write(path("0 panics"), "").unwrap();
                    panic!("bad input");
                }
                fs::write(path("1 begun"), "").unwrap();
                wait_until(|| path("0 panics").exists());
                wait_for_the_others();
                abort();
            })?;
            let error = pool.map(&[0, 1]).map(|_: Vec<()>| ()).unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::Pool(PoolFailure {
                        task: Some(0),
                        cause: Cause::TaskPanicked(_),
                        more: 1,
                        ..
                    })
                ),
                "{error}"
            );
            Err(pool.map(&[0, 1]).map(drop).unwrap_err().into())
        },
        check: |command| {
            let outcome = run(command);
            let cause = outcome.error().strip_prefix("the pool is broken: worker ").unwrap();
            assert!(cause.ends_with(" was killed by SIGABRT while running task 1"), "{cause}");
        },
    },
    Case {
        name: "a_panic_in_the_parent_ends_the_pool",
        program: || {
            let outcome = panic::catch_unwind(|| {
                let mut pool = Pool::new(3, |x: u32| x).unwrap();
                pool.map(&[1, 2, 3]).unwrap();
                let _process = Process::start(|| sleep(ms(60_000))).unwrap();
                panic::resume_unwind(Box::new("the parent's"));
            });
            assert!(outcome.is_err());
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_captured_value_that_panics_when_dropped_leaves_no_child",
        program: || {
            let captured = PanicOnDrop;
            let f = move || {
                let _captured = &captured;
                sleep(ms(60_000));
            };
            let hook = panic::take_hook();
            panic::set_hook(Box::new(|_| ()));
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| Process::start(f)));
            panic::set_hook(hook);
            assert!(outcome.is_err());
            assert_eq!(children(), [""; 0]);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_destructor_can_fork_during_a_panic",
        program: || {
            struct Fork;
            impl Drop for Fork {
                fn drop(&mut self) {
                    assert_eq!(Process::start(|| 7).unwrap().wait().unwrap(), Exit::Status(7));
                }
            }
            let outcome = panic::catch_unwind(|| {
                let _fork = Fork;
                panic::resume_unwind(Box::new("the parent's"));
            });
            assert!(outcome.is_err());
            Ok(())
        },
        check: holds,
    },
    // Values.
    Case {
        name: "an_input_that_cannot_be_sent_is_named",
        program: || {
            let mut pool = Pool::new(2, |x: Picky| x.0)?.chunk_size(1)?;
            assert_eq!(pool.map(&[Picky(1), Picky(2)])?, [1, 2]);
            let error = pool.map(&[Picky(1), Picky(2), Picky(Picky::UNSENDABLE)]).unwrap_err();
            assert!(matches!(
                error,
                Error::Pool(PoolFailure { task: Some(2), cause: Cause::InputNotSent(_), .. })
            ));
            assert_eq!(pool.map(&[Picky(3), Picky(4)])?, [3, 4]);
            drop(pool);
            Err(error.into())
        },
        check: |command| {
            let told = "task 2: its input could not be sent: too picky";
            assert_eq!(run(command).worker_error(), told);
        },
    },
    Case {
        name: "values_that_cannot_be_carried_leave_the_pool_usable",
        program: || {
            let cause = |result: Result<Vec<Picky>, Error>| match result {
                Err(Error::Pool(PoolFailure { task: Some(1), cause, .. })) => cause,
                other => panic!("{other:?}"),
            };
            let why = "too picky".to_owned();
            let mut pool = Pool::new(2, |x: Picky| x)?;
            let told = cause(pool.map(&[Picky(1), Picky(Picky::UNSENDABLE)]));
            assert_eq!(told, Cause::InputNotSent(why.clone()));
            assert_eq!(pool.map(&[Picky(3)])?[0].0, 3);
            let told = cause(pool.map(&[Picky(1), Picky(Picky::UNREADABLE)]));
            assert_eq!(told, Cause::InputNotRead(why.clone()));
            assert_eq!(pool.map(&[Picky(3)])?[0].0, 3);
            let mut pool = Pool::new(2, Picky)?;
            let told = cause(pool.map(&[1, Picky::UNSENDABLE]));
            assert_eq!(told, Cause::ResultNotSent(why.clone()));
            assert_eq!(pool.map(&[3])?[0].0, 3);
            let told = cause(pool.map(&[1, Picky::UNREADABLE]));
            assert_eq!(told, Cause::ResultNotRead(why));
            assert_eq!(pool.map(&[3])?[0].0, 3);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_value_that_is_nested_too_deep_is_named",
        program: || {
            let f = |depth: u32| (0..depth).fold(Nested(vec![]), |x, _| Nested(vec![x]));
            let error = Pool::new(1, f)?.chunk_size(1)?.map(&[100, 1_100]).map(drop).unwrap_err();
            assert!(matches!(
                error,
                Error::Pool(PoolFailure { task: Some(1), cause: Cause::ResultNotRead(_), .. })
            ));
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_value_that_is_read_from_a_part_of_its_bytes_is_an_error",
        program: || {
            let cause = |error| match error {
                Error::Pool(PoolFailure { task: Some(0), cause, .. }) => cause,
                other => panic!("{other}"),
            };
            let left = "bytes are left over after the last value".to_owned();
            // The low 32 bits of this length are 3.
            let lie = || Liar(vec![(1 << 32) + 3]);
            let error = Pool::new(1, |_: u32| lie())?.map(&[0]).unwrap_err();
            assert_eq!(cause(error), Cause::ResultNotRead(left.clone()));
            let error = Pool::new(1, |x: Liar| x.0)?.map(&[lie()]).unwrap_err();
            assert_eq!(cause(error), Cause::InputNotRead(left));
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "an_input_that_is_nested_for_more_than_the_stack_aborts_the_parent",
        program: || {
            let nested = |depth| (0..depth).fold(Nested(vec![]), |x, _| Nested(vec![x]));
            let mut pool = Pool::new(1, |_: Nested| ())?;
            let error = pool.map(&[nested(1_100)]).unwrap_err();
            assert!(matches!(
                error,
                Error::Pool(PoolFailure { task: Some(0), cause: Cause::InputNotRead(_), .. })
            ));
            pool.map(&[nested(100)])?;
            let _ = pool.map(&[nested(500_000)]);
            Ok(())
        },
        check: |command| {
            let outcome = run(command);
            outcome.killed_by(Signal::SIGABRT);
            assert!(outcome.stderr.contains("has overflowed its stack"), "{}", outcome.stderr);
        },
    },
    Case {
        name: "a_panic_of_serde_in_the_parent_leaves_the_pool_usable",
        program: || {
            let mut pool = Pool::new(2, |x: Picky| x.0)?.chunk_size(1)?;
            let inputs = [Picky(1), Picky(2), Picky(Picky::PANIC)];
            let hook = panic::take_hook();
            panic::set_hook(Box::new(|_| ()));
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| pool.map(&inputs)));
            panic::set_hook(hook);
            assert!(outcome.is_err());
            assert_eq!(children(), [""; 0]);
            assert_eq!(pool.map(&[Picky(5), Picky(6), Picky(7)])?, [5, 6, 7]);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "all_kinds_of_values_arrive",
        program: || {
            let kinds = vec![
                Kind::Nothing,
                Kind::Number(i128::MIN),
                Kind::Both('\u{1F980}', u64::MAX),
                Kind::Skipping { first: None, second: Some(2.5), third: Err("no".into()) },
                Kind::Skipping { first: Some("1".into()), second: None, third: Ok(()) },
                Kind::Bytes([200; 20]),
                Kind::Untagged(vec![Either::Number(1), Either::Text("2".into())]),
                Kind::Tagged(Tagged::B { c: vec![(1, ()), (2, ())] }),
            ];
            let mut pool = Pool::new(3, |kind: Kind| (kind.clone(), kind))?;
            let expected: Vec<_> = kinds.iter().map(|kind| (kind.clone(), kind.clone())).collect();
            assert_eq!(pool.map(&kinds)?, expected);
            assert_eq!(Pool::new(2, |(): ()| ())?.map(&[(); 100])?, [(); 100]);
            assert_eq!(
                Pool::new(2, |x: f64| x.to_bits())?.map(&[f64::NAN, -0.0])?,
                [f64::NAN.to_bits(), (-0.0_f64).to_bits()]
            );
            let mut pool = Pool::new(2, |x: Option<u8>| x.map(u32::from))?;
            assert_eq!(pool.map(&[None, Some(0), None])?, [None, Some(0), None]);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "bytes_of_all_sizes_arrive",
        program: || {
            let sizes = [0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 1 << 20, 10 << 20];
            for workers in [1, 2, 7, 64] {
                let inputs: Vec<ByteBuf> = (0..)
                    .zip(sizes)
                    .map(|(i, size)| (0..size).map(|at| (at % 251 + i) as u8).collect::<Vec<u8>>())
                    .map(ByteBuf::from)
                    .collect();
                let mut pool = Pool::new(workers, |x: ByteBuf| x)?;
                assert!(pool.map(&inputs)? == inputs);
                assert!(Pool::new(workers, |x: ByteBuf| x)?.chunk_size(4)?.map(&inputs)? == inputs);
            }
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "map_equals_the_iterator",
        program: || {
            let inputs = (vec(any::<(i64, String)>(), 0..60), 1..8usize, 1..20usize);
            runner(150).run(&inputs, |(inputs, workers, chunk_size)| {
                let f = |(number, text): (i64, String)| (text.len(), number.wrapping_mul(3), text);
                let mut pool = Pool::new(workers, f).unwrap().chunk_size(chunk_size).unwrap();
                let expected: Vec<_> = inputs.iter().cloned().map(f).collect();
                prop_assert_eq!(pool.map(&inputs).unwrap(), &expected[..]);
                // Once more, with the workers that are there.
                prop_assert_eq!(pool.map(&inputs).unwrap(), expected);
                Ok(())
            })?;
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "ten_thousand_results_are_in_order",
        program: || {
            let inputs: Vec<u64> = (0..10_000).collect();
            let f = |x: u64| {
                // Most tasks take no time, and some take longer than many others.
                sleep(Duration::from_micros(x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58));
                x * x
            };
            let expected: Vec<u64> = inputs.iter().map(|x| x * x).collect();
            assert_eq!(Pool::new(7, f)?.map(&inputs)?, expected);
            assert_eq!(Pool::new(3, f)?.chunk_size(1)?.map(&inputs)?, expected);
            assert_eq!(Pool::new(2, f)?.chunk_size(20_000)?.map(&inputs)?, expected);
            Ok(())
        },
        check: holds,
    },
    // Workers: how many there are, and which inputs they get.
    Case {
        name: "no_more_workers_than_inputs",
        program: || {
            let mut pool = Pool::new(4, |x: u32| x)?;
            assert_eq!(pool.map(&[])?, []);
            assert_eq!(children().len(), 0);
            pool.map(&[1])?;
            assert_eq!(children().len(), 1);
            pool.map(&[1, 2, 3])?;
            assert_eq!(children().len(), 3);
            pool.map(&[1, 2, 3, 4, 5, 6])?;
            assert_eq!(children().len(), 4);
            let workers = children();
            pool.map(&[1, 2])?;
            assert_eq!(children(), workers);
            drop(pool);
            assert_eq!(children().len(), 0);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "no_workers_are_an_error",
        program: || Ok(Pool::new(0, |x: u32| x).map(drop)?),
        check: |command| {
            assert_eq!(run(command).error(), "a pool needs at least one worker");
        },
    },
    Case {
        name: "empty_chunks_are_an_error",
        program: || Ok(Pool::new(1, |x: u32| x)?.chunk_size(0).map(drop)?),
        check: |command| {
            assert_eq!(run(command).error(), "a chunk needs at least one input");
        },
    },
    Case {
        name: "a_slow_task_does_not_delay_the_others",
        program: || {
            let directory = tempfile::tempdir()?;
            let done = |x: u32| directory.path().join(x.to_string());
            let mut pool = Pool::new(2, |x: u32| {
                // The first task ends when all others have ended. So it never ends
                // if one of them waits behind it.
                wait_until(|| x > 0 || (1..20).all(|x| done(x).exists()));
                fs::write(done(x), "").unwrap();
            })?
            .chunk_size(1)?;
            pool.map(&(0..20).collect::<Vec<u32>>())?;
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_time_limit_ends_a_task_that_never_ends",
        program: || {
            let directory = tempfile::tempdir()?;
            let begun = directory.path().join("begun");
            // The parent does not check the time before it has written the third input.
            let wait = || wait_until(|| begun.exists());
            let f = |x: Late| {
                if x.number == 1 {
                    fs::write(&begun, "").unwrap();
                    wait_until(|| false);
                }
            };
            let mut pool = Pool::new(1, f)?.chunk_size(1)?.time_limit(ms(200));
            let start = Instant::now();
            let inputs = [Late::new(0), Late::new(1), Late::after(&wait, 2)];
            let error = pool.map(&inputs).unwrap_err();
            assert!(start.elapsed() >= ms(200));
            assert!(matches!(
                error,
                Error::Pool(PoolFailure { task: Some(1), cause: Cause::TaskTimedOut(_), .. })
            ));
            assert!(matches!(pool.map(&inputs), Err(Error::Broken(_))));
            Err(error.into())
        },
        check: |command| {
            let told = "was killed because task 1 took longer than 200ms";
            assert_eq!(run(command).worker_error(), told);
        },
    },
    Case {
        name: "a_time_limit_is_for_one_task",
        program: || {
            let mut pool = Pool::new(1, |_: u32| sleep(ms(500)))?.chunk_size(12)?;
            pool = pool.time_limit(ms(5_000));
            // All tasks together take longer than the limit. Each task is so short
            // that it keeps the limit on any busy machine.
            pool.map(&[0; 12])?;
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_time_limit_does_not_count_the_transfer_of_a_result",
        program: || {
            let limit = ms(5_000);
            // The first result has been on its way for longer than the limit when
            // the parent goes on to read it.
            let wait = || {
                wait_until(|| unread() >= PART);
                sleep(limit + ms(500));
            };
            let f = |x: Late| ByteBuf::from(vec![7; if x.number == 0 { LARGE } else { 0 }]);
            let mut pool = Pool::new(1, f)?.time_limit(limit);
            assert_eq!(pool.map(&[Late::new(0), Late::after(&wait, 1)])?[0].len(), LARGE);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_time_limit_counts_what_was_done_while_the_parent_was_not_looking",
        program: || {
            let f = |begins: bool| {
                if begins {
                    // The parent looks meanwhile, and sees the other worker stopped.
                    sleep(ms(500));
                }
                Revival { begins }
            };
            let mut pool = Pool::new(2, f)?.time_limit(Revival::LIMIT);
            pool.map(&[false, false])?;
            let second = &children()[1];
            wait_until(|| state(second) == WAITING);
            signal(second, Signal::SIGSTOP, STOPPED);
            pool.map(&[true, false])?;
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_time_limit_ends_a_worker_that_was_stopped_half_way_through_a_result",
        program: || {
            let stop = || {
                wait_until(|| unread() >= PART);
                signal(&children()[0], Signal::SIGSTOP, STOPPED);
            };
            let f = |x: Late| ByteBuf::from(vec![7; if x.number == 0 { LARGE } else { 0 }]);
            let mut pool = Pool::new(1, f)?.time_limit(ms(200));
            pool.map(&[Late::new(0), Late::after(&stop, 1)])?;
            Ok(())
        },
        check: |command| {
            let told = "was killed because task 0 took longer than 200ms";
            assert_eq!(run(command).worker_error(), told);
        },
    },
    Case {
        name: "a_time_limit_ends_a_worker_that_was_stopped_half_way_through_an_input",
        program: || {
            let mut pool = Pool::new(1, |x: ByteBuf| {
                if x.is_empty() {
                    // The second input is too large for the socket.
                    wait_until(|| unread() >= PART);
                    raise(Signal::SIGSTOP).unwrap();
                }
            })?
            .time_limit(ms(200));
            pool.map(&[ByteBuf::new(), ByteBuf::from(vec![7; LARGE])])?;
            Ok(())
        },
        check: |command| {
            let told = "was killed because task 0 took longer than 200ms";
            assert_eq!(run(command).worker_error(), told);
        },
    },
    Case {
        name: "large_values_leave_no_memory_behind",
        program: || {
            let mut pool = Pool::new(2, |x: ByteBuf| x)?;
            pool.map(&[ByteBuf::new(), ByteBuf::new()])?;
            let memory = resident();
            for _ in 0..3 {
                pool.map(&[ByteBuf::from(vec![1; 30 << 20]), ByteBuf::from(vec![2; 30 << 20])])?;
            }
            let growth = resident().saturating_sub(memory);
            assert!(growth < 5 << 10, "{growth} KiB");
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_thousand_maps_leave_memory_and_descriptors_as_they_were",
        program: || {
            let inputs: Vec<u32> = (0..100).collect();
            let mut pool = Pool::new(2, |x: u32| vec![x; 20])?;
            pool.map(&inputs)?;
            let (memory, open, workers) = (resident(), descriptors(), children());
            for _ in 0..1_000 {
                pool.map(&inputs)?;
            }
            assert_eq!((descriptors(), children()), (open, workers));
            drop(pool);
            for _ in 0..200 {
                Pool::new(2, |x: u32| x)?.map(&inputs)?;
                Process::start(|| ())?.join()?;
            }
            let growth = resident().saturating_sub(memory);
            assert!(growth < 5 << 10, "{growth} KiB");
            Ok(())
        },
        check: holds,
    },
    // Which things a child has, and which it does not have.
    Case {
        name: "a_worker_has_its_own_socket_and_no_other",
        program: || {
            let before = descriptors();
            let mut pool = Pool::new(4, |_: u32| {
                sleep(ms(20));
                (process::id(), descriptors())
            })?
            .chunk_size(1)?;
            // A worker may have two of the tasks, and another none.
            let mut sockets = BTreeMap::new();
            for (worker, mut open) in pool.map(&[0; 4])? {
                // This program may have inherited some from its parent.
                open.retain(|descriptor| !before.contains(descriptor));
                let [socket] = &open[..] else { panic!("{open:?}") };
                assert!(socket.contains(" socket:"), "{socket}");
                sockets.insert(worker, socket.split_once(' ').unwrap().1.to_owned());
            }
            let distinct: BTreeSet<_> = sockets.values().collect();
            assert_eq!(distinct.len(), sockets.len());
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_running_process_holds_no_descriptor",
        program: || {
            setrlimit(Resource::RLIMIT_NOFILE, 16, 16)?;
            let before = descriptors();
            let processes: Result<Vec<Process>, Error> =
                (0..300).map(|_| Process::start(|| sleep(ms(60_000)))).collect();
            assert_eq!(descriptors(), before);
            drop(processes?);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "standard_input_is_empty_in_a_child",
        program: || {
            let exit = Process::start(|| {
                let mut line = String::new();
                io::stdin().read_line(&mut line).unwrap() as u8
            })?;
            assert_eq!(exit.wait()?, Exit::Status(0));
            Ok(())
        },
        check: |command| {
            let shell = format!(
                "echo text | {:?} case {:?}",
                command.get_program(),
                command.get_args().nth(1).unwrap()
            );
            run(Command::new("sh").args(["-c", &shell])).success();
        },
    },
    Case {
        name: "nothing_is_printed_twice_and_nothing_is_lost",
        program: || {
            print!("parent ");
            Process::start(|| print!("child "))?.join()?;
            let _ = Process::start(|| {
                print!("panic ");
                panic!();
            })?
            .wait()?;
            print!("pool ");
            let mut pool = Pool::new(1, |x: u32| print!("task{x} "))?.chunk_size(1)?;
            pool.map(&[0, 1])?;
            print!("again ");
            pool.map(&[2])?;
            drop(pool);
            println!("end");
            Ok(())
        },
        check: |command| {
            // Text that is printed after the workers have started is flushed at the end.
            let outcome = run(command);
            let words: Vec<&str> = outcome.success().split_whitespace().collect();
            let mut sorted = words.clone();
            sorted.sort_unstable();
            assert_eq!(words[..5], ["parent", "child", "panic", "pool", "task0"]);
            let all =
                ["again", "child", "end", "panic", "parent", "pool", "task0", "task1", "task2"];
            assert_eq!(sorted, all);
        },
    },
    Case {
        name: "standard_output_that_cannot_be_written_refuses_the_fork",
        program: || {
            print!("text");
            let result = Process::start(|| ()).map(drop);
            assert_eq!(children(), [""; 0]);
            Ok(result?)
        },
        check: |command| {
            let shell = format!(
                "{:?} case {:?} > /dev/full",
                command.get_program(),
                command.get_args().nth(1).unwrap()
            );
            let outcome = run(Command::new("sh").args(["-c", &shell]));
            let told = "refusing to fork: could not write to standard output: ";
            assert!(outcome.error().starts_with(told), "{}", outcome.error());
        },
    },
    Case {
        name: "a_second_thread_refuses_the_fork",
        program: || {
            let thread = thread::spawn(thread::park);
            let error = Process::start(|| ()).map(drop).unwrap_err();
            let pool = Pool::new(2, |x: u32| x)?.map(&[1, 2]).map(drop).unwrap_err();
            thread.thread().unpark();
            thread.join().unwrap();
            assert_eq!(pool.to_string(), error.to_string());
            assert_eq!(children(), [""; 0]);
            // A thread that has been joined does not count.
            for _ in 0..200 {
                thread::scope(|scope| drop(scope.spawn(|| ())));
                Process::start(|| ())?.join()?;
            }
            Err(error.into())
        },
        check: |command| {
            assert_eq!(run(command).error(), "refusing to fork: this process has 2 threads");
        },
    },
    Case {
        name: "workers_that_are_there_work_for_another_thread",
        program: || {
            let mut pool = Pool::new(2, |x: u32| x + 1)?;
            pool.map(&[1, 2])?;
            thread::spawn(move || {
                assert_eq!(pool.map(&[3, 4]).unwrap(), [4, 5]);
                let workers = children();
                // These would take a fork.
                pool = pool.chunk_size(1).unwrap();
                assert_eq!(pool.map(&[1, 2, 3, 4]).unwrap(), [2, 3, 4, 5]);
                assert_eq!(children(), workers);
            })
            .join()
            .unwrap();
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_pool_in_a_task_and_a_process_in_a_process",
        program: || {
            let mut pool = Pool::new(2, |x: u32| -> u32 {
                let mut inner = Pool::new(2, |y: u32| y * y).unwrap();
                inner.map(&[x, x + 1]).unwrap().iter().sum()
            })?;
            assert_eq!(pool.map(&[1, 2, 3])?, [5, 13, 25]);
            let outer = Process::start(|| {
                let inner = Process::start(|| panic!("inner")).unwrap().wait().unwrap();
                assert!(matches!(inner, Exit::Panic(_)));
                assert_eq!(Process::start(|| 3).unwrap().wait().unwrap(), Exit::Status(3));
                panic!("outer");
            })?;
            assert!(matches!(outer.wait()?, Exit::Panic(text) if text.ends_with(": outer")));
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "inherited_processes_are_inert_in_a_child",
        program: || {
            let mut sleeper = Some(Process::start(|| sleep(ms(60_000)))?);
            let mut pool = Some(Pool::new(2, |x: u32| x)?);
            pool.as_mut().unwrap().map(&[1, 2])?;
            let before = children();
            let process = Process::start(|| {
                let sleeper = sleeper.take().unwrap();
                sleeper.kill();
                assert!(matches!(sleeper.wait_timeout(ms(0)), Err(Error::NotOurs { .. })));
                assert!(matches!(sleeper.join(), Err(Error::NotOurs { .. })));
                let mut pool = pool.take().unwrap();
                assert!(matches!(pool.map(&[1, 2]), Err(Error::NotOurs { .. })));
            });
            process?.join()?;
            assert_eq!(children(), before);
            assert_eq!(pool.as_mut().unwrap().map(&[3, 4])?, [3, 4]);
            // Moved into the child, they end here and do nothing there.
            let moved = Process::start(move || drop((sleeper, pool)))?;
            assert_eq!(children(), [moved.pid().to_string()]);
            moved.join()?;
            Ok(())
        },
        check: holds,
    },
    // Processes.
    Case {
        name: "a_process_tells_how_it_ended",
        program: || {
            assert_eq!(Process::start(|| ())?.wait()?, Exit::Status(0));
            assert_eq!(Process::start(|| 255)?.wait()?, Exit::Status(255));
            assert_eq!(Process::start(|| 101)?.wait()?, Exit::Status(101));
            assert_eq!(Process::start(|| exit(7))?.wait()?.to_string(), "exited with status 7");
            assert_eq!(Process::start(|| abort())?.wait()?, Exit::Signal(6));
            let process = Process::start(|| panic!("told by {}", getpid()))?;
            let message = format!(": told by {}", process.pid());
            assert!(process.wait()?.to_string().ends_with(&message));
            let error = Process::start(|| 3)?.join().unwrap_err();
            assert!(matches!(error, Error::Process { exit: Exit::Status(3), .. }));
            assert_eq!(Process::start(|| Ok::<(), Failure>(()))?.wait()?, Exit::Status(0));
            let failed = Process::start(|| Err::<(), _>("no paper\nleft"))?;
            let told = format!("process {} failed: no paper left", failed.pid());
            assert_eq!(failed.join().unwrap_err().to_string(), told);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "wait_timeout_says_whether_the_child_has_ended_and_reaps_nothing",
        program: || {
            let mut stranger = Command::new("sh").args(["-c", "exit 9"]).spawn()?;
            let sleeper = Process::start(|| sleep(ms(60_000)))?;
            let open = descriptors();
            for limit in [ms(0), ms(50)] {
                let start = Instant::now();
                assert!(!sleeper.wait_timeout(limit)?);
                assert!(start.elapsed() >= limit);
            }
            sleeper.kill();
            for limit in [Duration::MAX, ms(0)] {
                assert!(sleeper.wait_timeout(limit)?);
            }
            assert_eq!(sleeper.wait()?, Exit::Signal(9));
            assert_eq!(descriptors(), open);
            assert_eq!(stranger.wait()?.code(), Some(9));
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_dropped_process_is_killed_and_reaped",
        program: || {
            let stopped = Process::start(|| sleep(ms(60_000)))?;
            kill(Pid::from_raw(stopped.pid() as i32), Signal::SIGSTOP)?;
            drop(stopped);
            drop(Process::start(|| sleep(ms(60_000)))?);
            drop(Process::start(|| ())?);
            assert_eq!(children(), [""; 0]);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_killed_process_cleans_nothing_up",
        program: || {
            let directory = tempfile::tempdir()?;
            let process = Process::start(|| {
                // When it is dropped, its file is deleted.
                let mut file = tempfile::NamedTempFile::new_in(directory.path()).unwrap();
                file.write_all(b"half").unwrap();
                wait_until(|| false);
                file.write_all(b" and half").unwrap();
            })?;
            let half_is_written = || {
                let mut files = fs::read_dir(directory.path()).unwrap();
                files.next().is_some_and(|file| fs::read(file.unwrap().path()).unwrap() == b"half")
            };
            wait_until(half_is_written);
            process.kill();
            assert_eq!(process.wait()?, Exit::Signal(9));
            assert!(half_is_written());
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "the_parents_code_never_runs_in_a_child",
        program: || {
            struct Guard;
            impl Drop for Guard {
                fn drop(&mut self) {
                    println!("dropped by {}", std::process::id());
                }
            }
            let parent = std::process::id();
            let _guard = Guard;
            for fault in [|| panic!("child"), || raise(Signal::SIGTERM).unwrap(), || ()] {
                let _ = Process::start(fault)?.wait()?;
                let mut pool = Pool::new(2, |_: u32| fault())?;
                let _ = pool.map(&[1, 2]);
            }
            println!("parent {parent} {}", std::process::id());
            Ok(())
        },
        check: |command| {
            let outcome = run(command);
            let lines: Vec<&str> = outcome.success().lines().collect();
            let [parent, guard] = lines[..] else { panic!("{lines:?}") };
            let pid = parent.split_whitespace().nth(1).unwrap();
            assert_eq!(parent, format!("parent {pid} {pid}"));
            assert_eq!(guard, format!("dropped by {pid}"));
        },
    },
    // Limits.
    Case {
        name: "the_limit_on_processes_half_way_leaves_nothing",
        program: || {
            // Root is not limited, and another user may have processes already.
            let free = if Uid::effective().is_root() {
                // No other user, and so no other run of this test, has this number.
                setuid(Uid::from_raw(1_000_000 + process::id()))?;
                5
            } else {
                0
            };
            setrlimit(Resource::RLIMIT_NPROC, free, free)?;
            let mut pool = Pool::new(8, |x: u32| x)?;
            let error = pool.map(&[0; 8]).unwrap_err();
            assert_eq!(children(), [""; 0]);
            Err(error.into())
        },
        check: |command| {
            let outcome = run(command);
            let worker = if Uid::effective().is_root() { 5 } else { 1 };
            let told = format!("could not fork worker {worker} of 8: EAGAIN");
            assert!(outcome.error().starts_with(&told), "{}", outcome.error());
        },
    },
    Case {
        name: "the_limit_on_descriptors_half_way_leaves_nothing",
        program: || {
            let open = descriptors().len() as u64;
            // Each worker takes two, and a third for a moment.
            setrlimit(Resource::RLIMIT_NOFILE, open + 9, open + 9)?;
            let mut pool = Pool::new(8, |x: u32| x)?;
            let error = pool.map(&[0; 8]).unwrap_err();
            assert_eq!(children(), [""; 0]);
            assert_eq!(descriptors().len() as u64, open);
            // The pool was not the cause, so it stays usable.
            assert_eq!(pool.map(&[1, 2, 3])?, [1, 2, 3]);
            drop(pool);
            Err(error.into())
        },
        check: |command| {
            let outcome = run(command);
            let told = "could not fork worker 5 of 8: EMFILE";
            assert!(outcome.error().starts_with(told), "{}", outcome.error());
        },
    },
    // Signals.
    Case {
        name: "ctrl_c_ends_the_tree",
        program: || map_for_ever(),
        check: |command| {
            let mut program = start(&mut interruptible(command));
            program.wait_for("3 ready\n");
            killpg(program.pid(), Signal::SIGINT).unwrap();
            let outcome = program.finish();
            outcome.killed_by(Signal::SIGINT);
            assert_eq!(outcome.stderr, "");
        },
    },
    Case {
        name: "workers_end_with_a_parent_that_is_terminated",
        program: || map_for_ever(),
        check: |command| {
            let mut program = start(command);
            program.wait_for("3 ready\n");
            kill(program.pid(), Signal::SIGTERM).unwrap();
            program.finish().killed_by(Signal::SIGTERM);
        },
    },
    Case {
        name: "workers_end_with_a_parent_that_is_killed",
        program: || map_for_ever(),
        check: |command| {
            let mut program = start(command);
            program.wait_for("3 ready\n");
            kill(program.pid(), Signal::SIGKILL).unwrap();
            program.finish().killed_by(Signal::SIGKILL);
        },
    },
    Case {
        name: "processes_and_idle_workers_end_with_a_parent_that_is_killed",
        program: || {
            let _process = Process::start(|| sleep(ms(60_000)))?;
            let mut pool = Pool::new(3, |x: u32| x)?;
            pool.map(&[1, 2, 3])?;
            println!("ready");
            sleep(ms(60_000));
            Ok(())
        },
        check: |command| {
            let mut program = start(command);
            program.wait_for("ready\n");
            kill(program.pid(), Signal::SIGKILL).unwrap();
            program.finish().killed_by(Signal::SIGKILL);
        },
    },
    Case {
        name: "signals_are_not_errors",
        program: || {
            let seen = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
            signal_hook::flag::register(signal_hook::consts::SIGUSR1, seen.clone())?;
            let group = nix::unistd::getpgrp();
            let storm = Process::start(move || {
                loop {
                    killpg(group, Signal::SIGUSR1).unwrap();
                    sleep(Duration::from_micros(50));
                }
            })?;
            let inputs: Vec<ByteBuf> = (0..40).map(|x| ByteBuf::from(vec![x; 300_000])).collect();
            for _ in 0..10 {
                let mut pool = Pool::new(3, |x: ByteBuf| x)?;
                assert!(pool.map(&inputs)? == inputs);
                assert_eq!(Process::start(|| sleep(ms(5)))?.wait()?, Exit::Status(0));
                assert!(Process::start(|| sleep(ms(5)))?.wait_timeout(Duration::MAX)?);
            }
            assert!(!storm.wait_timeout(ms(500))?);
            wait_until(|| seen.load(std::sync::atomic::Ordering::Relaxed));
            drop(storm);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_stopped_worker_goes_on_and_can_be_dropped",
        program: || {
            let mut pool = Pool::new(2, |x: u32| x)?.chunk_size(1)?;
            pool.map(&[1, 2])?;
            let stopped = Pid::from_raw(children()[0].parse()?);
            kill(stopped, Signal::SIGSTOP)?;
            let awakener = Process::start(move || {
                sleep(ms(200));
                kill(stopped, Signal::SIGCONT).unwrap();
            })?;
            assert_eq!(pool.map(&[3, 4, 5, 6])?, [3, 4, 5, 6]);
            awakener.join()?;
            kill(stopped, Signal::SIGSTOP)?;
            drop(pool);
            assert_eq!(children(), [""; 0]);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "ignoring_sigchld_hides_how_a_child_was_killed_and_no_more",
        program: || {
            assert_eq!(Process::start(|| 7)?.wait()?, Exit::Status(7));
            Process::start(|| ())?.join()?;
            assert!(matches!(Process::start(|| panic!("told"))?.wait()?, Exit::Panic(_)));
            assert_eq!(Process::start(|| exit(0))?.wait()?, Exit::Unknown);
            assert_eq!(Process::start(|| abort())?.wait()?, Exit::Unknown);
            assert!(Process::start(|| ())?.wait_timeout(Duration::MAX)?);
            drop(Process::start(|| sleep(ms(60_000)))?);
            let mut pool = Pool::new(2, |x: u32| if x == 9 { abort() } else { x })?;
            assert_eq!(pool.map(&[1, 2, 3])?, [1, 2, 3]);
            assert!(matches!(
                pool.map(&[1, 9]),
                Err(Error::Pool(PoolFailure { cause: Cause::WorkerDied(Exit::Unknown), .. }))
            ));
            Ok(())
        },
        check: |command| {
            let program = [command.get_program()].into_iter().chain(command.get_args());
            run(Command::new("env").arg("--ignore-signal=CHLD").args(program)).success();
        },
    },
    Case {
        name: "a_child_that_was_reaped_elsewhere_does_no_harm",
        program: || {
            let reaped = |f: fn() -> u8| -> Result<Process, Failure> {
                let process = Process::start(f)?;
                nix::sys::wait::waitpid(Pid::from_raw(process.pid() as i32), None)?;
                Ok(process)
            };
            drop(reaped(|| 3)?);
            assert!(reaped(|| 3)?.wait_timeout(Duration::MAX)?);
            let process = reaped(|| 3)?;
            process.kill();
            assert_eq!(process.wait()?, Exit::Status(3));
            assert_eq!(reaped(|| exit(3))?.wait()?, Exit::Unknown);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "closed_standard_streams_do_not_take_the_pools_sockets_place",
        program: || {
            let program = || {
                (0..=2).for_each(|stream| nix::unistd::close(stream).unwrap());
                let f = |x: u32| {
                    println!("to no reader");
                    2 * x
                };
                let mut pool = Pool::new(2, f).unwrap();
                assert_eq!(pool.map(&[1, 2, 3]).unwrap(), [2, 4, 6]);
                println!("to no reader");
                assert_eq!(pool.map(&[4, 5, 6]).unwrap(), [8, 10, 12]);
                assert_eq!(Process::start(|| 7).unwrap().wait().unwrap(), Exit::Status(7));
            };
            Ok(Process::start(program)?.join()?)
        },
        check: holds,
    },
    // Forks in tasks, stopped workers, and things that a task leaves behind.
    Case {
        name: "a_copy_that_a_task_makes_of_its_worker_ends_with_its_chunk",
        program: || {
            let mut pool = Pool::new(1, |x: u32| {
                if x == 1 {
                    // SAFETY: the worker has one thread.
                    unsafe { nix::unistd::fork() }.unwrap();
                    return 1_000;
                }
                x
            })?;
            assert_eq!(pool.map(&[1])?, [1_000]);
            for x in 2..200 {
                assert_eq!(pool.map(&[x])?, [x]);
            }
            let exit = Process::start(|| {
                // SAFETY: the child has one thread.
                let copy = unsafe { nix::unistd::fork() }.unwrap();
                if let nix::unistd::ForkResult::Parent { child } = copy {
                    nix::sys::wait::waitpid(child, None).unwrap();
                    return 7;
                }
                print!("not printed");
                8
            })?
            .wait()?;
            assert_eq!(exit, Exit::Status(7));
            Ok(())
        },
        check: |command| assert_eq!(run(command).success(), ""),
    },
    Case {
        name: "a_time_limit_ends_a_worker_that_was_stopped_while_idle",
        program: || {
            let mut pool = Pool::new(1, |x: u32| x)?.time_limit(ms(200));
            pool.map(&[1])?;
            let worker = &children()[0];
            // It is also idle in shared memory, which it writes after its answer.
            wait_until(|| state(worker) == WAITING);
            signal(worker, Signal::SIGSTOP, STOPPED);
            let error = pool.map(&[2]).unwrap_err();
            assert!(matches!(pool.map(&[3]), Err(Error::Broken(_))));
            Err(error.into())
        },
        check: |command| {
            let told = "was killed because task 0 took longer than 200ms";
            assert_eq!(run(command).worker_error(), told);
        },
    },
    Case {
        name: "a_command_that_a_task_runs_outlives_its_worker",
        program: || {
            let directory = tempfile::tempdir()?;
            let path = |name| directory.path().join(name);
            let (begun, killed, done) = (path("begun"), path("killed"), path("done"));
            let script = format!(
                "touch {begun:?}; until [ -e {killed:?} ]; do sleep 0.01; done; touch {done:?}"
            );
            let wait = || wait_until(|| begun.exists());
            let f = |_: Late| assert!(Command::new("sh").args(["-c", &script]).status().is_ok());
            let mut pool = Pool::new(1, f)?.time_limit(ms(200));
            let error = pool.map(&[Late::new(0), Late::after(&wait, 1)]).unwrap_err();
            assert!(
                matches!(error, Error::Pool(failure) if failure.cause == Cause::TaskTimedOut(ms(200)))
            );
            fs::write(&killed, "")?;
            wait_until(|| done.exists());
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "standard_input_that_the_parent_has_locked_is_locked_in_the_child",
        program: || {
            let lock = io::stdin().lock();
            let reader = Process::start(|| drop(io::stdin().read_line(&mut String::new())))?;
            assert!(!reader.wait_timeout(ms(300))?);
            drop((lock, reader));
            Process::start(|| drop(io::stdin().read_line(&mut String::new())))?.join()?;
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_kernel_without_pidfds_is_named",
        program: || {
            without_pidfds()?;
            Process::start(|| ())?.join()?;
            let sleeper = Process::start(|| sleep(ms(60_000)))?;
            let error = sleeper.wait_timeout(ms(0)).unwrap_err();
            let told = "could not watch a process: pidfd_open failed with ENOSYS: \
                Linux 5.4 or later is needed";
            assert_eq!(error.to_string(), told);
            drop(sleeper);
            let error = Pool::new(2, |x: u32| x)?.map(&[1, 2]).unwrap_err();
            assert_eq!(children(), [""; 0]);
            Err(error.into())
        },
        check: |command| {
            let told = "could not watch worker 1 of 2: pidfd_open failed with ENOSYS: \
                Linux 5.4 or later is needed";
            assert_eq!(run(command).error(), told);
        },
    },
    Case {
        name: "a_stream_of_tokio_that_a_child_drops_is_lost_to_its_parent",
        program: || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let within = runtime.enter();
            let (mut writer, reader) = UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            let mut reader = Some(tokio::net::UnixStream::from_std(reader)?);
            let readable = |stream: &tokio::net::UnixStream| {
                let wait = async { tokio::time::timeout(ms(300), stream.readable()).await };
                runtime.block_on(wait).is_ok()
            };
            Process::start(|| mem::forget(reader.take()))?.join()?;
            io::Write::write_all(&mut writer, b"1")?;
            assert!(readable(reader.as_ref().unwrap()));
            let mut byte = [0];
            assert_eq!(reader.as_ref().unwrap().try_read(&mut byte)?, 1);
            assert!(reader.as_ref().unwrap().try_read(&mut byte).is_err());
            Process::start(|| drop(reader.take()))?.join()?;
            io::Write::write_all(&mut writer, b"2")?;
            assert!(!readable(reader.as_ref().unwrap()));
            drop((reader, within));
            drop(runtime);
            Ok(())
        },
        check: holds,
    },
    // Results as they come.
    Case {
        name: "results_come_as_they_are_ready_and_each_once",
        program: || {
            let mut pool = Pool::new(3, |x: u64| {
                sleep(Duration::from_micros(x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56));
                x * x
            })?
            .chunk_size(3)?;
            let inputs: Vec<u64> = (0..2_000).collect();
            let mut seen = BTreeMap::new();
            let mut in_order = true;
            for item in pool.map_unordered(&inputs)? {
                let (index, square) = item?;
                in_order &= index == seen.len();
                assert_eq!(seen.insert(index as u64, square), None);
            }
            assert!(!in_order);
            assert!(seen.into_iter().eq(inputs.iter().map(|x| (*x, x * x))));
            let workers = children();
            assert!(pool.map_unordered(&[])?.next().is_none());
            assert_eq!(pool.map(&inputs[..2])?, [0, 1]);
            assert_eq!(children(), workers);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "results_that_are_not_waited_for_end_their_workers",
        program: || {
            let f = |x: u64| {
                sleep(ms(x));
                x
            };
            let mut pool = Pool::new(3, f)?.chunk_size(1)?;
            for _ in 0..10 {
                let mut results = pool.map_unordered(&[60_000, 1, 60_000, 60_000])?;
                assert_eq!(results.next().unwrap()?, (1, 1));
                drop(results);
                assert_eq!(children(), [""; 0]);
                // An iterator whose `next` was never called.
                drop(pool.map_unordered(&[60_000])?);
                assert_eq!(pool.map(&[3, 2, 1])?, [3, 2, 1]);
            }
            // When all have come, the workers stay.
            let workers = children();
            assert_eq!(pool.map_unordered(&[1, 2, 3])?.take(3).count(), 3);
            assert_eq!(children(), workers);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_panic_comes_after_the_results_of_the_running_tasks",
        program: || {
            let directory = tempfile::tempdir()?;
            let (begun, panics) = (directory.path().join("begun"), directory.path().join("panics"));
            let mut pool = Pool::new(2, |x: u32| match x {
                0 => {
                    wait_until(|| begun.exists());
                    fs::write(&panics, "").unwrap();
                    panic!("bad input");
                }
                1 => {
                    fs::write(&begun, "").unwrap();
                    wait_until(|| panics.exists());
                    wait_for_the_others();
                    x
                }
                _ => x,
            })?
            .chunk_size(1)?;
            let mut results = pool.map_unordered(&[0, 1, 2, 3])?;
            assert_eq!(results.next().unwrap()?, (1, 1));
            let error = results.next().unwrap().unwrap_err();
            assert!(matches!(
                error,
                Error::Pool(PoolFailure { task: Some(0), cause: Cause::TaskPanicked(_), .. })
            ));
            assert!(results.next().is_none());
            drop(results);
            assert_eq!(pool.map(&[4, 5])?, [4, 5]);
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "a_death_ends_the_results_and_the_pool",
        program: || {
            let directory = tempfile::tempdir()?;
            let begun = directory.path().join("begun");
            let mut pool = Pool::new(2, |x: u32| match x {
                0 => x,
                1 => {
                    // The first worker has answered when it begins the third task.
                    wait_until(|| begun.exists());
                    abort()
                }
                _ => {
                    fs::write(&begun, "").unwrap();
                    sleep(ms(60_000));
                    x
                }
            })?
            .chunk_size(1)?;
            let mut results = pool.map_unordered(&[0, 1, 2, 3])?;
            assert_eq!(results.next().unwrap()?, (0, 0));
            let error = results.next().unwrap().unwrap_err();
            // The others are killed at once, and not only when the iterator is dropped.
            assert_eq!(children(), [""; 0]);
            assert!(results.next().is_none());
            drop(results);
            assert!(matches!(pool.map_unordered(&[0]), Err(Error::Broken(_))));
            Err(error.into())
        },
        check: |command| {
            assert_eq!(run(command).worker_error(), "was killed by SIGABRT while running task 1");
        },
    },
    Case {
        name: "results_belong_to_the_process_that_asked_for_them",
        program: || {
            let mut pool = Pool::new(2, |x: u32| x)?.chunk_size(1)?;
            let inputs: Vec<u32> = (0..100).collect();
            let mut results = Some(pool.map_unordered(&inputs)?);
            let mut seen = vec![results.as_mut().unwrap().next().unwrap()?.0];
            let workers = children();
            Process::start(|| {
                let mut results = results.take().unwrap();
                let foreign = results.find_map(Result::err).unwrap();
                assert!(matches!(foreign, Error::NotOurs { .. }));
            })?
            .join()?;
            assert_eq!(children(), workers);
            for item in results.unwrap() {
                seen.push(item?.0);
            }
            seen.sort_unstable();
            assert!(seen.iter().copied().eq(0..100));
            Ok(())
        },
        check: holds,
    },
    Case {
        name: "random_faults_end_and_are_named",
        program: || Ok(()),
        check: |_| super::random_faults::check(0..40),
    },
];

/// Three tasks that do not end; each says when it has begun.
fn map_for_ever() -> Result<(), Failure> {
    let mut pool = Pool::new(3, |x: u32| {
        if x == 3 {
            println!("{x} ready");
        } else {
            sleep(ms(20));
        }
        sleep(ms(60_000));
    })?;
    pool.map(&[1, 2, 3])?;
    Ok(())
}

/// More than a socket takes.
const LARGE: usize = 4 << 20;
/// Less than a socket takes, and far more than a short answer has.
const PART: usize = 100_000;

/// Waits without a limit: the parent that runs the program has a time limit.
fn wait_until(happens: impl Fn() -> bool) {
    while !happens() {
        sleep(ms(1));
    }
}

/// The states of a process, as /proc shows them. A process that waits is in a system
/// call, such as `poll`, `recv` or `send`.
const WAITING: char = 'S';
const STOPPED: char = 'T';
const ENDED: char = 'Z';

fn state(pid: &str) -> char {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(") ").unwrap().1.chars().next().unwrap()
}

/// Sends a signal, and waits for its effect.
fn signal(pid: &str, signal: Signal, effect: char) {
    kill(Pid::from_raw(pid.parse().unwrap()), signal).unwrap();
    wait_until(|| state(pid) == effect);
}

/// Waits in a worker until all other workers wait for another chunk, and then until
/// the parent waits for an event: it has then received all their answers.
fn wait_for_the_others() {
    let (own, parent) = (process::id().to_string(), getppid().to_string());
    let workers = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
    for worker in workers.split_whitespace().filter(|worker| *worker != own) {
        wait_until(|| state(worker) == WAITING);
    }
    wait_until(|| state(&parent) == WAITING);
}

/// How many bytes have arrived at this process's socket.
fn unread() -> usize {
    let peek = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
    sockets().map(|socket| recv(socket, &mut vec![0; 2 * PART], peek).unwrap_or(0)).sum()
}

/// The sockets that this process has open: a worker has one, and its parent one
/// for each worker.
fn sockets() -> impl Iterator<Item = i32> {
    let number = |open: String| Some(open.split_once(" socket:")?.0.parse().unwrap());
    descriptors().into_iter().filter_map(number)
}

/// Writes a frame of this length from a worker to the pool. It is no answer to a chunk.
fn write_to_the_pool(length: u64) {
    let frame = [length.to_le_bytes(), [9; 8], [9; 8], [9; 8]].concat();
    for socket in sockets() {
        send(socket, &frame, MsgFlags::empty()).unwrap();
    }
}

/// A runner that needs no file and no second process.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

/// The memory that this process has, in KiB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Makes `pidfd_open` fail as on a kernel that does not have it.
fn without_pidfds() -> Result<(), Failure> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};
    let filter = SeccompFilter::new(
        [(nix::libc::SYS_pidfd_open, Vec::new())].into_iter().collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(nix::libc::ENOSYS as u32),
        TargetArch::try_from(std::env::consts::ARCH)?,
    )?;
    Ok(apply_filter(&BpfProgram::try_from(filter)?)?)
}

/// A value that may panic when it is dropped.
#[derive(Debug, Serialize, Deserialize)]
struct Dropped {
    value: u32,
    #[serde(skip)]
    panics: bool,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        if self.panics {
            panic!("again");
        }
    }
}

/// A text that serde refuses to send, with the text as the reason, unless it is empty.
#[derive(Deserialize)]
struct Wordy(String);

impl Serialize for Wordy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &*self.0 {
            "" => serializer.serialize_newtype_struct("Wordy", ""),
            text => Err(serde::ser::Error::custom(text)),
        }
    }
}

/// A list of five numbers that claims to have as many as its one number says.
#[derive(Debug, Deserialize)]
struct Liar(Vec<usize>);

impl Serialize for Liar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0[0]))?;
        (0..5_u8).try_for_each(|number| list.serialize_element(&number))?;
        list.end()
    }
}

struct PanicOnDrop;

impl Drop for PanicOnDrop {
    fn drop(&mut self) {
        panic!("again");
    }
}

/// A number that the parent writes after it has called a function. While the
/// function waits, the parent notices nothing.
struct Late<'a> {
    number: u32,
    first: Option<&'a dyn Fn()>,
}

impl Late<'_> {
    fn new(number: u32) -> Self {
        Late { number, first: None }
    }

    fn after(first: &dyn Fn(), number: u32) -> Late<'_> {
        Late { number, first: Some(first) }
    }
}

impl Serialize for Late<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.first.iter().for_each(|first| first());
        serializer.serialize_u32(self.number)
    }
}

impl<'de> Deserialize<'de> for Late<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Late::new)
    }
}

/// A result that acts when the parent reads it: the second worker goes on and
/// answers, and the time limit passes.
#[derive(Serialize)]
struct Revival {
    begins: bool,
}

impl Revival {
    const LIMIT: Duration = ms(5_000);
}

impl<'de> Deserialize<'de> for Revival {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Plain {
            begins: bool,
        }
        let Plain { begins } = Plain::deserialize(deserializer)?;
        if begins {
            signal(&children()[1], Signal::SIGCONT, WAITING);
            wait_until(|| unread() > 0);
            sleep(Revival::LIMIT + ms(500));
        }
        Ok(Revival { begins })
    }
}

/// A number of which some values cannot be carried.
#[derive(Debug)]
struct Picky(u32);

impl Picky {
    const UNSENDABLE: u32 = 100;
    const UNREADABLE: u32 = 101;
    const PANIC: u32 = 102;
}

impl Serialize for Picky {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Picky::UNSENDABLE => Err(serde::ser::Error::custom("too picky")),
            Picky::PANIC => panic!("too picky"),
            number => serializer.serialize_u32(number),
        }
    }
}

impl<'de> Deserialize<'de> for Picky {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            Picky::UNREADABLE => Err(serde::de::Error::custom("too picky")),
            number => Ok(Picky(number)),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Nested(Vec<Nested>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Nothing,
    Number(i128),
    Both(char, u64),
    Skipping {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        first: Option<String>,
        second: Option<f32>,
        third: Result<(), String>,
    },
    Bytes([u8; 20]),
    Untagged(Vec<Either>),
    Tagged(Tagged),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(u8),
    Text(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    B { c: Vec<(u8, ())> },
}
