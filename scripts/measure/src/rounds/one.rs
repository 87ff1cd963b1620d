//! Runs programs once each, and checks their answers.

use std::sync::Mutex;
use std::thread;

use super::Session;
use super::course::{Course, Outcome};
use crate::child::{Finished, Tree};
use crate::results::Sample;
use crate::text::count;
use crate::trouble::Trouble;
use crate::workloads::Program;
use crate::workloads::expected::{last_time_taken, repeatable};

impl Session<'_> {
    /// Runs programs of a workload, all at the same time. It is an error if one leaves a
    /// process behind.
    pub fn run(
        &self,
        course: &mut Course,
        which: &[usize],
        is_watched: bool,
    ) -> Result<Vec<Outcome>, Trouble> {
        self.progress.running(&course.workload.measured.title, self.left);
        self.runner.interrupt.check()?;
        let programs = which.iter().map(|&program| &course.workload.programs[program]);
        let programs: Vec<&Program> = programs.collect();
        let tree = Tree::before_start()?;
        let finished = self.run_in_threads(&programs, is_watched)?;
        let left = tree.left(false);
        tree.left(true);
        let finished: Vec<Finished> = finished.into_iter().collect::<Result<_, _>>()?;
        if left > 0 {
            let names: Vec<&str> = programs.iter().map(|p| p.invocation.name.as_str()).collect();
            let what = format!("ended and left {} running", count(left, "process"));
            return Err(Trouble::program(&names.join(", "), what));
        }
        let reference = &mut course.reference;
        let finished = programs.iter().zip(finished);
        finished.map(|(program, finished)| outcome(program, finished, reference)).collect()
    }

    /// Runs each program from a thread of its own, which waits for it.
    fn run_in_threads(
        &self,
        programs: &[&Program],
        is_watched: bool,
    ) -> Result<Vec<Result<Finished, Trouble>>, Trouble> {
        // No program starts before all threads are there.
        let gate = &Mutex::new(());
        thread::scope(|scope| {
            let closed = gate.lock();
            let mut threads = Vec::new();
            for program in programs {
                let thread = thread::Builder::new().spawn_scoped(scope, move || {
                    drop(gate.lock());
                    self.runner.run(&program.invocation, is_watched)
                });
                threads.push(thread.map_err(Trouble::own("cannot start a thread"))?);
            }
            drop(closed);
            let finished = threads.into_iter().map(|thread| thread.join());
            Ok(finished.map(|finished| finished.expect("nothing there panics")).collect())
        })
    }
}

/// Checks the output and the files of a program.
fn outcome(
    program: &Program,
    finished: Finished,
    reference: &mut Option<Vec<String>>,
) -> Result<Outcome, Trouble> {
    if let Some(failure) = finished.failure {
        return Ok(Err(failure));
    }
    let wrong = |what: String| Trouble::program(&program.invocation.name, what);
    if let Some(answer) = &program.answer {
        answer.check(&finished.stdout, finished.directory.path()).map_err(wrong)?;
    } else {
        let lines = repeatable(&finished.stdout);
        let reference = reference.get_or_insert_with(|| lines.clone());
        if lines != *reference {
            let odd = lines.iter().find(|line| !reference.contains(line));
            let odd = odd.map_or_else(String::new, |line| format!(": `{line}`"));
            return Err(wrong(format!("its output differs from the baseline's{odd}")));
        }
    }
    let (wall, cpu) = (finished.wall.as_secs_f64(), finished.cpu.as_secs_f64());
    let taken = last_time_taken(&finished.stdout);
    if taken.is_some_and(|taken| taken > wall) {
        return Err(wrong("printed a longer time than the whole process took".to_owned()));
    }
    Ok(Ok((Sample { wall, cpu, taken }, finished.peak)))
}
