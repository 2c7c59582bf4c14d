//! Drafts that live: what changes, is voided, edited, paid, deleted or undone after it was posted.

use crate::job::{Job, WHO};
use countersign::base::{BatchId, Cents};
use countersign::books::own::{OwnLine, OwnVendorCredit};
use countersign::books::{DraftState, Settings, TxnKind};
use countersign::orders::TaxStatus;
use countersign::sim::quickbooks::Company;
use countersign::store::drafts::DraftRow;
use countersign::workflow::{changes, decide, drafts, handoff, history, own, prove, undo};
use serde_json::{Value, json};

/// Ten dollars of freight more, before tax.
fn dearer(body: &mut Value) {
    let number = |body: &Value, name: &str| body[name].as_f64().unwrap();
    let rate = if body["taxStatus"] == "Incl" { 0.0 } else { number(body, "taxRate") };
    let rate = if rate < 1.0 { rate } else { rate / 100.0 };
    body["freightTotal"] = json!(number(body, "freightTotal") + 10.0);
    body["total"] = json!(number(body, "total") + 10.0 * (1.0 + rate));
}

fn other_number(body: &mut Value) {
    body["customerOrderNo"] = json!("PO 4711");
}

/// A pending invoice of ours without oddities.
fn sale(job: &Job) -> DraftRow {
    job.rows(&[DraftState::Posted])
        .into_iter()
        .find(|row| row.kind == Some(TxnKind::Invoice) && row.pending)
        .unwrap()
}

fn bill(job: &Job) -> DraftRow {
    job.rows(&[DraftState::Posted]).into_iter().find(|row| row.kind == Some(TxnKind::Bill)).unwrap()
}

fn proposal(job: &Job, row: &DraftRow) -> Option<changes::Proposed> {
    drafts::detail(&job.profile, row.id).unwrap().proposed
}

fn approve(job: &Job, row: &DraftRow) {
    let hash = drafts::detail(&job.profile, row.id).unwrap().approvable().unwrap().to_string();
    decide::approve(&job.profile, &[(row.id, hash)], WHO).unwrap();
}

fn unexplained(job: &Job) -> Vec<String> {
    let proof = prove::prove(&job.profile, None).unwrap();
    proof.totals.iter().filter(|row| !row.unexplained.is_zero()).map(|row| format!("{row:?}")).collect()
}

fn held(job: &Job, reason: &str) -> (u64, Cents) {
    let proof = prove::prove(&job.profile, None).unwrap();
    let all = proof.totals.iter().flat_map(|row| &row.held_back).filter(|held| held.reason == reason);
    all.fold((0, Cents::ZERO), |sum, held| (sum.0 + held.count, sum.1 + held.total))
}

#[test]
fn a_change_in_cin7_is_proposed_approved_anew_and_leaves_as_a_mod_of_the_pending_sale() {
    for fault in ["", "drop-before:1", "drop-after:1", "hresult-after:1", "send-twice:1", "3175:1"] {
        let job = Job::posted();
        let row = sale(&job);
        // Costs that became ready meanwhile are approved with the rest; the sales stay as many as they were.
        let sales = |job: &Job| job.ours().iter().filter(|txn| txn.kind == "Invoice").count();
        let before = sales(&job);
        let total = row.total.unwrap();
        job.change_in_cin7(&row, dearer);
        let change = proposal(&job, &row).unwrap();
        assert_eq!((change.operation.as_str(), change.state), ("TxnMod", "Ready"), "{:?}", change.reasons);
        assert!(change.changes.iter().any(|c| c.field == "total"), "{:?}", change.changes);
        assert_eq!(job.row(row.id).total, Some(total), "what was posted stands");
        assert_eq!(job.row(row.id).outcome().word(), "posted (pending)");
        assert_eq!(held(&job, "changed_in_cin7"), (1, change.difference));
        assert!(unexplained(&job).is_empty());
        assert!(
            handoff::finalise(&job.profile, Some(&[row.id]), WHO).is_err(),
            "a newer version is proposed"
        );

        decide::approve_all_ready(&job.profile, WHO).unwrap();
        assert_eq!(held(&job, "changed_in_cin7").0, 0);
        handoff::close_batch(&job.profile, WHO).unwrap();
        job.faults(fault);
        job.visit();
        job.settle();
        let now = job.row(row.id);
        assert_eq!(now.proposal, None, "{fault}: {:?}", proposal(&job, &row));
        assert_eq!((now.state, now.pending), (DraftState::Posted, true), "{fault}");
        assert_eq!(now.total, Some(total + change.difference));
        assert_eq!(Some(job.in_ledger(&now).cents), now.total.map(Cents::get));
        assert_eq!(sales(&job), before, "{fault}: changed, not made again");
        job.assert_all_posted();
        job.finalise(Some(&[row.id]));
        job.settle();
        assert!(!job.in_ledger(&now).pending);
        job.assert_all_posted();
    }
}

