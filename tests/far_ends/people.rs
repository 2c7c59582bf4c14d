//! What people do in QuickBooks behind the program's back, and what the program makes of it.

use crate::job::{Job, USER, WHO};
use countersign::books::DraftState;
use countersign::sim::connector::SessionStatus;
use countersign::sim::quickbooks::{Company, Group, ListKind};
use countersign::store::drafts::DraftRow;
use countersign::workflow::{decide, handoff, links, prove, undo};

const DAY: i64 = 24 * 3600;

fn invoice(job: &Job) -> DraftRow {
    let rows = job.rows(&[DraftState::Posted]);
    rows.into_iter().find(|row| row.cin7_type == "SalesOrder" && row.ref_number.len() > 2).unwrap()
}

#[test]
fn an_older_copy_of_the_profile_takes_up_what_is_in_quickbooks_already() {
    let company = Job::posted().company().to_json().unwrap();
    let before = Company::from_json(&company).unwrap().dump_ledger().transactions.len();
    let job = Job::on(&company);
    job.approve();
    job.settle();
    assert_eq!(job.ledger().transactions.len(), before, "nothing was made a second time");
    job.assert_all_posted();
}

#[test]
fn an_older_copy_of_the_profile_finds_by_our_marks_what_was_renumbered_and_renamed_since() {
    let state = tempfile::tempdir().unwrap();
    let newest = Job::new();
    assert!(!newest.profile.watch_for_older_copies(state.path()).unwrap());
    newest.approve();
    newest.settle();
    let rows = newest.rows(&[DraftState::Posted]);
    for (number, txn) in rows.iter().filter_map(|row| row.txn_id.as_deref()).enumerate() {
        assert!(newest.company().edit_ref_number(txn, &format!("X{number}")));
    }
    let before = newest.ledger().transactions.len();
    let company = newest.company().to_json().unwrap();
    // The profile as it was before the hand-out, on the company file of now.
    let job = Job::on(&company);
    assert!(job.profile.watch_for_older_copies(state.path()).unwrap());
    job.approve();
    job.settle();
    assert_eq!(job.ledger().transactions.len(), before, "nothing was made a second time");
    let known: Vec<_> = job.rows(&[DraftState::Posted, DraftState::DriftedInQuickBooks]);
    assert_eq!(known.iter().filter(|row| row.txn_id.is_some()).count(), rows.len());
}

#[test]
fn what_an_older_copy_finds_by_its_mark_is_read_in_the_same_visit() {
    let state = tempfile::tempdir().unwrap();
    let newest = Job::new();
    assert!(!newest.profile.watch_for_older_copies(state.path()).unwrap());
    newest.approve();
    newest.settle();
    let row = invoice(&newest);
    let txn = row.txn_id.unwrap();
    assert!(newest.company().edit_ref_number(&txn, "X1"));
    let company = newest.company().to_json().unwrap();
    let job = Job::on(&company);
    assert!(job.profile.watch_for_older_copies(state.path()).unwrap());
    job.approve();
    job.visit();
    // A later state may have posted another content, or a person changed it: what stands there is known at once.
    assert_eq!(job.row(row.id).state, DraftState::DriftedInQuickBooks);
}

/// A company file in which somebody has entered one of our documents by hand.
fn entered_by_hand() -> (String, String) {
    let job = Job::posted();
    let row = invoice(&job);
    let txn = row.txn_id.unwrap();
    let copy = {
        let mut company = job.company();
        let copy = company.duplicate(&txn).unwrap();
        company.edit_memo(&copy, "typed in by Bob");
        company.delete(&txn);
        copy
    };
    let json = job.company().to_json().unwrap();
    (json, copy)
}

#[test]
fn a_document_entered_by_hand_is_shown_and_not_doubled() {
    let (company, copy) = entered_by_hand();
    let job = Job::on(&company);
    job.approve();
    job.settle();
    job.assert_books();
    let waiting: Vec<_> =
        job.rows(&[DraftState::NeedsAttention]).into_iter().filter(|r| r.approved_by.is_some()).collect();
    assert_eq!(waiting.len(), 1);
    assert_eq!(job.codes(waiting[0].id)[0], "look_alike", "a drafting run after the visit keeps the reason");
    // Bob takes his own out, and the document may go.
    job.company().delete(&copy);
    handoff::requeue(&job.profile, waiting[0].id, WHO).unwrap();
    job.settle();
    assert_eq!(job.row(waiting[0].id).state, DraftState::Posted);
    assert_eq!(job.codes(waiting[0].id).iter().filter(|code| *code == "look_alike").count(), 0);
    job.assert_all_posted();
}

