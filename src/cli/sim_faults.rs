//! `sim faults`: seeded fault schedules against the real hand-off, the mutants, and the story of one seed.
//!
//! Must never touch a profile: a schedule lives in memory. Here, not in `drill`, stand the clock and the threads.

use super::args::FaultsArgs;
use super::output::Output;
use super::session::Session;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::drill::{self, FAULTS_PLANNED, Fault, MUTANTS, Mutant, Played, Report, Stage};
use crate::workflow::Result;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Seeds after which a mutant that was not caught counts as missed (`exactly-once.md` 10).
const MUTANT_SEEDS: u64 = 100_000;

/// Plays schedules as asked.
pub fn run(session: &Session, args: &FaultsArgs) -> Result<Exit> {
    let faults = if args.faults.trim().is_empty() {
        Fault::ALL.to_vec()
    } else {
        Fault::parse_list(&args.faults).map_err(|what| wrong(&what))?
    };
    let mutant = match &args.mutant {
        Some(name) => {
            Some(Mutant::named(name).ok_or_else(|| wrong(&format!("there is no mutant `{name}`")))?)
        }
        None => None,
    };
    if args.mutants {
        return mutants(session, args, &faults);
    }
    if args.story {
        return story(session.out, args.seed, &faults, mutant);
    }
    let threads =
        args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1);
    let begun = Instant::now();
    let (report, worked) = many(args.seed, args.schedules, &faults, mutant, threads, false)?;
    let spent = Spent { seconds: begun.elapsed().as_secs_f64(), worked, threads };
    tell(session.out, args.seed, &report, &spent)?;
    Ok(if report.is_good() { Exit::Done } else { Exit::NeedsPerson })
}

/// What a run took.
struct Spent {
    seconds: f64,
    /// Seconds that the threads worked, without those that other programs had the processor; none where nobody says.
    worked: Option<f64>,
    threads: usize,
}

/// Seconds that this thread has worked so far.
fn worked() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = told.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

fn wrong(what: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "SIM-FAULTS",
        format!("{what}."),
        "No real books are touched by the simulation.",
        "Correct the command and run it again.",
    )
}

/// Schedules of consecutive seeds, shared out to threads; each thread has a stage of its own.
fn many(
    seed: u64,
    schedules: u64,
    faults: &[Fault],
    mutant: Option<Mutant>,
    threads: usize,
    until_broken: bool,
) -> Result<(Report, Option<f64>)> {
    let next = AtomicU64::new(0);
    let enough = AtomicBool::new(false);
    let work = || -> Result<(Report, Option<f64>)> {
        let stage = Stage::new(mutant)?;
        let mut report = Report::default();
        while !enough.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= schedules {
                break;
            }
            let seed = seed.wrapping_add(number);
            report.count(&drill::play(&stage, seed, &drill::plan(seed, faults, FAULTS_PLANNED), false)?);
            if until_broken && !report.is_good() {
                enough.store(true, Ordering::Relaxed);
            }
        }
        Ok((report, worked()))
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let (mut report, mut sum) = (Report::default(), Some(0.0));
        for thread in running {
            let part = thread.join().map_err(|_| crate::workflow::bug("a thread of the drill failed"))?;
            let (part, worked) = part?;
            report.add(part);
            sum = sum.zip(worked).map(|(sum, worked)| sum + worked);
        }
        Ok((report, sum))
    })
}

