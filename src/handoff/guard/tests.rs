//! The guard's table, row by row, for every kind and purpose, each row both ways.

use super::*;
use crate::base::{Cents, EditSequence, TxnId};
use crate::books::{ListRef, Payload};
use crate::handoff::answer::{HeaderSeen, LineSeen};
use crate::handoff::work::Stored;

const PURPOSES: [Purpose; 4] = [Purpose::Change, Purpose::Finalise, Purpose::Void, Purpose::Delete];

fn key() -> crate::base::PostingKey {
    crate::base::PostingKey(uuid::Uuid::from_u128(9))
}

fn posted(kind: TxnKind) -> Payload {
    let account = ListRef::new("80000002-1", "Stock");
    let line = |amount: i64| crate::books::Line {
        role: crate::books::Role::Inventory,
        item: kind.can_be_pending().then(|| ListRef::new("80000003-1", "Sales")),
        account: account.clone(),
        class: None,
        amount: Cents::new(amount),
        quantity: None,
        rate: None,
        text: String::new(),
        tax_code: None,
        taxable: false,
        why: String::new(),
    };
    let journal = kind == TxnKind::JournalEntry;
    Payload {
        lines: if journal { vec![line(1000), line(-1000)] } else { vec![line(1000)] },
        total: Cents::new(1000),
        pending: kind.can_be_pending(),
        ..Payload::blank(kind, "2026-02-03".parse().unwrap(), "10344")
    }
}

fn existing(kind: TxnKind) -> Existing {
    let posted = posted(kind);
    let lines = (1..=posted.lines.len()).map(|number| format!("L{number}")).collect();
    Existing {
        txn: TxnId::new("A-1"),
        posted,
        key: key(),
        edit_sequence: EditSequence::default(),
        stored: Stored { lines, ..Stored::default() },
    }
}

/// The document as QuickBooks holds it, untouched.
fn untouched(kind: TxnKind) -> TxnSeen {
    let posted = posted(kind);
    let lines = posted.lines.iter().enumerate().map(|(place, line)| LineSeen {
        txn_line_id: format!("L{}", place + 1),
        item: line.item.clone(),
        account: Some(line.account.clone()),
        amount: line.amount.abs(),
        debit: !line.amount.is_negative(),
        text: if place == 0 { key().memo_tag() } else { String::new() },
        ..LineSeen::default()
    });
    TxnSeen {
        kind,
        txn_id: TxnId::new("A-1"),
        edit_sequence: EditSequence::from("7".to_string()),
        time_created: String::new(),
        time_modified: String::new(),
        date: posted.date,
        ref_number: posted.ref_number.clone(),
        party: None,
        memo: key().memo_tag(),
        guid: Some(key()),
        pending: posted.pending,
        total: posted.stated_total(),
        tax: Cents::ZERO,
        applied: false,
        linked: false,
        header: HeaderSeen::default(),
        lines: lines.collect(),
    }
}

/// What breaks one row and no other that matters.
fn break_it(check: Check, it: &mut Existing, seen: &mut TxnSeen) {
    let day = it.posted.date;
    match check {
        Check::Found => seen.txn_id = TxnId::new("B-1"),
        Check::Untouched => seen.ref_number = "EDITED".into(),
        Check::Pending => seen.pending = false,
        Check::NothingApplied => seen.applied = true,
        Check::NotLinked => seen.linked = true,
        Check::OpenPeriod => it.stored.closing_date = Some(day),
        Check::Unfiled => it.stored.filed_through = Some(day),
        Check::OurMark => seen.memo = "rewritten".into(),
        Check::OurLines => seen.lines[0].txn_line_id = "L99".into(),
    }
}

fn broken(purpose: Purpose, it: &Existing, seen: &TxnSeen) -> Vec<Check> {
    guard(purpose, it, None, Some(seen)).into_iter().map(|broken| broken.check).collect()
}

#[test]
fn every_row_holds_for_an_untouched_document_of_every_kind() {
    for kind in TxnKind::ALL {
        for purpose in PURPOSES {
            let mut it = existing(kind);
            // Only sales are deleted or made final; the rest is a setting and cannot be asked for.
            it.stored.may_delete_posted = !kind.can_be_pending();
            assert_eq!(broken(purpose, &it, &untouched(kind)), [], "{purpose:?} {kind:?}");
            // Printing moves the change stamp and is no edit (design 4.4).
            let printed = TxnSeen { edit_sequence: EditSequence::from("8".to_string()), ..untouched(kind) };
            assert_eq!(broken(purpose, &it, &printed), [], "{purpose:?} {kind:?}");
        }
    }
}