#[test]
fn a_draft_that_waits_for_a_person_can_be_taken_up_and_approved_again() {
    let (company, copy) = entered_by_hand();
    let job = Job::on(&company);
    job.approve();
    job.settle();
    let waiting: Vec<_> =
        job.rows(&[DraftState::NeedsAttention]).into_iter().filter(|r| r.approved_by.is_some()).collect();
    job.company().delete(&copy);
    decide::reopen(&job.profile, &[waiting[0].id], WHO).unwrap();
    assert_eq!(job.row(waiting[0].id).state, DraftState::Ready);
    assert_eq!(job.host.idle().unwrap().needs_person, 0);
    job.approve();
    job.settle();
    job.assert_all_posted();
    // Or it is excluded for good: nothing is left to wait for.
    let job = Job::on(&company);
    job.approve();
    job.settle();
    decide::exclude(&job.profile, &[waiting[0].id], "Bob entered it", WHO).unwrap();
    assert_eq!(job.host.idle().unwrap().needs_person, 0);
    job.assert_books();
}

#[test]
fn a_closing_date_set_between_approval_and_sending_stops_what_it_closes() {
    let job = Job::queued();
    let rows = job.rows(&[DraftState::Queued]);
    let closing: jiff::civil::Date = "2026-01-31".parse().unwrap();
    job.company().set_closing_date(Some(closing));
    job.settle();
    job.assert_books();
    let closed: Vec<_> =
        rows.iter().filter(|row| row.date.as_deref() <= Some("2026-01-31")).map(|row| row.id).collect();
    assert!(!closed.is_empty());
    for id in &closed {
        assert_eq!(job.row(*id).state, DraftState::NeedsAttention);
        assert_eq!(job.codes(*id)[0], "closing_date");
    }
    job.company().set_closing_date(None);
    job.host.request_lists();
    job.visit();
    for id in &closed {
        assert_eq!(job.row(*id).state, DraftState::Ready, "{:?}", job.codes(*id));
    }
    job.approve();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_customer_made_inactive_holds_its_documents_until_it_is_active_again() {
    let job = Job::queued();
    let row = job.rows(&[DraftState::Queued]).into_iter().find(|row| row.party_id.is_some()).unwrap();
    let customer = row.party_id.clone().unwrap();
    job.company().set_active(&customer, false);
    job.settle();
    job.assert_books();
    assert_eq!(job.row(row.id).state, DraftState::NeedsAttention);
    assert!(!job.codes(row.id).is_empty());
    assert_eq!(job.row(row.id).txn_id, None);
    job.company().set_active(&customer, true);
    job.host.request_lists();
    job.visit();
    assert_eq!(job.row(row.id).state, DraftState::Ready, "{:?}", job.codes(row.id));
    job.approve();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_customer_merged_into_another_is_linked_again_by_a_person() {
    let job = Job::queued();
    let rows = job.rows(&[DraftState::Queued]);
    let row =
        rows.iter().find(|row| row.cin7_type == "SalesOrder" && row.party_id.is_some()).unwrap().clone();
    let from = row.party_id.clone().unwrap();
    let into = {
        let mut company = job.company();
        let into = company.add_name(ListKind::Customer, "The one that stays").unwrap();
        assert!(company.merge(&from, &into));
        into
    };
    job.settle();
    job.assert_books();
    assert_eq!(job.row(row.id).state, DraftState::NeedsAttention);
    let who = (row.contact_id, countersign::books::PartyList::Customer);
    links::link(&job.profile, who, &into, WHO).unwrap();
    assert_eq!(job.row(row.id).state, DraftState::Ready, "{:?}", job.codes(row.id));
    job.approve();
    job.settle();
    job.assert_all_posted();
    assert_eq!(job.in_ledger(&job.row(row.id)).entity, "The one that stays");
}

#[test]
fn a_name_that_is_taken_keeps_its_documents_back_with_the_reason() {
    let job = Job::queued();
    let row = job
        .rows(&[DraftState::Queued])
        .into_iter()
        .find(|row| row.cin7_type == "SalesOrder" && row.party_id.is_none())
        .unwrap();
    let name = row.party_name.clone().unwrap();
    let taken = job.company().add_name(ListKind::Vendor, &name).unwrap();
    job.settle();
    job.assert_books();
    assert_eq!(job.row(row.id).state, DraftState::NeedsAttention);
    let reason = countersign::workflow::drafts::reasons(&job.row(row.id)).remove(0);
    assert_eq!(reason.code, "party_not_created");
    assert!(reason.text.contains("already used in QuickBooks' Vendor list"), "{}", reason.text);
    // The vendor gets another name; the document goes again, and its customer with it.
    job.company().rename(&taken, "Somebody else");
    let same_party: Vec<_> = job
        .rows(&[DraftState::NeedsAttention])
        .into_iter()
        .filter(|other| other.contact_id == row.contact_id && other.approved_by.is_some())
        .collect();
    for other in &same_party {
        handoff::requeue(&job.profile, other.id, WHO).unwrap();
    }
    job.settle();
    job.assert_all_posted();
    assert_eq!(job.host.idle().unwrap().needs_person, 0);
}

#[test]
fn every_pending_sale_is_made_final_once_whatever_breaks() {
    for fault in ["", "drop-before:2@2", "drop-after:2@3", "hresult-after:1@2", "3175:2@2", "send-twice:1@2"]
    {
        let job = Job::posted();
        let pending = job.rows(&[DraftState::Posted]).iter().filter(|row| row.pending).count();
        assert!(pending > 3);
        job.finalise(None);
        job.faults(fault);
        job.visit();
        job.settle();
        job.assert_all_posted();
        assert!(job.ours().iter().all(|txn| !txn.pending), "{fault}");
        assert!(job.rows(&[DraftState::Posted]).iter().all(|row| !row.pending), "{fault}");
    }
}

#[test]
fn an_edit_while_pending_blocks_finalising_until_a_person_finalises_it() {
    let job = Job::posted();
    let row = job.pending(0);
    let txn = row.txn_id.clone().unwrap();
    let other = job.pending(1);
    assert!(job.company().edit_ref_number(&txn, "EDITED"));
    job.finalise(Some(&[row.id]));
    job.finalise(Some(&[other.id]));
    job.settle();
    job.assert_books();
    assert!(job.in_ledger(&row).pending, "never finalised over a person's edit");
    assert!(!job.in_ledger(&other).pending);
    assert_eq!(job.host.idle().unwrap().needs_person, 1);
    assert!(job.codes(row.id).contains(&"edited_while_pending".to_string()), "{:?}", job.codes(row.id));
    assert!(job.company().finalise(&txn));
    job.clock.pass(2 * DAY);
    job.visit();
    assert!(!job.row(row.id).pending);
    assert_eq!(job.host.idle().unwrap().needs_person, 0, "a person did it: nothing waits any more");
    job.assert_books();
}

#[test]
fn a_finalising_that_waits_can_be_taken_back() {
    let job = Job::posted();
    let row = job.pending(0);
    assert!(job.company().edit_ref_number(row.txn_id.as_deref().unwrap(), "EDITED"));
    job.finalise(Some(&[row.id]));
    job.settle();
    decide::reopen(&job.profile, &[row.id], WHO).unwrap();
    assert_eq!(job.host.idle().unwrap().needs_person, 0);
    assert!(
        decide::reopen(&job.profile, &[row.id], WHO).is_err(),
        "what is in QuickBooks is not taken up again"
    );
    job.assert_books();
}

#[test]
fn printing_between_planning_and_doubt_is_asked_again_not_sent_again() {
    let job = Job::posted();
    let row = job.pending(0);
    job.finalise(Some(&[row.id]));
    job.faults("drop-before");
    job.visit();
    assert!(job.company().print(row.txn_id.as_deref().unwrap()));
    job.settle();
    assert!(job.in_ledger(&row).pending);
    assert_eq!(job.host.idle().unwrap().needs_person, 1);
    handoff::requeue(&job.profile, row.id, WHO).unwrap();
    job.settle();
    assert!(!job.in_ledger(&row).pending);
    job.assert_all_posted();
}

#[test]
fn a_sale_deleted_while_pending_is_gone_and_never_made_again() {
    let job = Job::posted();
    let row = job.pending(0);
    job.company().delete(row.txn_id.as_deref().unwrap());
    job.finalise(Some(&[row.id]));
    job.settle();
    let now = job.row(row.id);
    assert!(now.gone && now.state == DraftState::DriftedInQuickBooks);
    assert!(job.codes(row.id).contains(&"gone_from_quickbooks".to_string()));
    assert_eq!(job.frozen(), None, "the deleted list says that a person did it");
    job.assert_books();
    let proof = prove::prove(&job.profile, None).unwrap();
    assert_eq!(proof.documents.len(), 1);
    assert!(proof.is_clean(), "explained: {:?}", proof.documents);
}

#[test]
fn a_deletion_in_the_middle_of_a_doubt_is_no_reason_to_send_again() {
    let job = Job::queued();
    let last = job.host.idle().unwrap().left;
    job.faults(&format!("drop-after:1@{last}"));
    job.visit();
    let doubtful = job.rows(&[DraftState::InFlight]).remove(0);
    let txn = job.ours().into_iter().find(|txn| txn.ref_number == doubtful.ref_number).unwrap();
    job.company().delete(&txn.txn_id);
    job.settle();
    assert!(job.row(doubtful.id).gone);
    assert!(job.ours().iter().all(|txn| txn.ref_number != doubtful.ref_number));
    job.assert_books();
}

#[test]
fn the_days_work_in_quickbooks_never_freezes() {
    let job = Job::posted();
    for round in 0..4 {
        {
            let mut company = job.company();
            let newest: Vec<_> = company
                .dump_ledger()
                .transactions
                .into_iter()
                .filter(|txn| !txn.external_guid.is_empty())
                .rev()
                .take(6)
                .collect();
            for (number, txn) in newest.iter().enumerate() {
                match (number + round) % 5 {
                    0 => drop(company.finalise(&txn.txn_id)),
                    1 => drop(company.print(&txn.txn_id)),
                    2 => drop(company.pay(&txn.txn_id, 100)),
                    3 => drop(company.edit_memo(&txn.txn_id, "seen by Bob")),
                    _ => drop(company.delete(&txn.txn_id)),
                }
            }
        }
        job.clock.pass(2 * DAY);
        assert_eq!(job.visit().status, SessionStatus::Done);
        assert_eq!(job.frozen(), None);
        job.assert_books();
    }
}

#[test]
fn a_restored_backup_freezes_writing_and_nothing_is_sent_by_itself() {
    let job = Job::new();
    job.approve_some(8);
    job.visit();
    job.settle();
    let backup = job.company().to_json().unwrap();
    job.approve_some(6);
    job.visit();
    job.settle();
    let lost: Vec<_> = job.ours().into_iter().map(|txn| txn.txn_id).collect();
    *job.company() = Company::from_json(&backup).unwrap();
    let held = job.ours();
    job.approve();
    job.visit();
    assert!(job.frozen().is_some());
    job.visit();
    assert_eq!(job.ours().len(), held.len(), "frozen: nothing is written");
    let gone = job.rows(&[DraftState::DriftedInQuickBooks]);
    assert_eq!(gone.iter().filter(|row| row.gone).count(), lost.len() - held.len());
    job.assert_books();
    assert_eq!(job.visit().status, SessionStatus::NoWork, "a frozen profile asks for nothing more");
    handoff::unfreeze(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
    assert_eq!(job.frozen(), None);
    job.assert_books();
    assert!(job.ours().len() > held.len(), "the rest goes");
    let again: Vec<_> =
        gone.iter().filter(|row| job.ours().iter().any(|t| t.ref_number == row.ref_number)).collect();
    assert!(again.is_empty(), "what the restore lost is not made again without a person: {again:?}");
}

/// Before anything was confirmed no canary tells a copy of the company file with our stamp from the file itself: a document
/// in doubt may be looked up in the copy, sent again and refused there. The read-back of the file itself tells.
#[test]
fn what_a_copy_of_the_company_file_refused_and_the_file_itself_holds_is_posted_as_approved() {
    let job = Job::posted();
    let held = |job: &Job| -> Vec<_> {
        let rows = job.rows(&[DraftState::Posted]).into_iter();
        rows.map(|row| (row.id, row.txn_id, row.posted_version, row.pending)).collect()
    };
    let before = held(&job);
    assert!(before.len() > 10);
    job.sql(
        "UPDATE operation SET state = 'Refused', result_id = NULL, done_at = NULL, done_seq = NULL WHERE kind = 'TxnAdd';
         UPDATE draft SET state = 'Rejected', txn_id = NULL, edit_sequence = NULL, qb_total = NULL,
           posted_version = NULL, pending = 0, qb_lines = NULL WHERE txn_id IS NOT NULL;
         DELETE FROM qb_txn; DELETE FROM edit_seen;",
    );
    assert_eq!(held(&job), []);
    let there = job.ours().len();
    job.clock.pass(2 * DAY);
    job.visit();
    job.settle();
    assert_eq!(held(&job), before);
    assert_eq!(job.ours().len(), there, "nothing was sent again");
    job.assert_all_posted();
    let (id, ..) = before.first().unwrap();
    assert_eq!(job.codes(*id), Vec::<String>::new(), "it is no longer called refused");
}

#[test]
fn what_is_called_gone_is_not_made_anew_while_anything_stands_there_with_its_mark() {
    let job = Job::posted();
    let row = invoice(&job);
    // What we posted was seen to be missing in one file, and stands in the other under another TxnID.
    job.sql(&format!(
        "UPDATE draft SET txn_id = 'GONE-1', gone = 1, state = 'DriftedInQuickBooks' WHERE id = {}",
        row.id
    ));
    let refused = undo::reset(&job.profile, &[row.id], WHO).unwrap_err();
    assert!(refused.happened.contains(row.txn_id.as_deref().unwrap()), "{refused}");
    assert_eq!(job.row(row.id).state, DraftState::DriftedInQuickBooks);
}

#[test]
fn a_clock_that_was_set_back_does_not_put_off_the_daily_look() {
    let job = Job::posted();
    assert_eq!(job.visit().status, SessionStatus::NoWork);
    job.clock.pass(-10 * 24 * 3600);
    assert_ne!(job.visit().status, SessionStatus::NoWork, "when it was read last lies in the future now");
    assert_eq!(job.visit().status, SessionStatus::NoWork, "once is enough");
}

#[test]
fn writing_is_not_allowed_again_before_quickbooks_was_read() {
    let job = Job::posted();
    job.sql("INSERT OR REPLACE INTO meta VALUES ('frozen', 'for a test'), ('read_back_due', '1')");
    assert_eq!(handoff::unfreeze(&job.profile, WHO).unwrap_err().code, "NOT-SWEPT");
    job.visit();
    handoff::unfreeze(&job.profile, WHO).unwrap();
    assert_eq!(job.frozen(), None);
}

#[test]
fn a_moved_company_file_waits_for_a_person() {
    let job = Job::queued();
    let file = job.company().file().to_string();
    job.company().move_file("D:\\elsewhere\\copy.qbw");
    job.visit();
    assert!(job.ours().is_empty());
    // Back in its place: work goes on, and the other place is not confirmed later by accident.
    job.company().move_file(&file);
    job.visit();
    job.settle();
    job.assert_all_posted();
    assert!(handoff::unfreeze(&job.profile, WHO).is_err());
    // Moved for good.
    let job = Job::queued();
    job.company().move_file("D:\\elsewhere\\copy.qbw");
    job.visit();
    handoff::unfreeze(&job.profile, WHO).unwrap();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn another_company_file_gets_nothing() {
    let job = Job::queued();
    job.visit_with(USER, job.password(), |settings| {
        let owner = countersign::webconnector::qwc::OWNER_ID.to_string();
        settings.stamp = Some((owner, "{00000000-0000-0000-0000-000000000099}".into()));
    });
    assert!(job.ours().is_empty());
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_copy_made_by_hand_is_found_by_the_proof() {
    let job = Job::posted();
    let row = invoice(&job);
    job.company().duplicate(row.txn_id.as_deref().unwrap()).unwrap();
    job.clock.pass(2 * DAY);
    job.visit();
    job.assert_books();
    let proof = prove::prove(&job.profile, None).unwrap();
    assert!(!proof.is_clean());
    assert_eq!(proof.documents[0].cause, "in QuickBooks more than once");
}

#[test]
fn what_quickbooks_refuses_is_said_and_can_be_approved_again() {
    let job = Job::queued();
    let row =
        job.rows(&[DraftState::Queued]).into_iter().find(|row| row.cin7_type == "PurchaseOrder").unwrap();
    let accounts: Vec<String> = countersign::workflow::drafts::detail(&job.profile, row.id)
        .unwrap()
        .postings
        .iter()
        .map(|posting| posting.account.clone())
        .collect();
    let account = accounts.iter().find_map(|name| job.company().list_id(Group::Account, name));
    let account = account.unwrap_or_else(|| panic!("{accounts:?}"));
    job.company().set_active(&account, false);
    job.settle();
    job.assert_books();
    let refused = job.row(row.id);
    assert!(matches!(refused.state, DraftState::Rejected | DraftState::NeedsAttention), "{refused:?}");
    assert!(!job.codes(row.id).is_empty());
    job.company().set_active(&account, true);
    job.host.request_lists();
    job.visit();
    let back: Vec<_> = job
        .rows(&[DraftState::Rejected, DraftState::NeedsAttention])
        .into_iter()
        .filter(|row| row.approved_by.is_some())
        .map(|row| row.id)
        .collect();
    if !back.is_empty() {
        decide::reopen(&job.profile, &back, WHO).unwrap();
    }
    assert_eq!(job.row(row.id).state, DraftState::Ready, "{:?}", job.codes(row.id));
    job.approve();
    job.settle();
    job.assert_all_posted();
}