#[test]
fn a_bill_is_changed_while_untouched_and_left_alone_once_it_is_paid() {
    let job = Job::posted();
    let row = bill(&job);
    job.change_in_cin7(&row, dearer);
    decide::approve_all_ready(&job.profile, WHO).unwrap();
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.settle();
    assert_eq!(job.row(row.id).proposal, None, "{:?}", proposal(&job, &row));
    job.assert_all_posted();

    job.change_in_cin7(&row, dearer);
    approve(&job, &row);
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.company().pay(row.txn_id.as_deref().unwrap(), 100).unwrap();
    let total = job.in_ledger(&row).cents;
    job.settle();
    assert_eq!(job.in_ledger(&row).cents, total, "never changed under a payment");
    let change = proposal(&job, &row).unwrap();
    assert_eq!(change.state, "NeedsAttention");
    let hint = change.hint.unwrap();
    assert!(hint.quickbooks.iter().any(|step| step.contains("Vendors > Enter Bills")), "{hint:?}");
    assert!(hint.why.iter().any(|why| why.contains("payment")), "{hint:?}");
    assert!(unexplained(&job).is_empty());
    changes::keep_quickbooks(&job.profile, row.id, WHO).unwrap();
    assert_eq!(held(&job, "kept_in_quickbooks"), (1, change.difference));
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert_eq!(job.row(row.id).proposal, Some(DraftState::Excluded), "the decision stands");
}

#[test]
fn an_edit_by_a_person_stops_the_change_and_only_a_named_overwriting_of_a_pending_sale_passes_over_it() {
    let job = Job::posted();
    let row = sale(&job);
    job.change_in_cin7(&row, other_number);
    approve(&job, &row);
    handoff::close_batch(&job.profile, WHO).unwrap();
    assert!(job.company().edit_ref_number(row.txn_id.as_deref().unwrap(), "EDITED"));
    job.settle();
    let now = job.row(row.id);
    assert_eq!(now.state, DraftState::DriftedInQuickBooks);
    assert_eq!(now.outcome().word(), "edited in QuickBooks");
    assert_eq!(job.in_ledger(&row).ref_number, "EDITED");
    let named = changes::edits(&job.profile, row.id).unwrap();
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named[0].contains("number EDITED instead of"), "{named:?}");

    changes::overwrite(&job.profile, row.id, WHO).unwrap();
    // Somebody changes it once more before the visit: what was named is not what stands there.
    assert!(job.company().edit_ref_number(row.txn_id.as_deref().unwrap(), "AGAIN"));
    job.settle();
    assert_eq!(job.in_ledger(&row).ref_number, "AGAIN");
    changes::overwrite(&job.profile, row.id, WHO).unwrap();
    job.settle();
    let now = job.row(row.id);
    assert_eq!((now.state, now.proposal), (DraftState::Posted, None), "{:?}", proposal(&job, &row));
    assert_eq!(job.in_ledger(&row).ref_number, row.ref_number);
    job.assert_all_posted();
}

