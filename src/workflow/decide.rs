//! Decisions about drafts: approve, hold, exclude, reopen, and undoing any of them.
//!
//! Must never approve what was not on the screen: an approval names the hash of the version that was shown
//! (design 4.6). Every decision is one event and can be undone until its batch is closed.

mod ready;
mod replay;

pub use ready::{approve_all_ready, approve_chosen};
pub(super) use replay::is_house_rule;
pub use replay::{redo, undo};

use super::settings_file::keep::Leaf;
use super::{Profile, Result, Said, changes};
use crate::base::DraftId;
use crate::base::text::many;
use crate::books::{DraftState, ListMod, OperationKind, OperationState, OwnEntry, PartyList};
use crate::store::drafts::DraftRow;
use crate::store::links::Link;
use crate::store::operations::NewOperation;
use crate::store::{Lane, StoreError, Tx};
use serde::{Deserialize, Serialize};

/// Place of a transaction Add in the order of hand-out: after the list entries, before finalising.
pub(crate) const PRIORITY_TXN: i64 = 2;

/// One undoable change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // decisions are few
pub enum Change {
    /// A draft moved.
    Draft {
        /// Which.
        id: DraftId,
        /// From.
        from: DraftState,
        /// To.
        to: DraftState,
        /// Reason of an exclusion.
        why: Option<String>,
    },
    /// A link was made, changed or removed.
    Link {
        /// Contact.
        contact: i64,
        /// Role.
        role: PartyList,
        /// As it was.
        before: Option<Link>,
        /// As it is.
        after: Option<Link>,
    },
    /// A pair was refused.
    Refusal {
        /// Contact.
        contact: i64,
        /// Role.
        role: PartyList,
        /// The QuickBooks record that it is not.
        list_id: String,
        /// The refusal was taken back.
        #[serde(default)]
        back: bool,
    },
    /// The proposed change of a posted draft moved.
    Proposal {
        /// Which.
        id: DraftId,
        /// From.
        from: DraftState,
        /// To.
        to: DraftState,
    },
    /// A document that Cin7 says was imported elsewhere was taken over, or left to the other program again.
    TakeOver {
        /// `SalesOrder/24011`.
        source: String,
        /// As it is.
        taken: bool,
    },
    /// The update of a linked contact was approved, or taken back.
    Update {
        /// Contact.
        contact: i64,
        /// Role.
        role: PartyList,
        /// The update.
        change: ListMod,
        /// As it is.
        approved: bool,
    },
    /// The cost of a document was said to count, or not.
    Cost {
        /// `SalesOrder/24011`.
        source: String,
        /// As it was: `count`, `leave`, or not answered.
        before: Option<String>,
        /// As it is.
        after: Option<String>,
    },
    /// A setting was changed.
    Setting(Leaf),
    /// A contact was put aside, or taken up again.
    Deferred {
        /// Contact.
        contact: i64,
        /// Role.
        role: PartyList,
        /// As it is.
        deferred: bool,
    },
    /// An entry of our own was put in, or taken back.
    Own {
        /// Its id.
        source: String,
        /// What it says.
        entry: OwnEntry,
        /// As it is.
        live: bool,
    },
}

impl Change {
    fn reversed(&self) -> Change {
        match self.clone() {
            Change::Draft { id, from, to, why } => Change::Draft { id, from: to, to: from, why },
            Change::Proposal { id, from, to } => Change::Proposal { id, from: to, to: from },
            Change::Link { contact, role, before, after } => {
                Change::Link { contact, role, before: after, after: before }
            }
            Change::Deferred { contact, role, deferred } => {
                Change::Deferred { contact, role, deferred: !deferred }
            }
            Change::TakeOver { source, taken } => Change::TakeOver { source, taken: !taken },
            Change::Own { source, entry, live } => Change::Own { source, entry, live: !live },
            Change::Cost { source, before, after } => Change::Cost { source, before: after, after: before },
            Change::Update { contact, role, change, approved } => {
                Change::Update { contact, role, change, approved: !approved }
            }
            Change::Setting(leaf) => Change::Setting(leaf.reversed()),
            refusal @ Change::Refusal { .. } => refusal,
        }
    }
}

