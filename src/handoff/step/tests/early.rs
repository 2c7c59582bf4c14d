//! Questions that are asked before their turn, and the small look at what changed.

use super::*;
use crate::base::{Cents, Day};
use crate::handoff::answer::{AccountBalance, AccountRow, Deleted};

fn lists() -> Vec<DueList> {
    vec![DueList { list: ListKind::Customer, since: Some("2026-01-31T00:00:00".into()) }]
}

/// A desk that knows what the visit will ask.
fn desk() -> Desk {
    let queue = vec![queued(2, add(2))];
    Desk {
        canary: vec![canary_of(9, "100")],
        lists: lists(),
        ahead: Ahead { canary: Some(canary_of(9, "100")), lists: lists(), slice: queue.clone() },
        queue,
        ..Desk::default()
    }
}

#[test]
fn one_document_is_written_after_one_question_and_all_looks_are_in_it() {
    let mut desk = desk();
    let (set, _) = desk.plan().unwrap();
    let asked: Vec<&Request> = set.requests.iter().map(|(_, request)| request).collect();
    assert!(
        matches!(
            asked[..],
            [
                Request::Host,
                Request::Company { .. },
                Request::Preferences,
                Request::TxnById { .. },
                Request::List { .. },
                Request::ListDeleted { .. },
                Request::TxnByRef { .. }
            ]
        ),
        "{asked:?}"
    );
    desk.answered(desk.reply(&set));
    let (asked, write) = desk.until_a_write();
    assert_eq!((asked, write.unwrap().1), (vec!["write"], OperationId(2)));
    // Everything was concluded, and in its order.
    let at = |wanted: fn(&Effect) -> bool| desk.log.iter().position(wanted).unwrap();
    assert!(at(|e| matches!(e, Effect::KeepCompany { .. })) < at(|e| matches!(e, Effect::ListDone { .. })));
    assert_eq!(desk.log.iter().filter(|e| matches!(e, Effect::ListDeleted(_))).count(), 1);
}

#[test]
fn a_look_ahead_concludes_as_the_look_in_its_turn() {
    // The canary shows an older stamp, in the message that also cleared the document.
    let mut stale = desk();
    stale.canary = vec![CanaryRef { edits: vec!["100".into(), "200".into()], ..canary_of(9, "100") }];
    stale.ahead.canary = stale.canary.first().cloned();
    assert_eq!(stale.until_a_write().1, None);
    assert!(stale.log.iter().any(|e| matches!(e, Effect::Freeze(_))));
    // Somebody entered the document by hand.
    let mut by_hand = desk();
    let (set, _) = by_hand.plan().unwrap();
    let mut reply = by_hand.reply(&set);
    let mut there = seen(2);
    there.guid = None;
    there.memo = String::new();
    reply.answers.last_mut().unwrap().status = 0;
    reply.answers.last_mut().unwrap().found = Found::Txns(vec![there]);
    by_hand.answered(reply);
    assert_eq!(by_hand.until_a_write().1, None);
    assert!(matches!(by_hand.settled()[..], [(2, Verdict::Person { code: "look_alike", .. })]));
}

#[test]
fn what_was_asked_ahead_and_not_answered_is_asked_in_its_turn() {
    let mut desk = desk();
    let (set, _) = desk.plan().unwrap();
    let mut reply = desk.reply(&set);
    reply.answers.truncate(3);
    desk.answered(reply);
    let (asked, write) = desk.until_a_write();
    assert_eq!((asked, write.is_some()), (vec!["canary", "list", "look", "write"], true));
}

#[test]
fn another_question_than_the_one_asked_ahead_goes_out_itself() {
    let mut desk = desk();
    let (set, _) = desk.plan().unwrap();
    desk.answered(desk.reply(&set));
    // Meanwhile another operation was queued, and another document is the newest.
    desk.queue = vec![queued(2, add(2)), queued(3, add(3))];
    desk.canary = vec![canary_of(8, "100")];
    assert_eq!(desk.until_a_write().0, ["canary", "look", "write"]);
}

#[test]
fn after_a_doubt_what_was_asked_ahead_is_asked_again() {
    let mut desk = desk();
    let (set, _) = desk.plan().unwrap();
    desk.answered(desk.reply(&set));
    assert_eq!(desk.drive(Input::Evidence), None);
    assert_eq!(desk.until_a_write().0, ["canary", "list", "look", "write"]);
}