#[test]
fn an_accepted_edit_stays_accepted_until_it_changes_again() {
    let job = Job::posted();
    let row = bill(&job);
    let txn = row.txn_id.clone().unwrap();
    assert!(job.company().edit_amount(&txn, 0, 12_345));
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert_eq!(job.row(row.id).state, DraftState::DriftedInQuickBooks);
    changes::keep_quickbooks(&job.profile, row.id, WHO).unwrap();
    assert_eq!(job.row(row.id).state, DraftState::Posted);
    assert!(unexplained(&job).is_empty());
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert_eq!(job.row(row.id).state, DraftState::Posted, "accepted");
    assert!(unexplained(&job).is_empty());
    assert!(job.company().edit_amount(&txn, 0, 54_321));
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert_eq!(job.row(row.id).state, DraftState::DriftedInQuickBooks);
}

#[test]
fn a_void_in_cin7_deletes_the_pending_sale_and_voids_the_untouched_bill() {
    let job = Job::posted();
    let (pending, posted) = (sale(&job), bill(&job));
    for row in [&pending, &posted] {
        job.change_in_cin7(row, |body| body["isVoid"] = json!(true));
    }
    assert_eq!(proposal(&job, &pending).unwrap().operation, "TxnDel");
    assert_eq!(proposal(&job, &posted).unwrap().operation, "TxnVoid");
    assert_eq!(held(&job, "void_in_cin7").0, 2);
    assert!(unexplained(&job).is_empty());
    decide::approve_all_ready(&job.profile, WHO).unwrap();
    assert_eq!(proposal(&job, &pending).unwrap().state, "Ready", "removals are approved one by one");
    approve(&job, &pending);
    approve(&job, &posted);
    // Before the control word both are named, with what they take out of QuickBooks' sums.
    let shown = handoff::preview(&job.profile).unwrap();
    let does: Vec<&str> = shown.rewritten.iter().map(|it| it.does).collect();
    assert!(shown.removals == 2 && does.contains(&"void") && does.contains(&"delete"), "{shown:?}");
    assert_eq!(shown.removed, pending.total.unwrap() + posted.total.unwrap());
    assert!(shown.rewritten.iter().any(|it| it.what.contains(&pending.ref_number) && it.pending));
    handoff::close_batch(&job.profile, WHO).unwrap();
    assert!(handoff::preview(&job.profile).unwrap().rewritten.is_empty());
    job.faults("drop-after:1@2");
    job.visit();
    job.settle();
    for row in [&pending, &posted] {
        assert_eq!(job.row(row.id).state, DraftState::Voided, "{:?}", proposal(&job, row));
        assert_eq!(job.row(row.id).outcome().word(), "reversed");
    }
    let there = job.ledger().transactions;
    assert!(there.iter().all(|txn| Some(&txn.txn_id) != pending.txn_id.as_ref()), "deleted");
    assert_eq!(job.in_ledger(&posted).cents, 0, "voided");
    assert!(unexplained(&job).is_empty(), "{:?}", unexplained(&job));
    assert_eq!(job.frozen(), None);
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert_eq!(job.frozen(), None, "what we took out is no sign of a restore");
}

#[test]
fn a_voided_document_that_a_restore_brought_back_stops_writing_only_until_a_person_accepts_it() {
    let job = Job::posted();
    let row = bill(&job);
    let backup = job.company().to_json().unwrap();
    job.change_in_cin7(&row, |body| body["isVoid"] = json!(true));
    approve(&job, &row);
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
    assert_eq!(job.row(row.id).state, DraftState::Voided);
    *job.company() = Company::from_json(&backup).unwrap();
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert!(job.frozen().is_some(), "what we took out is back");
    job.visit();
    handoff::unfreeze(&job.profile, WHO).unwrap();
    for _ in 0..3 {
        job.clock.pass(2 * 24 * 3600);
        job.visit();
        assert_eq!(job.frozen(), None, "it was accepted: no news any more");
    }
}

