//! What the look-up of an operation on a standing transaction means: finalising, changing, voiding, deleting
//! (`exactly-once.md` rulings 11, 13, 15).
//!
//! Must never call an operation undone and send it again where somebody touched the transaction meanwhile.

use super::{Findings, Next, done, nothing_found};
use crate::base::EditSequence;
use crate::handoff::answer::TxnSeen;
use crate::handoff::compare;
use crate::handoff::work::{Existing, UnknownWork, Verdict, Work};

/// Whether an EditSequence is one of ours from before the last one: nobody can bring it back but a restore.
pub fn is_older(it: &Existing, seen: &EditSequence) -> bool {
    let place = it.stored.edits.iter().position(|edit| edit == seen);
    place.is_some_and(|place| place + 1 < it.stored.edits.len())
}

pub(super) fn conclude(unknown: &UnknownWork, it: &Existing, findings: &Findings) -> Next {
    let deleted = findings.deleted.iter().find(|gone| gone.id == it.txn.as_str());
    let Some(txn) = findings.txns.first() else {
        return match deleted {
            Some(gone) => missing(unknown, it, &gone.time_deleted),
            // Told and accepted already: to stop writing again at each visit would leave no way out.
            None if it.stored.given_up => Next::Settle(Verdict::Deleted {
                text: "It is no longer in QuickBooks since its company file was restored or swapped, so nothing became of what was in doubt about it.".into(),
            }),
            None => Next::Freeze(format!(
                "{} {} that we posted is gone and was not deleted by a person: the company file was restored or swapped",
                it.posted.kind.title(),
                it.posted.ref_number
            )),
        };
    };
    if is_older(it, &txn.edit_sequence) {
        return Next::Freeze(format!(
            "{} {} shows a change stamp older than the one QuickBooks gave us last",
            txn.kind.title(),
            txn.ref_number
        ));
    }
    let as_sent = txn.edit_sequence == it.edit_sequence;
    match &unknown.work {
        Work::Finalise(_) if !txn.pending => Next::Settle(done(txn, "found final".into())),
        Work::Change { payload, .. } if compare::edits(txn, payload, it.key).is_empty() => {
            Next::Settle(done(txn, "found as approved".into()))
        }
        Work::Void(_) if compare::is_voided(txn, &it.posted) => {
            Next::Settle(done(txn, "found voided".into()))
        }
        _ if as_sent => nothing_found(unknown),
        _ => touched(it, txn),
    }
}

/// It is gone, and the deleted list says so.
fn missing(unknown: &UnknownWork, it: &Existing, when: &str) -> Next {
    if matches!(unknown.work, Work::Delete(_)) {
        return Next::Settle(Verdict::Done {
            seen: None,
            id: it.txn.to_string(),
            edit_sequence: EditSequence::default(),
            note: format!("found deleted ({when})"),
        });
    }
    let what = if it.posted.kind.can_be_pending() && it.posted.pending { "pending sale" } else { "document" };
    Next::Settle(Verdict::Deleted { text: format!("The {what} is no longer in QuickBooks.") })
}

/// Not done, and not as it was: a person decides. Never sent again by itself.
fn touched(it: &Existing, txn: &TxnSeen) -> Next {
    let differences = compare::differences(txn, &it.posted, it.key);
    let (code, text) = if differences.is_empty() {
        let text = "Somebody saved it in QuickBooks meanwhile without changing what we wrote. Look at it, then let it go again.";
        (if it.posted.pending { "edited_while_pending" } else { "saved_meanwhile" }, text.to_string())
    } else {
        ("edited_in_quickbooks", format!("Somebody changed it in QuickBooks: {}.", differences.join("; ")))
    };
    Next::Settle(Verdict::Person { code, text, look_alike: None })
}