/// Who decides, when.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) company: uuid::Uuid,
}

pub(crate) fn signed(profile: &Profile, by: &str) -> Result<Signed> {
    let by = super::signature(by)?;
    Ok(Signed { by, at: profile.now().to_string(), company: profile.settings().company_id })
}

/// Carries one draft from a state to another, with what belongs to the move.
fn move_draft(tx: &Tx<'_>, who: &Signed, change: &Change, shown: Option<&str>) -> crate::store::Result<()> {
    let Change::Draft { id, from, to, why } = change else { return Ok(()) };
    if *to == DraftState::Approved {
        approve_one(tx, who, *id, shown)?;
    } else if *from == DraftState::Approved {
        tx.withdraw_operations_of(*id, "approval withdrawn")?;
        tx.set_approval(*id, None, None)?;
    } else {
        // What waited for a person got its answer: this decision.
        tx.withdraw_waiting_of(*id, "taken back by a person")?;
    }
    tx.move_draft(*id, *from, *to, &who.at)?;
    let excluded = *to == DraftState::Excluded;
    if excluded || *from == DraftState::Excluded {
        tx.set_excluded_why(*id, if excluded { why.as_deref() } else { None })?;
    }
    tx.event(&who.at, &who.by, verb(*to), &format!("draft/{id}"), why)?;
    Ok(())
}

/// What a true-up is called: it is approved by its own action and nothing else (design 4.8).
const TRUE_UP: &str = "TrueUp";

/// Approves one draft that goes in a batch of its own; its operation.
///
/// # Errors
/// When it is not ready, or changed since it was shown.
pub(super) fn approve_alone(
    tx: &Tx<'_>,
    who: &Signed,
    id: DraftId,
    shown: &str,
) -> crate::store::Result<crate::base::OperationId> {
    let change = Change::Draft { id, from: DraftState::Ready, to: DraftState::Approved, why: None };
    move_draft(tx, who, &change, Some(shown))?;
    let operation = tx.reader().unfinished(&format!("draft/{id}"))?;
    operation
        .map(|operation| operation.id)
        .ok_or_else(|| StoreError::Missing(format!("operation of draft {id}")))
}

const fn verb(to: DraftState) -> &'static str {
    match to {
        DraftState::Approved => "approved",
        DraftState::Held => "held",
        DraftState::Excluded => "excluded",
        _ => "reopened",
    }
}

fn approve_one(tx: &Tx<'_>, who: &Signed, id: DraftId, shown: Option<&str>) -> crate::store::Result<()> {
    let reader = tx.reader();
    let version = reader
        .version(id, None)?
        .ok_or_else(|| StoreError::Refused(format!("Draft {id} has nothing that could be approved yet.")))?;
    if shown.is_some_and(|hash| hash != version.hash) {
        return Err(StoreError::Refused(format!("Draft {id} changed since it was shown; look at it again.")));
    }
    if !version.payload.adds_up() {
        return Err(StoreError::Refused(format!("Draft {id} does not add up to the Cin7 total.")));
    }
    // What waited for a person got its answer: this approval.
    tx.withdraw_waiting_of(id, "approved again")?;
    let key = key_of(who, &reader.draft(id)?, &version.payload);
    tx.add_operation(&NewOperation {
        kind: OperationKind::TxnAdd,
        target: format!("draft/{id}"),
        draft_id: Some(id),
        version: Some(version.version),
        list_add: None,
        list_mod: None,
        posting_key: key.to_string(),
        expected: String::new(),
        approved_hash: version.hash,
        approved_by: who.by.clone(),
        approved_at: who.at.clone(),
        priority: PRIORITY_TXN,
    })?;
    tx.set_approval(id, Some(&who.by), Some(version.version))
}

