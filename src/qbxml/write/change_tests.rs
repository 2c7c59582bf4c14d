//! The exact bytes of every request about what stands in QuickBooks, held against golden messages, and what such a
//! request must never carry.

use super::tests::{customer, day, invoice, journal, key, payload, purchase, write_set};
use super::*;
use crate::base::{Cents, EditSequence, ListId, TxnId};
use crate::books::{Address, ListAdd, ListMod, ListRef, PartyChange, PartyField, PartyList, PartyValue};
use crate::handoff::lines;

fn ids(payload: &Payload) -> Vec<String> {
    (1..=payload.lines.len()).map(|number| format!("{number}A-1700000000")).collect()
}

fn change(before: Payload, after: Payload) -> RequestSet {
    let lines = lines::bind(&before, &after, key(), &ids(&before));
    write_set(Request::TxnMod {
        txn: TxnId::from("2A-1700000000"),
        edit_sequence: EditSequence::from("1700000001".to_string()),
        before,
        payload: after,
        key: key(),
        lines,
    })
}

/// One line dearer, one gone, one new, another day, and elements that are cleared.
fn changed(before: &Payload) -> Payload {
    let mut after = before.clone();
    let mut first = after.lines.remove(0);
    let last = after.lines.len() - 1;
    first.amount += Cents::new(500);
    first.rate = None;
    first.text = "Dearer now".into();
    after.lines[last].amount -=
        if after.kind == TxnKind::JournalEntry { Cents::new(500) } else { Cents::ZERO };
    after.lines.push(first);
    if after.kind != TxnKind::JournalEntry {
        after.total += Cents::new(500);
    }
    after.date = day("2026-11-30");
    after.po_number = String::new();
    after.terms = None;
    after.ship_to = Address { lines: vec!["Dock 4".into()], ..Address::default() };
    after.memo = "Changed".into();
    after
}

fn update(list: PartyList) -> RequestSet {
    let text = |text: &str| PartyValue::Text(text.into());
    let place = |line: &str| PartyValue::Address(Address { lines: vec![line.into()], ..Address::default() });
    let entry = |id: &str| PartyValue::Entry((!id.is_empty()).then(|| ListRef::new(id, "Net 30")));
    let one = |field, before, after| PartyChange { field, before, after };
    let change = ListMod {
        list,
        id: ListId::from("8000002A-1700000000"),
        name: "Zoë".into(),
        contact: 4101,
        changes: vec![
            one(PartyField::Email, text("old@example.com"), text("new@example.com")),
            one(PartyField::Address, place("1 Main St"), place("2 Main St")),
            one(PartyField::Phone, text("555-0100"), text("")),
            one(PartyField::Terms, entry(""), entry("80000005-1600000000")),
        ],
    };
    write_set(Request::ListMod { change, edit_sequence: EditSequence::from("1700000001".to_string()) })
}

fn goldens() -> Vec<(&'static str, RequestSet, &'static str)> {
    macro_rules! golden {
        ($name:literal, $set:expr) => {
            ($name, $set, include_str!(concat!("../../../tests/golden/qbxml/", $name)))
        };
    }
    let mut credit = invoice();
    credit.kind = TxnKind::CreditMemo;
    let of = |before: Payload| change(before.clone(), changed(&before));
    let (kind, txn) = (TxnKind::Invoice, TxnId::from("2A-1700000000"));
    vec![
        golden!("invoice-mod.xml", of(invoice())),
        golden!("credit-memo-mod.xml", of(credit)),
        golden!("bill-mod.xml", of(purchase(TxnKind::Bill))),
        golden!("vendor-credit-mod.xml", of(purchase(TxnKind::VendorCredit))),
        golden!("journal-entry-mod.xml", of(journal())),
        golden!("invoice-void.xml", write_set(Request::TxnVoid { kind, txn: txn.clone() })),
        golden!("invoice-del.xml", write_set(Request::TxnDel { kind, txn })),
        golden!("customer-mod.xml", update(PartyList::Customer)),
        golden!("vendor-mod.xml", update(PartyList::Vendor)),
    ]
}

#[test]
fn every_change_is_written_as_in_its_golden_file() {
    for (name, set, golden) in goldens() {
        assert_eq!(message(&set).unwrap(), golden.trim_end(), "{name}");
    }
}

#[test]
fn no_change_of_content_ever_says_whether_a_sale_is_pending() {
    for (name, set, _) in goldens() {
        assert!(!message(&set).unwrap().contains("IsPending"), "{name}");
    }
}

#[test]
fn every_line_that_stays_is_listed_and_what_is_new_is_minus_one() {
    let before = invoice();
    let text = message(&change(before.clone(), changed(&before))).unwrap();
    let written = crate::handoff::texts::written(&changed(&before)).len();
    assert_eq!(text.matches("<InvoiceLineMod>").count(), written);
    assert!(text.contains("<TxnLineID>-1</TxnLineID>"), "{text}");
    assert!(text.contains("<InvoiceLineMod><TxnLineID>2A-1700000000</TxnLineID></InvoiceLineMod>"), "{text}");
    assert!(!text.contains("ExternalGUID"), "it has no place in a Mod");
}

#[test]
fn a_change_into_another_kind_or_without_lines_is_never_written() {
    let before = invoice();
    let mut other = before.clone();
    other.kind = TxnKind::CreditMemo;
    assert!(message(&change(before.clone(), other)).is_err());
    let none = payload(TxnKind::Invoice, Vec::new());
    assert!(message(&change(before, Payload { total: Cents::ZERO, ..none })).is_err());
    let ListAdd::Party { .. } = customer() else { panic!("a customer") };
}