#[test]
fn a_deleted_document_comes_back_only_as_a_new_generation_with_its_own_mark() {
    let job = Job::posted();
    let row = sale(&job);
    let guid = job.in_ledger(&row).external_guid;
    job.company().delete(row.txn_id.as_deref().unwrap());
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert!(job.row(row.id).gone);
    job.change_in_cin7(&row, dearer);
    decide::approve_all_ready(&job.profile, WHO).unwrap();
    job.settle();
    assert!(job.row(row.id).gone, "never made again by itself");
    undo::reset(&job.profile, &[row.id], WHO).unwrap();
    assert_eq!(job.row(row.id).state, DraftState::Voided);
    let successor = job.rows(&[DraftState::Ready]).into_iter().find(|new| new.source == row.source).unwrap();
    assert_eq!(successor.generation, 2);
    approve(&job, &successor);
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.settle();
    let made = job.row(successor.id);
    assert_eq!(made.state, DraftState::Posted, "{:?}", job.codes(successor.id));
    assert_ne!(job.in_ledger(&made).external_guid, guid);
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert!(unexplained(&job).is_empty(), "{:?}", unexplained(&job));
}

#[test]
fn undoing_a_batch_deletes_what_is_pending_voids_what_is_untouched_and_proposes_an_opposite_otherwise() {
    let job = Job::posted();
    let batch = history::batches(&job.profile).unwrap().last().unwrap().id;
    let bills: Vec<_> =
        job.rows(&[DraftState::Posted]).into_iter().filter(|row| row.kind == Some(TxnKind::Bill)).collect();
    let paid = &bills[0];
    job.company().pay(paid.txn_id.as_deref().unwrap(), 100).unwrap();
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    let plan = undo::plan(&job.profile, batch).unwrap();
    let states = job.states();
    assert!(plan.count(undo::Undoing::Delete) > 3 && plan.count(undo::Undoing::Void) > 0);
    assert_eq!(plan.count(undo::Undoing::Opposite), 1);
    assert_eq!(job.states(), states, "a plan changes nothing");
    undo::undo_batch(&job.profile, batch, WHO).unwrap();
    job.settle();
    job.visit();
    assert!(unexplained(&job).is_empty(), "{:?}", unexplained(&job));
    let left = job.rows(&[DraftState::Posted]);
    assert_eq!(left.iter().map(|row| row.id).collect::<Vec<_>>(), [paid.id], "only the paid bill stands");
    let opposite =
        job.rows(&[DraftState::Ready]).into_iter().find(|row| row.cin7_type == "Reversal").unwrap();
    assert_eq!((opposite.kind, opposite.total), (Some(TxnKind::VendorCredit), paid.total));
    approve(&job, &opposite);
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.settle();
    assert_eq!(job.row(opposite.id).state, DraftState::Posted, "{:?}", job.codes(opposite.id));
    // Nothing of the batch is drafted again by itself.
    countersign::workflow::redraft::redraft(&job.profile).unwrap();
    assert!(
        job.rows(&[DraftState::Ready])
            .iter()
            .all(|row| !plan.rows.iter().any(|was| was.name.contains(&row.reference)))
    );
    assert!(undo::plan(&job.profile, BatchId(999)).is_err());
}

#[test]
fn posted_documents_are_deleted_only_where_the_setting_says_so() {
    let job = Job::posted();
    let batch = history::batches(&job.profile).unwrap().last().unwrap().id;
    assert!(undo::plan(&job.profile, batch).unwrap().count(undo::Undoing::Void) > 0);
    let settings = Settings { delete_posted: true, ..job.profile.settings() };
    job.profile.save_settings(&settings).unwrap();
    assert_eq!(undo::plan(&job.profile, batch).unwrap().count(undo::Undoing::Void), 0);
    undo::undo_batch(&job.profile, batch, WHO).unwrap();
    job.settle();
    job.visit();
    assert_eq!(job.rows(&[DraftState::Posted]).len(), 0);
    assert!(unexplained(&job).is_empty(), "{:?}", unexplained(&job));
}

