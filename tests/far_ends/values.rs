//! Vendor credits, landing costs, joins and the roll-forward, through store, hand-off and the simulated QuickBooks.

use crate::job::{Job, WHO};
use countersign::base::{Cents, DraftId};
use countersign::books::own::{OwnLandingCost, OwnLine, OwnVendorCredit};
use countersign::books::{DraftState, ListEntry, ListKind, OwnEntry, TxnKind};
use countersign::store::drafts::{DraftFilter, DraftRow};
use countersign::workflow::{connect, decide, drafts, handoff, own, own_look, prove};

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

#[test]
fn the_roll_forward_is_what_the_ledger_holds_and_comes_to_quickbooks_own_balance() {
    rolls_forward(false);
}

#[test]
fn the_roll_forward_is_the_same_where_quickbooks_tells_credits_as_positive() {
    rolls_forward(true);
}

fn rolls_forward(credits_are_positive: bool) {
    let job = Job::posted();
    job.company().switches_mut().credits_are_positive = credits_are_positive;
    let vendor = vendor_of_posted(&job);
    own::add_vendor_credit(&job.profile, credit(&vendor, "CR-77", "20.00"), WHO).unwrap();
    hand_off(&job, &of_type(&job, "Typed"));
    let rows = prove::prove(&job.profile, None).unwrap().roll_forward;
    assert_eq!(rows[0].month, "2026-01");
    let mut opening = cents("0.00");
    let mut credits = Cents::ZERO;
    for row in &rows {
        let closing = row.opening + row.bills + row.landing_costs - row.vendor_credits + row.adjustments
            - row.cogs
            + row.true_up
            + row.other_in_quickbooks;
        assert_eq!((row.opening, row.closing), (opening, closing));
        assert_eq!(row.off_quickbooks(), Some(cents("0.00")), "{row:?}");
        opening = row.closing;
        credits += row.vendor_credits;
    }
    let other_credits: Cents = all(&job)
        .iter()
        .filter(|row| row.kind == Some(TxnKind::VendorCredit) && row.state == DraftState::Posted)
        .map(|row| row.total.unwrap())
        .sum();
    assert_eq!(credits, other_credits);
    assert!(rows.iter().any(|row| !row.bills.is_zero()));
    assert!(rows[0].explainers.iter().any(|e| e.code == "opening_not_confirmed"), "{:?}", rows[0].explainers);
}

fn vendor_of_posted(job: &Job) -> String {
    let bills =
        all(job).into_iter().find(|row| row.kind == Some(TxnKind::Bill) && row.state == DraftState::Posted);
    bills.unwrap().party_name.unwrap()
}

#[test]
fn a_supplier_credit_that_only_a_payment_shows_is_warned_of_until_it_is_entered() {
    let job = Job::new();
    let warnings = || prove::prove(&job.profile, None).unwrap().warnings;
    assert_eq!(warnings()[0].documents, ["SCN-0990 18.50"]);
    own::add_vendor_credit(&job.profile, credit(&vendor(&job), "SCN-0990", "18.50"), WHO).unwrap();
    assert!(warnings().is_empty());
}

#[test]
fn a_file_of_vendor_credits_is_taken_in_whole_once_or_not_at_all() {
    use countersign::workflow::imports::{What, import};
    let job = Job::new();
    let vendor = vendor(&job);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("credits.csv");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let run = || import(&job.profile, What::VendorCredits, &file, WHO).unwrap();
    write(&format!(
        "date,vendor,number,amount,memo\n2026-02-09,{vendor},1,5.00,a\n2026-13-01,Nobody,2,x,b\n"
    ));
    let told = run();
    let places: Vec<(u64, &str)> =
        told.errors.iter().map(|wrong| (wrong.line, wrong.column.as_str())).collect();
    assert_eq!(places, [(3, "date"), (3, "amount"), (3, "vendor")]);
    assert!(of_type(&job, "Csv").is_empty(), "nothing half imported");
    write(&format!(
        "date,vendor,number,account,amount\n2026-02-09,{vendor},1,Inventroy Asset,5.00\n2026-02-09,{vendor},2,1400,5.00\n2026-02-09,{vendor},3,Inventory Asset,5.00\n"
    ));
    let told = run();
    assert_eq!(told.errors.len(), 1, "{:?}", told.errors);
    assert!(told.errors[0].line == 2 && told.errors[0].text.contains("did you mean `Inventory Asset`?"));
    write("date,vendor,number,account,amount\n2026-02-09,,,Inventroy Asset,-1.00\n");
    let told = run();
    let places: Vec<&str> = told.errors.iter().map(|wrong| wrong.column.as_str()).collect();
    assert_eq!(
        places,
        ["vendor", "number", "account", "amount"],
        "an empty cell hides nothing: {:?}",
        told.errors
    );
    write(&format!(
        "date,vendor,number,amount,memo\n2026-02-09,{vendor},1,5.00,=a\n2026-02-09,{vendor},1,2.00,b\n2026-02-10,{vendor},2,1.00,\n"
    ));
    assert_eq!(run().imported, 2);
    let csv = of_type(&job, "Csv");
    assert_eq!(csv.iter().map(|row| row.total.unwrap()).collect::<Vec<_>>(), [cents("7.00"), cents("1.00")]);
    assert!(csv.iter().all(|row| row.state == DraftState::Ready), "{csv:?}");
    assert!(csv[0].cin7_id.ends_with("/2") && csv[1].cin7_id.ends_with("/4"), "{csv:?}");
    write(&format!(
        "\u{feff}date,vendor,number,amount,memo\r\n2026-02-09,{vendor},1,5.00,=a\r\n2026-02-09,{vendor},1,2.00,b\r\n2026-02-10,{vendor},2,1.00,\r\n"
    ));
    let again = run();
    assert_eq!((again.imported, again.already), (0, 2), "{again:?}");
    assert!(again.done.contains("imported before"));
    write(&format!("date,vendor,number,amount\n2026-03-01,{vendor},2,1.00\n2026-03-01,{vendor},3,1.00\n"));
    assert_eq!(run().errors[0].column, "number", "what another file brought is told");
    decide::undo(&job.profile, WHO).unwrap();
    assert!(of_type(&job, "Csv").iter().all(|row| row.state == DraftState::Excluded));
}

