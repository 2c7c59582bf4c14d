//! The pure rooms of the hand-off, each by its table; and the samples that they share with the visits of `step`.

use super::answer::{Answer, AnswerSet, Deleted, Found, HeaderSeen, LineSeen, Severity, TxnSeen};
use super::probe::{self, Findings, Next};
use super::work::{CanaryRef, Existing, Left, Queued, Stored, UnknownWork, Verdict, Work};
use super::{agenda, canary, outcome};
use crate::base::{Cents, EditSequence, Instant, ListId, OperationId, PostingKey, SetId, TxnId};
use crate::books::{Line, ListAdd, ListRef, PartyList, PartyRef, Payload, Role, TxnKind};

pub(super) fn key(number: i64) -> PostingKey {
    PostingKey(uuid::Uuid::from_u128(u128::try_from(number).unwrap()))
}

pub(super) fn payload(number: i64) -> Payload {
    Payload {
        party: Some(PartyRef {
            list: PartyList::Customer,
            id: Some(ListId::new("80000001-1")),
            name: "Smith".into(),
            contact: 1,
        }),
        lines: vec![Line {
            role: Role::Sales,
            item: Some(ListRef::new("80000003-1", "Sales")),
            account: ListRef::new("80000002-1", "Sales"),
            class: None,
            amount: Cents::new(1000),
            quantity: None,
            rate: None,
            text: String::new(),
            tax_code: None,
            taxable: false,
            why: String::new(),
        }],
        total: Cents::new(1000),
        ..Payload::blank(TxnKind::Invoice, "2026-02-03".parse().unwrap(), &format!("SO-{number}"))
    }
}

pub(super) fn add(number: i64) -> Work {
    Work::Txn { payload: payload(number), key: key(number) }
}

pub(super) fn customer(number: i64) -> Work {
    let entry = ListAdd::party(PartyList::Customer, number, "Smith", "");
    Work::List { entry, key: key(number) }
}

pub(super) fn finalise(number: i64, edit: &str) -> Work {
    Work::Finalise(existing(number, edit))
}

pub(super) fn existing(number: i64, edit: &str) -> Existing {
    Existing {
        txn: TxnId::new(format!("{number:X}-1")),
        posted: payload(number),
        key: key(number),
        edit_sequence: EditSequence::from(edit.to_string()),
        stored: Stored { lines: vec!["L1".into()], ..Stored::default() },
    }
}

pub(super) fn queued(number: i64, work: Work) -> Queued {
    Queued { id: OperationId(number), work, attempt: 0, before: None, accepted: Vec::new() }
}

pub(super) fn doubt(number: i64, work: Work) -> UnknownWork {
    UnknownWork {
        id: OperationId(number),
        work,
        set: SetId::from_random(7),
        handed_at: "2026-03-01T12:00:00Z".parse::<Instant>().unwrap(),
        answered: false,
        refusal: None,
        attempt: 1,
        same_identity: true,
        rounds: 0,
    }
}

/// The document as QuickBooks holds it, untouched.
pub(super) fn seen(number: i64) -> TxnSeen {
    let payload = payload(number);
    TxnSeen {
        kind: payload.kind,
        txn_id: TxnId::new(format!("{number:X}-1")),
        edit_sequence: EditSequence::from("100".to_string()),
        time_created: "2026-03-01T07:00:01-05:00".into(),
        time_modified: "2026-03-01T07:00:01-05:00".into(),
        date: payload.date,
        ref_number: payload.ref_number,
        party: Some(ListRef::new("80000001-1", "Smith")),
        memo: key(number).memo_tag(),
        guid: Some(key(number)),
        pending: true,
        total: payload.total,
        tax: Cents::ZERO,
        applied: false,
        linked: false,
        header: HeaderSeen::default(),
        lines: vec![LineSeen {
            txn_line_id: "L1".into(),
            item: Some(ListRef::new("80000003-1", "Sales")),
            amount: Cents::new(1000),
            ..LineSeen::default()
        }],
    }
}

