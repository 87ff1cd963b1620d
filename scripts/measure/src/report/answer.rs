//! The answer: which model to use, in sentences that follow from the figures.

use crate::claims::break_even;
use crate::claims::parts::{self, Gain, Speed};
use crate::decide::{Interval, Verdict};
use crate::results::{Clock, Measured, Results, Speedup};
use crate::section::Section;
use crate::text::count;
use crate::units;

/// One or two sentences per kind of work that was measured.
pub fn sentences(results: &Results) -> Vec<String> {
    let answers = [computing(results), few(results), many(results), gil(results), python(results)];
    answers.into_iter().flatten().collect()
}

/// The speed-ups of four threads, with a GIL and without.
fn gil(results: &Results) -> Option<String> {
    let gains: Vec<Gain> = parts::gains(results, results.workload("gil")?).collect();
    let who = |locked: bool| {
        let figure = |gain: &Gain| {
            let by = gain.who.replace(", GIL", " with its GIL").replace("threaded_counter", "Rust");
            let verdict = match gain.speed {
                Speed::Parallel => " faster",
                Speed::NoFaster => ", no faster",
                Speed::Open => ", undecided",
            };
            format!("{by} ({}{verdict})", units::factor(gain.figure.ratio.median))
        };
        let gains = gains.iter().filter(|gain| gain.locked == locked && gain.who != "gil_counter");
        let figures: Vec<String> = gains.map(figure).collect();
        if figures.is_empty() { "not measured".to_owned() } else { figures.join(", ") }
    };
    Some(format!(
        "The GIL (four counts): We compare four threads with one thread of the same language, on \
         {}. With a GIL: {}. Without a GIL: {}.",
        count(results.machine.usable, "core"),
        who(true),
        who(false)
    ))
}

/// How many times as long one interpreter takes for the same programs: the most and the least.
fn python(results: &Results) -> Option<String> {
    let all = results.workloads.iter().flat_map(Measured::other_speedups);
    let mut twins: Vec<Speedup> =
        all.filter(|s| s.is_beside_python() && !s.program.contains(", ")).collect();
    let interpreter = twins.first()?.baseline.rsplit_once(", ")?.0.to_owned();
    twins.retain(|twin| twin.baseline.starts_with(&format!("{interpreter}, ")));
    let interpreter = interpreter.replace(", GIL on", "");
    twins.sort_by(|one, other| one.ratio.median.total_cmp(&other.ratio.median));
    let (least, most) = (twins.first()?, twins.last()?);
    let time = |twin: &Speedup| {
        let measured = results.workload(&twin.workload);
        let whole = measured.filter(|measured| measured.clock == Clock::Process);
        let whole = whole.map_or("", |_| " (whole process)");
        format!("{}{whole} takes {} as long", twin.program, units::factor(twin.ratio.median))
    };
    let and = if twins.len() > 1 { format!(", and {}", time(least)) } else { String::new() };
    let both = "Some programs exist in both languages";
    Some(format!("Python: {both}. In {interpreter}, {} as in Rust{and}.", time(most)))
}

/// A sentence on a pair of programs that the rows of a workload do not compare.
pub fn pair(measured: &Measured, pair: &Speedup) -> String {
    let Speedup { program, baseline, .. } = pair;
    match (program.split_once(", "), baseline.rsplit_once(", ")) {
        (None, None) => format!("`{program}` against `{baseline}`: {}.", units::speedup(pair)),
        (None, Some((interpreter, _))) => {
            let whole = if measured.clock == Clock::Process { ", whole process" } else { "" };
            let Interval { median, low, high } = pair.ratio;
            let (times, range) = (units::factor(median), units::interval(low, high));
            format!("In {interpreter}, {program} takes {times} as long {range}{whole}.")
        }
        (Some((interpreter, _)), _) => {
            format!("One thread of {interpreter} without its GIL: {}.", units::speedup(pair))
        }
    }
}