#[test]
fn two_orders_on_one_invoice_become_one_bill_and_their_totals_count_once() {
    let job = Job::new();
    let ready: Vec<DraftRow> = all(&job)
        .into_iter()
        .filter(|row| row.kind == Some(TxnKind::Bill) && row.state == DraftState::Ready)
        .collect();
    let pair = ready.iter().find_map(|one| {
        let other = ready.iter().find(|other| other.id != one.id && other.party_name == one.party_name)?;
        Some([one.clone(), other.clone()])
    });
    let pair = pair.unwrap();
    let total = |job: &Job| -> Cents {
        prove::prove(&job.profile, None).unwrap().totals.iter().map(|row| row.cin7_total).sum()
    };
    let before = total(&job);
    let ids = [pair[0].id, pair[1].id];
    // The invoice may well have the number that stands on the first order.
    let number = pair[0].ref_number.clone();
    let wish = OwnEntry::Joined(own::join_entry(&job.profile, &ids, &number, None).unwrap());
    let shown = own_look::one(&job.profile, wish).unwrap().remove(0);
    own::join(&job.profile, &ids, &number, None, WHO).unwrap();
    let joined = of_type(&job, "Joined").remove(0);
    assert_eq!((joined.ref_number.as_str(), joined.state), (number.as_str(), DraftState::Ready));
    assert_eq!((shown.ref_number, shown.total, shown.state), (number.clone(), joined.total, joined.state));
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(job.row(ids[0]).ref_number, number, "the order has its number again");
    assert_eq!(job.row(ids[0]).state, DraftState::Ready);
    own::join(&job.profile, &ids, "BIG-1", None, WHO).unwrap();
    let joined = of_type(&job, "Joined").into_iter().find(|row| row.state == DraftState::Ready).unwrap();
    assert_eq!(
        (joined.state, joined.ref_number.as_str()),
        (DraftState::Ready, "BIG-1"),
        "{}",
        joined.reasons
    );
    // Exact totals are added and rounded once; each by itself may have been rounded the other way.
    let near = |one: Cents, other: Cents| (one - other).abs() <= cents("0.01");
    assert!(near(joined.total.unwrap(), pair[0].total.unwrap() + pair[1].total.unwrap()));
    assert!(ids.iter().all(|id| job.codes(*id) == ["joined"]));
    assert!(near(total(&job), before));
    assert!(own::join(&job.profile, &ids, "BIG-2", None, WHO).is_err(), "they stand in a join already");
    hand_off(&job, std::slice::from_ref(&joined));
    job.assert_proved();
    assert!(own::take_back(&job.profile, joined.id, WHO).is_err(), "it is in QuickBooks");
}

#[test]
fn two_invoices_for_one_order_become_two_bills_that_come_to_the_order() {
    use countersign::books::own::SplitPart;
    let job = Job::new();
    let ready = all(&job).into_iter().find(|row| {
        let lines = || drafts::detail(&job.profile, row.id).unwrap().document.map_or(0, |d| d.lines.len());
        row.kind == Some(TxnKind::Bill) && row.state == DraftState::Ready && lines() >= 2
    });
    let order = ready.unwrap();
    let count = drafts::detail(&job.profile, order.id).unwrap().document.unwrap().lines.len();
    let part = |number: &str, lines: Vec<usize>| SplitPart {
        number: number.into(),
        date: None,
        lines: lines.into_iter().map(|line| (line, None)).collect(),
    };
    let halves = || vec![part("A-1", vec![1]), part("A-2", (2..=count).collect())];
    let short = vec![part("A-1", vec![1]), part("A-2", vec![1])];
    assert_eq!(own::split(&job.profile, order.id, short, WHO).unwrap_err().code, "SPLIT-CANNOT");
    own::split(&job.profile, order.id, halves(), WHO).unwrap();
    assert_eq!(job.codes(order.id), ["split"]);
    let parts = || -> Vec<DraftRow> {
        all(&job).into_iter().filter(|row| row.source.starts_with(&format!("{}/", order.source))).collect()
    };
    assert_eq!(parts().iter().map(|row| row.total.unwrap()).sum::<Cents>(), order.total.unwrap());
    assert!(
        parts().iter().all(|row| row.state == DraftState::Ready && row.cin7_id == order.cin7_id),
        "{:?}",
        parts()
    );
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(job.row(order.id).state, DraftState::Ready);
    assert!(parts().iter().all(|row| row.state == DraftState::Excluded));
    own::split(&job.profile, order.id, halves(), WHO).unwrap();
    let handed = parts();
    hand_off(&job, &handed);
    assert!(handed.iter().all(|row| job.row(row.id).state == DraftState::Posted));
    job.assert_proved();
}
