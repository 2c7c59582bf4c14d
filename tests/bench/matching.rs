//! Matching in figures: `cargo bench --bench matching`.
//!
//! Must never be a test that times itself: it prints time, peak memory and accuracy on lists made from a seed, beside the goals
//! of `matching.md` 3 and of the issue, and whoever runs it judges.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss
)]

mod listings;

use countersign::matching::{Decision, Engine, Lookup, PartyList, Shown};
use listings::{Kind, Listing, listing};
use std::time::{Duration, Instant};

const SEED: u64 = 77;
/// Contacts, records, goal in seconds.
const SIZES: [(usize, usize, f64); 4] =
    [(1_000, 1_000, 0.3), (5_000, 14_500, 0.5), (10_000, 10_000, 3.0), (50_000, 50_000, 5.0)];
const NAMES: usize = 100_000;

fn megabytes(word: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(word)).unwrap_or_default();
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0);
    kilobytes / 1024.0
}

/// Lets the kernel measure the peak anew, where it can.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn run(kind: Kind, left: usize, right: usize, goal: f64) {
    let Listing { lefts, rights, truth } = listing(kind, left, right, SEED);
    forget_peak();
    let begun = Instant::now();
    let (mut auto, mut wrong, mut first, mut quiet) = (0usize, 0usize, 0usize, 0usize);
    let mut engine = Engine::on_threads(rights, lefts, threads());
    let pairs = engine.match_each(Shown::Weights, |proposal| {
        let right = truth.get(&proposal.left_id);
        let best = proposal.candidates.first().map(|c| &c.right_id);
        first += usize::from(right.is_some() && best == right);
        quiet += usize::from(right.is_none() && proposal.decision == Decision::None);
        if proposal.decision == Decision::Auto {
            auto += 1;
            wrong += usize::from(best != right);
        }
    });
    let taken = begun.elapsed().as_secs_f64();
    let linked = truth.len().max(1) as f64;
    println!(
        "{kind:?} {left} x {right}: {taken:.2} s (goal {goal} s), peak {:.0} MB, {pairs} pairs; first right {:.1} %, auto {:.1} %, of them {:.2} % right ({wrong} wrong), quiet {:.1} %",
        megabytes("VmHWM"),
        100.0 * first as f64 / linked,
        100.0 * (auto - wrong) as f64 / linked,
        100.0 * (auto - wrong) as f64 / auto.max(1) as f64,
        100.0 * quiet as f64 / (left - truth.len()).max(1) as f64,
    );
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn one_at_a_time() {
    let Listing { lefts, rights, .. } = listing(Kind::Mixed, 5_000, 50_000, SEED);
    let changed: Vec<_> = lefts.iter().take(200).cloned().collect();
    let mut engine = Engine::on_threads(rights, lefts, threads());
    engine.match_each(Shown::Weights, |_| ());
    let times = changed.into_iter().map(|mut contact| {
        contact.company.push_str(" Works");
        let begun = Instant::now();
        assert!(!engine.change(contact).is_empty());
        begun.elapsed()
    });
    println!("one changed contact against 50000: {:?} (goal about 1 ms)", middle(times.collect()));
}

fn by_hand() {
    let Listing { rights, .. } = listing(Kind::Mixed, 1, NAMES, SEED);
    let begun = Instant::now();
    let lookup = Lookup::new(rights.iter());
    println!("{NAMES} names ready to be searched: {:?}", begun.elapsed());
    for typed in ["ma", "mar opt", "marosta", "office@", "(213) 2", "nobody at all"] {
        let times = (0..20).map(|_| {
            let begun = Instant::now();
            let found = lookup.search(Some(PartyList::Customer), typed, 50).len();
            assert!(found <= 50);
            begun.elapsed()
        });
        println!("  \"{typed}\": {:?} (goal under 20 ms)", middle(times.collect()));
    }
}

fn main() {
    for kind in [Kind::Mixed, Kind::Names, Kind::Persons] {
        for (left, right, goal) in SIZES {
            run(kind, left, right, goal);
        }
    }
    one_at_a_time();
    by_hand();
}
