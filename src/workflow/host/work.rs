//! Binds an operation at hand-out: ListIDs that earlier operations made, and what a look at our own lists forbids.
//!
//! Must never change what was approved: only ids are bound (design section 2), everything else comes from the
//! approved version.

use crate::base::{EditSequence, ListId, PostingKey, TxnId};
use crate::books::{ListAdd, ListEntry, ListKind, OperationKind, OperationState, Payload, Preferences};
use crate::handoff::Work;
use crate::store::operations::Operation;
use crate::store::{Reader, Result, StoreError};

/// An operation, bound or not.
#[allow(clippy::large_enum_variant)] // one at a time
pub(super) enum Bound {
    /// May be handed out.
    Ready(Work),
    /// Waits for an earlier operation.
    Waits,
    /// A person must look first.
    Blocked {
        /// Short code.
        code: &'static str,
        /// In words.
        text: String,
    },
}

fn blocked(code: &'static str, text: impl Into<String>) -> Bound {
    Bound::Blocked { code, text: text.into() }
}

fn key_of(operation: &Operation) -> Result<PostingKey> {
    PostingKey::parse(&operation.posting_key)
        .ok_or_else(|| StoreError::Damaged(format!("operation {} has no posting key", operation.id)))
}

fn entry_of(operation: &Operation) -> Result<ListAdd> {
    let entry = operation.list_add.clone();
    entry.ok_or_else(|| StoreError::Damaged(format!("operation {} has no list entry", operation.id)))
}

/// Binds an operation for a first hand-out, checked against our copy of QuickBooks' lists and preferences.
pub(super) fn bind(reader: &Reader<'_>, operation: &Operation) -> Result<Bound> {
    let key = key_of(operation)?;
    match operation.kind {
        OperationKind::ListAdd => Ok(Bound::Ready(Work::List { entry: entry_of(operation)?, key })),
        OperationKind::TxnAdd => {
            let mut payload = content(reader, operation)?;
            if let Some(bound) = bind_party(reader, &mut payload)? {
                return Ok(bound);
            }
            if let Some(bound) = bind_items(reader, &mut payload)? {
                return Ok(bound);
            }
            if let Some(bound) = check(reader, &payload)? {
                return Ok(bound);
            }
            Ok(Bound::Ready(Work::Txn { payload, key }))
        }
        OperationKind::Finalise => {
            let posted = bound_as_far_as_known(reader, operation)?;
            let Some(txn) = posted_txn(reader, operation)? else { return Ok(Bound::Waits) };
            if let Some(bound) = check_closing_date(reader, &posted)? {
                return Ok(bound);
            }
            Ok(Bound::Ready(Work::Finalise { txn, posted, key, edit_sequence: EditSequence::default() }))
        }
        other => Ok(blocked("not_carried", format!("This version does not carry {} yet.", other.word()))),
    }
}

/// An operation as it was handed out, for its look-up: nothing that changed meanwhile may keep it from being found.
pub(super) fn as_sent(reader: &Reader<'_>, operation: &Operation) -> Result<Work> {
    let key = key_of(operation)?;
    match operation.kind {
        OperationKind::ListAdd => Ok(Work::List { entry: entry_of(operation)?, key }),
        OperationKind::Finalise => Ok(Work::Finalise {
            txn: posted_txn(reader, operation)?.unwrap_or_default(),
            posted: bound_as_far_as_known(reader, operation)?,
            key,
            edit_sequence: operation.edit_sequence.clone().map(EditSequence::from).unwrap_or_default(),
        }),
        _ => Ok(Work::Txn { payload: bound_as_far_as_known(reader, operation)?, key }),
    }
}

fn bound_as_far_as_known(reader: &Reader<'_>, operation: &Operation) -> Result<Payload> {
    let mut payload = content(reader, operation)?;
    bind_party(reader, &mut payload)?;
    bind_items(reader, &mut payload)?;
    Ok(payload)
}

fn posted_txn(reader: &Reader<'_>, operation: &Operation) -> Result<Option<TxnId>> {
    let Some(draft) = operation.draft_id else { return Ok(None) };
    Ok(reader.draft(draft)?.txn_id.map(TxnId::from))
}