#[test]
fn what_is_guarded_is_read_directly_before_it_and_never_ahead() {
    let mut desk = desk();
    desk.queue = vec![queued(2, finalise(2, ""))];
    desk.ahead.slice = desk.queue.clone();
    let (set, _) = desk.plan().unwrap();
    assert!(!set.requests.iter().any(|(_, request)| matches!(request, Request::TxnById { links: true, .. })));
}

fn account() -> crate::books::ListRef {
    crate::books::ListRef::new("8000000A-1", "Inventory Asset")
}

fn small(balance: i64) -> Desk {
    let (from, to) = (Day::constant(2026, 1, 1), Day::constant(2026, 3, 31));
    let since = "2026-03-01T12:00:00".to_string();
    let changed = ValueAsk::Changed {
        account: account(),
        from,
        to,
        since: since.clone(),
        balance: Cents::new(balance),
    };
    let spans = [TxnKind::Invoice, TxnKind::JournalEntry].map(|kind| Span { kind, from, to, ours: 90_000 });
    Desk {
        read_back: true,
        spans: spans.into(),
        since: Some(since),
        values_ahead: vec![changed],
        values: vec![ValueAsk::Rows { account: account(), from, to }],
        ..Desk::default()
    }
}

/// The visit up to its small look, whose answer may be changed.
fn look(desk: &mut Desk, change: impl FnOnce(&mut AnswerSet)) -> RequestSet {
    let (identity, _) = desk.plan().unwrap();
    desk.answered(desk.reply(&identity));
    let (set, _) = desk.plan().unwrap();
    let mut reply = desk.reply(&set);
    for (answer, (_, request)) in reply.answers.iter_mut().zip(&set.requests) {
        if matches!(request, Request::Balances { .. }) {
            let row = AccountBalance { account: "Inventory Asset".into(), amount: Cents::new(700) };
            (answer.status, answer.found) = (0, Found::Balances(vec![row]));
        }
    }
    change(&mut reply);
    desk.answered(reply);
    set
}

#[test]
fn what_changed_is_read_back_by_one_question_however_much_was_posted() {
    let mut desk = small(700);
    let set = look(&mut desk, |_| ());
    assert!(
        matches!(
            &set.requests[..],
            [
                (_, Request::TxnModified { kind: TxnKind::Invoice, to: None, .. }),
                (_, Request::TxnModified { kind: TxnKind::JournalEntry, lines: true, .. }),
                (_, Request::TxnDeleted { .. }),
                (_, Request::AccountRows { since: Some(_), .. }),
                (_, Request::Balances { .. })
            ]
        ),
        "{set:?}"
    );
    assert_eq!(desk.plan(), None);
    assert!(desk.log.iter().any(|e| matches!(e, Effect::ReadBackDone)));
}

#[test]
fn what_was_deleted_is_told_by_the_small_look_and_the_account_is_read_anew_where_its_balance_moved() {
    let mut desk = small(690);
    look(&mut desk, |reply| {
        let gone = Deleted {
            kind: "Invoice".into(),
            id: "9-1".into(),
            name: "SO-9".into(),
            time_created: String::new(),
            time_deleted: String::new(),
        };
        (reply.answers[2].status, reply.answers[2].found) = (0, Found::Deleted(vec![gone]));
    });
    assert!(desk.log.iter().any(|e| matches!(e, Effect::Deleted(gone) if gone[0].id == "9-1")));
    assert_eq!(desk.until_a_write().0, ["values"]);
}

#[test]
fn a_posting_that_changed_or_an_answer_that_did_not_come_has_the_account_read_anew() {
    let row = AccountRow {
        txn_type: "Bill".into(),
        txn_id: seen(1).txn_id,
        date: Day::constant(2026, 2, 3),
        ref_number: String::new(),
        name: String::new(),
        memo: String::new(),
        amount: Cents::new(500),
    };
    let told = |known: Vec<AccountRow>| {
        let mut desk = small(700);
        desk.rows = known;
        look(&mut desk, |reply| {
            (reply.answers[3].status, reply.answers[3].found) = (0, Found::AccountRows(vec![row.clone()]));
        });
        desk.until_a_write().0
    };
    assert_eq!(told(Vec::new()), ["values"], "it is new");
    assert_eq!(told(vec![AccountRow { date: Day::constant(2026, 1, 31), ..row.clone() }]), ["values"]);
    assert_eq!(told(vec![row.clone()]), Vec::<&str>::new(), "it was read before");
    let mut silent = small(700);
    look(&mut silent, |reply| reply.answers.truncate(3));
    assert_eq!(silent.until_a_write().0, ["values", "values"], "it is asked again, and then read whole");
}
