//! Step 5, Hand off: closing a batch, finalising pending sales, taking back, unfreezing.
//!
//! Must never queue what is not approved exactly as it stands. Faces ask for the control word before they call this
//! (design section 6); the command line's command is the confirmation (design section 3).

mod preview;

pub(super) use preview::{Adding, preview_rows};
pub use preview::{BatchPreview, Foreign, Rewritten, preview};

use super::decide::{Signed, key_of, signed};
use super::host::work::OVER_AN_EDIT;
use super::{Profile, Result, Said};
use crate::base::problem::Exit;
use crate::base::{BatchId, DraftId, OperationId, PostingKey, Problem};
use crate::books::{CompanyFile, DraftState, OperationKind, OperationState, PartyRef};
use crate::store::operations::NewOperation;
use crate::store::{Lane, StoreError, Tx};

const PRIORITY_ITEM: i64 = 0;
pub(crate) const PRIORITY_PARTY: i64 = 1;
const PRIORITY_FINALISE: i64 = 3;

/// The name of the company file, empty before one is known.
///
/// # Errors
/// What the store says.
pub fn company_name(profile: &Profile) -> Result<String> {
    let company: Option<CompanyFile> = profile.store().read(|r| r.meta_json("company"))?;
    Ok(company.map(|c| c.name).unwrap_or_default())
}

/// Closes the approved drafts into a batch and queues it, with the list entries that it needs in front.
///
/// # Errors
/// When nothing is approved, or an approved draft is no longer what was approved.
pub fn close_batch(profile: &Profile, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let shown = preview(profile)?;
    if shown.is_empty() {
        return Ok(Said::new(0, "Nothing is approved; approve drafts in step 4 first."));
    }
    let totals = serde_json::to_string(&shown).unwrap_or_default();
    let (batch, count) = profile.store().write(Lane::Person, move |tx| {
        for id in tx.reader().approved_adds()? {
            let operation = tx.reader().operation(id)?;
            let Some(draft) = operation.draft_id else { continue };
            let version = tx.reader().version(draft, operation.version)?;
            let Some(version) = version.filter(|v| v.hash == operation.approved_hash) else {
                return Err(StoreError::Refused(format!("Draft {draft} is no longer what was approved.")));
            };
            if let Some(party) = &version.payload.party
                && party.id.is_none()
            {
                approve_party(tx, &who.by, &who.at, who.company, party)?;
            }
        }
        let closed = tx.close_batch(&who.at, &who.by, &totals, false)?;
        tx.forget_decisions()?;
        let body = batch_body(tx, closed.0, &totals)?;
        tx.event(&who.at, &who.by, "batch_closed", &format!("batch/{}", closed.0), &body)?;
        Ok(closed)
    })?;
    let documents = shown.count + shown.changes + shown.removals;
    let names = shown.creates + shown.updates;
    let parts = [(documents, "document", "documents"), (names, "name or item", "names or items")];
    let waits: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }))
        .collect();
    let text = format!("Batch {batch} is closed. Waiting for the Web Connector: {}.", waits.join(", "));
    Ok(Said::new(count, text))
}

/// Closes these approved documents, with the operations that go with them, into a batch of their own.
pub(super) fn close_alone(
    tx: &Tx<'_>,
    who: &Signed,
    totals: &str,
    operations: &[OperationId],
    drafts: &[DraftId],
) -> crate::store::Result<BatchId> {
    let batch = tx.batch_of(&who.at, &who.by, totals, operations)?;
    for id in drafts {
        tx.move_draft(*id, DraftState::Approved, DraftState::Queued, &who.at)?;
    }
    tx.forget_decisions()?;
    let body = serde_json::json!({"totals": totals, "drafts": drafts, "changes": []});
    tx.event(&who.at, &who.by, "batch_closed", &format!("batch/{batch}"), &body)?;
    Ok(batch)
}