#[test]
fn what_cin7_voids_is_deleted_where_the_setting_says_so_and_the_approval_names_it() {
    let job = Job::posted();
    let row = bill(&job);
    job.change_in_cin7(&row, |body| body["isVoid"] = json!(true));
    assert_eq!(proposal(&job, &row).unwrap().operation, "TxnVoid");
    let changes = [("delete_posted".to_string(), "true".to_string())];
    countersign::workflow::connect::change_settings(&job.profile, &changes, WHO).unwrap();
    let change = proposal(&job, &row).unwrap();
    assert_eq!((change.operation.as_str(), change.state), ("TxnDel", "Ready"), "{:?}", change.reasons);
    assert!(change.reasons.iter().any(|reason| reason.code == "delete_posted"), "{:?}", change.reasons);
    approve(&job, &row);
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
    assert_eq!(job.row(row.id).state, DraftState::Voided, "{:?}", proposal(&job, &row));
    assert!(job.ledger().transactions.iter().all(|txn| Some(&txn.txn_id) != row.txn_id.as_ref()), "deleted");
    assert!(unexplained(&job).is_empty(), "{:?}", unexplained(&job));
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    assert_eq!(job.frozen(), None);
}

#[test]
fn a_closed_period_is_no_change_and_a_change_in_it_is_shown_line_by_line_to_be_made_by_hand() {
    let job = Job::posted();
    let row = bill(&job);
    let credit = OwnVendorCredit {
        date: row.date.as_deref().unwrap().parse().unwrap(),
        vendor: row.party_name.clone().unwrap(),
        contact: 0,
        number: "VC-77".into(),
        po: String::new(),
        memo: String::new(),
        lines: vec![OwnLine { account: String::new(), amount: Cents::new(500), memo: String::new() }],
    };
    own::add_vendor_credit(&job.profile, credit, WHO).unwrap();
    job.approve();
    job.visit();
    job.settle();
    let typed = job.rows(&[DraftState::Posted]).into_iter().find(|row| row.cin7_type == "Typed").unwrap();
    job.company().set_closing_date(Some("2026-12-31".parse().unwrap()));
    job.host.request_lists();
    job.visit();
    for row in job.rows(&[DraftState::Posted]) {
        assert_eq!(row.proposal, None, "{}: {:?}", row.source, proposal(&job, &row));
        assert!(!job.codes(row.id).contains(&"closing_date".to_string()), "{}", row.source);
    }
    assert_eq!(held(&job, "changed_in_cin7").0, 0, "{:?}", job.codes(typed.id));
    // A new revision that says the same is no change either.
    job.change_in_cin7(&row, |body| body["internalComments"] = json!("seen"));
    assert_eq!(proposal(&job, &row), None);
    job.change_in_cin7(&row, dearer);
    let change = proposal(&job, &row).unwrap();
    assert_eq!(change.state, "NeedsAttention");
    assert!(change.version.is_some() && !change.changes.is_empty(), "{change:?}");
    let hint = change.hint.unwrap();
    let steps = hint.quickbooks.join("\n");
    assert!(steps.contains("Company > Set Closing Date") && steps.contains("Amount Due"), "{steps}");
    assert!(hint.cin7.len() > 1, "what to change back in Cin7: {:?}", hint.cin7);
    assert!(unexplained(&job).is_empty(), "{:?}", unexplained(&job));
}

#[test]
fn settings_do_not_reach_into_the_books_though_the_document_was_touched_in_cin7() {
    let job = Job::posted();
    let row = sale(&job);
    let set = |value: &str| {
        let change = [("prefix.invoice".to_string(), value.to_string())];
        countersign::workflow::connect::change_settings(&job.profile, &change, WHO).unwrap();
    };
    job.change_in_cin7(&row, |body| body["internalComments"] = json!("seen"));
    assert_eq!(proposal(&job, &row), None);
    set("X");
    assert_eq!(proposal(&job, &row), None, "nothing of it changed in Cin7");
    job.change_in_cin7(&row, other_number);
    let change = proposal(&job, &row).unwrap();
    assert!(change.changes.iter().any(|change| change.field == "P.O. number"), "{:?}", change.changes);
    set("");
    assert!(proposal(&job, &row).is_some(), "the change stands, as it would be drafted now");
}