/// The posting key of a draft's generation (design section 2).
pub(crate) fn key_of(
    who: &Signed,
    row: &DraftRow,
    payload: &crate::books::Payload,
) -> crate::base::PostingKey {
    if let (true, Some(key)) =
        (row.generation > 1, row.posting_key.as_deref().and_then(crate::base::PostingKey::parse))
    {
        return key;
    }
    let generation = u32::try_from(row.generation).unwrap_or(1);
    crate::base::PostingKey::derive(who.company, &row.source, payload.kind.word(), 0, generation)
}

/// Applies a change of any kind inside a transaction.
fn apply(tx: &Tx<'_>, who: &Signed, change: &Change, undoing: bool) -> crate::store::Result<()> {
    match change {
        Change::Draft { .. } => move_draft(tx, who, change, None),
        Change::Proposal { id, from, to } => changes::decide(tx, who, *id, *from, *to),
        Change::Link { contact, role, before, after } => {
            let now = tx.reader().link(*contact, *role)?;
            if now != *before {
                return Err(StoreError::Refused(format!(
                    "The link of contact {contact} has changed meanwhile."
                )));
            }
            tx.set_link(*contact, *role, after.as_ref())?;
            let target = format!("Contact/{contact}/{}", role.word());
            if let Some(waiting) = tx.reader().unfinished(&target)?
                && waiting.state == OperationState::NeedsAttention
            {
                // Its creation waited for a person: this decision. Another one is approved with the next batch.
                tx.move_operation(waiting.id, OperationState::NeedsAttention, OperationState::Withdrawn)?;
            }
            let kind = if after.is_some() { "linked" } else { "unlinked" };
            tx.event(&who.at, &who.by, kind, &format!("contact/{contact}"), after)?;
            Ok(())
        }
        Change::Refusal { contact, role, list_id, back } => {
            let stands = *back == undoing;
            let by = stands.then_some((who.by.as_str(), who.at.as_str()));
            tx.set_refusal(*contact, *role, list_id, by)?;
            let kind = if stands { "refused_pair" } else { "refusal_taken_back" };
            tx.event(&who.at, &who.by, kind, &format!("contact/{contact}"), list_id)?;
            Ok(())
        }
        Change::Update { contact, role, change, approved } => {
            super::contacts::set_update(tx, who, (*contact, *role), change, *approved)
        }
        // The file was written before; here it is told.
        Change::Setting(leaf) => {
            tx.event(&who.at, &who.by, "settings_changed", "settings", leaf)?;
            Ok(())
        }
        Change::TakeOver { source, taken } => {
            tx.set_taken_over(source, taken.then_some((who.by.as_str(), who.at.as_str())))?;
            let kind = if *taken { "taken_over" } else { "left_to_other_program" };
            tx.event(&who.at, &who.by, kind, source, taken)?;
            Ok(())
        }
        Change::Deferred { contact, role, deferred } => {
            tx.set_deferred(*contact, *role, *deferred)?;
            let kind = if *deferred { "put_aside" } else { "taken_up_again" };
            tx.event(&who.at, &who.by, kind, &format!("contact/{contact}"), role)?;
            Ok(())
        }
        Change::Own { source, entry, live } => super::own::apply(tx, who, source, entry, *live),
        Change::Cost { source, before, after } => {
            super::costs::apply(tx, who, source, before.as_deref(), after.as_deref())
        }
    }
}

/// Decides: applies the changes and keeps them so that they can be undone.
pub(crate) fn decide(profile: &Profile, who: &Signed, title: String, changes: Vec<Change>) -> Result<Said> {
    decide_of(profile, who, title, changes, None)
}

/// The same for a part of a decision that was one to the person who made it.
pub(crate) fn decide_of(
    profile: &Profile,
    who: &Signed,
    title: String,
    changes: Vec<Change>,
    series: Option<String>,
) -> Result<Said> {
    let count = changes.len();
    let signed = who.clone();
    let kept = title.clone();
    profile.store().write(Lane::Person, move |tx| {
        for change in &changes {
            apply(tx, &signed, change, false)?;
        }
        tx.keep_decision_of(&signed.at, &signed.by, &kept, &changes, series.as_deref())
    })?;
    Ok(Said::new(count, title))
}

