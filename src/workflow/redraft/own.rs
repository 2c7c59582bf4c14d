//! Entries of our own become drafts: typed and imported ones, joins of several orders, month-end journals; and what
//! such an entry does to the draft of a Cin7 document that it claims.
//!
//! Must never let an order stand in its own draft and in a joined one: the order's own draft is excluded while the join
//! stands (design 2, draft-sources). The rules stand in `drafting::own`.

use super::kept::Kept;
use super::{DraftRun, Ground, SLICE, linked, resource_of};
use crate::base::{Instant, digest};
use crate::books::own::{OwnJoin, OwnSplit, OwnVendorCredit};
use crate::books::{DraftState, ListKind, OwnEntry, PartyList, PartyRef};
use crate::cin7;
use crate::drafting::{self, Drafted, Level, Reason};
use crate::orders::{Document, DocumentType};
use crate::store::drafts::{DerivedDraft, SavedDraft};
use crate::store::own::OwnRow;
use crate::store::{Lane, Reader, Tx};
use crate::workflow::{Profile, Result};
use std::borrow::Cow;
use std::sync::Arc;

/// Drafts every entry whose inputs changed.
pub(super) fn redraft(
    profile: &Profile,
    ground: &Arc<Ground>,
    at: Instant,
    run: &mut DraftRun,
) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let page = profile.store().read(|r| r.own_after(after, SLICE))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        let ground = Arc::clone(ground);
        let part = profile.store().write(Lane::Bulk, move |tx| {
            let mut part = DraftRun::default();
            for row in &page {
                if let OwnEntry::Split(split) = &row.entry {
                    draft_parts(tx, &ground, row, split, &at.to_string(), &mut part)?;
                } else if row.entry.is_draft() {
                    part.count(draft_one(tx, &ground, row, &at.to_string())?);
                }
            }
            Ok(part)
        })?;
        run.add(&part);
    }
}

/// Everything that an entry is drafted from beside itself.
#[derive(Default)]
struct Material {
    party: Option<PartyRef>,
    contact: i64,
    /// The orders of a join.
    members: Vec<Document>,
    /// Digest of what the members are.
    hashes: Vec<String>,
    /// The newest revision among the members; 0 where there are none.
    revision_id: i64,
}

fn material(reader: &Reader<'_>, entry: &OwnEntry) -> crate::store::Result<Material> {
    Ok(match entry {
        OwnEntry::VendorCredit(credit) => {
            let party = vendor(reader, credit)?;
            Material { party, contact: credit.contact, ..Material::default() }
        }
        OwnEntry::Joined(join) => members(reader, join)?,
        _ => Material::default(),
    })
}

fn draft_one(
    tx: &Tx<'_>,
    ground: &Ground,
    row: &OwnRow,
    at: &str,
) -> crate::store::Result<Option<SavedDraft>> {
    let reader = tx.reader();
    let material = material(&reader, &row.entry)?;
    let inputs = digest::of_parts(&[
        &serde_json::to_string(&row.entry)?,
        if row.taken_back { "taken back" } else { "" },
        &serde_json::to_string(&material.party.as_ref().map(|p| (&p.list, &p.name)))?,
        &material.hashes.join(" "),
        &ground.digest,
    ]);
    if reader.inputs_of(&row.source)?.as_deref() == Some(inputs.as_str())
        || reader.is_reversed(&row.source)?
    {
        return Ok(Some(SavedDraft::Unchanged));
    }
    let taken = |kind, party: Option<&PartyRef>, number: &str| {
        reader.number_taken(kind, party.map(|p| p.name.as_str()), number, &row.source).unwrap_or(false)
    };
    let Some(drafted) = drafted(&reader, ground, row, &material, &taken)? else { return Ok(None) };
    let derived = derived(ground, row, &material, drafted, inputs)?;
    tx.save_derived(&derived, at).map(Some)
}

fn drafted(
    reader: &Reader<'_>,
    ground: &Ground,
    row: &OwnRow,
    material: &Material,
    taken: drafting::NumberTaken<'_>,
) -> crate::store::Result<Option<Drafted>> {
    let context = ground.plain_context();
    Ok(match &row.entry {
        OwnEntry::Joined(join) => Some(joined(join, row.taken_back, material, reader, &context, taken)?),
        entry => {
            drafting::own::draft(entry, &row.source, row.taken_back, material.party.as_ref(), &context, taken)
        }
    })
}

