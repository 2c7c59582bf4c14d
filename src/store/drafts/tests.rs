//! Saving drafts: what a drafting run may change and what it must leave.

use super::*;
use crate::store::{Lane, Store, scratch};

pub(in crate::store) fn derived(inputs: &str, memo: &str) -> DerivedDraft {
    let payload = Payload {
        memo: memo.into(),
        ..Payload::blank(TxnKind::Invoice, "2026-02-05".parse().unwrap(), "10344")
    };
    DerivedDraft {
        source: "SalesOrder/1".into(),
        cin7_type: "SalesOrder".into(),
        cin7_id: "1".into(),
        kind: Some(TxnKind::Invoice),
        posting_key: Some("key".into()),
        tag: "[C7:X]".into(),
        state: DraftState::Ready,
        inputs: inputs.into(),
        revision_id: 1,
        reference: "SO-1".into(),
        ref_number: "10344".into(),
        contact_id: 7,
        party_id: None,
        party_name: Some("Acme".into()),
        date: Some("2026-02-05".into()),
        month: Some("2026-02".into()),
        total: Some(Cents::ZERO),
        tax: Some(Cents::ZERO),
        currency: "USD".into(),
        reasons: "[]".into(),
        warned: false,
        settings_digest: "s".into(),
        deletes: false,
        held: None,
        payload: Some(Content::of(payload).unwrap()),
    }
}

fn save(store: &Store, d: DerivedDraft) -> SavedDraft {
    store.write(Lane::Bulk, move |tx| tx.save_derived(&d, "t")).unwrap()
}

fn shift(store: &Store, from: DraftState, to: DraftState) {
    store.write(Lane::Person, move |tx| tx.move_draft(DraftId(1), from, to, "t")).unwrap();
}

#[test]
fn equal_inputs_write_nothing_and_a_new_content_is_a_new_version() {
    let (_dir, store) = scratch();
    assert_eq!(save(&store, derived("a", "one")), SavedDraft::New);
    assert_eq!(save(&store, derived("a", "two")), SavedDraft::Unchanged);
    assert_eq!(save(&store, derived("b", "two")), SavedDraft::Changed);
    let row = store.read(|r| r.draft(DraftId(1))).unwrap();
    assert_eq!((row.version, row.inputs.as_str()), (2, "b"));
}

#[test]
fn a_change_in_cin7_takes_the_approval_away_and_a_held_draft_stays_held() {
    let (_dir, store) = scratch();
    save(&store, derived("a", "one"));
    shift(&store, DraftState::Ready, DraftState::Approved);
    assert_eq!(save(&store, derived("b", "one")), SavedDraft::Changed, "the content is the same");
    assert_eq!(store.read(|r| r.draft(DraftId(1))).unwrap().state, DraftState::Approved);
    assert_eq!(save(&store, derived("c", "two")), SavedDraft::ApprovalLost);
    assert_eq!(store.read(|r| r.draft(DraftId(1))).unwrap().state, DraftState::NeedsAttention);
    shift(&store, DraftState::NeedsAttention, DraftState::Held);
    save(&store, derived("d", "three"));
    assert_eq!(store.read(|r| r.draft(DraftId(1))).unwrap().state, DraftState::Held);
}

#[test]
fn the_database_itself_refuses_to_change_a_version_or_to_hold_two_live_drafts_of_a_document() {
    let (_dir, store) = scratch();
    save(&store, derived("a", "one"));
    let changed = store.write(Lane::Person, |tx| {
        tx.db.execute("UPDATE draft_version SET payload = '{}'", [])?;
        Ok(())
    });
    assert!(changed.is_err());
    let second = store.write(Lane::Person, |tx| {
        tx.db.execute(
            "INSERT INTO draft (source, cin7_type, cin7_id, part, generation, state, reference, changed_at) VALUES ('SalesOrder/1','SalesOrder','1',0,2,'Ready','SO-1','t')",
            [],
        )?;
        Ok(())
    });
    assert!(second.is_err());
}

#[test]
fn a_number_that_a_transaction_of_somebody_else_holds_is_taken_and_its_drafts_are_made_anew() {
    let (_dir, store) = scratch();
    save(&store, derived("a", "one"));
    let taken = |kind, number: &str, vendor: Option<&str>| {
        store.read(|r| r.number_taken(kind, vendor, number, "SalesOrder/1")).unwrap()
    };
    assert!(!taken(TxnKind::Invoice, "10344", None), "its own number");
    let other = |kind, number: &str, name: &str| TxnSeen {
        kind,
        txn_id: format!("{number}-{name}").as_str().into(),
        edit_sequence: "1".into(),
        time_created: String::new(),
        time_modified: String::new(),
        date: "2026-02-05".parse().unwrap(),
        ref_number: number.into(),
        party: Some(crate::books::ListRef::new("80000001-1", name)),
        memo: String::new(),
        guid: None,
        pending: false,
        total: Cents::new(100),
        tax: Cents::ZERO,
        applied: false,
        linked: false,
        header: crate::handoff::answer::HeaderSeen::default(),
        lines: Vec::new(),
    };
    let found = [other(TxnKind::Invoice, "10344", "Beta"), other(TxnKind::Bill, "b-1", "Gamma")];
    let read_back = |run: i64, seen: Vec<TxnSeen>| {
        let keep = move |tx: &Tx<'_>| {
            seen.iter().try_for_each(|seen| tx.keep_number(seen, run))?;
            tx.close_read_back(run)
        };
        store.write(Lane::Endpoint, keep).unwrap();
    };
    read_back(1, found.to_vec());
    assert!(taken(TxnKind::Invoice, "10344", None));
    assert!(taken(TxnKind::Bill, "B-1", Some("Gamma")), "whatever the case");
    assert!(!taken(TxnKind::Bill, "b-1", Some("Delta")), "bills are numbered by their vendor");
    let inputs = || store.read(|r| r.draft(DraftId(1))).unwrap().inputs;
    assert_eq!(inputs(), "", "it is drafted again, with another number");
    assert_eq!(save(&store, derived("b", "one")), SavedDraft::Changed);
    read_back(2, found.to_vec());
    assert_eq!(inputs(), "b", "what is known already makes nothing anew");
    read_back(3, Vec::new());
    assert!(!taken(TxnKind::Invoice, "10344", None), "it is gone from QuickBooks");
}