#[test]
fn each_row_stops_exactly_the_kinds_and_purposes_that_the_table_crosses() {
    for check in Check::ALL {
        for kind in TxnKind::ALL {
            for purpose in PURPOSES {
                let (mut it, mut seen) = (existing(kind), untouched(kind));
                break_it(check, &mut it, &mut seen);
                let stops = broken(purpose, &it, &seen).contains(&check);
                assert_eq!(stops, check.is_asked(purpose, kind), "{check:?} {purpose:?} {kind:?}");
            }
        }
    }
}

#[test]
fn the_crosses_are_those_of_the_page() {
    use TxnKind as K;
    let asked = |check: Check, purpose| {
        TxnKind::ALL.into_iter().filter(|kind| check.is_asked(purpose, *kind)).collect::<Vec<_>>()
    };
    let all = TxnKind::ALL.to_vec();
    let but_journals = vec![K::Invoice, K::Bill, K::CreditMemo, K::VendorCredit];
    for check in [Check::Found, Check::Untouched, Check::OpenPeriod, Check::OurMark, Check::OurLines] {
        assert_eq!(asked(check, Purpose::Change), all, "{check:?}");
    }
    assert_eq!(asked(Check::Pending, Purpose::Change), [K::Invoice, K::CreditMemo]);
    assert_eq!(asked(Check::Pending, Purpose::Void), [], "what is posted is voided");
    assert_eq!(asked(Check::NothingApplied, Purpose::Change), but_journals);
    assert_eq!(asked(Check::NotLinked, Purpose::Change), but_journals);
}

#[test]
fn both_the_old_and_the_new_day_must_be_open() {
    let mut it = existing(TxnKind::Bill);
    it.stored.closing_date = Some("2026-01-31".parse().unwrap());
    let seen = untouched(TxnKind::Bill);
    let to = |day: &str| guard(Purpose::Change, &it, Some(day.parse().unwrap()), Some(&seen)).len();
    assert_eq!(to("2026-02-04"), 0);
    assert_eq!(to("2026-01-31"), 1, "the new day is closed");
    it.stored.closing_date = Some("2026-02-03".parse().unwrap());
    let to = |day: &str| guard(Purpose::Change, &it, Some(day.parse().unwrap()), Some(&seen)).len();
    assert_eq!(to("2026-03-01"), 1, "the old day is closed");
}

#[test]
fn a_sale_posted_at_once_needs_no_pending_and_what_was_final_is_deleted_only_by_the_setting() {
    let mut it = existing(TxnKind::Invoice);
    it.posted.pending = false;
    let seen = TxnSeen { pending: false, ..untouched(TxnKind::Invoice) };
    assert_eq!(broken(Purpose::Change, &it, &seen), []);
    assert_eq!(broken(Purpose::Delete, &it, &seen), [Check::Pending]);
    it.stored.may_delete_posted = true;
    assert_eq!(broken(Purpose::Delete, &it, &seen), []);
}

#[test]
fn an_edit_is_overwritten_only_where_it_is_the_one_that_was_named_and_the_sale_is_pending() {
    let edited =
        TxnSeen { ref_number: "EDITED".into(), memo: "rewritten".into(), ..untouched(TxnKind::Invoice) };
    let mut it = existing(TxnKind::Invoice);
    it.stored.overwrite = Some(Box::new(edited.clone()));
    assert_eq!(broken(Purpose::Change, &it, &edited), [], "mark 1 stands, whatever the memo says");
    let again = TxnSeen { ref_number: "AGAIN".into(), ..edited.clone() };
    assert_eq!(broken(Purpose::Change, &it, &again), [Check::Untouched]);
    let final_now = TxnSeen { pending: false, ..edited };
    assert_eq!(broken(Purpose::Change, &it, &final_now), [Check::Untouched, Check::Pending]);
}

#[test]
fn what_is_not_there_breaks_the_first_row_alone() {
    for purpose in PURPOSES {
        let found = guard(purpose, &existing(TxnKind::Bill), None, None);
        assert_eq!(found.iter().map(|broken| broken.check).collect::<Vec<_>>(), [Check::Found]);
    }
}
