//! Whatever breaks on the way, each approved document is in the ledger exactly once (`exactly-once.md` 4 and 8).

use crate::job::Job;
use countersign::sim::connector::SessionStatus;

/// One fault, then visits without faults.
fn survives(fault: &str) -> Job {
    let job = Job::queued();
    job.faults(fault);
    job.visit();
    let visits = job.settle();
    assert!(visits < 12, "{fault}: {visits} visits");
    job.assert_all_posted();
    job
}

#[test]
fn without_faults_one_visit_does_it() {
    let job = Job::queued();
    assert_eq!(job.visit().status, SessionStatus::Done);
    assert_eq!(job.settle(), 0);
    job.assert_all_posted();
    assert!(job.ours().len() > 20);
    assert_eq!(job.visit().status, SessionStatus::NoWork);
}

#[test]
fn bytes_that_never_reached_quickbooks_are_sent_again() {
    survives("drop-before:3@2");
}

#[test]
fn an_answer_that_was_lost_is_found_by_the_mark() {
    survives("drop-after:3@2");
}

#[test]
fn a_lost_percentage_changes_nothing() {
    survives("drop-reply:2@3");
}

#[test]
fn an_error_before_the_work_is_looked_up_then_sent_again() {
    survives("hresult-before:2@2");
}

#[test]
fn an_error_after_the_work_is_looked_up_and_found() {
    survives("hresult-after:2@2");
}

#[test]
fn a_booking_without_a_record_is_found_by_the_mark() {
    survives("crash-unrecorded:2@2");
}

#[test]
fn an_answer_that_could_not_be_stored_counts() {
    survives("9005:3@2");
}

#[test]
fn what_is_in_use_is_tried_again_later_under_a_new_id() {
    survives("3175:2@3");
}

#[test]
fn a_visit_that_ends_at_once_costs_nothing() {
    survives("kill-after-authenticate");
    survives("no-hcp");
    survives("no-connection");
}

#[test]
fn asked_twice_without_an_answer_the_bytes_are_not_given_out_twice() {
    survives("send-twice:2@2");
}

#[test]
fn many_faults_in_a_row_lose_and_double_nothing() {
    survives("drop-before:2@5,drop-after:2@4,hresult-after:1@7,crash-unrecorded:1@3,send-twice:1@6,3175:1@9");
}

#[test]
fn forgotten_message_sets_do_not_lead_to_a_second_booking() {
    let job = Job::queued();
    job.faults("drop-after:1@4");
    job.visit();
    job.company().forget_all_sets();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn without_mark_1_the_memo_finds_it() {
    let job = Job::queued();
    job.company().switches_mut().guid_comes_back = false;
    // The last write is a document; names of customers carry no second mark.
    let last = job.host.idle().unwrap().left;
    job.faults(&format!("drop-after:1@{last}"));
    job.visit();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_cent_more_than_approved_is_posted_said_and_not_proved() {
    let job = Job::queued();
    job.faults("cent-more:1@20");
    job.visit();
    job.settle();
    job.assert_books();
    let posted = job.rows(&[countersign::books::DraftState::Posted]);
    let said: Vec<_> = posted
        .iter()
        .filter(|row| job.codes(row.id).contains(&"differs_in_quickbooks".to_string()))
        .collect();
    assert_eq!(said.len(), 1);
    let proof = countersign::workflow::prove::prove(&job.profile, None).unwrap();
    assert!(!proof.is_clean());
    assert_eq!(proof.documents.len(), 1);
}

#[test]
fn a_batch_without_an_end_of_bad_luck_stops_at_a_person() {
    let job = Job::queued();
    job.faults("3175:1000");
    for _ in 0..8 {
        job.visit();
    }
    job.assert_books();
    assert!(job.ours().is_empty());
    assert!(job.host.idle().unwrap().needs_person > 0);
}
