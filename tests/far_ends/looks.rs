//! How much a visit asks: little where little is to be done, everything once a day, and nothing of what people did in
//! QuickBooks meanwhile is overlooked.

use crate::job::{Job, USER};
use countersign::books::DraftState;
use std::sync::{Arc, Mutex};

const HOUR: i64 = 3_600;

/// One visit, and what was asked in it.
fn visit(job: &Job) -> Vec<String> {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = asked.clone();
    let report = job.visit_with(USER, job.password(), |settings| {
        settings.recorder = Some(Box::new(move |request, _| {
            heard.lock().unwrap().push(request.to_string());
            Ok(())
        }));
    });
    assert!(report.last_error.is_none(), "{report:?}");
    let asked = asked.lock().unwrap();
    asked.clone()
}

/// A job that has posted some documents and read all of them.
fn posted() -> Job {
    let job = Job::new();
    job.approve_some(6);
    job.settle();
    job.clock.pass(HOUR);
    job
}

#[test]
fn a_visit_with_one_document_takes_three_messages_and_reads_only_what_changed() {
    let job = posted();
    job.approve_some(1);
    let asked = visit(&job);
    assert_eq!(asked.len(), 3, "{asked:#?}");
    assert!(asked[0].contains("HostQueryRq") && asked[0].contains("<TxnID>"), "company and canary");
    assert!(asked[0].contains("ListDeletedQueryRq") && asked[0].contains("<RefNumber>"), "lists and look");
    assert!(asked[1].contains("AddRq ") && asked[1].contains("newMessageSetID"));
    assert!(asked[2].contains("ModifiedDateRangeFilter"));
    assert!(!asked[2].contains("<TxnDateRangeFilter>"), "not everything is read again");
    assert_eq!(job.host.idle().unwrap().left, 0);
    job.assert_books();
    job.assert_proved();
}

#[test]
fn what_people_did_between_two_hand_offs_shows_at_the_next_one() {
    let job = posted();
    let there: Vec<String> = job.ours().into_iter().map(|txn| txn.txn_id).collect();
    let sales: Vec<_> = job.rows(&[DraftState::Posted]).into_iter().filter(|row| row.pending).collect();
    let [final_now, edited, ..] = sales.as_slice() else { panic!("{}", sales.len()) };
    let id = |row: &countersign::store::drafts::DraftRow| row.txn_id.clone().unwrap();
    let gone = there.iter().find(|txn| **txn != id(final_now) && **txn != id(edited)).unwrap().clone();
    assert!(job.company().finalise(&id(final_now)));
    assert!(job.company().edit_amount(&id(edited), 0, 4_321));
    assert!(job.company().delete(&gone));
    job.clock.pass(HOUR);
    job.approve_some(1);
    let asked = visit(&job);
    assert!(!asked.iter().any(|asked| asked.contains("<TxnDateRangeFilter>")), "a small look");
    job.settle();
    assert!(!job.row(final_now.id).pending);
    assert_eq!(job.row(edited.id).state, DraftState::DriftedInQuickBooks);
    let missing: Vec<_> =
        job.rows(&[DraftState::DriftedInQuickBooks]).into_iter().filter(|r| r.gone).collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].txn_id.as_deref(), Some(gone.as_str()));
    job.assert_books();
}

#[test]
fn everything_is_read_once_a_day_however_often_documents_are_handed_off() {
    let job = posted();
    let mut whole = 0;
    for _ in 0..7 {
        job.approve_some(1);
        whole += usize::from(visit(&job).iter().any(|asked| asked.contains("<TxnDateRangeFilter>")));
        job.clock.pass(4 * HOUR + 600);
    }
    assert_eq!(whole, 1, "of seven visits in 25 hours");
    job.assert_books();
}

#[test]
fn a_document_stamped_by_a_clock_that_is_behind_is_found_by_the_daily_look() {
    let job = posted();
    let edited = job.pending(0);
    job.company().edit_amount(edited.txn_id.as_deref().unwrap(), 0, 4_321);
    // QuickBooks' clock was a day behind when it saved the edit: as if it had been changed before the last look.
    job.sql("UPDATE meta SET value = '2031-01-01T00:00:00' WHERE key = 'read_back_from'");
    job.approve_some(1);
    visit(&job);
    assert_eq!(job.row(edited.id).state, DraftState::Posted, "the small look cannot see it");
    job.clock.pass(25 * HOUR);
    job.settle();
    visit(&job);
    assert_eq!(job.row(edited.id).state, DraftState::DriftedInQuickBooks);
}
