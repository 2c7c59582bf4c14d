//! What a look at one of our transactions showed: kept for the proof, and held against what we wrote.
//!
//! Must never call a change by our own hand an edit, nor conclude anything while an operation on the transaction is
//! out: its look-up does that (`exactly-once.md` ruling 13). What is called refused, or was put aside after it had left,
//! and stands there all the same is posted (5.2 step 3): the refusal came from a copy of the company file, and before
//! anything was confirmed no canary tells a copy from the file itself; the request was with a Web Connector that hung.

use super::settle::{advance, freeze, key_of, settle};
use crate::base::{Cents, DraftId, PostingKey};
use crate::books::{DraftState, OperationKind, OperationState, TxnKind};
use crate::handoff::{TxnSeen, Verdict, compare};
use crate::store::drafts::DraftRow;
use crate::store::operations::Operation;
use crate::store::{Result, Tx};

/// What is noted where QuickBooks holds what it refused.
const REFUSED_ALL_THE_SAME: &str = "QuickBooks holds it with our mark, although it was refused: by a copy of the company file, or before it was made";
/// What is noted where QuickBooks holds what a person put aside.
const TAKEN_BACK_TOO_LATE: &str = "QuickBooks holds it with our mark: it was handed over before it was put aside, and its answer came too late";

/// The tag of ours in a memo, if there is one.
pub(super) fn tag_in(memo: &str) -> &str {
    memo.rfind("[C7:").and_then(|start| memo.get(start..start + 18)).unwrap_or("")
}

/// Keeps the marks of ours that a transaction carries. A copy made by hand keeps the memo's tag, never the GUID.
pub(super) fn keep_marks(tx: &Tx<'_>, seen: &TxnSeen) -> Result<()> {
    let (id, edit) = (seen.txn_id.as_str(), seen.edit_sequence.as_str());
    if let Some(key) = seen.guid {
        tx.keep_mark(&key.to_string(), id, edit, false)?;
    }
    let tag = tag_in(&seen.memo);
    if tag.is_empty() { Ok(()) } else { tx.keep_mark(tag, id, edit, seen.guid.is_none()) }
}

/// Keeps one look.
pub(super) fn keep(tx: &Tx<'_>, seen: &TxnSeen, run: i64, at: &str) -> Result<()> {
    let guid = seen.guid.map(|g: PostingKey| g.to_string());
    let tag = tag_in(&seen.memo).to_string();
    let Some(draft) = tx.reader().draft_of_txn(seen.txn_id.as_str(), guid.as_deref(), &tag)? else {
        return tx.keep_number(seen, run);
    };
    let row = tx.reader().draft(draft)?;
    let total = own_total(tx, draft, row.posted_version, seen)?;
    tx.keep_seen(seen, total, &tag, Some(draft), run, at)?;
    if row.txn_id.is_none() && held_although_ended(tx, draft, seen, at)? {
        return Ok(());
    }
    let ours = row.txn_id.as_deref() == Some(seen.txn_id.as_str());
    if ours && row.state == DraftState::Voided {
        // The answer to a void tells no new stamp; this look does.
        return tx.note_edit(seen.txn_id.as_str(), seen.edit_sequence.as_str());
    }
    if !ours || !matches!(row.state, DraftState::Posted | DraftState::DriftedInQuickBooks) {
        return tx.keep_number(seen, run);
    }
    if is_out(tx, draft)? {
        return Ok(());
    }
    let changed = row.edit_sequence.as_deref() != Some(seen.edit_sequence.as_str());
    let whole = !seen.lines.is_empty();
    let locked = seen.applied || (seen.linked && whole);
    if !changed && row.pending == seen.pending && !row.gone && !whole && locked == row.locked {
        return Ok(());
    }
    let known = tx.reader().edits_of(seen.txn_id.as_str())?;
    if changed && known.iter().any(|edit| edit == seen.edit_sequence.as_str()) {
        // Older than our last: nobody can do that but a restore (design 8.15). What we know stands.
        let why = format!(
            "{} {} shows a change stamp older than the one QuickBooks gave us last",
            seen.kind.title(),
            seen.ref_number
        );
        return freeze(tx, &why, at);
    }
    if by_hand(tx, &row, seen, at)? {
        return Ok(());
    }
    let edited = edits_of(tx, &row, seen)?;
    tx.set_posted(draft, seen.txn_id.as_str(), seen.edit_sequence.as_str(), seen.pending, Some(total), None)?;
    if row.pending && !seen.pending {
        finalised_by_a_person(tx, draft, at)?;
        tx.event(at, "quickbooks", "found_final", &format!("draft/{draft}"), &seen.txn_id)?;
    }
    if whole {
        tx.set_standing(draft, seen, !edited.is_empty() || row.accepted)?;
        tx.set_locked(draft, locked)?;
    } else if changed {
        // Something changed that no figure shows: its lines are read in this visit.
        tx.forget_lines(draft)?;
        tx.set_locked(draft, locked || row.locked)?;
    }
    if !edited.is_empty() && row.state == DraftState::Posted {
        edited_by_a_person(tx, draft, &edited, at)?;
    }
    if row.proposal.is_some() && (row.pending != seen.pending || locked != row.locked || !edited.is_empty()) {
        // Whether the proposed change may still go is looked at again.
        tx.forget_inputs(&[draft])?;
    }
    if locked {
        say_locked(tx, draft)?;
    }
    Ok(())
}

