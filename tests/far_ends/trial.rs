//! The trial of the first day on the simulated QuickBooks: in, read back, out again, and what happens in between.

use crate::job::{Job, WHO};
use countersign::books::DraftState;
use countersign::workflow::trial::{self, TrialStand, TrialView};
use countersign::workflow::undo::Undoing;
use countersign::workflow::{decide, drafts};

fn view(job: &Job) -> TrialView {
    trial::view(&job.profile).unwrap()
}

fn stand(job: &Job) -> TrialStand {
    view(job).stand
}

fn count(job: &Job, state: DraftState) -> usize {
    job.rows(&[state]).len()
}

fn in_books() -> Job {
    let job = Job::new();
    trial::start(&job.profile, None, WHO).unwrap();
    job.visit();
    job.settle();
    job
}

#[test]
fn one_of_each_goes_in_is_read_back_and_taken_out_and_nothing_else_moves() {
    let job = Job::new();
    let ready = count(&job, DraftState::Ready);
    let offered = view(&job);
    assert_eq!((offered.stand, offered.lacking.len()), (TrialStand::NotMade, 0));
    let kinds: Vec<&str> = offered.documents.iter().map(|document| document.kind).collect();
    assert_eq!(kinds, ["invoice", "bill", "credit memo"]);
    let preview = trial::preview(&job.profile).unwrap();
    assert_eq!((preview.count, preview.posts_at_once, preview.goes_pending), (3, 1, 2));

    trial::start(&job.profile, None, WHO).unwrap();
    assert_eq!(stand(&job), TrialStand::OnItsWay);
    assert_eq!(trial::start(&job.profile, None, WHO).unwrap_err().code, "TRIAL-UNDERWAY");
    job.visit();
    job.settle();
    let there = view(&job);
    assert_eq!(there.stand, TrialStand::InQuickbooks, "{there:?}");
    assert_eq!(job.ours().len(), 3);
    for document in &there.documents {
        assert!(document.read_back && document.differs.is_empty(), "{document:?}");
        assert_eq!(document.quickbooks_total, document.total);
        let way = document.way_out.as_ref().unwrap().0;
        assert_eq!(way, if document.kind == "bill" { Undoing::Void } else { Undoing::Delete });
    }
    let sums =
        there.accounts.iter().fold((0, 0), |sum, row| (sum.0 + row.debit.get(), sum.1 + row.credit.get()));
    assert!(sums.0 == sums.1 && sums.0 > 0, "{sums:?}");
    assert_eq!(count(&job, DraftState::Ready), ready - 3, "no other draft moved");
    job.assert_books();

    assert_eq!(trial::out_preview(&job.profile).unwrap().removals, 3);
    trial::take_out(&job.profile, WHO).unwrap();
    assert_eq!(stand(&job), TrialStand::BeingTakenOut);
    job.visit();
    job.settle();
    assert_eq!(stand(&job), TrialStand::TakenOut);
    // The void bill stays visible with amount zero; the pending sales are deleted.
    assert_eq!(job.ours().len(), 1);
    assert_eq!(count(&job, DraftState::Voided), 3);

    trial::again(&job.profile, WHO).unwrap();
    assert_eq!(count(&job, DraftState::Ready), ready);
    assert_eq!(trial::again(&job.profile, WHO).unwrap_err().code, "TRIAL-NOT-OUT");
    assert!(view(&job).text.contains("drafted anew"));
    trial::start(&job.profile, None, WHO).unwrap();
    job.visit();
    job.settle();
    let second = view(&job);
    assert_eq!(second.stand, TrialStand::InQuickbooks, "a second trial is a trial too: {second:?}");
}