/// What an entry would become, were it put in: its drafts. Nothing is kept.
pub(super) fn would_be(
    reader: &Reader<'_>,
    ground: &Ground,
    row: &OwnRow,
) -> crate::store::Result<Vec<Drafted>> {
    // The drafts whose place it takes free their numbers.
    let mut freed = Vec::new();
    for source in row.entry.claims() {
        freed.extend(reader.draft_of_source(source)?.map(|draft| draft.ref_number));
    }
    let taken = |kind, party: Option<&PartyRef>, number: &str| {
        !freed.iter().any(|free| free == number)
            && reader.number_taken(kind, party.map(|p| p.name.as_str()), number, &row.source).unwrap_or(false)
    };
    let (source, split) = match &row.entry {
        OwnEntry::Split(split) => (&split.source, Some(split)),
        OwnEntry::Number(number) => (&number.source, None),
        entry => {
            let material = material(reader, entry)?;
            return Ok(drafted(reader, ground, row, &material, &taken)?.into_iter().collect());
        }
    };
    let Some((mut whole, ..)) = document(reader, source)? else { return Ok(Vec::new()) };
    let contact = reader.source("Contacts", whole.contact_id)?.and_then(|s| cin7::contact(&s.raw).ok());
    let party = linked(reader, whole.contact_id, PartyList::Vendor)?;
    let context = ground.plain_context();
    let documents = match split {
        Some(split) => drafting::own::join::parts(split, &whole, &context).unwrap_or_default(),
        None => {
            typed_number(&mut whole, std::slice::from_ref(row));
            vec![whole]
        }
    };
    let draft =
        |document: &Document| drafting::draft(document, contact.as_ref(), party.as_ref(), &context, &taken);
    Ok(documents.iter().map(draft).collect())
}

/// The vendor that was typed: QuickBooks' own name first, else what the Cin7 supplier of that name is linked to.
fn vendor(reader: &Reader<'_>, credit: &OwnVendorCredit) -> crate::store::Result<Option<PartyRef>> {
    if credit.contact != 0 {
        return linked(reader, credit.contact, PartyList::Vendor);
    }
    let Some(id) = reader.list_id_named(ListKind::Vendor, &credit.vendor)? else { return Ok(None) };
    Ok(reader.party(ListKind::Vendor, &id)?.filter(|party| party.active).map(|party| PartyRef {
        list: PartyList::Vendor,
        id: Some(party.id),
        name: party.full_name,
        contact: 0,
    }))
}

/// A Cin7 document by its source, `PurchaseOrder/3109`, with the hash of its content.
pub(crate) fn document(
    reader: &Reader<'_>,
    source: &str,
) -> crate::store::Result<Option<(Document, String, i64)>> {
    let Some((word, id)) = source.split_once('/') else { return Ok(None) };
    let (Some(kind), Ok(id)) = (DocumentType::from_word(word), id.parse()) else { return Ok(None) };
    let Some(found) = reader.source(resource_of(kind), id)? else { return Ok(None) };
    Ok(cin7::document(kind, &found.raw).ok().map(|document| (document, found.hash, found.revision_id)))
}

fn members(reader: &Reader<'_>, join: &OwnJoin) -> crate::store::Result<Material> {
    let mut material = Material::default();
    for source in &join.sources {
        if let Some((document, hash, revision_id)) = document(reader, source)? {
            material.revision_id = material.revision_id.max(revision_id);
            material.contact = document.contact_id;
            material.members.push(document);
            material.hashes.push(hash);
        }
    }
    material.party = linked(reader, material.contact, PartyList::Vendor)?;
    Ok(material)
}

fn joined(
    join: &OwnJoin,
    taken_back: bool,
    material: &Material,
    reader: &Reader<'_>,
    ctx: &drafting::Context<'_>,
    taken: drafting::NumberTaken<'_>,
) -> crate::store::Result<Drafted> {
    let contact = reader.source("Contacts", material.contact)?.and_then(|s| cin7::contact(&s.raw).ok());
    let whole = drafting::own::join::joined(join, &material.members, ctx);
    let outline = whole.as_ref().ok().or(material.members.first());
    let Some(document) = outline else {
        return Ok(drafting::own::join::without_orders(join, taken_back));
    };
    let mut drafted = drafting::draft(document, contact.as_ref(), material.party.as_ref(), ctx, taken);
    let block = |code: &'static str, text: String| Reason {
        code: Cow::Borrowed(code),
        text,
        field: None,
        level: Level::Blocks,
    };
    if taken_back {
        set_aside(&mut drafted, block("taken_back", "A person took this join back.".into()));
        drafted.ref_number.clear();
    } else if let Err(why) = &whole {
        set_aside(&mut drafted, block("cannot_join", why.to_string()));
    }
    Ok(drafted)
}

/// The source of one part of a split: that of its order with the number of the part.
pub(crate) fn part_source(source: &str, part: usize) -> String {
    format!("{source}/{part}")
}