/// What the event of a closed batch says: its figures, and which drafts it moved, so that the chain replays to the same
/// state (`exactly-once.md` I16).
fn batch_body(tx: &Tx<'_>, batch: BatchId, totals: &str) -> crate::store::Result<serde_json::Value> {
    let drafts = |kinds: &[OperationKind]| tx.reader().batch_drafts(batch, kinds);
    Ok(serde_json::json!({
        "totals": totals,
        "drafts": drafts(&[OperationKind::TxnAdd])?,
        "changes": drafts(&[OperationKind::TxnMod, OperationKind::TxnVoid, OperationKind::TxnDel])?,
    }))
}

/// The one ListAdd that all drafts of a new party share.
pub(super) fn approve_party(
    tx: &Tx<'_>,
    by: &str,
    at: &str,
    company: uuid::Uuid,
    party: &crate::books::PartyRef,
) -> crate::store::Result<()> {
    let target = format!("Contact/{}/{}", party.contact, party.list.word());
    let reader = tx.reader();
    let Some(link) = reader.link(party.contact, party.list)? else {
        return Err(StoreError::Refused(format!("{} is not linked any more.", party.name)));
    };
    if link.list_id.is_some() {
        return Ok(());
    }
    if let Some(there) = reader.unfinished(&target)? {
        if there.state != OperationState::NeedsAttention {
            return Ok(());
        }
        // It waited for a person, who has approved a document of this party again.
        tx.move_operation(there.id, OperationState::NeedsAttention, OperationState::Withdrawn)?;
    }
    let Some(entry) = link.list_add else {
        return Err(StoreError::Refused(format!("{} is neither linked nor set to be created.", party.name)));
    };
    let generation = reader.tries_on(&target)?;
    let key = PostingKey::derive(company, &entry.source(), party.list.word(), 0, generation + 1);
    let hash = crate::base::digest::of_json(&entry)?;
    tx.event(at, by, "party_approved", &target, &entry)?;
    tx.add_operation(&NewOperation {
        kind: OperationKind::ListAdd,
        target,
        draft_id: None,
        version: None,
        list_add: Some(entry),
        list_mod: None,
        posting_key: key.to_string(),
        expected: String::new(),
        approved_hash: hash,
        approved_by: by.to_string(),
        approved_at: at.to_string(),
        priority: PRIORITY_PARTY,
    })?;
    Ok(())
}

/// Approves the creation of items that the map needs (design 8.11); they leave with the next batch.
pub(crate) fn approve_items(
    tx: &Tx<'_>,
    by: &str,
    at: &str,
    company: uuid::Uuid,
    items: &[crate::books::ListAdd],
) -> crate::store::Result<usize> {
    let mut count = 0;
    for entry in items {
        let target = entry.source();
        let reader = tx.reader();
        if reader.unfinished(&target)?.is_some() || reader.done_on(&target)?.is_some() {
            continue;
        }
        let key = PostingKey::derive(company, &target, "Item", 0, reader.tries_on(&target)? + 1);
        tx.add_operation(&NewOperation {
            kind: OperationKind::ListAdd,
            target: target.clone(),
            draft_id: None,
            version: None,
            list_add: Some(entry.clone()),
            list_mod: None,
            posting_key: key.to_string(),
            expected: String::new(),
            approved_hash: crate::base::digest::of_json(entry)?,
            approved_by: by.to_string(),
            approved_at: at.to_string(),
            priority: PRIORITY_ITEM,
        })?;
        tx.event(at, by, "item_approved", &target, entry)?;
        count += 1;
    }
    Ok(count)
}

/// The pending sales among these (or all) that may be made final now, with what finalising them would do.
fn pending_sales(profile: &Profile, ids: Option<&[DraftId]>) -> Result<(Vec<DraftId>, BatchPreview)> {
    let mut adding = Adding::new(profile)?.finalising();
    Ok(profile.store().read(move |r| {
        let sales = r.sales_to_finalise(ids)?;
        if let (Some([only]), []) = (ids, sales.as_slice()) {
            let row = r.draft(*only)?;
            return Err(StoreError::Refused(match row.proposal {
                Some(state) if state != DraftState::Excluded => {
                    format!(
                        "{} changed in Cin7 since it was posted. Approve or leave that change first.",
                        row.reference
                    )
                }
                _ => format!("{} is not a pending sale in QuickBooks.", row.reference),
            }));
        }
        for id in &sales {
            adding.add(&r.draft(*id)?);
        }
        Ok((sales, adding.done()))
    })?)
}

