//! Binds an operation at hand-out: ListIDs that earlier operations made, and what a look at our own lists forbids.
//!
//! Must never change what was approved: only ids are bound (design section 2), everything else comes from the
//! approved version.

use crate::base::{EditSequence, ListId, PostingKey, TxnId, digest};
use crate::books::{
    ListAdd, ListEntry, ListKind, ListMod, OperationKind, OperationState, Payload, Preferences,
};
use crate::handoff::{Before, Existing, Stored, TxnSeen, Verdict, Work};
use crate::store::operations::Operation;
use crate::store::{Reader, Result, StoreError};

/// Begins what an operation expects in QuickBooks where a person's edit is to be overwritten; its digest follows.
pub(in crate::workflow) const OVER_AN_EDIT: &str = "seen:";
/// Begins it where a document may be deleted though it is final (a setting, off).
pub(in crate::workflow) const EVEN_IF_FINAL: &str = "final:";

/// An operation, bound or not.
#[allow(clippy::large_enum_variant)] // one at a time
pub(super) enum Bound {
    /// May be handed out.
    Ready(Work),
    /// Waits for an earlier operation.
    Waits,
    /// It was handed over by a later state of this profile: nothing is left to be done.
    There(Verdict),
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
    if let Some(there) = found_by_mark(reader, operation, key)? {
        return Ok(there);
    }
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
            if let Some(bound) = check_closing_date(reader, &posted)? {
                return Ok(bound);
            }
            standing(reader, operation, posted, Work::Finalise)
        }
        OperationKind::TxnVoid | OperationKind::TxnDel => {
            let posted = bound_as_far_as_known(reader, operation)?;
            let make = if operation.kind == OperationKind::TxnVoid { Work::Void } else { Work::Delete };
            standing(reader, operation, posted, make)
        }
        OperationKind::TxnMod => {
            let mut payload = content(reader, operation)?;
            let (party, items) = (bind_party(reader, &mut payload)?, bind_items(reader, &mut payload)?);
            if let Some(bound) = party.or(items) {
                return Ok(bound);
            }
            if let Some(bound) = check(reader, &payload)? {
                return Ok(bound);
            }
            let Some(posted) = posted_content(reader, operation)? else {
                return Ok(blocked(
                    "changed_in_cin7",
                    "What it should change is not what QuickBooks confirmed.",
                ));
            };
            standing(reader, operation, posted, |existing| Work::Change {
                existing,
                payload,
                lines: Vec::new(),
            })
        }
        OperationKind::ListMod => {
            let change = update_of(operation)?;
            Ok(Bound::Ready(Work::ListChange { change, edit_sequence: EditSequence::default() }))
        }
    }
}

/// What of the same document or entry left before, under this operation or an earlier one.
pub(super) fn left_before(reader: &Reader<'_>, operation: &Operation) -> Result<Option<Before>> {
    if !matches!(operation.kind, OperationKind::TxnAdd | OperationKind::ListAdd) {
        return Ok(None);
    }
    let mut before: Option<Before> = None;
    for (id, at) in reader.left_before(&operation.target)? {
        let earlier = reader.operation(id)?;
        // An older generation of a document was looked for before it got a successor; entries get a new mark each time.
        let same = earlier.kind == operation.kind
            && (operation.kind == OperationKind::ListAdd || earlier.posting_key == operation.posting_key);
        if !same {
            continue;
        }
        let at = at.parse().unwrap_or(crate::base::Instant::UNIX_EPOCH);
        let before = before.get_or_insert(Before { first: at, keys: Vec::new(), contents: Vec::new() });
        before.first = before.first.min(at);
        before.keys.push(key_of(&earlier)?);
        if operation.kind == OperationKind::TxnAdd {
            before.contents.push(bound_as_far_as_known(reader, &earlier)?);
        }
    }
    Ok(before)
}

/// What a sweep after an older copy of the profile found with our mark (`exactly-once.md` C25).
fn found_by_mark(reader: &Reader<'_>, operation: &Operation, key: PostingKey) -> Result<Option<Bound>> {
    if !matches!(operation.kind, OperationKind::TxnAdd | OperationKind::ListAdd) {
        return Ok(None);
    }
    let found = match reader.mark_found(&key.to_string())? {
        Some(found) => Some(found),
        None => reader.mark_found(&key.memo_tag())?,
    };
    Ok(found.map(|(id, edit_sequence)| {
        Bound::There(Verdict::Done {
            seen: None,
            id,
            edit_sequence: EditSequence::from(edit_sequence),
            note: "handed over after this copy of the profile was made; found by our mark".into(),
        })
    }))
}