/// What was handed out, and refused or taken back, stands with our mark: posted as it was approved; whether so. The old
/// operation stays what it was, and another one of the same approval says what was found.
fn held_although_ended(tx: &Tx<'_>, draft: DraftId, seen: &TxnSeen, at: &str) -> Result<bool> {
    let operations = tx.reader().operations_of(draft)?;
    // What is under way has its own look-up; what was done and is gone is told as gone.
    if operations.iter().any(|op| !op.state.is_final() || op.state == OperationState::Done) {
        return Ok(false);
    }
    let Some(key) = key_of(tx, draft)?.filter(|key| compare::is_ours(seen, *key)) else { return Ok(false) };
    // A copy made by hand keeps the memo's tag: it counts only where mark 1 does not come back at all.
    if seen.guid.is_none() && tx.reader().marks_seen()?.guids > 0 {
        return Ok(false);
    }
    // What never left cannot be what stands there.
    let left: Vec<Operation> = operations
        .into_iter()
        .rev()
        .filter(|op| op.kind == OperationKind::TxnAdd && op.attempt > 0)
        .collect();
    let mut as_seen = None;
    for operation in &left {
        let version = tx.reader().version(draft, operation.version)?;
        if version.is_some_and(|version| compare::differences(seen, &version.payload, key).is_empty()) {
            as_seen = Some(operation);
            break;
        }
    }
    let Some(approved) = as_seen.or(left.first()) else { return Ok(false) };
    let note =
        if approved.state == OperationState::Refused { REFUSED_ALL_THE_SAME } else { TAKEN_BACK_TOO_LATE };
    let verdict = Verdict::Done {
        seen: Some(seen.clone()),
        id: seen.txn_id.to_string(),
        edit_sequence: seen.edit_sequence.clone(),
        note: note.into(),
    };
    settle(tx, tx.repeat_operation(approved.id)?, &verdict, at)?;
    Ok(true)
}

/// Whether an operation on the draft's transaction is out: its own look-up says what became of it.
fn is_out(tx: &Tx<'_>, draft: DraftId) -> Result<bool> {
    let unfinished = tx.reader().unfinished(&format!("draft/{draft}"))?;
    Ok(unfinished.is_some_and(|op| matches!(op.state, OperationState::InFlight | OperationState::Unknown)))
}

fn edited_by_a_person(tx: &Tx<'_>, draft: DraftId, edited: &[String], at: &str) -> Result<()> {
    let text = format!("Changed in QuickBooks: {}.", edited.join("; "));
    tx.add_reason(draft, "edited_in_quickbooks", &text, true)?;
    tx.set_accepted(draft, false)?;
    tx.move_draft(draft, DraftState::Posted, DraftState::DriftedInQuickBooks, at)?;
    tx.event(at, "quickbooks", "edited", &format!("draft/{draft}"), &edited)?;
    Ok(())
}

/// The total in the document's own sense. Only a journal's needs the version: others state it themselves.
fn own_total(tx: &Tx<'_>, draft: DraftId, posted: Option<i64>, seen: &TxnSeen) -> Result<Cents> {
    if seen.kind != TxnKind::JournalEntry {
        return Ok(seen.total);
    }
    // A company has a journal for each adjustment; what an earlier look at the same state showed need not be made again.
    if let Some(known) = tx.reader().total_seen(seen)? {
        return Ok(known);
    }
    let version = tx.reader().version(draft, posted)?;
    Ok(version.map_or(seen.total, |version| compare::own_total(seen, &version.payload)))
}