#[test]
fn a_web_connector_that_dies_in_the_middle_leaves_each_document_once() {
    for fault in ["drop-after:2@2", "drop-before:2@2", "kill-after-authenticate", "crash-unrecorded:1@2"] {
        let job = Job::new();
        trial::start(&job.profile, None, WHO).unwrap();
        job.faults(fault);
        job.visit();
        job.settle();
        assert_eq!(stand(&job), TrialStand::InQuickbooks, "{fault}");
        assert_eq!(job.ours().len(), 3, "{fault}");
        job.assert_books();
        trial::take_out(&job.profile, WHO).unwrap();
        job.faults(fault);
        job.visit();
        job.settle();
        assert_eq!(stand(&job), TrialStand::TakenOut, "{fault}");
        assert_eq!(job.ours().len(), 1, "{fault}: the void bill only");
    }
}

#[test]
fn the_program_that_dies_in_the_middle_takes_the_trial_up_again() {
    let job = Job::new();
    trial::start(&job.profile, None, WHO).unwrap();
    let job = job.restart();
    assert_eq!(stand(&job), TrialStand::OnItsWay);
    job.faults("drop-after:1");
    job.visit();
    let job = job.restart();
    job.settle();
    assert_eq!(stand(&job), TrialStand::InQuickbooks);
    assert_eq!(job.ours().len(), 3);
}

#[test]
fn an_operator_may_leave_the_trial_in_and_take_it_out_later() {
    let job = Job::new();
    assert_eq!(trial::leave_in(&job.profile, WHO).unwrap_err().code, "TRIAL-NOT-IN");
    trial::start(&job.profile, None, WHO).unwrap();
    assert_eq!(trial::take_out(&job.profile, WHO).unwrap_err().code, "TRIAL-NOT-IN");
    job.visit();
    job.settle();
    trial::leave_in(&job.profile, WHO).unwrap();
    assert_eq!(stand(&job), TrialStand::LeftIn);
    job.assert_books();
    trial::take_out(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
    assert_eq!(stand(&job), TrialStand::TakenOut);
}

#[test]
fn a_document_of_the_trial_that_a_person_changed_in_quickbooks_is_not_taken_out() {
    let job = in_books();
    let sale = view(&job).documents.iter().find(|document| document.kind == "invoice").unwrap().draft;
    let txn = job.row(sale).txn_id.unwrap();
    assert!(job.company().edit_ref_number(&txn, "BY-BOB"));
    job.visit();
    job.host.request_lists();
    job.visit();
    trial::take_out(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
    assert!(job.ours().iter().any(|there| there.txn_id == txn), "what a person touched stays");
}

#[test]
fn drafts_that_were_approved_before_stay_approved_beside_a_trial() {
    let job = Job::new();
    let chosen: Vec<_> = view(&job).documents.iter().map(|document| document.draft).collect();
    let others: Vec<_> =
        job.rows(&[DraftState::Ready]).into_iter().filter(|row| !chosen.contains(&row.id)).take(4).collect();
    let shown: Vec<_> = others
        .iter()
        .map(|row| (row.id, drafts::detail(&job.profile, row.id).unwrap().version.unwrap().hash))
        .collect();
    decide::approve(&job.profile, &shown, WHO).unwrap();
    trial::start(&job.profile, None, WHO).unwrap();
    job.visit();
    job.settle();
    assert_eq!(count(&job, DraftState::Approved), 4);
    assert_eq!(job.ours().len(), 3);
}

#[test]
fn a_trial_that_changed_since_it_was_shown_is_not_started() {
    let job = Job::new();
    let shown = trial::preview(&job.profile).unwrap().content;
    let sale = job.row(view(&job).documents[0].draft);
    job.change_in_cin7(&sale, |body| body["customerOrderNo"] = "CHANGED".into());
    let refused = trial::start(&job.profile, Some(&shown), WHO).unwrap_err();
    assert!(refused.happened.contains("changed since it was shown"), "{refused:?}");
    assert!(view(&job).stand == TrialStand::NotMade && count(&job, DraftState::Approved) == 0);
    let shown = trial::preview(&job.profile).unwrap().content;
    trial::start(&job.profile, Some(&shown), WHO).unwrap();
}