/// The approved content, proved to be what was approved.
fn content(reader: &Reader<'_>, operation: &Operation) -> Result<Payload> {
    let draft = operation
        .draft_id
        .ok_or_else(|| StoreError::Damaged(format!("operation {} has no draft", operation.id)))?;
    let version = reader
        .version(draft, operation.version)?
        .ok_or_else(|| StoreError::Damaged(format!("draft {draft} has no such version")))?;
    if version.hash != operation.approved_hash {
        return Err(StoreError::Damaged(format!("draft {draft} is not what was approved")));
    }
    Ok(version.payload)
}

fn bind_party(reader: &Reader<'_>, payload: &mut Payload) -> Result<Option<Bound>> {
    let Some(party) = &mut payload.party else { return Ok(None) };
    if party.id.is_some() {
        return Ok(None);
    }
    let target = format!("Contact/{}/{}", party.contact, party.list.word());
    if let Some(made) = reader.done_on(&target)?.and_then(|op| op.result_id) {
        party.id = Some(ListId::from(made));
        return Ok(None);
    }
    if let Some(id) = reader.link(party.contact, party.list)?.and_then(|link| link.list_id) {
        party.id = Some(ListId::from(id));
        return Ok(None);
    }
    Ok(Some(waits_for(
        reader,
        &target,
        "party_not_created",
        &format!("{} is not in QuickBooks", party.name),
    )?))
}

/// The creation that a document waits for is on its way, or a person must look, with the reason that it had.
fn waits_for(reader: &Reader<'_>, target: &str, code: &'static str, what: &str) -> Result<Bound> {
    Ok(match reader.newest_on(target)? {
        Some(op) if !op.state.is_final() && op.state != OperationState::NeedsAttention => Bound::Waits,
        Some(op) if !op.note.is_empty() => match op.status_code {
            Some(status) => {
                blocked(code, format!("{what}: its creation was refused ({status}): {}", op.note))
            }
            None => blocked(code, format!("{what}: {}", op.note)),
        },
        _ => blocked(code, format!("{what}, and nobody approved its creation.")),
    })
}

fn bind_items(reader: &Reader<'_>, payload: &mut Payload) -> Result<Option<Bound>> {
    for line in &mut payload.lines {
        let Some(item) = &mut line.item else { continue };
        if !item.id.is_empty() {
            continue;
        }
        let target = format!("Item/{}", item.name);
        let made = match reader.done_on(&target)?.and_then(|op| op.result_id) {
            Some(id) => Some(id),
            None => reader.list_id_named(ListKind::Item, &item.name)?,
        };
        match made {
            Some(id) => item.id = ListId::from(id),
            None => {
                let what = format!("The item {} is not in QuickBooks", item.name);
                return Ok(Some(waits_for(reader, &target, "item_not_created", &what)?));
            }
        }
    }
    Ok(None)
}

fn check_closing_date(reader: &Reader<'_>, payload: &Payload) -> Result<Option<Bound>> {
    let preferences: Preferences = reader.meta_json("preferences")?.unwrap_or_default();
    Ok(match preferences.closing_date {
        Some(closing) if payload.date <= closing => Some(blocked(
            "closing_date",
            format!("The books are closed through {closing}, and this is dated {}.", payload.date),
        )),
        _ => None,
    })
}

fn check(reader: &Reader<'_>, payload: &Payload) -> Result<Option<Bound>> {
    if let Some(bound) = check_closing_date(reader, payload)? {
        return Ok(Some(bound));
    }
    if let Some(party) = &payload.party
        && let Some(id) = &party.id
    {
        let list = party.list.kind();
        match reader.party(list, id.as_str())? {
            Some(entry) if !entry.active => {
                return Ok(Some(blocked(
                    "inactive_party",
                    format!("{} is inactive in QuickBooks.", entry.full_name),
                )));
            }
            None if reader.list_entry_is_gone(list, id.as_str())? => {
                let text = format!(
                    "{} is no longer in QuickBooks' {} list: merged into another, or deleted. Link the contact again.",
                    party.name,
                    party.list.word()
                );
                return Ok(Some(blocked("party_gone", text)));
            }
            _ => {}
        }
    }
    for line in &payload.lines {
        let Some(item) = &line.item else { continue };
        if let Some(ListEntry::Item(entry)) = reader.list_entry(ListKind::Item, item.id.as_str())?
            && (!entry.active || !(entry.kind.may_stand_on_sales_line() || entry.tax_rate.is_some()))
        {
            return Ok(Some(blocked(
                "unusable_item",
                format!("The item {} is inactive or of a kind that must not be used.", entry.full_name),
            )));
        }
    }
    Ok(None)
}