pub(super) fn answer(id: &str, status: i32, found: Found) -> Answer {
    let severity = match status {
        0 | 1 => Severity::Info,
        500..=599 => Severity::Warn,
        _ => Severity::Error,
    };
    Answer {
        request_id: id.into(),
        name: "InvoiceAdd".into(),
        status,
        severity,
        message: format!("status {status}"),
        iterator: None,
        found,
    }
}

pub(super) fn answers(answers: Vec<Answer>) -> AnswerSet {
    AnswerSet { set_id: None, set_status: None, answers }
}

fn one(status: i32, found: Found) -> AnswerSet {
    answers(vec![answer(outcome::WRITE_ID, status, found)])
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Done { .. } => "done",
        Verdict::Refused { .. } => "refused",
        Verdict::Unknown { .. } => "unknown",
        Verdict::Person { code, .. } => code,
        Verdict::Again { .. } => "again",
        Verdict::Deleted { .. } => "deleted",
    }
}

fn said(next: &Next) -> &'static str {
    match next {
        Next::Settle(verdict) => word(verdict),
        Next::Resend => "resend",
        Next::Wait(_) => "wait",
        Next::Freeze(_) => "frozen",
    }
}

#[test]
fn only_a_plain_refusal_of_the_first_attempt_is_taken_as_one() {
    let table = [
        (3140, 1, "refused"),
        (3171, 1, "refused"),
        (3200, 1, "refused"),
        (3175, 1, "unknown"),
        (3176, 1, "unknown"),
        (3180, 1, "unknown"),
        (1000, 1, "unknown"),
        (9999, 1, "unknown"),
        (3140, 2, "unknown"),
    ];
    for (status, attempt, expected) in table {
        let verdict = outcome::read(&add(1), &one(status, Found::Nothing), attempt);
        assert_eq!(word(&verdict), expected, "{status} at attempt {attempt}");
    }
    let mut duplicate = one(3100, Found::Nothing);
    duplicate.answers[0].message = "The external GUID is already in use.".into();
    assert_eq!(
        word(&outcome::read(&customer(1), &duplicate, 1)),
        "unknown",
        "the first sending may have made it"
    );
}

#[test]
fn the_status_of_a_set_never_says_that_nothing_was_booked() {
    for status in [600, 9001, 9002, 9004] {
        let mut set = one(0, Found::Nothing);
        set.set_status = Some(status);
        assert_eq!(word(&outcome::read(&add(1), &set, 1)), "unknown", "{status}");
    }
    let mut not_stored = one(0, Found::Txns(vec![seen(1)]));
    not_stored.set_status = Some(9005);
    assert_eq!(word(&outcome::read(&add(1), &not_stored, 1)), "done", "the statuses of the requests count");
}

#[test]
fn a_confirmation_must_show_what_was_asked_for() {
    let confirmed = |txn| word(&outcome::read(&add(1), &one(0, Found::Txns(vec![txn])), 1));
    assert_eq!(confirmed(seen(1)), "done");
    assert_eq!(confirmed(TxnSeen { guid: None, ..seen(1) }), "done", "mark 1 does not come back everywhere");
    assert_eq!(confirmed(TxnSeen { guid: Some(key(2)), ..seen(1) }), "unknown");
    assert_eq!(confirmed(TxnSeen { kind: TxnKind::Bill, ..seen(1) }), "unknown");
    assert_eq!(confirmed(TxnSeen { txn_id: TxnId::default(), ..seen(1) }), "unknown");
    let other = one(0, Found::Txns(vec![seen(2)]));
    assert_eq!(word(&outcome::read(&finalise(1, "100"), &other, 1)), "unknown");
    let recovered =
        |guid| Found::Recovered { id: "1-1".into(), edit_sequence: EditSequence::default(), guid };
    assert_eq!(word(&outcome::read(&add(1), &one(0, recovered(Some(key(1)))), 2)), "done");
    assert_eq!(word(&outcome::read(&add(1), &one(0, recovered(Some(key(2)))), 2)), "unknown");
    assert_eq!(word(&outcome::read(&add(1), &answers(vec![]), 1)), "unknown");
    let foreign = answers(vec![answer("x9", 3140, Found::Nothing)]);
    assert_eq!(word(&outcome::read(&add(1), &foreign, 1)), "unknown", "a refusal of something else");
}

