//! Drafts that live: what Cin7 changed or voided after a document was posted, shown, approved, left, or done by hand.
//!
//! Must never overwrite what a person did in QuickBooks, but for a sale that is still pending, under the content that
//! she saw (design 4.4; `cin7-quickbooks-integration.md` 9.2). A change leaves only after the guard of the visit.

use super::decide::{PRIORITY_TXN, Signed, signed};
use super::drafts::ReasonView;
use super::host::work::{EVEN_IF_FINAL, OVER_AN_EDIT, content_digest};
use super::{Profile, Result, Said};
use crate::base::{BatchId, Cents, DraftId};
use crate::books::{DraftState, OperationKind, OperationState};
use crate::handoff::compare;
use crate::handoff::diff::{self, Changed};
use crate::handoff::hints::{self, HintSheet};
use crate::store::drafts::beside::{AGAIN, EVEN_IF_POSTED};
use crate::store::drafts::{DraftRow, Proposal, Version};
use crate::store::operations::NewOperation;
use crate::store::{Lane, Reader, StoreError, Tx};
use serde::Serialize;

/// The change that is proposed for a posted document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// `TxnMod`, `TxnVoid` or `TxnDel`.
    pub operation: String,
    /// Ready, NeedsAttention (by hand), Approved, Queued, InFlight, Unknown, Rejected, Held; Excluded = left as it is.
    pub state: &'static str,
    /// The version that it leads to.
    pub version: Option<i64>,
    /// What approving it names.
    #[serde(skip)]
    pub hash: String,
    /// What Cin7 says now.
    pub total: Option<Cents>,
    /// New total less the posted one.
    pub difference: Cents,
    /// Its day in Cin7 now.
    pub date: Option<String>,
    /// What changes, field by field and line by line.
    pub changes: Vec<Changed>,
    /// Why, and what stands in the way.
    pub reasons: Vec<ReasonView>,
    /// Where it must be done by hand: how.
    pub hint: Option<HintSheet>,
}

fn posted_version(reader: &Reader<'_>, row: &DraftRow) -> crate::store::Result<Version> {
    let version = match row.posted_version {
        Some(version) => reader.version(row.id, Some(version))?,
        None => None,
    };
    version.ok_or_else(|| {
        StoreError::Refused(format!("{} is not in QuickBooks by this program.", row.reference))
    })
}

/// The proposed change of a draft; none where Cin7 says what was posted.
///
/// # Errors
/// What the store says.
pub fn proposed(reader: &Reader<'_>, row: &DraftRow) -> crate::store::Result<Option<Proposed>> {
    let (Some(state), Some(kind)) = (row.proposal, row.proposal_kind) else { return Ok(None) };
    let posted = posted_version(reader, row)?;
    let new = match row.proposal_version {
        Some(version) => reader.version(row.id, Some(version))?,
        None => None,
    };
    let mut reasons: Vec<ReasonView> = serde_json::from_str(&row.proposal_why)?;
    let operations = reader.operations_of(row.id)?;
    let waiting = operations.iter().rfind(|op| op.state == OperationState::NeedsAttention);
    if let Some(operation) = waiting.filter(|op| !op.note.is_empty()) {
        let text = operation.note.clone();
        reasons.push(ReasonView { code: "stopped".into(), text, field: None, level: "blocks".into() });
    }
    let changes = new.as_ref().map(|new| diff::changes(&posted.payload, &new.payload)).unwrap_or_default();
    let by_hand = state == DraftState::NeedsAttention && (new.is_some() || kind != OperationKind::TxnMod);
    let hint = by_hand.then(|| {
        let has = |code: &str| reasons.iter().any(|reason| reason.code == code);
        let why = reasons.iter().map(|reason| reason.text.clone()).collect();
        let linked = has("payment_applied") || has("linked_in_quickbooks");
        hints::sheet(kind, &posted.payload, changes.clone(), why, linked, has("closing_date"))
    });
    Ok(Some(Proposed {
        operation: kind.word(),
        state: state.word(),
        version: row.proposal_version,
        hash: new.map_or(posted.hash, |new| new.hash),
        total: row.proposal_total,
        difference: row.proposal_total.unwrap_or_default() - row.total.unwrap_or_default(),
        date: row.proposal_date.clone(),
        changes,
        reasons,
        hint,
    }))
}