#[test]
fn a_credit_memo_goes_with_the_tax_of_its_sale() {
    let job = Job::new();
    let document = |row: &DraftRow| drafts::detail(&job.profile, row.id).unwrap().document.unwrap();
    let tax_item = |row: &DraftRow| {
        let version = drafts::detail(&job.profile, row.id).unwrap().version.unwrap();
        version.payload.tax_item.map(|item| item.name)
    };
    let ready = job.rows(&[DraftState::Ready]);
    let memos = ready.iter().filter(|row| row.kind == Some(TxnKind::CreditMemo));
    let (memo, sale) = memos
        .filter_map(|memo| {
            let of = document(memo).sales_reference;
            let sale = ready.iter().find(|row| row.reference == of && row.cin7_type == "SalesOrder")?;
            let taxed =
                sale.tax.is_some_and(|tax| !tax.is_zero()) && document(sale).tax_status == TaxStatus::Excl;
            taxed.then_some((memo, sale))
        })
        .next()
        .unwrap();
    let (before, total) = (tax_item(memo), document(sale).total.to_string());
    assert_eq!(before, tax_item(sale));
    // The sale is found to be exempt after all: QuickBooks taxes it with another item, and its credit with the same.
    let cents = sale.total.unwrap() - sale.tax.unwrap();
    job.change_in_cin7(sale, |body| {
        body["taxStatus"] = json!("Exempt");
        body["total"] = serde_json::from_str(&cents.to_string()).unwrap();
    });
    assert_ne!(tax_item(&job.row(sale.id)), before, "{:?}", job.codes(sale.id));
    let now = job.row(memo.id);
    assert_eq!(
        now.state,
        DraftState::NeedsAttention,
        "no longer what Cin7 charged: {:?}",
        job.codes(memo.id)
    );
    job.change_in_cin7(sale, |body| {
        body["taxStatus"] = json!("Excl");
        body["total"] = serde_json::from_str(&total).unwrap();
    });
    let again = job.row(memo.id);
    assert_eq!((again.state, tax_item(&again)), (DraftState::Ready, before), "{:?}", job.codes(memo.id));
}

#[test]
fn a_change_made_by_hand_is_recognised_line_by_line() {
    let job = Job::posted();
    let row = bill(&job);
    let txn = row.txn_id.clone().unwrap();
    job.change_in_cin7(&row, |body| body["invoiceDate"] = json!("2026-02-20T05:00:00Z"));
    let change = proposal(&job, &row).unwrap();
    let day = change.date.clone().unwrap();
    assert_eq!(change.changes[0].field, "date");
    assert!(job.company().edit_date(&txn, day.parse().unwrap()));
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    let now = job.row(row.id);
    assert_eq!(
        (now.state, now.proposal, now.date),
        (DraftState::Posted, None, Some(day)),
        "{:?}",
        job.codes(row.id)
    );
    job.assert_all_posted();
}

#[test]
fn a_change_that_somebody_saved_over_meanwhile_is_asked_again_not_sent_again() {
    let job = Job::posted();
    let row = sale(&job);
    job.change_in_cin7(&row, other_number);
    approve(&job, &row);
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.faults("drop-before");
    job.visit();
    assert!(job.company().print(row.txn_id.as_deref().unwrap()));
    job.settle();
    assert_eq!(job.row(row.id).proposal, Some(DraftState::NeedsAttention));
    assert_eq!(job.row(row.id).state, DraftState::Posted, "printing is no edit");
    handoff::requeue(&job.profile, row.id, WHO).unwrap();
    job.settle();
    assert_eq!(job.row(row.id).proposal, None);
    job.assert_all_posted();
}

#[test]
fn a_source_that_changes_while_its_change_waits_loses_the_approval_again() {
    let job = Job::posted();
    let row = sale(&job);
    job.change_in_cin7(&row, other_number);
    approve(&job, &row);
    handoff::close_batch(&job.profile, WHO).unwrap();
    assert_eq!(job.row(row.id).proposal, Some(DraftState::Queued));
    job.change_in_cin7(&row, |body| body["customerOrderNo"] = json!("PO 4712"));
    assert_eq!(job.row(row.id).proposal, Some(DraftState::Ready));
    job.settle();
    approve(&job, &row);
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.settle();
    assert_eq!(job.row(row.id).proposal, None);
    // Back to what it was: nothing to change any more, or a change back.
    job.change_in_cin7(&row, |body| body["customerOrderNo"] = json!("PO 4712"));
    assert_eq!(job.row(row.id).proposal, None);
    job.assert_all_posted();
}
