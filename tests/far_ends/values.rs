//! Vendor credits, landing costs, joins and the roll-forward, through store, hand-off and the simulated QuickBooks.

use crate::job::{Job, WHO};
use countersign::base::{Cents, DraftId};
use countersign::books::own::{OwnLandingCost, OwnLine, OwnVendorCredit};
use countersign::books::{DraftState, ListEntry, ListKind, TxnKind};
use countersign::store::drafts::{DraftFilter, DraftRow};
use countersign::workflow::{connect, decide, drafts, handoff, own};

fn cents(text: &str) -> Cents {
    text.parse().unwrap()
}

fn all(job: &Job) -> Vec<DraftRow> {
    let ids = drafts::ids(&job.profile, &DraftFilter::default()).unwrap();
    drafts::rows(&job.profile, &ids).unwrap()
}

fn of_type(job: &Job, cin7_type: &str) -> Vec<DraftRow> {
    all(job).into_iter().filter(|row| row.cin7_type == cin7_type).collect()
}

/// The inventory account as the ledger's dump names it: by its number.
fn stock(job: &Job) -> String {
    let wanted = job.profile.settings().account.inventory_asset.unwrap();
    let entries = job.profile.store().read(|r| r.list_entries(&[ListKind::Account])).unwrap();
    let number = entries.into_iter().find_map(|entry| match entry {
        ListEntry::Account(account) if account.id == wanted.id => Some(account.number),
        _ => None,
    });
    number.unwrap()
}

/// A vendor that QuickBooks has.
fn vendor(job: &Job) -> String {
    let ready = all(job).into_iter().find(|row| {
        row.kind == Some(TxnKind::Bill) && row.state == DraftState::Ready && row.party_id.is_some()
    });
    ready.unwrap().party_name.unwrap()
}

fn credit(vendor: &str, number: &str, amount: &str) -> OwnVendorCredit {
    OwnVendorCredit {
        date: "2026-02-09".parse().unwrap(),
        vendor: vendor.into(),
        contact: 0,
        number: number.into(),
        po: String::new(),
        memo: "one unit back".into(),
        lines: vec![OwnLine { account: String::new(), amount: cents(amount), memo: String::new() }],
    }
}

fn hand_off(job: &Job, rows: &[DraftRow]) {
    let shown: Vec<(DraftId, String)> = rows
        .iter()
        .map(|row| (row.id, drafts::detail(&job.profile, row.id).unwrap().version.unwrap().hash))
        .collect();
    decide::approve(&job.profile, &shown, WHO).unwrap();
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
}

#[test]
fn a_typed_vendor_credit_is_posted_once_and_lowers_the_inventory_account() {
    let job = Job::new();
    let vendor = vendor(&job);
    own::add_vendor_credit(&job.profile, credit(&vendor, "CR-77", "20.00"), WHO).unwrap();
    let again = own::add_vendor_credit(&job.profile, credit(&vendor.to_uppercase(), "cr-77", "20.00"), WHO);
    assert_eq!(again.unwrap_err().code, "CREDIT-TWICE");
    let typed = of_type(&job, "Typed");
    assert_eq!((typed.len(), typed[0].state), (1, DraftState::Ready), "{}", typed[0].reasons);
    hand_off(&job, &typed);
    let there = job.in_ledger(&job.row(typed[0].id));
    assert_eq!(there.kind, "VendorCredit");
    assert!(
        there.splits.iter().any(|split| split.account == stock(&job) && split.credit == 2000),
        "{there:?}"
    );
    job.assert_proved();
}

#[test]
fn a_typed_entry_is_undone_and_done_again_like_any_decision() {
    let job = Job::new();
    let vendor = vendor(&job);
    own::add_vendor_credit(&job.profile, credit(&vendor, "CR-77", "20.00"), WHO).unwrap();
    let state = || of_type(&job, "Typed")[0].state;
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(state(), DraftState::Excluded);
    decide::redo(&job.profile, WHO).unwrap();
    assert_eq!(state(), DraftState::Ready);
    let typed = of_type(&job, "Typed");
    own::take_back(&job.profile, typed[0].id, WHO).unwrap();
    assert_eq!(state(), DraftState::Excluded);
    own::add_vendor_credit(&job.profile, credit(&vendor, "CR-77", "20.00"), WHO).unwrap();
    let hash = drafts::detail(&job.profile, of_type(&job, "Typed")[1].id).unwrap().version.unwrap().hash;
    decide::approve(&job.profile, &[(of_type(&job, "Typed")[1].id, hash)], WHO).unwrap();
    let refused = own::take_back(&job.profile, of_type(&job, "Typed")[1].id, WHO).unwrap_err();
    assert!(refused.happened.contains("Approved"), "{refused}");
}

#[test]
fn a_vendor_nobody_knows_is_refused_with_the_nearest_name() {
    let job = Job::new();
    let refused =
        own::add_vendor_credit(&job.profile, credit("Nobody & Sons", "1", "5.00"), WHO).unwrap_err();
    assert_eq!(refused.code, "CREDIT-VENDOR");
    assert!(of_type(&job, "Typed").is_empty());
}

#[test]
fn detected_vendor_credits_are_posted_once_their_number_is_typed() {
    let job = Job::new();
    let detected: Vec<DraftRow> = all(&job)
        .into_iter()
        .filter(|row| row.kind == Some(TxnKind::VendorCredit) && row.state != DraftState::Excluded)
        .collect();
    assert!(detected.iter().any(|row| row.cin7_type == "SupplierCredit"), "{detected:?}");
    for row in &detected {
        if job.codes(row.id).contains(&"no_supplier_credit_number".to_string()) {
            own::set_number(&job.profile, row.id, &format!("SC-{}", row.cin7_id), WHO).unwrap();
        }
        assert_eq!(job.row(row.id).state, DraftState::Ready, "{}", job.row(row.id).reasons);
    }
    hand_off(&job, &detected);
    for row in &detected {
        assert_eq!(job.row(row.id).state, DraftState::Posted);
        assert_eq!(job.in_ledger(&job.row(row.id)).kind, "VendorCredit");
    }
    job.assert_proved();
}

#[test]
fn a_landing_cost_waits_for_its_account_and_is_then_a_journal() {
    let job = Job::new();
    let cost = OwnLandingCost {
        date: "2026-02-10".parse().unwrap(),
        po: "PO-1".into(),
        category: "Freight".into(),
        amount: cents("30.00"),
        memo: String::new(),
    };
    own::add_landing_cost(&job.profile, cost, WHO).unwrap();
    let row = || of_type(&job, "LandingCost").remove(0);
    assert_eq!(job.codes(row().id), ["no_landing_account"]);
    connect::change_settings(&job.profile, &[("landing.Freight".into(), "Freight Out".into())], WHO)
        .unwrap_err();
    connect::change_settings(&job.profile, &[("landing.Freight".into(), "Cost of Goods Sold".into())], WHO)
        .unwrap();
    countersign::workflow::redraft::redraft(&job.profile).unwrap();
    assert_eq!(row().state, DraftState::Ready, "{}", row().reasons);
    hand_off(&job, &[row()]);
    let there = job.in_ledger(&row());
    assert_eq!(there.kind, "JournalEntry");
    assert!(
        there.splits.iter().any(|split| split.account == stock(&job) && split.debit == 3000),
        "{there:?}"
    );
    job.assert_proved();
}