/// Approves drafts exactly as they were shown: each with the hash of the version on screen.
///
/// # Errors
/// When one is not ready, or changed since it was shown; then none of them is approved.
pub fn approve(profile: &Profile, shown: &[(DraftId, String)], by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let shown = shown.to_vec();
    let count = shown.len();
    let title = format!("Approved {}", many(count, "draft"));
    let kept = title.clone();
    profile.store().write(Lane::Person, move |tx| {
        let mut done = Vec::with_capacity(shown.len());
        for (id, hash) in &shown {
            let row = tx.reader().draft(*id)?;
            if row.cin7_type == TRUE_UP {
                return Err(StoreError::Refused(format!(
                    "Draft {id} is a true-up: it goes with a confirmation of its own (`countersign true-up`)."
                )));
            }
            let (from, to) = (DraftState::Ready, DraftState::Approved);
            if is_posted(&row) {
                changes::approve(tx, &who, &row, Some(hash))?;
                done.push(Change::Proposal { id: *id, from, to });
                continue;
            }
            let change = Change::Draft { id: *id, from, to, why: None };
            move_draft(tx, &who, &change, Some(hash))?;
            done.push(change);
        }
        tx.keep_decision(&who.at, &who.by, &kept, &done)
    })?;
    super::redraft::refresh_costs(profile)?;
    Ok(Said::new(count, title))
}

/// Whether it stands in QuickBooks: then only a change of it can be decided.
const fn is_posted(row: &DraftRow) -> bool {
    matches!(row.state, DraftState::Posted | DraftState::DriftedInQuickBooks)
}

/// The same decision about the proposed change of a posted draft.
fn proposal_move(row: &DraftRow, now: DraftState, from: &[DraftState], to: DraftState) -> Option<Change> {
    let decidable = matches!(to, DraftState::Ready | DraftState::Held);
    (decidable && from.contains(&now)).then_some(Change::Proposal { id: row.id, from: now, to })
}

/// Moves drafts that are in one of the states `from`.
fn move_all(
    profile: &Profile,
    ids: &[DraftId],
    by: &str,
    from: &[DraftState],
    to: DraftState,
    why: Option<&str>,
    title: &str,
) -> Result<Said> {
    let who = signed(profile, by)?;
    let changes = moves(profile, ids, from, to, why)?;
    let title = format!("{title} {}", many(changes.len(), "draft"));
    let said = decide(profile, &who, title, changes)?;
    super::redraft::refresh_costs(profile)?;
    Ok(said)
}

/// The changes that move drafts that are in one of the states `from`.
pub(super) fn moves(
    profile: &Profile,
    ids: &[DraftId],
    from: &[DraftState],
    to: DraftState,
    why: Option<&str>,
) -> Result<Vec<Change>> {
    let rows = profile.store().read(|r| r.draft_rows(ids))?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        if is_posted(&row)
            && let Some(change) = row.proposal.and_then(|now| proposal_move(&row, now, from, to))
        {
            changes.push(change);
            continue;
        }
        if !from.contains(&row.state) {
            return Err(StoreError::Refused(format!(
                "Draft {} ({}) is {}; that cannot be done now.",
                row.id,
                row.reference,
                row.state.word()
            ))
            .into());
        }
        changes.push(Change::Draft { id: row.id, from: row.state, to, why: why.map(str::to_string) });
    }
    Ok(changes)
}

/// Takes approvals back.
///
/// # Errors
/// When one is not approved, or already in a batch.
pub fn withdraw_approval(profile: &Profile, ids: &[DraftId], by: &str) -> Result<Said> {
    move_all(profile, ids, by, &[DraftState::Approved], DraftState::Ready, None, "Took back the approval of")
}

/// Puts drafts aside.
///
/// # Errors
/// When one was handed off already.
pub fn hold(profile: &Profile, ids: &[DraftId], by: &str) -> Result<Said> {
    let from = [DraftState::Ready, DraftState::NeedsAttention, DraftState::NotReady, DraftState::Approved];
    move_all(profile, ids, by, &from, DraftState::Held, None, "Held")
}