/// An operation as it was handed out, for its look-up: nothing that changed meanwhile may keep it from being found.
pub(super) fn as_sent(reader: &Reader<'_>, operation: &Operation) -> Result<Work> {
    let key = key_of(operation)?;
    match operation.kind {
        OperationKind::ListAdd => Ok(Work::List { entry: entry_of(operation)?, key }),
        OperationKind::TxnAdd => Ok(Work::Txn { payload: bound_as_far_as_known(reader, operation)?, key }),
        OperationKind::ListMod => Ok(Work::ListChange {
            change: update_of(operation)?,
            edit_sequence: operation.edit_sequence.clone().map(EditSequence::from).unwrap_or_default(),
        }),
        OperationKind::Finalise | OperationKind::TxnMod | OperationKind::TxnVoid | OperationKind::TxnDel => {
            let content = bound_as_far_as_known(reader, operation)?;
            let posted = posted_content(reader, operation)?.unwrap_or_else(|| content.clone());
            let mut existing = existing(reader, operation, posted)?;
            existing.edit_sequence =
                operation.edit_sequence.clone().map(EditSequence::from).unwrap_or_default();
            Ok(match operation.kind {
                OperationKind::TxnMod => Work::Change { existing, payload: content, lines: Vec::new() },
                OperationKind::TxnVoid => Work::Void(existing),
                OperationKind::TxnDel => Work::Delete(existing),
                _ => Work::Finalise(existing),
            })
        }
    }
}

fn update_of(operation: &Operation) -> Result<ListMod> {
    let change = operation.list_mod.clone();
    change.ok_or_else(|| StoreError::Damaged(format!("operation {} has no update", operation.id)))
}

/// The operation on what stands in QuickBooks, where we know enough of it.
fn standing(
    reader: &Reader<'_>,
    operation: &Operation,
    posted: Payload,
    make: impl FnOnce(Existing) -> Work,
) -> Result<Bound> {
    let existing = existing(reader, operation, posted)?;
    if existing.txn.is_empty() {
        return Ok(Bound::Waits);
    }
    if let Some(draft) = operation.draft_id
        && reader.draft(draft)?.gone
    {
        // Known and told already: to look for it again would stop every visit.
        return Ok(blocked(
            "gone_from_quickbooks",
            "It is no longer in QuickBooks, so nothing can be done to it there.",
        ));
    }
    if operation.expected.starts_with(OVER_AN_EDIT) && existing.stored.overwrite.is_none() {
        return Ok(blocked(
            "edited_in_quickbooks",
            "It changed again in QuickBooks since the overwriting was approved.",
        ));
    }
    Ok(Bound::Ready(make(existing)))
}

/// What stands in QuickBooks, as far as our store knows.
fn existing(reader: &Reader<'_>, operation: &Operation, posted: Payload) -> Result<Existing> {
    let preferences: Preferences = reader.meta_json("preferences")?.unwrap_or_default();
    let mut stored = Stored { closing_date: preferences.closing_date, ..Stored::default() };
    let mut txn = TxnId::default();
    if let Some(draft) = operation.draft_id {
        let row = reader.draft(draft)?;
        stored.given_up = row.gone && reader.meta("frozen")?.unwrap_or_default().is_empty();
        txn = row.txn_id.map(TxnId::from).unwrap_or_default();
        stored.edits = reader.edits_of(txn.as_str())?.into_iter().map(EditSequence::from).collect();
        let standing = reader.standing(draft)?;
        stored.lines = standing.lines;
        if let (Some(digest), Some(seen)) = (operation.expected.strip_prefix(OVER_AN_EDIT), standing.seen)
            && content_digest(&seen)? == digest
        {
            stored.overwrite = Some(Box::new(seen));
        }
        stored.may_delete_posted = operation.expected.starts_with(EVEN_IF_FINAL);
    }
    Ok(Existing { txn, posted, key: key_of(operation)?, edit_sequence: EditSequence::default(), stored })
}

/// The version that QuickBooks confirmed last; none where the operation expects another one.
fn posted_content(reader: &Reader<'_>, operation: &Operation) -> Result<Option<Payload>> {
    let Some(draft) = operation.draft_id else { return Ok(None) };
    let row = reader.draft(draft)?;
    let Some(version) = reader.version(draft, row.posted_version)? else { return Ok(None) };
    let expected = operation.expected.as_str();
    if !expected.starts_with(OVER_AN_EDIT) && expected.trim_start_matches(EVEN_IF_FINAL) != version.hash {
        return Ok(None);
    }
    let mut payload = version.payload;
    bind_party(reader, &mut payload)?;
    bind_items(reader, &mut payload)?;
    Ok(Some(payload))
}

/// Digest of what a transaction says, whatever its change stamp: what the approval of an overwriting names.
pub(in crate::workflow) fn content_digest(seen: &TxnSeen) -> Result<String> {
    let bare = TxnSeen {
        edit_sequence: EditSequence::default(),
        time_created: String::new(),
        time_modified: String::new(),
        applied: false,
        linked: false,
        ..seen.clone()
    };
    Ok(digest::of_json(&bare)?)
}

fn bound_as_far_as_known(reader: &Reader<'_>, operation: &Operation) -> Result<Payload> {
    let mut payload = content(reader, operation)?;
    bind_party(reader, &mut payload)?;
    bind_items(reader, &mut payload)?;
    Ok(payload)
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
