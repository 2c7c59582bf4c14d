//! What comes from outside of a visit or beside its order, and where its looks begin again (`exactly-once.md` 6, rulings
//! 1 and 14).

use super::*;
use crate::books::{ListEntry, Party, PartyList};
use crate::handoff::answer::ListSeen;

#[test]
fn what_is_confirmed_from_outside_begins_the_looks_again_with_the_canary() {
    let mut desk = Desk {
        canary: vec![canary_of(9, "100")],
        queue: vec![queued(1, add(1)), queued(2, add(2))],
        ..Desk::default()
    };
    desk.until_a_write();
    desk.answered(confirm(1));
    assert_eq!(kind(&desk.plan().unwrap().0), "write", "planned, and not yet handed out");
    assert_eq!(desk.drive(Input::Evidence), None);
    let (asked, _) = desk.until_a_write();
    assert_eq!(asked.first(), Some(&"canary"), "{asked:?}");
}

#[test]
fn a_second_sending_that_was_answered_meanwhile_is_looked_up_afresh() {
    let mut desk = Desk { unknowns: vec![doubt(1, add(1))], ..Desk::default() };
    assert_eq!(desk.until_a_write().0, ["identity", "probe"]);
    assert!(matches!(desk.log.last(), Some(Effect::Resend { .. })), "{:?}", desk.log);
    // The store says that its answer has come: it is not handed out.
    assert_eq!(desk.drive(Input::Skipped), None);
    assert_eq!(kind(&desk.plan().unwrap().0), "probe");
}

fn entry(name: &str, guid: String) -> ListSeen {
    let party = Party {
        edit_sequence: "100".to_string().into(),
        external_guid: guid,
        ..Party::named(PartyList::Customer, "80000009-1", name)
    };
    ListSeen { entry: ListEntry::Party(party), time_modified: String::new() }
}

#[test]
fn a_new_customer_in_doubt_is_looked_for_in_the_whole_list_under_any_name_and_any_clock() {
    let mut desk = Desk { unknowns: vec![doubt(1, customer(1))], ..Desk::default() };
    desk.plan();
    desk.answered(answers(vec![]));
    let (set, _) = desk.plan().unwrap();
    let whole = matches!(
        &set.requests[..],
        [(_, Request::ListByName { .. }), (_, Request::List { since: None, page: Page::Start { .. }, .. })]
    );
    assert!(whole, "{set:?}");
    let mut first = answers(vec![
        answer("q1", 1, Found::Nothing),
        answer("q2", 0, Found::List(vec![entry("Somebody else", String::new())])),
    ]);
    first.answers[1].iterator = Some(("{it}".into(), 1));
    desk.answered(first);
    assert_eq!(desk.settled(), [], "not before the last page");
    let (set, _) = desk.plan().unwrap();
    let next = matches!(
        &set.requests[..],
        [(_, Request::List { page: Page::Continue { iterator, .. }, .. })] if iterator == "{it}"
    );
    assert!(next, "{set:?}");
    desk.answered(answers(vec![answer("q2", 0, Found::List(vec![entry("Renamed", key(1).braced())]))]));
    assert!(matches!(desk.settled()[0], (1, Verdict::Done { .. })), "{:?}", desk.settled());
}
