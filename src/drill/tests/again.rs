//! What left once, fell to a person and is sent again by her, while QuickBooks made it after all and somebody there gave it
//! another number or name: it must be found by its mark and never made a second time (`exactly-once.md` I1).

use super::*;
use crate::base::DraftId;
use crate::books::{DraftState, OperationState};
use crate::drill::connector::Phase;
use crate::drill::run::Run;
use crate::drill::soap;
use crate::drill::stage::Document;
use crate::workflow::{decide, handoff, history};

/// Seconds after which a silent computer makes way, and more.
const LATER: u32 = 720;
/// Seconds after which everything is read back although nothing was sent, and more.
const A_DAY: u32 = 25 * 3_600;

/// A run with one document approved and its first request of this kind in the hands of a Web Connector that hangs.
fn hung<'s>(stage: &'s Stage, number: usize, request: &str) -> (Run<'s>, Document, String) {
    stage.reset(7).unwrap();
    let mut run = Run::new(stage, 7, Vec::new(), true).unwrap();
    run.connectors[0].enabled = true;
    let document = stage.documents[number].clone();
    run.documents = vec![document.clone()];
    run.approve_some(1);
    for _ in 0..200 {
        run.connector_step(0);
        run.step += 1;
        run.pass(1);
        let session = run.connectors[0].session.as_ref();
        if let Some(Phase::Holds(bytes)) = session.map(|session| session.phase.clone())
            && bytes.contains(request)
        {
            run.connectors[0].drop_session(0);
            run.pass(LATER);
            return (run, document, bytes);
        }
    }
    panic!("no {request} was handed out:\n{}", story(&run));
}

/// The same as a person would type it: without our marks.
fn typed(bytes: &str) -> String {
    let (from, to) = (bytes.find("<ExternalGUID>").unwrap(), bytes.find("</ExternalGUID>").unwrap() + 15);
    let bare = format!("{}{}", &bytes[..from], &bytes[to..]);
    bare.replace("[C7:", "[typed ").replace("newMessageSetID=\"C7", "newMessageSetID=\"XX")
}

fn marked(run: &Run<'_>) -> Vec<String> {
    run.books.txns.iter().filter(|txn| !txn.guid.is_empty()).map(|txn| txn.id.clone()).collect()
}

fn waits_for_a_person(run: &Run<'_>) -> usize {
    run.stage.profile.store().read(|r| r.operations_in(OperationState::NeedsAttention, 9)).unwrap().len()
}

/// It fell to a person because of what somebody typed in; then the hung request reached QuickBooks after all. What was made,
/// and QuickBooks' answer to it, which is still with the Web Connector.
fn made_after_all(run: &mut Run<'_>, bytes: &str) -> (String, String) {
    let by_hand = typed(bytes);
    run.process(&by_hand, None).ok().unwrap();
    let copy = run.books.txns.last().unwrap().id.clone();
    run.visit(0);
    assert_eq!(waits_for_a_person(run), 1, "{}", story(run));
    run.books.delete(&copy);
    let answer = run.process(bytes, None).ok().unwrap();
    let ours = marked(run);
    assert_eq!(ours.len(), 1, "QuickBooks made it: {ours:?}");
    run.pass(LATER);
    (ours[0].clone(), answer)
}

/// The answer of the visit that hung comes in at last.
fn answered_late(run: &Run<'_>, ticket: &str, answer: &str) {
    let told = [("ticket", ticket), ("response", answer), ("hresult", ""), ("message", "")];
    let (reply, _) = soap::post(run.host.as_ref().unwrap(), soap::call("receiveResponseXML", &told));
    assert_eq!(soap::result(&reply, "receiveResponseXML").as_deref(), Some("-1"));
}

fn state_of(run: &Run<'_>, draft: DraftId) -> DraftState {
    run.stage.profile.store().read(|r| Ok(r.draft(draft)?.state)).unwrap()
}

fn story(run: &Run<'_>) -> String {
    run.story.as_ref().unwrap().join("\n")
}

/// What QuickBooks made is found as the draft's own, and nothing stands beside it.
fn is_the_only_one(run: &Run<'_>, draft: DraftId, ours: &str) {
    let posted_as = run.stage.profile.store().read(|r| Ok(r.draft(draft)?.txn_id)).unwrap();
    assert_eq!(marked(run), [ours], "{}", story(run));
    assert_eq!(posted_as.as_deref(), Some(ours), "{}", story(run));
}

#[test]
fn a_document_that_was_renumbered_before_a_person_sent_it_again_is_found_and_not_made_twice() {
    let stage = Stage::new(None).unwrap();
    for number in [0, 1, 3] {
        let (mut run, document, bytes) = hung(&stage, number, "<RefNumber>");
        let (ours, _) = made_after_all(&mut run, &bytes);
        run.books.renumber(&ours, "X77");
        handoff::requeue(&stage.profile, document.draft, "Ann").unwrap();
        run.visit(0);
        is_the_only_one(&run, document.draft, &ours);
    }
}