/// Approves the proposed change of a posted draft, exactly as it was shown.
pub(super) fn approve(
    tx: &Tx<'_>,
    who: &Signed,
    row: &DraftRow,
    shown: Option<&str>,
) -> crate::store::Result<()> {
    let Some(change) = proposed(&tx.reader(), row)? else {
        return Err(StoreError::Refused(format!(
            "Nothing changed in {} since it was posted.",
            row.reference
        )));
    };
    if row.proposal != Some(DraftState::Ready) {
        let text = format!("The change of {} is {}; it cannot be approved now.", row.reference, change.state);
        return Err(StoreError::Refused(text));
    }
    if shown.is_some_and(|hash| hash != change.hash) {
        let text = format!("Draft {} changed since it was shown; look at it again.", row.id);
        return Err(StoreError::Refused(text));
    }
    if let Some(version) = row.proposal_version {
        let new = tx.reader().version(row.id, Some(version))?;
        if !new.is_some_and(|new| new.payload.adds_up()) {
            let text = format!("Draft {} does not add up to the Cin7 total.", row.id);
            return Err(StoreError::Refused(text));
        }
    }
    let posted = posted_version(&tx.reader(), row)?;
    tx.withdraw_waiting_of(row.id, "approved again")?;
    let kind = row.proposal_kind.unwrap_or(OperationKind::TxnMod);
    // The guard takes a final document out by deletion only where the approval says so.
    let named = change.reasons.iter().any(|reason| reason.code == EVEN_IF_POSTED);
    let final_too = kind == OperationKind::TxnDel && !row.pending && named;
    let expected = if final_too { format!("{EVEN_IF_FINAL}{}", posted.hash) } else { posted.hash };
    add(tx, who, row, kind, row.proposal_version, change.hash, expected)?;
    tx.decide_proposal(row.id, DraftState::Ready, DraftState::Approved)?;
    tx.event(&who.at, &who.by, "change_approved", &format!("draft/{}", row.id), &change.operation)?;
    Ok(())
}

/// Queues an operation on what stands in QuickBooks of a draft.
pub(super) fn add(
    tx: &Tx<'_>,
    who: &Signed,
    row: &DraftRow,
    kind: OperationKind,
    version: Option<i64>,
    hash: String,
    expected: String,
) -> crate::store::Result<crate::base::OperationId> {
    let posting_key = row
        .posting_key
        .clone()
        .ok_or_else(|| StoreError::Damaged(format!("draft {} has no posting key", row.id)))?;
    tx.add_operation(&NewOperation {
        kind,
        target: format!("draft/{}", row.id),
        draft_id: Some(row.id),
        version: version.or(row.posted_version),
        list_add: None,
        list_mod: None,
        posting_key,
        expected,
        approved_hash: hash,
        approved_by: who.by.clone(),
        approved_at: who.at.clone(),
        priority: PRIORITY_TXN,
    })
}

/// Takes the approval of a change back, or puts the change aside, or takes it up again.
pub(super) fn decide(
    tx: &Tx<'_>,
    who: &Signed,
    id: DraftId,
    from: DraftState,
    to: DraftState,
) -> crate::store::Result<()> {
    let row = tx.reader().draft(id)?;
    if to == DraftState::Approved {
        return approve(tx, who, &row, None);
    }
    if from == DraftState::Approved {
        tx.withdraw_operations_of(id, "approval withdrawn")?;
    }
    tx.decide_proposal(id, from, to)?;
    let verb = match to {
        DraftState::Held => "change_held",
        DraftState::Excluded => "change_left",
        _ => "change_reopened",
    };
    tx.event(&who.at, &who.by, verb, &format!("draft/{id}"), &())?;
    Ok(())
}

/// What a person's edit changed, to be named before it is overwritten.
///
/// # Errors
/// When nothing of it was edited, or what the store says.
pub fn edits(profile: &Profile, id: DraftId) -> Result<Vec<String>> {
    Ok(profile.store().read(|r| {
        let row = r.draft(id)?;
        let posted = posted_version(r, &row)?;
        let Some(seen) = r.standing(id)?.seen else { return Ok(Vec::new()) };
        let Some(key) = row.posting_key.as_deref().and_then(crate::base::PostingKey::parse) else {
            return Ok(Vec::new());
        };
        Ok(compare::differences(&seen, &posted.payload, key))
    })?)
}