#[test]
fn another_total_is_confirmed_and_said() {
    let cent_more = TxnSeen { total: Cents::new(1001), ..seen(1) };
    let Verdict::Done { note, .. } = outcome::read(&add(1), &one(0, Found::Txns(vec![cent_more])), 1) else {
        panic!("it is in the books")
    };
    assert!(note.contains("10.01"), "{note}");
}

fn concluded(unknown: &UnknownWork, txns: Vec<TxnSeen>, deleted: Vec<Deleted>) -> &'static str {
    let mut findings = Findings::default();
    let both = answers(vec![
        answer("q1", i32::from(txns.is_empty()), Found::Txns(txns)),
        answer("q2", i32::from(deleted.is_empty()), Found::Deleted(deleted)),
    ]);
    findings.take(unknown, &both, 2);
    said(&probe::conclude(unknown, &findings))
}

fn deleted(created: &str) -> Vec<Deleted> {
    vec![Deleted {
        kind: "Invoice".into(),
        id: "F-1".into(),
        name: "SO-1".into(),
        time_created: created.into(),
        time_deleted: "2026-03-01T08:00:00-05:00".into(),
    }]
}

#[test]
fn a_probe_for_an_add_concludes_by_the_marks() {
    let unknown = doubt(1, add(1));
    let by_memo = TxnSeen { guid: None, ..seen(1) };
    let by_hand = TxnSeen { txn_id: TxnId::new("E-1"), guid: None, memo: String::new(), ..seen(1) };
    let copy = TxnSeen { txn_id: TxnId::new("D-1"), guid: None, ..seen(1) };
    assert_eq!(concluded(&unknown, vec![seen(1)], vec![]), "done");
    assert_eq!(concluded(&unknown, vec![by_memo.clone()], vec![]), "done");
    assert_eq!(
        concluded(&unknown, vec![copy.clone(), seen(1)], vec![]),
        "done",
        "a copy by hand has no GUID"
    );
    assert_eq!(concluded(&unknown, vec![by_memo, copy], vec![]), "found_twice");
    assert_eq!(concluded(&unknown, vec![by_hand], vec![]), "look_alike");
    assert_eq!(concluded(&unknown, vec![], vec![]), "resend");
    assert_eq!(concluded(&unknown, vec![], deleted("2026-03-01T07:00:00-05:00")), "deleted");
    assert_eq!(
        concluded(&unknown, vec![], deleted("2025-12-01T07:00:00-05:00")),
        "resend",
        "another one, long ago"
    );
}

#[test]
fn nothing_found_means_the_same_bytes_only_where_no_answer_ever_came() {
    let unknown = doubt(1, add(1));
    let other_computer = UnknownWork { same_identity: false, ..unknown.clone() };
    assert_eq!(concluded(&other_computer, vec![], vec![]), "wait");
    let refused = |status: i32, attempt| UnknownWork {
        answered: true,
        refusal: Some((status, "no".into())),
        attempt,
        ..unknown.clone()
    };
    assert_eq!(concluded(&refused(3175, 1), vec![], vec![]), "again");
    assert_eq!(concluded(&refused(3175, 2), vec![], vec![]), "again");
    assert_eq!(concluded(&refused(3180, 1), vec![], vec![]), "again");
    assert_eq!(concluded(&refused(3180, 2), vec![], vec![]), "refused", "ruling 17: it lasts");
    assert_eq!(concluded(&refused(3140, 2), vec![], vec![]), "refused", "only now, after the look-up");
    assert_eq!(concluded(&refused(1000, 1), vec![], vec![]), "again");
    let tired = UnknownWork { rounds: 3, ..unknown };
    assert_eq!(concluded(&tired, vec![], vec![]), "too_many_rounds");
    assert_eq!(concluded(&tired, vec![seen(1)], vec![]), "done", "what is there is there");
}

