//! Random faults: a seed decides on the pool, the inputs and the fault.

use std::ops::Range;
use std::process::{ExitCode, abort, exit};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Error as Failure;
use multiprocessing::Pool;
use nix::sys::signal::{Signal, kill, killpg, raise};
use serde_bytes::ByteBuf;

use super::itself;
use super::processes::{interruptible, start};

/// The fault, and when it happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Nothing,
    Panic,
    Exit(u8),
    Signal(Signal),
    Abort,
    /// A signal from outside to the parent, or to all processes, at some moment.
    Outside(Signal, bool, u64),
}

#[derive(Debug)]
struct Plan {
    workers: usize,
    chunk_size: usize,
    /// The length of each input, which is echoed.
    inputs: Vec<usize>,
    /// How long each task takes, in microseconds.
    times: Vec<u64>,
    task: usize,
    fault: Fault,
}

impl Plan {
    fn new(seed: u64) -> Plan {
        let mut dice = Dice(seed);
        let count = 1 + dice.roll(40) as usize;
        let sizes = [0, 10, 1_000, 70_000, 1_000_000];
        let largest = dice.roll(5) as usize;
        let signals =
            [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGINT, Signal::SIGSEGV, Signal::SIGBUS];
        let fault = match dice.roll(10) {
            0 => Fault::Nothing,
            1 | 2 => Fault::Panic,
            3 => Fault::Exit(dice.roll(3) as u8),
            4 => Fault::Abort,
            5 | 6 => Fault::Signal(signals[dice.roll(5) as usize]),
            _ => Fault::Outside(signals[dice.roll(3) as usize], dice.roll(2) == 0, dice.roll(40)),
        };
        Plan {
            workers: 1 + dice.roll(8) as usize,
            chunk_size: 1 + dice.roll(6) as usize,
            inputs: (0..count).map(|_| dice.roll(1 + sizes[largest]) as usize).collect(),
            times: (0..count).map(|_| dice.roll(3_000)).collect(),
            task: dice.roll(count as u64) as usize,
            fault,
        }
    }
}

/// A generator (SplitMix64) that gives the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (number ^ (number >> 31)) % sides
    }
}

/// The program with the fault.
pub fn program(seed: u64) -> Result<(), Failure> {
    let plan = Plan::new(seed);
    let f = |(task, bytes): (usize, ByteBuf)| {
        sleep(Duration::from_micros(plan.times[task]));
        if task == plan.task {
            match plan.fault {
                Fault::Panic => panic!("task {task} fails"),
                Fault::Exit(status) => exit(status.into()),
                Fault::Abort => abort(),
                Fault::Signal(signal) => while raise(signal).is_ok() {},
                Fault::Nothing | Fault::Outside(..) => {}
            }
        }
        (task, bytes)
    };
    let inputs: Vec<(usize, ByteBuf)> =
        plan.inputs.iter().map(|&size| ByteBuf::from(vec![size as u8; size])).enumerate().collect();
    let mut pool = Pool::new(plan.workers, f)?.chunk_size(plan.chunk_size)?;
    println!("ready");
    let outcome = pool.map(&inputs).map(|results| assert!(results == inputs));
    drop(pool);
    Ok(outcome?)
}

/// Runs the program for one seed and checks that it ends correctly.
fn check_one(seed: u64) {
    let plan = Plan::new(seed);
    let mut program = start(&mut interruptible(itself().args(["random-case", &seed.to_string()])));
    if let Fault::Outside(signal, to_all, after) = plan.fault {
        program.wait_for("ready\n");
        sleep(Duration::from_millis(after));
        // It may have ended already, which is no fault.
        let _ = if to_all { killpg(program.pid(), signal) } else { kill(program.pid(), signal) };
    }
    let outcome = program.finish();
    let task = plan.task;
    let died = |how: &str| {
        assert_eq!(outcome.worker_error(), format!("{how} while running task {task}"), "{plan:?}");
    };
    match plan.fault {
        Fault::Nothing => assert_eq!(outcome.success(), "ready\n"),
        Fault::Panic => {
            let error = outcome.worker_error();
            assert!(error.starts_with(&format!("task {task} panicked at ")), "{plan:?} {error}");
            assert!(error.ends_with(&format!(": task {task} fails")), "{plan:?} {error}");
        }
        Fault::Exit(status) => died(&format!("exited with status {status}")),
        Fault::Abort => died("was killed by SIGABRT"),
        Fault::Signal(signal) => died(&format!("was killed by {signal}")),
        Fault::Outside(signal, to_all, _) => {
            if outcome.status.success() {
                assert_eq!(outcome.success(), "ready\n");
            } else if to_all && outcome.status.code() == Some(1) {
                // A worker ended first, and the parent noticed it in time.
                assert!(outcome.worker_error().starts_with(&format!("was killed by {signal}")));
            } else {
                outcome.killed_by(signal);
                assert_eq!(outcome.stderr, "", "{plan:?}");
            }
        }
    }
}

/// Checks some seeds, as one of the tests.
pub fn check(seeds: Range<u64>) {
    seeds.for_each(check_one);
}

pub fn new_seed() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

/// Checks many seeds, as a program of its own, and prints how many failed.
pub fn run(runs: u64, seed: u64) -> ExitCode {
    println!("{runs} random faults from seed {seed} on");
    let mut failed = 0;
    for seed in seed..seed + runs {
        if std::panic::catch_unwind(|| check_one(seed)).is_err() {
            println!("seed {seed} failed: {:?}", Plan::new(seed));
            failed += 1;
        }
    }
    println!("{} as they must, {failed} not", runs - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