/// Leaves QuickBooks as it is: a person's edit there is accepted, a deletion there stands, a change of Cin7 is not
/// carried over. The difference stays listed in the proof.
///
/// # Errors
/// When there is nothing to decide, or an edit was not read with its lines yet.
pub fn keep_quickbooks(profile: &Profile, id: DraftId, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let text = profile.store().write(Lane::Person, move |tx| {
        let row = tx.reader().draft(id)?;
        let subject = format!("draft/{id}");
        if row.state == DraftState::DriftedInQuickBooks && row.gone {
            tx.withdraw_operations_of(id, "left as it is in QuickBooks")?;
            tx.drop_proposal(id)?;
            tx.drop_handoff_reasons(id)?;
            tx.move_draft(id, DraftState::DriftedInQuickBooks, DraftState::Voided, &who.at)?;
            tx.event(&who.at, &who.by, "deletion_accepted", &subject, &row.txn_id)?;
            return Ok("It stays out of QuickBooks. `reset` drafts it anew.".to_string());
        }
        if row.state == DraftState::DriftedInQuickBooks {
            accept_edit(tx, &who, &row)?;
            return Ok("What QuickBooks has is accepted; the difference to Cin7 stays listed.".to_string());
        }
        let Some(state) = row.proposal.filter(|state| *state != DraftState::Excluded) else {
            return Err(StoreError::Refused(format!("There is nothing to decide about {}.", row.reference)));
        };
        if matches!(state, DraftState::InFlight | DraftState::Unknown) {
            return Err(StoreError::Refused(format!("The change of {} is on its way.", row.reference)));
        }
        tx.withdraw_operations_of(id, "left as it is in QuickBooks")?;
        tx.drop_handoff_reasons(id)?;
        tx.move_proposal(id, Some(DraftState::Excluded))?;
        tx.event(&who.at, &who.by, "change_left", &subject, &())?;
        Ok("QuickBooks stays as it is; the difference to Cin7 stays listed.".to_string())
    })?;
    Ok(Said::new(1, text))
}

fn accept_edit(tx: &Tx<'_>, who: &Signed, row: &DraftRow) -> crate::store::Result<()> {
    let Some(seen) = tx.reader().standing(row.id)?.seen else {
        let text = format!(
            "{} has not been read with its lines since it was changed. Wait for the next visit.",
            row.reference
        );
        return Err(StoreError::Refused(text));
    };
    tx.withdraw_operations_of(row.id, "a person's edit in QuickBooks was accepted")?;
    tx.accept_in_quickbooks(row.id, seen.date, row.qb_total, &who.at)?;
    let (total, date) = match row.proposal {
        Some(_) => (row.proposal_total, row.proposal_date.clone()),
        None => (row.total, row.date.clone()),
    };
    let why = serde_json::to_string(&[ReasonView {
        code: "kept_in_quickbooks".into(),
        text: "A person's edit in QuickBooks was accepted.".into(),
        field: None,
        level: "warns".into(),
    }])?;
    let version = row.proposal_version.or(row.posted_version);
    tx.propose(
        row.id,
        &Proposal { state: DraftState::Excluded, kind: OperationKind::TxnMod, version, total, date, why },
    )?;
    tx.drop_handoff_reasons(row.id)?;
    tx.move_draft(row.id, DraftState::DriftedInQuickBooks, DraftState::Posted, &who.at)?;
    tx.event(&who.at, &who.by, "edit_accepted", &format!("draft/{}", row.id), &seen.edit_sequence)?;
    Ok(())
}

/// A person made the proposed change by hand on the other side; the next visit checks it line by line.
///
/// # Errors
/// When no change waits.
pub fn done_by_hand(profile: &Profile, id: DraftId, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    profile.store().write(Lane::Person, move |tx| {
        let row = tx.reader().draft(id)?;
        let Some(kind) = row.proposal_kind.filter(|_| row.proposal != Some(DraftState::Excluded)) else {
            return Err(StoreError::Refused(format!("No change of {} waits.", row.reference)));
        };
        if matches!(row.proposal, Some(DraftState::InFlight | DraftState::Unknown)) {
            return Err(StoreError::Refused(format!("The change of {} is on its way.", row.reference)));
        }
        tx.withdraw_operations_of(id, "done by hand")?;
        tx.drop_handoff_reasons(id)?;
        let state = if kind == OperationKind::TxnMod {
            if row.proposal_version.is_none() {
                let text = format!("{} cannot be drafted as it is now; see its reasons.", row.reference);
                return Err(StoreError::Refused(text));
            }
            tx.take_over(id, row.proposal_version, &who.at)?;
            tx.forget_lines(id)?;
            DraftState::Posted
        } else {
            tx.drop_proposal(id)?;
            DraftState::Voided
        };
        if row.state != state {
            tx.move_draft(id, row.state, state, &who.at)?;
        }
        tx.ask_whole_read_back()?;
        tx.event(&who.at, &who.by, "done_by_hand", &format!("draft/{id}"), &kind.word())?;
        Ok(())
    })?;
    Ok(Said::new(1, "Noted. The next visit of the Web Connector checks it."))
}