#[test]
fn a_probe_that_was_not_answered_in_full_concludes_nothing() {
    let unknown = doubt(1, add(1));
    for set in [
        answers(vec![]),
        answers(vec![answer("q1", 1, Found::Nothing)]),
        answers(vec![answer("q1", 1, Found::Nothing), answer("q2", 3000, Found::Nothing)]),
    ] {
        let mut findings = Findings::default();
        findings.take(&unknown, &set, 2);
        assert_eq!(said(&probe::conclude(&unknown, &findings)), "wait");
    }
}

#[test]
fn a_probe_for_finalising_goes_by_pending_and_edit_sequence() {
    let unknown = doubt(1, finalise(1, "100"));
    let shown = |txns: Vec<TxnSeen>| {
        let mut findings = Findings::default();
        findings.take(
            &unknown,
            &answers(vec![answer("q1", i32::from(txns.is_empty()) * 500, Found::Txns(txns))]),
            1,
        );
        said(&probe::conclude(&unknown, &findings))
    };
    assert_eq!(shown(vec![TxnSeen { pending: false, ..seen(1) }]), "done", "whoever did it");
    assert_eq!(shown(vec![seen(1)]), "resend");
    let edited = TxnSeen { edit_sequence: EditSequence::from("101".to_string()), ..seen(1) };
    assert_eq!(shown(vec![edited]), "edited_while_pending");
    assert_eq!(shown(vec![]), "frozen", "gone, and nobody deleted it");
}

fn sung(edits: &[&str], set: &AnswerSet) -> canary::Look {
    let edits = edits.iter().map(|edit| EditSequence::from((*edit).to_string())).collect();
    canary::read(&CanaryRef { kind: TxnKind::Invoice, txn: seen(1).txn_id, edits, left: Left::Standing }, set)
}

#[test]
fn what_a_restore_took_away_freezes_until_a_person_gave_it_up_and_is_then_told_as_gone() {
    let none = answers(vec![answer("q1", 500, Found::Nothing), answer("q2", 1, Found::Nothing)]);
    let conclude = |work: Work| {
        let unknown = doubt(1, work);
        let mut findings = Findings::default();
        findings.take(&unknown, &none, 2);
        said(&probe::conclude(&unknown, &findings))
    };
    let given_up = || {
        let it = existing(1, "100");
        Existing { stored: Stored { given_up: true, ..it.stored.clone() }, ..it }
    };
    let payload = || payload(1);
    for (known, missed) in [
        (Work::Finalise(existing(1, "100")), Work::Finalise(given_up())),
        (Work::Void(existing(1, "100")), Work::Void(given_up())),
        (Work::Delete(existing(1, "100")), Work::Delete(given_up())),
        (
            Work::Change { existing: existing(1, "100"), payload: payload(), lines: Vec::new() },
            Work::Change { existing: given_up(), payload: payload(), lines: Vec::new() },
        ),
    ] {
        assert_eq!((conclude(known), conclude(missed)), ("frozen", "deleted"));
    }
}

#[test]
fn the_canary_tells_a_restored_file_from_a_days_work() {
    let there = one(0, Found::Txns(vec![seen(1)]));
    assert_eq!(sung(&["90", "100"], &there), canary::Look::Sings);
    assert!(matches!(sung(&["100", "110"], &there), canary::Look::Older(_)), "what we saw before our last");
    assert_eq!(sung(&["90"], &there), canary::Look::Changed, "a person's own change");
    for gone in [1, 500, 3120] {
        assert_eq!(sung(&["100"], &one(gone, Found::Nothing)), canary::Look::Missing, "{gone}");
    }
    assert!(matches!(sung(&["100"], &one(3000, Found::Nothing)), canary::Look::Failed(_)));
    assert!(matches!(sung(&["100"], &answers(vec![])), canary::Look::Failed(_)));
}