fn tell(out: Output, seed: u64, report: &Report, spent: &Spent) -> Result<()> {
    let (seconds, threads) = (spent.seconds, spent.threads);
    let by_core = spent.worked.map(|worked| (report.schedules as f64 / worked.max(0.000_001)).round());
    let speed = report.schedules as f64 / seconds.max(0.000_001);
    let per_schedule = report.struck() as f64 / (report.schedules.max(1)) as f64;
    let never: Vec<&str> = report
        .faults
        .iter()
        .map(|(name, count)| (*name, *count))
        .chain(report.transitions.iter().map(|(name, count)| (name.as_str(), *count)))
        .filter(|(_, count)| *count == 0)
        .map(|(name, _)| name)
        .collect();
    if out.is_json() {
        out.document(&json!({
            "schedules": report.schedules,
            "seed": seed,
            "faults": report.faults,
            "transitions": report.transitions,
            "never": never,
            "duplicates": report.duplicates,
            "lost": report.lost,
            "stuck": report.stuck,
            "broken": report.broken,
            "failures": report.failures,
            "faults_per_schedule": (per_schedule * 10.0).round() / 10.0,
            "steps": report.steps,
            "writes": report.handed_out,
            "threads": threads,
            "seconds": (seconds * 1_000.0).round() / 1_000.0,
            "schedules_per_second": speed.round(),
            "schedules_per_second_and_thread": (speed / threads.max(1) as f64).round(),
            "schedules_per_second_and_core": by_core,
        }))?;
        return Ok(());
    }
    out.say(&format!(
        "{} schedules from seed {seed}: {} duplicates, {} lost, {} stuck, {} with a rule broken.",
        report.schedules, report.duplicates, report.lost, report.stuck, report.broken
    ))?;
    out.say(&format!(
        "{per_schedule:.1} faults and {:.0} steps in a schedule; {speed:.0} schedules a second on {threads} threads.",
        report.steps as f64 / report.schedules.max(1) as f64
    ))?;
    if let Some(by_core) = by_core {
        out.say(&format!("{by_core:.0} schedules for each second that a core worked on them."))?;
    }
    let mut line = String::new();
    for (name, count) in &report.faults {
        line.push_str(&format!("{name} {count}  "));
    }
    out.say(&line)?;
    for (name, count) in &report.transitions {
        out.say(&format!("{count:>10}  {name}"))?;
    }
    for failure in &report.failures {
        out.say(&format!("seed {}: {} {}", failure.seed, failure.rule, failure.text))?;
    }
    if !never.is_empty() {
        out.say(&format!("never: {}", never.join(", ")))?;
    }
    if let Some(first) = report.failures.first() {
        out.say(&format!("Its story: countersign sim faults --schedules 1 --seed {} --story", first.seed))?;
    }
    Ok(())
}

/// The story of one seed; where a rule is broken, with as few faults as still break it.
fn story(out: Output, seed: u64, faults: &[Fault], mutant: Option<Mutant>) -> Result<Exit> {
    let stage = Stage::new(mutant)?;
    let plan = drill::plan(seed, faults, FAULTS_PLANNED);
    let short = drill::shortest(&stage, seed, &plan)?;
    let played = drill::play(&stage, seed, &short, true)?;
    if out.is_json() {
        let violations: Vec<_> = played
            .violations
            .iter()
            .map(|broken| json!({"rule": broken.rule, "text": broken.text, "step": broken.step}))
            .collect();
        out.document(&json!({"seed": seed, "story": played.story, "violations": violations}))?;
    } else {
        for line in &played.story {
            out.say(line)?;
        }
        out.say(&ending(&played, plan.len(), short.len()))?;
    }
    Ok(if played.is_good() { Exit::Done } else { Exit::NeedsPerson })
}

fn ending(played: &Played, planned: usize, left: usize) -> String {
    if played.is_good() {
        return format!("Seed {} breaks no rule; {} faults struck.", played.seed, played.struck.len());
    }
    let first = played.violations.first().map_or_else(String::new, |v| format!("{}: {}", v.rule, v.text));
    format!("Seed {}: {first}. {left} of {planned} faults are enough for it.", played.seed)
}

fn mutants(session: &Session, args: &FaultsArgs, faults: &[Fault]) -> Result<Exit> {
    let out = session.out;
    let most = if args.schedules > 1 { args.schedules } else { MUTANT_SEEDS };
    let mut rows = Vec::new();
    let mut missed = 0;
    for mutant in MUTANTS {
        if session.stop.code().is_some() {
            break;
        }
        // On one thread, so that the number of seeds is the same everywhere.
        let (report, _) = many(args.seed, most, faults, Some(mutant), 1, true)?;
        let caught = report.failures.first();
        missed += usize::from(caught.is_none());
        let how = caught.map_or("", |failure| failure.rule);
        let seeds = report.schedules;
        if !out.is_json() {
            let verdict = if caught.is_some() { format!("{seeds} seeds, by {how}") } else { "MISSED".into() };
            out.say(&format!("{:<24} {:<50} {verdict}", mutant.name, mutant.text))?;
        }
        rows.push(json!({
            "mutant": mutant.name,
            "missing": mutant.text,
            "caught": caught.is_some(),
            "seeds": seeds,
            "rule": how,
            "text": caught.map(|failure| failure.text.clone()),
        }));
    }
    if out.is_json() {
        out.document(&json!({"mutants": rows, "missed": missed}))?;
    }
    Ok(if missed == 0 { Exit::Done } else { Exit::NeedsPerson })
}