/// Overwrites a person's edit of a sale that is still pending with what Cin7 says, under exactly what was seen there.
///
/// # Errors
/// When it is not a pending sale that was edited, or not read with its lines yet.
pub fn overwrite(profile: &Profile, id: DraftId, by: &str) -> Result<Said> {
    let named = edits(profile, id)?;
    let who = signed(profile, by)?;
    let text = named.join("; ");
    let batch = profile.store().write(Lane::Person, move |tx| {
        let row = tx.reader().draft(id)?;
        if row.state != DraftState::DriftedInQuickBooks || row.gone || !row.pending {
            let text = format!(
                "{} is not a pending sale that was edited in QuickBooks; only that can be overwritten.",
                row.reference
            );
            return Err(StoreError::Refused(text));
        }
        let Some(seen) = tx.reader().standing(id)?.seen else {
            let text = format!(
                "{} has not been read with its lines since it was changed. Wait for the next visit.",
                row.reference
            );
            return Err(StoreError::Refused(text));
        };
        tx.withdraw_operations_of(id, "overwritten")?;
        let version = row.proposal_version.or(row.posted_version);
        let wanted = tx
            .reader()
            .version(id, version)?
            .ok_or_else(|| StoreError::Missing(format!("version of draft {id}")))?;
        let expected = format!("{OVER_AN_EDIT}{}", content_digest(&seen)?);
        let operation = add(tx, &who, &row, OperationKind::TxnMod, version, wanted.hash, expected)?;
        tx.propose(id, &overwriting(&row, version))?;
        tx.event(&who.at, &who.by, "overwrite_approved", &format!("draft/{id}"), &named)?;
        close(tx, &who, &[operation], &[id], "1 edit to be overwritten")
    })?;
    Ok(Said::new(1, format!("Batch {batch} is closed: the edit is overwritten at the next visit ({text}).")))
}

fn overwriting(row: &DraftRow, version: Option<i64>) -> Proposal {
    let same = row.proposal.is_none();
    Proposal {
        state: DraftState::Approved,
        kind: OperationKind::TxnMod,
        version,
        total: if same { row.total } else { row.proposal_total },
        date: if same { row.date.clone() } else { row.proposal_date.clone() },
        why: row.proposal_why.clone(),
    }
}

/// Closes operations on posted drafts into a batch of their own.
pub(super) fn close(
    tx: &Tx<'_>,
    who: &Signed,
    operations: &[crate::base::OperationId],
    drafts: &[DraftId],
    title: &str,
) -> crate::store::Result<BatchId> {
    let totals = serde_json::json!({"count": operations.len(), "title": title}).to_string();
    let batch = tx.batch_of(&who.at, &who.by, &totals, operations)?;
    for draft in drafts {
        tx.move_proposal(*draft, Some(DraftState::Queued))?;
    }
    tx.forget_decisions()?;
    let body = serde_json::json!({"totals": totals, "changes": drafts});
    tx.event(&who.at, &who.by, "batch_closed", &format!("batch/{batch}"), &body)?;
    Ok(batch)
}

/// Proposes a posted document as it would be drafted now, though nothing changed in Cin7: re-import while it is still
/// a draft in QuickBooks.
///
/// # Errors
/// What the store says.
pub fn propose_again(profile: &Profile, ids: &[DraftId], by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let ids = ids.to_vec();
    let count = ids.len();
    let contacts = profile.store().write(Lane::Person, move |tx| {
        let mut contacts = std::collections::HashSet::new();
        for id in &ids {
            let row = tx.reader().draft(*id)?;
            if matches!(row.proposal, Some(DraftState::InFlight | DraftState::Unknown)) {
                return Err(StoreError::Refused(format!("The change of {} is on its way.", row.reference)));
            }
            tx.withdraw_waiting_of(*id, "taken up again")?;
            let kept = row.accepted && row.proposal == Some(DraftState::Excluded);
            if kept {
                let text =
                    format!("What QuickBooks has of {} was accepted; it is approved there.", row.reference);
                return Err(StoreError::Refused(text));
            }
            if matches!(
                row.proposal,
                Some(
                    DraftState::Held
                        | DraftState::Rejected
                        | DraftState::Excluded
                        | DraftState::NeedsAttention
                )
            ) {
                tx.drop_proposal(*id)?;
            }
            tx.set_inputs(*id, AGAIN)?;
            tx.event(&who.at, &who.by, "change_reopened", &format!("draft/{id}"), &())?;
            contacts.insert(row.contact_id);
        }
        Ok(contacts)
    })?;
    super::redraft::redraft_some(profile, &super::redraft::Scope::Contacts(contacts))?;
    let left = profile.store().read(|r| r.count_inputs(AGAIN))?;
    if left > 0 {
        super::redraft::redraft(profile)?;
    }
    Ok(Said::new(count, "Drafted again as it would be now; what differs is proposed as a change."))
}
