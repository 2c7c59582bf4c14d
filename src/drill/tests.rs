//! The drill as a test: a few hundred schedules in every run, more on request.

mod again;
mod restored;

use super::*;

/// How many schedules; `COUNTERSIGN_DRILL_SCHEDULES` asks for more.
fn schedules() -> u64 {
    std::env::var("COUNTERSIGN_DRILL_SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
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
        report.count(&play(&stage, seed, &plan(seed, Fault::ALL, FAULTS_PLANNED), false).unwrap());
    }
    assert!(report.is_good(), "{:#?}", report.failures);
}

#[test]
fn a_pause_ends_although_the_clock_was_set_back() {
    let stage = Stage::new(None).unwrap();
    let planned = |fault, step, how| Planned { fault, step, how };
    // QuickBooks says that something is in use, and then our clock goes back by ten days.
    let played = play(&stage, 1, &[planned(Fault::F42, 0, 1), planned(Fault::F46, 20, 10)], true).unwrap();
    assert!(played.struck.contains(&Fault::F42) && played.struck.contains(&Fault::F46));
    assert!(played.is_good(), "{:#?}\n{}", played.violations, played.story.join("\n"));
}

#[test]
fn a_restore_that_takes_away_what_was_voided_by_hand_does_not_stop_writing_for_ever() {
    let stage = Stage::new(None).unwrap();
    // An older copy of the profile, a document voided in QuickBooks, and the file from before it was made.
    let seed = 167_253;
    let played = play(&stage, seed, &plan(seed, Fault::ALL, FAULTS_PLANNED), true).unwrap();
    assert!(played.struck.contains(&Fault::F39) && played.struck.contains(&Fault::F35));
    assert!(played.is_good(), "{:#?}\n{}", played.violations, played.story.join("\n"));
}

#[test]
fn a_restore_from_before_what_was_posted_and_deleted_again_does_not_stop_writing_for_ever() {
    let stage = Stage::new(None).unwrap();
    // Posted, deleted by a person and by us; another one posted, its void approved during the sweep; the file from before.
    let seed = 49_818;
    let played = play(&stage, seed, &plan(seed, Fault::ALL, FAULTS_PLANNED), true).unwrap();
    assert!(played.struck.contains(&Fault::F39) && played.struck.contains(&Fault::F35));
    assert!(played.is_good(), "{:#?}\n{}", played.violations, played.story.join("\n"));
}

#[test]
fn a_clock_that_is_days_off_hides_no_booking() {
    let stage = Stage::new(None).unwrap();
    let planned = |fault, step, how| Planned { fault, step, how };
    for clock in [Fault::F45, Fault::F46, Fault::F47] {
        for how in [12, 13] {
            let plan = [planned(clock, 3, how), planned(Fault::F27, 12, 0)];
            let played = play(&stage, 1, &plan, true).unwrap();
            assert!(played.struck.contains(&Fault::F27), "{}", played.story.join("\n"));
            assert!(played.is_good(), "{:#?}\n{}", played.violations, played.story.join("\n"));
        }
    }
}

#[test]
fn mutants_are_caught_within_a_few_seeds() {
    for name in ["W1", "W5", "U5", "R1", "several-adds"] {
        let stage = Stage::new(Mutant::named(name)).unwrap();
        let caught = (0..40).find(|seed| {
            !play(&stage, *seed, &plan(*seed, Fault::ALL, FAULTS_PLANNED), false).unwrap().is_good()
        });
        assert!(caught.is_some(), "{name} was not caught");
    }
}
