//! The company file comes back from a backup: one freeze, everything that is missing named, and then writing goes on. What
//! we took out ourselves before says nothing about the file any more, whatever the backup holds of it (design 8.15).

use super::*;
use crate::base::{DraftId, PostingKey};
use crate::books::{DraftState, OperationKind};
use crate::drill::run::Run;
use crate::drill::stage::Document;
use crate::workflow::{decide, handoff, undo};

/// Seconds after which a silent computer makes way, and more.
const LATER: u32 = 720;

fn begin(stage: &Stage) -> Run<'_> {
    stage.reset(7).unwrap();
    let mut run = Run::new(stage, 7, Vec::new(), true).unwrap();
    run.connectors[0].enabled = true;
    run
}

fn visit(run: &mut Run<'_>) {
    run.pass(LATER);
    run.visit(0);
}

/// Approves the document of this number, and lets it go.
fn post(run: &mut Run<'_>, number: usize) -> Document {
    let document = run.stage.documents[number].clone();
    run.documents = vec![document.clone()];
    run.approve_some(1);
    visit(run);
    document
}

fn row(run: &Run<'_>, draft: DraftId) -> (DraftState, bool) {
    let row = run.stage.profile.store().read(|r| r.draft(draft)).unwrap();
    (row.state, row.gone)
}

fn frozen(run: &Run<'_>) -> bool {
    let frozen = run.stage.profile.store().read(|r| r.meta("frozen")).unwrap();
    frozen.is_some_and(|why| !why.is_empty())
}

fn story(run: &Run<'_>) -> String {
    run.story.as_ref().unwrap().join("\n")
}

/// The next document finds the file changed: frozen once, let go once, and it goes out in the visit after.
fn goes_on_after_one_freeze(run: &mut Run<'_>) {
    let next = post(run, 2);
    assert!(frozen(run), "{}", story(run));
    assert_eq!(row(run, next.draft), (DraftState::Queued, false), "nothing is written: {}", story(run));
    assert!(run.unfreeze(), "{}", story(run));
    visit(run);
    assert!(!frozen(run), "frozen again: {}", story(run));
    assert_eq!(row(run, next.draft), (DraftState::Posted, false), "{}", story(run));
    assert!(run.violations.is_empty(), "{}", story(run));
}

#[test]
fn what_was_taken_out_before_a_backup_from_before_it_was_made_came_back_freezes_once_and_is_not_called_posted()
 {
    let stage = Stage::new(None).unwrap();
    for kind in [OperationKind::TxnDel, OperationKind::TxnVoid] {
        let mut run = begin(&stage);
        let backup = run.books.clone();
        let taken_out = post(&mut run, 0);
        run.approve_about(taken_out.draft, kind, taken_out.clone());
        visit(&mut run);
        assert_eq!(row(&run, taken_out.draft).0, DraftState::Voided, "{}", story(&run));
        let lost = post(&mut run, 1);
        run.open(backup);
        goes_on_after_one_freeze(&mut run);
        assert_eq!(row(&run, lost.draft), (DraftState::DriftedInQuickBooks, true), "{}", story(&run));
        assert_eq!(row(&run, taken_out.draft).0, DraftState::Voided, "{}", story(&run));
    }
}

#[test]
fn what_was_taken_out_and_is_back_with_the_backup_freezes_once() {
    let stage = Stage::new(None).unwrap();
    for kind in [OperationKind::TxnDel, OperationKind::TxnVoid] {
        let mut run = begin(&stage);
        let taken_out = post(&mut run, 0);
        let backup = run.books.clone();
        run.approve_about(taken_out.draft, kind, taken_out.clone());
        visit(&mut run);
        run.open(backup);
        goes_on_after_one_freeze(&mut run);
        assert_eq!(row(&run, taken_out.draft).0, DraftState::Voided, "{}", story(&run));
    }
}

#[test]
fn what_waits_to_be_taken_out_when_it_is_lost_goes_to_a_person_and_stops_nothing() {
    let stage = Stage::new(None).unwrap();
    for kind in [OperationKind::TxnDel, OperationKind::TxnVoid, OperationKind::TxnMod] {
        let mut run = begin(&stage);
        let backup = run.books.clone();
        let lost = post(&mut run, 0);
        run.approve_about(lost.draft, kind, lost.clone());
        run.open(backup);
        goes_on_after_one_freeze(&mut run);
        assert_eq!(row(&run, lost.draft), (DraftState::DriftedInQuickBooks, true), "{}", story(&run));
        let left = run.host.as_ref().unwrap().idle().unwrap().left;
        assert_eq!(left, 0, "{}", story(&run));
    }
}

#[test]
fn what_is_drafted_anew_after_a_restore_stands_once_and_the_file_from_before_the_restore_is_noticed() {
    let stage = Stage::new(None).unwrap();
    let mut run = begin(&stage);
    let backup = run.books.clone();
    let lost = post(&mut run, 0);
    let went_on_without = run.books.clone();
    run.open(backup);
    goes_on_after_one_freeze(&mut run);
    undo::reset(&stage.profile, &[lost.draft], "Ann").unwrap();
    let successor = stage.profile.store().read(|r| r.draft_of_source(&lost.derived.source)).unwrap().unwrap();
    assert_ne!(
        (successor.id, successor.posting_key.as_deref()),
        (lost.draft, Some(lost.key.to_string().as_str()))
    );
    assert!(undo::reset(&stage.profile, &[lost.draft], "Ann").is_err(), "only one successor");
    let version = stage.profile.store().read(|r| r.version(successor.id, None)).unwrap().unwrap();
    decide::approve(&stage.profile, &[(successor.id, version.hash)], "Ann").unwrap();
    let entry = (version.payload.ref_number.clone(), version.payload.total.get());
    let key = PostingKey::parse(successor.posting_key.as_deref().unwrap()).unwrap();
    run.watch.approved.entry(key.braced()).or_default().push(entry);
    handoff::close_batch(&stage.profile, "Ann").unwrap();
    visit(&mut run);
    assert_eq!(row(&run, successor.id).0, DraftState::Posted, "{}", story(&run));
    let live = run.books.txns.iter().filter(|txn| txn.number == version.payload.ref_number).count();
    assert_eq!(live, 1, "one of all its generations: {}", story(&run));
    // The file from before the restore holds the first generation, and not what was posted since.
    run.open(went_on_without);
    let next = post(&mut run, 3);
    assert!(frozen(&run), "{}", story(&run));
    assert_eq!(row(&run, next.draft).0, DraftState::Queued);
    assert!(run.violations.is_empty(), "{}", story(&run));
}
