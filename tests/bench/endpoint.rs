//! Load on the endpoint, in figures: `cargo bench --bench endpoint`.
//!
//! Must never be a test that times itself: it prints what it measured beside a bare baseline of the same run and the
//! goal, and whoever runs it judges. `COUNTERSIGN_BENCH_ORDERS=6000` makes the long visit one of ten thousand documents. What is measured is the time from a call's first byte to its reply's last one, on
//! one kept connection over loopback, with every outcome synced to disk; the simulated company works between the calls.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

mod hostile;
#[path = "../support/opening.rs"]
mod opening;
mod stage;
mod wire;

use stage::Stage;
use std::time::{Duration, Instant};
use wire::Wire;

/// Sessions with one queued Add each; `COUNTERSIGN_BENCH_SESSIONS` changes it.
const SESSIONS: usize = 100;
/// Calls that write nothing.
const QUIET_CALLS: usize = 5_000;
/// Answers of half a megabyte.
const LARGE_ANSWERS: usize = 20;
/// Documents at each end of a long visit that are held against each other.
const ENDS: usize = 200;
/// Bytes of such an answer.
const LARGE_BYTES: usize = 500_000;

/// Times of one kind of call.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    fn total(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64()
    }

    /// A percentile in milliseconds.
    fn at(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let place = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        self.0.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }

    fn mean(&self) -> f64 {
        self.total() * 1_000.0 / self.0.len().max(1) as f64
    }

    /// The longest ones, in milliseconds.
    fn slowest(&self, count: usize) -> String {
        let mut times = self.0.clone();
        times.sort_unstable_by(|one, other| other.cmp(one));
        let told: Vec<String> =
            times.iter().take(count).map(|time| format!("{:.1} ms", time.as_secs_f64() * 1_000.0)).collect();
        told.join(", ")
    }

    fn rate(&self) -> f64 {
        self.0.len() as f64 / self.total().max(f64::EPSILON)
    }
}

fn sync_cost(stage: &Stage) -> f64 {
    use std::io::Write as _;
    let mut file = std::fs::File::create(stage.dir().join("sync-probe")).unwrap();
    let mut times = Times::default();
    for _ in 0..50 {
        let begun = Instant::now();
        file.write_all(&[7; 4096]).unwrap();
        file.sync_all().unwrap();
        times.push(begun.elapsed());
    }
    times.at(50)
}

fn posting(stage: &Stage) {
    let wanted = std::env::var("COUNTERSIGN_BENCH_SESSIONS").ok().and_then(|text| text.parse().ok());
    let (mut sessions, mut calls, mut rounds) = (Times::default(), Times::default(), 0);
    let mut writes = Times::default();
    let mut slowest: std::collections::BTreeMap<String, Times> = std::collections::BTreeMap::new();
    let mut wire = Wire::new(stage.port());
    for _ in 0..wanted.unwrap_or(SESSIONS) {
        if !stage.queue(1) {
            break;
        }
        let visit = stage.visit(&mut wire, |name, time, write| {
            calls.push(time);
            slowest.entry(name.to_string()).or_default().push(time);
            if write {
                writes.push(time);
            }
        });
        rounds += visit.calls;
        sessions.push(visit.time);
    }
    println!(
        "posting sessions, one Add each: {:.0} a second (goal 150), {} sessions of {:.1} calls, session p50 {:.2} ms",
        sessions.rate(),
        sessions.0.len(),
        rounds as f64 / sessions.0.len().max(1) as f64,
        sessions.at(50)
    );
    println!("  the slowest sessions: {}", sessions.slowest(5));
    println!("  every call: p50 {:.2} ms, p99 {:.2} ms (goal p99 < 10 ms)", calls.at(50), calls.at(99));
    println!("  the write's own two calls: p50 {:.2} ms, p99 {:.2} ms", writes.at(50), writes.at(99));
    for (name, times) in &mut slowest {
        println!(
            "    {name:<34} {:>5} calls, mean {:.2} ms, p50 {:.2} ms, p99 {:.2} ms",
            times.0.len(),
            times.mean(),
            times.at(50),
            times.at(99)
        );
    }
}