/// The parts of a split order, each a bill of its own.
fn draft_parts(
    tx: &Tx<'_>,
    ground: &Ground,
    row: &OwnRow,
    split: &OwnSplit,
    at: &str,
    run: &mut DraftRun,
) -> crate::store::Result<()> {
    let reader = tx.reader();
    let Some((whole, hash, revision_id)) = document(&reader, &split.source)? else { return Ok(()) };
    let contact = reader.source("Contacts", whole.contact_id)?.and_then(|s| cin7::contact(&s.raw).ok());
    let party = linked(&reader, whole.contact_id, PartyList::Vendor)?;
    let material = Material { party, contact: whole.contact_id, ..Material::default() };
    let context = ground.plain_context();
    let parts = drafting::own::join::parts(split, &whole, &context);
    // A newer split of the same order has taken over its first parts.
    let standing = reader.own_claiming(&split.source)?.into_iter().find_map(|live| match live.entry {
        OwnEntry::Split(other) if live.source != row.source => Some(other.parts.len()),
        _ => None,
    });
    for number in 1..=split.parts.len() {
        let source = part_source(&split.source, number);
        if row.taken_back && standing.is_some_and(|parts| number <= parts) {
            continue;
        }
        let inputs = digest::of_parts(&[
            &serde_json::to_string(&row.entry)?,
            &row.source,
            if row.taken_back { "taken back" } else { "" },
            &hash,
            &serde_json::to_string(&material.party.as_ref().map(|p| (&p.list, &p.name)))?,
            &ground.digest,
        ]);
        if reader.inputs_of(&source)?.as_deref() == Some(inputs.as_str()) || reader.is_reversed(&source)? {
            run.count(None);
            continue;
        }
        let taken = |kind, party: Option<&PartyRef>, number: &str| {
            reader.number_taken(kind, party.map(|p| p.name.as_str()), number, &source).unwrap_or(false)
        };
        let part = parts.as_ref().ok().and_then(|parts| parts.get(number - 1));
        let document = part.unwrap_or(&whole);
        let mut drafted =
            drafting::draft(document, contact.as_ref(), material.party.as_ref(), &context, &taken);
        let block = |code: &'static str, text: String| Reason {
            code: Cow::Borrowed(code),
            text,
            field: None,
            level: Level::Blocks,
        };
        if row.taken_back {
            set_aside(&mut drafted, block("taken_back", "A person took this split back.".into()));
            drafted.ref_number.clear();
        } else if let Err(why) = &parts {
            set_aside(&mut drafted, block("cannot_split", why.to_string()));
        }
        let mut derived = derived(ground, &OwnRow { source, ..row.clone() }, &material, drafted, inputs)?;
        (derived.cin7_type, derived.cin7_id) = (whole.kind.word().to_string(), whole.id.to_string());
        derived.revision_id = revision_id;
        run.count(Some(tx.save_derived(&derived, at)?));
    }
    Ok(())
}

/// Leaves of a draft what can be said of it, and one reason why it is none.
fn set_aside(drafted: &mut Drafted, reason: Reason) {
    drafted.payload = None;
    drafted.reasons = vec![reason];
    drafted.state = drafting::state_of(&drafted.reasons);
}

fn derived(
    ground: &Ground,
    row: &OwnRow,
    material: &Material,
    drafted: Drafted,
    inputs: String,
) -> crate::store::Result<DerivedDraft> {
    let source = row.source.clone();
    let (cin7_type, cin7_id) = source.split_once('/').unwrap_or((row.entry.word(), &source));
    let (cin7_type, cin7_id) = (cin7_type.to_string(), cin7_id.to_string());
    let typed = match &row.entry {
        OwnEntry::VendorCredit(credit) => Some(credit.vendor.clone()),
        _ => None,
    };
    let kept = Kept {
        company: ground.settings.company_id,
        settings_digest: &ground.digest,
        deletes: ground.settings.delete_posted,
        source,
        cin7_type,
        cin7_id,
        inputs,
        revision_id: material.revision_id,
        contact_id: material.contact,
        party: material.party.as_ref(),
        named: typed,
    };
    kept.row(drafted)
}

/// The supplier's number that a person typed, where Cin7 has none (design 8.3).
pub(super) fn typed_number(document: &mut Document, claims: &[OwnRow]) {
    let typed = claims.iter().find_map(|row| match &row.entry {
        OwnEntry::Number(number) => Some(&number.number),
        _ => None,
    });
    if let Some(typed) = typed.filter(|_| document.supplier_invoice_reference.trim().is_empty()) {
        document.supplier_invoice_reference.clone_from(typed);
    }
}

/// A document that stands in a join or a split makes no draft of its own meanwhile.
pub(super) fn superseded(derived: &mut DerivedDraft, claims: &[OwnRow]) -> crate::store::Result<()> {
    let by = claims.iter().find_map(|row| match &row.entry {
        OwnEntry::Joined(join) => {
            let orders = join.sources.len();
            Some((
                "joined",
                format!("It is one of {orders} orders on the supplier's invoice {}.", join.number),
            ))
        }
        OwnEntry::Split(split) => {
            let numbers: Vec<&str> = split.parts.iter().map(|part| part.number.as_str()).collect();
            Some(("split", format!("It is billed in parts: {}.", numbers.join(", "))))
        }
        _ => None,
    });
    if let Some((code, text)) = by {
        let reason = Reason { code: Cow::Borrowed(code), text, field: None, level: Level::Blocks };
        derived.state = DraftState::Excluded;
        // Its number goes with the invoice that it stands on.
        derived.ref_number.clear();
        derived.reasons = serde_json::to_string(&[reason])?;
        derived.warned = false;
        derived.payload = None;
    }
    Ok(())
}