/// What finalising these pending sales (or all) would do.
///
/// # Errors
/// What the store says.
pub fn finalise_preview(profile: &Profile, ids: Option<&[DraftId]>) -> Result<BatchPreview> {
    Ok(pending_sales(profile, ids)?.1)
}

/// Queues the step from pending to posted for untouched sales: these, or all.
///
/// # Errors
/// When one named is not pending, or what the store says.
pub fn finalise(profile: &Profile, ids: Option<&[DraftId]>, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let (sales, shown) = pending_sales(profile, ids)?;
    if sales.is_empty() {
        return Ok(Said::new(0, "No pending sale waits to be finalised."));
    }
    let totals = serde_json::to_string(&shown).unwrap_or_default();
    let (batch, count) = profile.store().write(Lane::Person, move |tx| {
        for id in sales {
            let row = tx.reader().draft(id)?;
            let version = tx
                .reader()
                .version(row.id, row.posted_version)?
                .ok_or_else(|| StoreError::Missing(format!("posted version of draft {}", row.id)))?;
            let key = key_of(&who, &row, &version.payload);
            tx.add_operation(&NewOperation {
                kind: OperationKind::Finalise,
                target: format!("draft/{}", row.id),
                draft_id: Some(row.id),
                version: Some(version.version),
                list_add: None,
                list_mod: None,
                posting_key: key.to_string(),
                expected: version.hash.clone(),
                approved_hash: version.hash,
                approved_by: who.by.clone(),
                approved_at: who.at.clone(),
                priority: PRIORITY_FINALISE,
            })?;
            tx.event(&who.at, &who.by, "finalise_approved", &format!("draft/{}", row.id), &row.txn_id)?;
        }
        let closed = tx.close_batch(&who.at, &who.by, &totals, true)?;
        let body = batch_body(tx, closed.0, &totals)?;
        tx.event(&who.at, &who.by, "batch_closed", &format!("batch/{}", closed.0), &body)?;
        Ok(closed)
    })?;
    Ok(Said::new(count, format!("Batch {batch} is closed: {count} sales wait to be made final.")))
}

/// Takes back what of a batch was not handed out yet: its drafts are approved again, as before.
///
/// # Errors
/// What the store says.
pub fn withdraw_batch(profile: &Profile, batch: BatchId, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let count = profile.store().write(Lane::Person, move |tx| {
        // Read where it is written: a visit may be handing out meanwhile.
        let operations = tx.reader().batch_operations(batch, usize::MAX >> 1)?;
        let (mut count, mut drafts, mut changes, mut dropped) = (0, Vec::new(), Vec::new(), Vec::new());
        for operation in operations.iter().filter(|op| op.state == OperationState::Queued) {
            // What its own command closed into a batch is not approved again by itself.
            let again = matches!(
                operation.kind,
                OperationKind::TxnAdd
                    | OperationKind::TxnMod
                    | OperationKind::ListAdd
                    | OperationKind::ListMod
            ) && !operation.expected.starts_with(OVER_AN_EDIT);
            let to = if again { OperationState::Approved } else { OperationState::Withdrawn };
            tx.move_operation(operation.id, OperationState::Queued, to)?;
            match (operation.draft_id, operation.kind) {
                (Some(draft), OperationKind::TxnAdd) => {
                    tx.move_draft(draft, DraftState::Queued, DraftState::Approved, &who.at)?;
                    drafts.push(draft);
                }
                (Some(draft), OperationKind::TxnMod) if again => {
                    tx.move_proposal(draft, Some(DraftState::Approved))?;
                    changes.push(draft);
                }
                (Some(draft), OperationKind::TxnMod | OperationKind::TxnVoid | OperationKind::TxnDel) => {
                    // Where Cin7 still says so, the next drafting run proposes it again.
                    tx.drop_proposal(draft)?;
                    tx.forget_inputs(&[draft])?;
                    dropped.push(draft);
                }
                _ => {}
            }
            count += 1;
        }
        let body =
            serde_json::json!({"count": count, "drafts": drafts, "changes": changes, "dropped": dropped});
        tx.event(&who.at, &who.by, "batch_withdrawn", &format!("batch/{batch}"), &body)?;
        Ok(count)
    })?;
    Ok(Said::new(count, format!("{count} operations of batch {batch} were taken back.")))
}