fn one_long_visit(stage: &Stage) {
    if !stage.queue(usize::MAX) {
        return;
    }
    let mut writes = Times::default();
    // Everything that a document costs: its own two calls, and the looks that came before them.
    let (mut costs, mut cost) = (Vec::new(), Duration::ZERO);
    let mut wire = Wire::new(stage.port());
    stage.visit(&mut wire, |name, time, write| {
        cost += time;
        if write {
            writes.push(time);
            if name.starts_with("takes") {
                costs.push(std::mem::take(&mut cost));
            }
        }
    });
    println!(
        "one visit with the rest of the queue: {:.0} Adds a second, its calls p99 {:.2} ms",
        writes.rate() / 2.0,
        writes.at(99)
    );
    // The first of them comes with the whole beginning of the visit.
    let some = (costs.len() / 3).clamp(1, ENDS);
    let of = |part: &[Duration]| Times(part.to_vec());
    let (mut first, mut last) = (of(&costs[1..=some.min(costs.len() - 1)]), of(&costs[costs.len() - some..]));
    println!(
        "  {} documents, each with its looks: the first {some} p50 {:.2} ms, mean {:.2} ms; the last {some} p50 {:.2} ms, mean {:.2} ms; ratio of the means {:.2} (goal 1, each < 20 ms)",
        costs.len(),
        first.at(50),
        first.mean(),
        last.at(50),
        last.mean(),
        last.mean() / first.mean()
    );
}

fn quiet(stage: &Stage) {
    let bare_port = stage.bare();
    let mut measured = Vec::new();
    for port in [bare_port, stage.port()] {
        let mut wire = Wire::new(port);
        let mut times = Times::default();
        for turn in 0..QUIET_CALLS {
            let begun = Instant::now();
            match turn % 3 {
                0 => wire.call("serverVersion", &[]),
                1 => wire.call("clientVersion", &[("strVersion", "2.3.0.215")]),
                _ => wire.call("sendRequestXML", &[("ticket", "0123456789abcdef0123456789abcdef")]),
            };
            times.push(begun.elapsed());
        }
        measured.push(times);
    }
    let (bare, ours) = (measured[0].rate(), measured[1].rate());
    println!(
        "calls that write nothing: {ours:.0} a second, a bare axum handler {bare:.0}: ratio {:.2} (goal 0.33), p99 {:.2} ms",
        ours / bare,
        measured[1].at(99)
    );
}

fn large(stage: &Stage) {
    let (mut times, mut bytes) = (Times::default(), 0);
    for _ in 0..LARGE_ANSWERS {
        let (time, length) = stage.large_answer(LARGE_BYTES);
        times.push(time);
        bytes = length;
    }
    println!(
        "an answer of {} KB taken in and committed: p50 {:.1} ms, worst {:.1} ms (goal < 50 ms)",
        bytes / 1_000,
        times.at(50),
        times.at(100)
    );
}

fn crowded(stage: &Stage) {
    let crowd = hostile::Crowd::start(stage.port());
    let mut wire = Wire::new(stage.port());
    let mut times = Times::default();
    for turn in 0..QUIET_CALLS / 2 {
        let begun = Instant::now();
        match turn % 2 {
            0 => wire.call("serverVersion", &[]),
            _ => wire.call("getLastError", &[("ticket", "0123456789abcdef0123456789abcdef")]),
        };
        times.push(begun.elapsed());
    }
    let done = crowd.stop();
    println!(
        "beside hostile clients ({done}): neighbour p50 {:.2} ms, p99 {:.2} ms (goal < 50 ms)",
        times.at(50),
        times.at(99)
    );
    let mut sessions = Times::default();
    let crowd = hostile::Crowd::start(stage.port());
    for _ in 0..10 {
        if stage.queue(1) {
            sessions.push(stage.visit(&mut wire, |_, _, _| ()).time);
        }
    }
    crowd.stop();
    println!("  posting sessions beside them: p50 {:.1} ms", sessions.at(50));
}

fn main() {
    let stage = Stage::new();
    println!("a 4 KiB write synced to this disk: p50 {:.2} ms", sync_cost(&stage));
    posting(&stage);
    quiet(&stage);
    large(&stage);
    crowded(&stage);
    one_long_visit(&stage);
}