/// Which model to use, and how the others compare with it. That is the first model that is
/// faster than one at a time. The others need more to be set up, so one of them takes its place
/// only if it is clearly faster by a quarter.
fn advice(measured: &Measured, models: &[(&str, Speedup)], one: &str) -> String {
    let verb = |model: &str| if model.ends_with('s') { "are" } else { "is" };
    let list = |compared: &[(&str, Speedup)]| {
        let words = |(model, own): &(&str, Speedup)| match own.verdict {
            Verdict::Undecided => format!("{model} {} not clearly faster or slower", verb(model)),
            _ => format!("{model} {} {}", verb(model), units::verdict(own)),
        };
        compared.iter().map(words).collect::<Vec<_>>().join(", ")
    };
    let has = |verdict| models.iter().find(|(_, speedup)| speedup.verdict == verdict);
    let first = match (has(Verdict::Faster), has(Verdict::Undecided)) {
        (Some(first), _) => first,
        (None, Some(_)) => return format!("undecided. Compared with {one}, {}.", list(models)),
        (None, None) => return format!("use {one}. Compared with it, {}.", list(models)),
    };
    let than = |first: &Speedup| -> Vec<(&str, Speedup)> {
        let others = models.iter().filter(|(_, other)| other.program != first.program);
        let gain = |(model, other): &(_, Speedup)| {
            Some((*model, measured.speedup(&other.program, &first.program)?))
        };
        others.filter_map(gain).collect()
    };
    let mut gains = than(&first.1);
    gains.retain(|(_, gain)| parts::is_more(gain.ratio) == Some(true));
    gains.sort_by(|one, other| one.1.ratio.median.total_cmp(&other.1.ratio.median));
    let best = gains.last().and_then(|best| models.iter().find(|(model, _)| *model == best.0));
    let (model, own) = best.unwrap_or(first);
    let others = than(own);
    let only = match others.iter().any(|(_, gain)| gain.verdict == Verdict::Faster) {
        true => format!(" We recommend another model only if it is {}x faster.", parts::MORE),
        false => String::new(),
    };
    let (is, gain, others) = (verb(model), units::verdict(own), list(&others));
    format!("use {model}, which {is} {gain} than {one}. Compared with {model}, {others}.{only}")
}

/// Threads or processes, or neither.
fn computing(results: &Results) -> Option<String> {
    let mapping = results.workload("mapping")?;
    let usable = results.machine.usable;
    if usable < 2 {
        return Some("Computing: one core is usable here, so no speed-up is possible.".to_owned());
    }
    let speedup = |program| mapping.speedup(program, "sequential_map");
    let models = [("threads", speedup("threaded_map")?), ("processes", speedup("pool_map")?)];
    Some(format!("Computing (four sums): {}", advice(mapping, &models, "one thread")))
}

/// Downloads: all three models compared with one at a time.
fn few(results: &Results) -> Option<String> {
    let downloading = results.workload("downloading")?;
    let speedup = |program| downloading.speedup(program, "sequential_downloads");
    let models = [
        ("threads", speedup("downloads")?),
        ("an event loop", speedup("async_downloads")?),
        ("processes", speedup("process_downloads")?),
    ];
    let downloads = count(downloading.row("downloads")?.arguments.len(), "download");
    let advice = advice(downloading, &models, "one download at a time");
    Some(format!("Waiting for a few things ({downloads}): {advice}"))
}

/// Very many waits: time and memory of tasks compared with threads.
fn many(results: &Results) -> Option<String> {
    let (is_better, figure) = results.of(Section::Waits).filter_map(parts::many_waits).last()?;
    let model = match is_better {
        Some(true) => "use an event loop",
        Some(false) => "threads do as well",
        None => "undecided",
    };
    Some(format!("Waiting for many things: {model}. {figure}."))
}