#[test]
fn a_look_that_was_not_answered_clears_nothing() {
    let slice = vec![queued(1, add(1)), queued(2, customer(2)), queued(3, finalise(3, ""))];
    let judged = agenda::judge(slice, &answers(vec![]));
    assert!(judged.cleared.is_empty() && judged.settled.is_empty());
    assert_eq!(judged.left.len(), 3);
}

#[test]
fn a_refused_foreign_list_does_not_hold_up_a_new_customer_but_its_own_does() {
    let look = |status: i32| {
        let mut all = vec![answer("nEmployee", 3261, Found::Nothing)];
        all.push(answer("nCustomer", status, Found::Nothing));
        agenda::judge(vec![queued(1, customer(1))], &answers(all))
    };
    assert_eq!(look(1).cleared.len(), 1);
    assert_eq!(look(3261).left.len(), 1);
}

#[test]
fn the_look_before_an_add_knows_ours_from_a_look_alike() {
    let judged = |txn: TxnSeen| {
        let set = answers(vec![answer("cInvoice", 0, Found::Txns(vec![txn]))]);
        let judged = agenda::judge(vec![queued(1, add(1))], &set);
        judged.settled.first().map_or("clear", |(_, verdict)| word(verdict))
    };
    assert_eq!(judged(seen(1)), "done");
    let unmarked = TxnSeen { guid: None, memo: String::new(), ..seen(1) };
    assert_eq!(judged(unmarked.clone()), "look_alike");
    assert_eq!(judged(TxnSeen { total: Cents::new(1), ..unmarked.clone() }), "clear", "another amount");
    let elsewhere = Some(ListRef::new("80000009-1", "Jones"));
    assert_eq!(judged(TxnSeen { party: elsewhere, ..unmarked }), "clear", "another customer");
}

#[test]
fn the_guard_of_finalising_carries_the_edit_sequence_that_it_read() {
    let judged = |found: Found, status| {
        let set = answers(vec![answer("g0", status, found)]);
        agenda::judge(vec![queued(1, finalise(1, ""))], &set)
    };
    let clear = judged(Found::Txns(vec![seen(1)]), 0);
    let [Queued { work: Work::Finalise(Existing { edit_sequence, .. }), .. }] = clear.cleared.as_slice()
    else {
        panic!("{clear:?}")
    };
    assert_eq!(edit_sequence.as_str(), "100");
    let settled = |found, status| word(&judged(found, status).settled.remove(0).1);
    let other_total = TxnSeen { total: Cents::new(5), ..seen(1) };
    assert_eq!(settled(Found::Txns(vec![other_total]), 0), "edited_while_pending");
    assert_eq!(settled(Found::Txns(vec![TxnSeen { applied: true, ..seen(1) }]), 0), "payment_applied");
    assert_eq!(settled(Found::Txns(vec![TxnSeen { pending: false, ..seen(1) }]), 0), "done");
    let gone = Deleted {
        kind: "Invoice".into(),
        id: seen(1).txn_id.to_string(),
        name: "SO-1".into(),
        time_created: String::new(),
        time_deleted: "2026-03-02T07:00:01-05:00".into(),
    };
    let missing = |deleted: Found| {
        let set = answers(vec![answer("g0", 500, Found::Nothing), answer("d0", 0, deleted)]);
        agenda::judge(vec![queued(1, finalise(1, ""))], &set)
    };
    assert_eq!(word(&missing(Found::Deleted(vec![gone])).settled.remove(0).1), "deleted");
    assert!(missing(Found::Nothing).settled.is_empty(), "an unanswered list of the deleted proves nothing");
}