#[test]
fn nor_is_it_when_she_puts_it_aside_and_approves_it_anew() {
    let stage = Stage::new(None).unwrap();
    let (mut run, mut document, bytes) = hung(&stage, 0, "InvoiceAddRq");
    let (ours, _) = made_after_all(&mut run, &bytes);
    run.books.renumber(&ours, "X77");
    decide::hold(&stage.profile, &[document.draft], "Ann").unwrap();
    decide::reopen(&stage.profile, &[document.draft], "Ann").unwrap();
    crate::drill::people::change(&stage, &mut document, 111);
    decide::approve(&stage.profile, &[(document.draft, document.hash.clone())], "Ann").unwrap();
    handoff::close_batch(&stage.profile, "Ann").unwrap();
    run.visit(0);
    is_the_only_one(&run, document.draft, &ours);
}

#[test]
fn what_may_be_ours_without_its_mark_goes_to_a_person_and_goes_on_when_she_has_seen_it() {
    let stage = Stage::new(None).unwrap();
    let (mut run, document, bytes) = hung(&stage, 0, "InvoiceAddRq");
    let (ours, _) = made_after_all(&mut run, &bytes);
    // This QuickBooks lost mark 1, and a person wrote over number and memo.
    run.books.txns.iter_mut().find(|txn| txn.id == ours).unwrap().guid.clear();
    run.books.renumber(&ours, "X77");
    run.books.rewrite_memo(&ours, "as agreed by telephone");
    handoff::requeue(&stage.profile, document.draft, "Ann").unwrap();
    run.visit(0);
    assert_eq!(marked(&run).len(), 0, "never a second one by itself: {}", story(&run));
    assert_eq!(waits_for_a_person(&run), 1, "{}", story(&run));
    // She looked at it: it is another document.
    handoff::requeue(&stage.profile, document.draft, "Ann").unwrap();
    run.pass(LATER);
    run.visit(0);
    assert_eq!(marked(&run).len(), 1, "{}", story(&run));
    assert_eq!(waits_for_a_person(&run), 0, "{}", story(&run));
}

#[test]
fn a_customer_that_was_renamed_before_it_is_created_anew_is_found_by_the_mark_of_the_first_try() {
    let stage = Stage::new(None).unwrap();
    let (mut run, document, bytes) = hung(&stage, 6, "CustomerAddRq");
    run.process(&typed(&bytes), None).ok().unwrap();
    let copy = run.books.entries.last().unwrap().id.clone();
    run.visit(0);
    run.books.rename(&copy, "Typed in by hand");
    run.process(&bytes, None).ok().unwrap();
    let made = |run: &Run<'_>| -> Vec<String> {
        let ours = run.books.entries.iter().filter(|e| e.element == "Customer" && !e.guid.is_empty());
        ours.map(|entry| entry.id.clone()).collect()
    };
    let ours = made(&run);
    assert_eq!(ours.len(), 1, "{}", story(&run));
    run.books.rename(&ours[0], "Renamed since");
    // The document waits for its customer; she sends it again, and the creation with it.
    handoff::requeue(&stage.profile, document.draft, "Ann").unwrap();
    run.pass(LATER);
    run.visit(0);
    assert_eq!(made(&run), ours, "{}", story(&run));
    assert_eq!(marked(&run).len(), 1, "its document is there: {}", story(&run));
}

#[test]
fn what_is_put_aside_around_a_late_answer_is_posted_as_soon_as_quickbooks_is_looked_at() {
    let stage = Stage::new(None).unwrap();
    for (number, answered_first) in [(0, true), (1, false), (3, true)] {
        let (mut run, document, bytes) = hung(&stage, number, "<RefNumber>");
        let ticket = run.connectors[0].old_tickets.last().unwrap().clone();
        let (ours, answer) = made_after_all(&mut run, &bytes);
        let aside = || decide::hold(&stage.profile, &[document.draft], "Ann").unwrap();
        if answered_first {
            answered_late(&run, &ticket, &answer);
            aside();
        } else {
            aside();
            answered_late(&run, &ticket, &answer);
        }
        assert_eq!(
            state_of(&run, document.draft),
            DraftState::Held,
            "an answer moves nothing that she put aside"
        );
        run.visit(0);
        is_the_only_one(&run, document.draft, &ours);
        assert_eq!(state_of(&run, document.draft), DraftState::Posted, "{}", story(&run));
        assert!(history::replay(&stage.profile).unwrap().is_empty());
    }
}

#[test]
fn nor_does_it_stay_put_aside_where_no_answer_ever_came() {
    let stage = Stage::new(None).unwrap();
    let (mut run, document, bytes) = hung(&stage, 0, "<RefNumber>");
    let (ours, _) = made_after_all(&mut run, &bytes);
    decide::hold(&stage.profile, &[document.draft], "Ann").unwrap();
    run.visit(0);
    assert_eq!(state_of(&run, document.draft), DraftState::Held, "nothing asks for a look");
    run.pass(A_DAY);
    run.visit(0);
    is_the_only_one(&run, document.draft, &ours);
    assert_eq!(state_of(&run, document.draft), DraftState::Posted, "{}", story(&run));
}