/// Lets an operation that needed a person go again, after the cause was dealt with; with it the creation of the
/// customer or vendor that it waits for.
///
/// # Errors
/// When nothing of this draft waits for a person.
pub fn requeue(profile: &Profile, id: DraftId, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    profile.store().write(Lane::Person, move |tx| {
        let row = tx.reader().draft(id)?;
        let waiting = tx
            .reader()
            .operations_of(id)?
            .into_iter()
            .rfind(|op| op.state == OperationState::NeedsAttention)
            .ok_or_else(|| {
                StoreError::Refused(format!("Nothing of {} waits for a person.", row.reference))
            })?;
        tx.move_operation(waiting.id, OperationState::NeedsAttention, OperationState::Queued)?;
        if waiting.kind == OperationKind::TxnAdd {
            let party = tx.reader().version(id, waiting.version)?.and_then(|v| v.payload.party);
            if let Some(party) = party.filter(|party| party.id.is_none()) {
                requeue_party(tx, &who, &party)?;
            }
            tx.move_draft(id, row.state, DraftState::Queued, &who.at)?;
            tx.drop_handoff_reasons(id)?;
        } else if waiting.kind != OperationKind::Finalise {
            tx.move_proposal(id, Some(DraftState::Queued))?;
        }
        let body = serde_json::json!({"operation": waiting.kind.word(), "text": waiting.note});
        tx.event(&who.at, &who.by, "queued_by_person", &format!("draft/{id}"), &body)?;
        Ok(())
    })?;
    Ok(Said::new(1, "It waits for the Web Connector again."))
}

/// The creation of a party that was refused or waits for a person goes with the document that needs it.
fn requeue_party(tx: &Tx<'_>, who: &Signed, party: &PartyRef) -> crate::store::Result<()> {
    approve_party(tx, &who.by, &who.at, who.company, party)?;
    let target = format!("Contact/{}/{}", party.contact, party.list.word());
    match tx.reader().unfinished(&target)? {
        Some(op) if op.state == OperationState::Approved => {
            tx.move_operation(op.id, OperationState::Approved, OperationState::Queued)
        }
        _ => Ok(()),
    }
}

/// Lets writing go on after a freeze, or confirms a moved or renamed company file.
///
/// # Errors
/// When there is nothing to confirm, or QuickBooks was not swept since the freeze (design 8.15).
pub fn unfreeze(profile: &Profile, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let (frozen, waiting, unread) = profile.store().read(|r| {
        Ok((
            r.meta("frozen")?.unwrap_or_default(),
            r.meta_json::<CompanyFile>("company_waiting")?,
            r.read_back_due()?,
        ))
    })?;
    if !frozen.is_empty() && unread && waiting.is_none() {
        return Err(Problem::new(
            Exit::NeedsPerson,
            "NOT-SWEPT",
            "QuickBooks has not been read whole since writing was stopped.",
            "Nothing was changed; writing stays stopped.",
            "Run the Web Connector once, look at what it found in step 6, then unfreeze.",
        ));
    }
    if frozen.is_empty() && waiting.is_none() {
        return Err(Problem::new(
            Exit::Usage,
            "NOT-FROZEN",
            "Nothing is frozen and no company file waits for confirmation.",
            "Nothing was changed.",
            "Go on as usual.",
        ));
    }
    profile.store().write(Lane::Person, move |tx| {
        if let Some(company) = &waiting {
            tx.set_meta_json("company", company)?;
            tx.clear_meta("company_waiting")?;
            tx.event(&who.at, &who.by, "company_confirmed", "company", company)?;
        }
        if !frozen.is_empty() {
            tx.set_meta("frozen", "")?;
            tx.accept_older_stamps()?;
            tx.accept_what_is_back()?;
            tx.ask_whole_read_back()?;
            tx.event(&who.at, &who.by, "unfrozen", "company", &frozen)?;
        }
        Ok(())
    })?;
    Ok(Said::new(1, "Writing to QuickBooks is allowed again."))
}
