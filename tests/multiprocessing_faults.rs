//! The faults that `Process` and `Pool` must survive, each in its own program.
//!
//! A program that forks must have a single thread, but the ordinary test harness
//! has several. So this target has its own `main`. As a test, it starts a copy of
//! itself for each case, and looks at it from outside. The copy is started with the
//! name of a case, and is the program with the fault.
//!
//!     cargo test -p multiprocessing --test multiprocessing_faults
//!     cargo test -p multiprocessing --test multiprocessing_faults -- random 1000 [SEED]

#[path = "support/faults.rs"]
mod faults;
#[path = "support/processes.rs"]
mod processes;
#[path = "support/random_faults.rs"]
mod random_faults;

use std::env;
use std::process::{Command, ExitCode};

use anyhow::Error as Failure;
use libtest_mimic::{Arguments, Trial};
use processes::Belongings;

/// A program with a fault, and a check from outside.
pub struct Case {
    name: &'static str,
    program: fn() -> Result<(), Failure>,
    check: fn(&mut Command),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["case", name] => {
            let case = faults::CASES.iter().find(|case| case.name == name).expect("a case's name");
            run_program(case.program)
        }
        ["random-case", seed] => run_program(|| random_faults::program(seed.parse()?)),
        ["random", runs] => random_faults::run(number(runs), random_faults::new_seed()),
        ["random", runs, seed] => random_faults::run(number(runs), number(seed)),
        _ => {
            let tests = faults::CASES.iter().map(|case| {
                Trial::test(case.name, move || {
                    (case.check)(itself().args(["case", case.name]));
                    Ok(())
                })
            });
            libtest_mimic::run(&Arguments::from_args(), tests.collect()).exit_code()
        }
    }
}

/// Runs a case's program, and checks that it leaves no child, no zombie and no
/// descriptor behind.
fn run_program(program: impl FnOnce() -> Result<(), Failure>) -> ExitCode {
    // The first runtime of a process opens tokio's sockets for signals, if any program of
    // the workspace waits for signals. They stay open.
    drop(tokio::runtime::Builder::new_current_thread().enable_all().build());
    let before = Belongings::now();
    let result = program();
    assert_eq!(Belongings::now(), before);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("Error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// A command that starts a copy of this program.
fn itself() -> Command {
    Command::new(env::current_exe().expect("Linux knows the program's file"))
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}