/// How large a job must be for threads and for a pool.
pub fn large_enough(results: &Results) -> String {
    let point = |program| {
        let sizes = break_even::sizes(results).into_iter();
        let own = sizes.filter_map(|size| size.speedup(program, "sequential_map"));
        let verdicts: Vec<Verdict> = own.map(|speedup| speedup.verdict).collect();
        match break_even::point(results, program) {
            Some(job) => format!("about {} of work", units::about_seconds(job)),
            None if verdicts.first() == Some(&Verdict::Faster) => "below all sizes".to_owned(),
            None if verdicts.contains(&Verdict::Undecided) => "undecided".to_owned(),
            None => "above all sizes".to_owned(),
        }
    };
    let [threads, pool] = ["threaded_map", "pool_map"].map(point);
    format!("Break-even point: threads {threads}, processes {pool}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::made_up;

    fn results(workloads: Vec<Measured>) -> Results {
        Results { workloads, ..made_up::results() }
    }

    /// A figure that is no number decides nothing.
    const OPEN: f64 = f64::NAN;

    /// The answer from one workload, with the seconds of each model.
    fn answer(name: &str, times: &[f64]) -> String {
        let programs: &[&str] = match name {
            "mapping" => &["sequential_map", "threaded_map", "pool_map"],
            "waits" => &["threaded_waits", "async_waits"],
            _ => &["sequential_downloads", "downloads", "process_downloads", "async_downloads"],
        };
        let times: Vec<_> = programs.iter().copied().zip(times.iter().copied()).collect();
        let section = if name == "waits" { Section::Waits } else { Section::Cpu };
        let mut measured = made_up::workload(section, name, &times);
        measured.ceiling = vec![2.0; 8];
        // The least size decides nothing. In the others, tasks use a KiB, threads a MiB.
        let mut sizes =
            [100, 1_000, 10_000].map(|n| Measured { size: Some(n), ..measured.clone() });
        sizes[1..].iter_mut().for_each(|size| size.rows[1].peak.pss = 1 << 10);
        sentences(&results(sizes.to_vec())).remove(0)
    }

    #[test]
    fn the_answer_says_how_the_models_compare() {
        assert_eq!(
            answer("mapping", &[1.0, 0.5, 0.4545]),
            "Computing (four sums): use threads, which are 2.00x faster than one thread. Compared \
             with threads, processes are 1.10x faster. We recommend another model only if it is \
             1.25x faster."
        );
        assert_eq!(
            answer("downloading", &[1.0, 0.1, 0.2, 2.0]),
            "Waiting for a few things (1 download): use threads, which are 10.0x faster than one \
             download at a time. Compared with threads, an event loop is 20.0x slower, processes \
             are 2.00x slower."
        );
        assert_eq!(
            answer("waits", &[1.5, 1.0]),
            "Waiting for many things: use an event loop. 10 000 waits of 1 s, all at the same \
             time, take 1.50 s and 1.00 MiB in threads, but 1.00 s and 1.00 KiB on an event loop \
             (1.50x faster)."
        );
        let mut one = results(vec![made_up::workload(Section::Cpu, "mapping", &[])]);
        one.machine.usable = 1;
        assert!(sentences(&one)[0].contains("no speed-up is possible"));
    }

    #[test]
    fn the_model_changes_with_the_figures() {
        for (name, times, model) in [
            ("mapping", &[1.0, 2.0, 0.5][..], "use processes"),
            ("mapping", &[1.0, OPEN, 0.5], "use processes"),
            ("mapping", &[1.0, 0.5, 0.3], "use processes"),
            ("mapping", &[1.0, 0.5, 0.5], "use threads"),
            ("mapping", &[1.0, 1.0, 2.0], "use one thread"),
            ("mapping", &[1.0, OPEN, 2.0], "undecided"),
            ("downloading", &[1.0, 1.0, 0.1, 0.1], "use an event loop"),
            ("downloading", &[1.0, OPEN, 2.0, 0.1], "use an event loop"),
            ("downloading", &[1.0, 1.0, 0.1, 2.0], "use processes"),
            ("downloading", &[1.0, 1.0, 1.0, OPEN], "undecided"),
            ("waits", &[1.0, 1.0], "use an event loop"),
            ("waits", &[1.0, 2.0], "threads do as well"),
            ("waits", &[1.0, OPEN], "undecided"),
        ] {
            let says = answer(name, times);
            assert!(says.contains(&format!(": {model}")), "{says}");
        }
    }

    #[test]
    fn the_answer_about_the_gil_follows_its_figures() {
        let gil = |with: f64, without: f64| {
            let times = [
                ("sequential_counter", 1.0),
                ("threaded_counter", 0.5),
                ("gil_counter", 1.0),
                ("CPython 3.13t, GIL on, sequential", 40.0),
                ("CPython 3.13t, GIL on, threaded", 40.0 / with),
                ("CPython 3.13t, GIL on, processes", 20.0),
                ("CPython 3.13t, GIL off, sequential", 50.0),
                ("CPython 3.13t, GIL off, threaded", 50.0 / without),
            ];
            let mut gil = made_up::workload(Section::Gil, "gil", &times);
            gil.ceiling = vec![2.0; 8];
            gil.pairs = [
                ["CPython 3.13t, GIL off, sequential", "CPython 3.13t, GIL on, sequential"],
                ["threaded_counter", "CPython 3.13t, GIL on, threaded"],
            ]
            .map(|pair| pair.map(str::to_owned))
            .to_vec();
            results(vec![gil])
        };
        assert_eq!(
            sentences(&gil(1.0, 2.0)),
            [
                "The GIL (four counts): We compare four threads with one thread of the same language, \
                 on 2 cores. With a GIL: CPython 3.13t with its GIL on (1.00x, no faster). Without a \
                 GIL: Rust (2.00x faster), CPython 3.13t with its GIL off (2.00x faster).",
                "Python: Some programs exist in both languages. In CPython 3.13t, threaded_counter \
                 (whole process) takes 80.0x as long as in Rust."
            ]
        );
        let reversed = sentences(&gil(1.4, 1.0)).remove(0);
        assert!(reversed.contains("its GIL on (1.40x, undecided). Without a GIL: Rust (2.00x "));
        assert!(reversed.ends_with("its GIL off (1.00x, no faster)."));
        let mut twice = gil(1.0, 2.0);
        twice.workloads.extend(gil(0.5, 2.0).workloads);
        assert!(sentences(&twice)[1].contains("160x as long as in Rust, and threaded_counter (wh"));
        let measured = &twice.workloads[0];
        assert_eq!(
            measured.other_speedups().map(|s| pair(measured, &s)).collect::<Vec<_>>(),
            [
                "One thread of CPython 3.13t without its GIL: 1.25x slower (1.25-1.25).",
                "In CPython 3.13t, GIL on, threaded_counter takes 80.0x as long (80.0-80.0), whole \
                 process."
            ]
        );
    }

    #[test]
    fn the_answer_to_how_large_follows_the_figures() {
        let sizes = |threads: [f64; 2], pool: [f64; 2]| {
            let size = |i: usize| {
                let job = 0.01 * 10_f64.powi(i as i32);
                let times = [
                    ("sequential_map", job),
                    ("threaded_map", threads[i] * job),
                    ("pool_map", pool[i] * job),
                ];
                let mut size = made_up::workload(Section::BreakEven, &i.to_string(), &times);
                size.size = Some(i as u64);
                size
            };
            large_enough(&results(vec![size(0), size(1)]))
        };
        assert_eq!(
            sizes([0.5, 0.5], [2.0, 0.5]),
            "Break-even point: threads below all sizes, processes about 20 ms of work."
        );
        assert_eq!(
            sizes([2.0, OPEN], [2.0, 1.0]),
            "Break-even point: threads undecided, processes above all sizes."
        );
    }
}