/// What of it a person changed, but for what a person of ours accepted.
fn edits_of(tx: &Tx<'_>, row: &DraftRow, seen: &TxnSeen) -> Result<Vec<String>> {
    let (Some(version), Some(key)) = (tx.reader().version(row.id, row.posted_version)?, key_of(tx, row.id)?)
    else {
        return Ok(Vec::new());
    };
    let found = compare::differences(seen, &version.payload, key);
    if row.accepted
        && !found.is_empty()
        && let Some(accepted) = tx.reader().standing(row.id)?.seen
    {
        let mut accepted = accepted;
        if seen.lines.is_empty() {
            accepted = TxnSeen { lines: Vec::new(), header: seen.header.clone(), ..accepted };
        }
        if compare::same_content(&accepted, seen) {
            return Ok(Vec::new());
        }
    }
    Ok(found)
}

/// A person did by hand what the proposed change would do; whether so.
fn by_hand(tx: &Tx<'_>, row: &DraftRow, seen: &TxnSeen, at: &str) -> Result<bool> {
    let Some(kind) = row.proposal_kind.filter(|_| row.proposal != Some(DraftState::Excluded)) else {
        return Ok(false);
    };
    let (Some(posted), Some(key)) = (tx.reader().version(row.id, row.posted_version)?, key_of(tx, row.id)?)
    else {
        return Ok(false);
    };
    let subject = format!("draft/{}", row.id);
    if kind != OperationKind::TxnMod {
        if !compare::is_voided(seen, &posted.payload) {
            return Ok(false);
        }
        tx.withdraw_operations_of(row.id, "voided by hand in QuickBooks")?;
        tx.note_edit(seen.txn_id.as_str(), seen.edit_sequence.as_str())?;
        tx.drop_proposal(row.id)?;
        tx.drop_handoff_reasons(row.id)?;
        tx.move_draft(row.id, row.state, DraftState::Voided, at)?;
        tx.event(at, "quickbooks", "voided_by_hand", &subject, &seen.txn_id)?;
        return Ok(true);
    }
    let Some(version) = row.proposal_version else { return Ok(false) };
    let Some(wanted) = tx.reader().version(row.id, Some(version))? else { return Ok(false) };
    if seen.lines.is_empty() || !compare::edits(seen, &wanted.payload, key).is_empty() {
        return Ok(false);
    }
    tx.withdraw_operations_of(row.id, "changed by hand in QuickBooks")?;
    let total = own_total(tx, row.id, Some(version), seen)?;
    let (txn, edit) = (seen.txn_id.as_str(), seen.edit_sequence.as_str());
    tx.set_posted(row.id, txn, edit, seen.pending, Some(total), Some(version))?;
    tx.set_standing(row.id, seen, false)?;
    tx.take_over(row.id, Some(version), at)?;
    tx.drop_handoff_reasons(row.id)?;
    if row.state != DraftState::Posted {
        tx.move_draft(row.id, row.state, DraftState::Posted, at)?;
    }
    tx.event(at, "quickbooks", "changed_by_hand", &subject, &version)?;
    Ok(true)
}

/// A proposed change meets a payment: it is said, because the document is approved in QuickBooks now (ruling 15).
fn say_locked(tx: &Tx<'_>, draft: DraftId) -> Result<()> {
    if tx.reader().draft(draft)?.proposal.is_none() {
        return Ok(());
    }
    tx.add_reason(
        draft,
        "payment_applied",
        "A payment or credit hangs on it in QuickBooks, so it counts as approved there.",
        false,
    )
}

/// A person finalised it in QuickBooks: a finalising of ours that waited for a person has nothing left to do.
fn finalised_by_a_person(tx: &Tx<'_>, draft: DraftId, at: &str) -> Result<()> {
    let waiting = tx.reader().unfinished(&format!("draft/{draft}"))?;
    if let Some(operation) = waiting
        && operation.kind == OperationKind::Finalise
        && operation.state == OperationState::NeedsAttention
    {
        advance(tx, &operation, OperationState::Done, at)?;
        tx.note_operation(operation.id, operation.status_code, "a person finalised it in QuickBooks")?;
        tx.drop_handoff_reasons(draft)?;
    }
    Ok(())
}