/// Excludes drafts for good, with the reason; what the cost of their goods does is asked later (`exclusion` asks at once).
///
/// # Errors
/// When the reason is empty, or one was handed off already.
pub fn exclude(profile: &Profile, ids: &[DraftId], why: &str, by: &str) -> Result<Said> {
    super::exclusion::exclude(profile, ids, why, None, by)
}

/// Takes up drafts again; what they become is derived anew: held and excluded ones, those that QuickBooks refused, and
/// those that wait for a person after the hand-off. Of a posted draft the finalising that waits for a person is taken
/// back. Nothing that may be in QuickBooks is touched.
///
/// # Errors
/// When one is in none of these states.
pub fn reopen(profile: &Profile, ids: &[DraftId], by: &str) -> Result<Said> {
    let rows = profile.store().read(|r| r.draft_rows(ids))?;
    let (posted, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_posted);
    let (changed, posted): (Vec<_>, Vec<_>) = posted.into_iter().partition(|row| row.proposal.is_some());
    let mut said_of_changes = None;
    if !changed.is_empty() {
        let (approved, left): (Vec<_>, Vec<_>) = changed
            .iter()
            .map(|row| (row.id, row.proposal))
            .partition(|(_, now)| *now == Some(DraftState::Approved));
        let ids =
            |rows: Vec<(DraftId, Option<DraftState>)>| rows.into_iter().map(|row| row.0).collect::<Vec<_>>();
        if !approved.is_empty() {
            said_of_changes = Some(withdraw_approval(profile, &ids(approved), by)?);
        }
        if !left.is_empty() {
            said_of_changes = Some(changes::propose_again(profile, &ids(left), by)?);
        }
    }
    let contacts = others.iter().map(|row| row.contact_id).collect();
    let adjusted = others.iter().any(|row| row.cin7_type == crate::orders::Adjustment::WORD);
    let others: Vec<DraftId> = others.into_iter().map(|row| row.id).collect();
    let posted: Vec<DraftId> = posted.into_iter().map(|row| row.id).collect();
    let taken_back = take_back_finalising(profile, &posted, by)?;
    if others.is_empty()
        && posted.is_empty()
        && let Some(said) = said_of_changes
    {
        return Ok(said);
    }
    if others.is_empty() {
        return Ok(Said::new(taken_back, format!("Took back {}", many(taken_back, "finalising"))));
    }
    let from = [DraftState::Held, DraftState::Excluded, DraftState::Rejected, DraftState::NeedsAttention];
    let said = move_all(profile, &others, by, &from, DraftState::NeedsAttention, None, "Took up again")?;
    profile.store().write(Lane::Person, move |tx| {
        for id in &others {
            tx.drop_handoff_reasons(*id)?;
        }
        tx.forget_inputs(&others)
    })?;
    super::redraft::redraft_some(profile, &super::redraft::Scope::Contacts(contacts))?;
    if adjusted {
        super::redraft::redraft_adjustments(profile)?;
    }
    Ok(said)
}

/// Takes back the finalising of posted sales that waits for a person.
fn take_back_finalising(profile: &Profile, ids: &[DraftId], by: &str) -> Result<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let (who, ids) = (signed(profile, by)?, ids.to_vec());
    let count = profile.store().write(Lane::Person, move |tx| {
        for id in &ids {
            if tx.withdraw_waiting_of(*id, "taken back by a person")? == 0 {
                return Err(StoreError::Refused(format!(
                    "Draft {id} is in QuickBooks, and nothing of it waits for a person."
                )));
            }
            tx.event(&who.at, &who.by, "finalise_taken_back", &format!("draft/{id}"), &())?;
            // A document that was edited or deleted there keeps its reason.
            if tx.reader().draft(*id)?.state == DraftState::Posted {
                tx.drop_handoff_reasons(*id)?;
            }
        }
        Ok(ids.len())
    })?;
    Ok(count)
}
