//! Sales orders, purchase orders and credit notes become drafts.
//!
//! Must never draft what has not changed, and must not hold the writer for what is only reading and thinking: a slice is
//! read and drafted while the one before it is being saved (design 2: slices of at most 5 ms). Unchanged
//! documents are told by the digest of what their draft was made from, without reading them.

use super::kept::Kept;
use super::known::{Bound, Known, Linked};
use super::told;
use super::{DraftRun, Ground, SLICE, Scope, cogs, own, own_status, resource_of};
use crate::base::{Instant, digest};
use crate::books::{Item, ItemKind, PartyRef, TxnKind};
use crate::cin7;
use crate::drafting::{self, SaleTax, Seen};
use crate::orders::{Contact, Document, DocumentType, Payment};
use crate::store::drafts::DerivedDraft;
use crate::store::moves::Move;
use crate::store::own::OwnRow;
use crate::store::sources::Head;
use crate::store::{Lane, Reader, Writing};
use crate::workflow::{Profile, Result};
use std::collections::HashSet;
use std::sync::Arc;

/// Documents looked at in one reading.
const PAGE: usize = 512;

/// Drafts the documents of a scope whose inputs changed.
pub(super) fn redraft(
    profile: &Profile,
    ground: &Ground,
    scope: &Scope,
    at: Instant,
    run: &mut DraftRun,
) -> Result<()> {
    let mut drafter = Drafter {
        profile,
        ground,
        at: Arc::from(at.to_string()),
        known: Known::default(),
        unsaved: Fresh::default(),
        writing: None,
    };
    let drafted = drafter.all(scope, run);
    // What was handed to the writer is waited for, whatever happened since.
    drafted.and(drafter.settle(run))
}

impl Drafter<'_> {
    fn all(&mut self, scope: &Scope, run: &mut DraftRun) -> Result<()> {
        for kind in DocumentType::ALL {
            let (store, resource, word) = (self.profile.store(), resource_of(kind), kind.word());
            match scope {
                Scope::All => {
                    let mut after = i64::MIN;
                    loop {
                        let page = store.read(|r| r.heads_after(resource, word, after, PAGE))?;
                        let Some(last) = page.last() else { break };
                        after = last.cin7_id;
                        self.page(kind, &page, run)?;
                    }
                }
                Scope::Contacts(contacts) => {
                    for slice in ids_of(self.profile, contacts, kind)?.chunks(PAGE) {
                        let page = store.read(|r| {
                            let mut page = Vec::with_capacity(slice.len());
                            for id in slice {
                                page.extend(r.head(resource, word, *id)?);
                            }
                            Ok(page)
                        })?;
                        self.page(kind, &page, run)?;
                    }
                }
            }
            // Credit notes look at the sales that they take back.
            self.settle(run)?;
        }
        Ok(())
    }
}

/// Cin7 ids of these contacts' documents of a type, in order.
fn ids_of(profile: &Profile, contacts: &HashSet<i64>, kind: DocumentType) -> Result<Vec<i64>> {
    let mut ids = profile.store().read(|r| {
        let mut ids = Vec::new();
        for contact in contacts {
            ids.extend(r.documents_of(*contact, kind.word())?);
            if kind == DocumentType::CreditNote {
                ids.extend(r.documents_of(*contact, drafting::eligibility::SUPPLIER_CREDIT)?);
            }
        }
        Ok(ids)
    })?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// One run.
struct Drafter<'a> {
    profile: &'a Profile,
    ground: &'a Ground,
    at: Arc<str>,
    known: Known,
    /// Numbers of the slice that is being saved.
    unsaved: Fresh,
    /// The slice that is being saved while the next one is read and drafted.
    writing: Option<Writing<DraftRun>>,
}

/// Numbers of drafts that are made and not saved yet.
#[derive(Default)]
struct Fresh(HashSet<(TxnKind, String, String)>);

impl Fresh {
    /// Bills and vendor credits are numbered by their vendor, all others by the company (design 8.10).
    fn key(kind: TxnKind, party: Option<&str>, number: &str) -> (TxnKind, String, String) {
        let per_vendor = matches!(kind, TxnKind::Bill | TxnKind::VendorCredit);
        (kind, party.filter(|_| per_vendor).unwrap_or_default().to_string(), number.to_string())
    }

    fn has(&self, kind: TxnKind, party: Option<&str>, number: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&Self::key(kind, party, number))
    }

    fn note(&mut self, draft: &DerivedDraft) {
        if let Some(kind) = draft.kind.filter(|_| !draft.ref_number.is_empty()) {
            self.0.insert(Self::key(kind, draft.party_name.as_deref(), &draft.ref_number));
        }
    }
}

/// What is to be done with a document.
enum Looked {
    /// Nothing has changed.
    Same,
    /// The row was noted as unreadable when it was fetched; it is listed there, not drafted.
    Unreadable,
    /// It has a new draft.
    New(Box<Made>),
}

/// What is made of a document.
struct Made {
    draft: DerivedDraft,
    cost: cogs::Cost,
    /// When its goods moved, what they were worth, what it uses.
    moved: Move,
}

impl Drafter<'_> {
    fn page(&mut self, kind: DocumentType, heads: &[Head], run: &mut DraftRun) -> Result<()> {
        for heads in heads.chunks(SLICE) {
            let (profile, ground, known, unsaved) =
                (self.profile, self.ground, &mut self.known, &self.unsaved);
            let (derived, fresh) = profile.store().read(|reader| {
                let (mut fresh, mut derived) = (Fresh::default(), Vec::new());
                for head in heads {
                    match look(reader, ground, known, kind, head, [&fresh, unsaved])? {
                        Looked::Same | Looked::Unreadable => run.count(None),
                        Looked::New(made) => {
                            fresh.note(&made.draft);
                            derived.push(*made);
                        }
                    }
                }
                Ok((derived, fresh))
            })?;
            self.settle(run)?;
            self.save(derived, fresh)?;
        }
        Ok(())
    }

    /// Hands a slice to the writer.
    fn save(&mut self, derived: Vec<Made>, fresh: Fresh) -> Result<()> {
        if derived.is_empty() {
            return Ok(());
        }
        let at = Arc::clone(&self.at);
        self.unsaved = fresh;
        self.writing = Some(self.profile.store().begin_slice(Lane::Bulk, move |tx| {
            let mut part = DraftRun::default();
            for made in &derived {
                cogs::keep_cost(tx, &made.cost)?;
                part.count(Some(tx.save_derived(&made.draft, &at)?));
            }
            let moves: Vec<Move> = derived.into_iter().map(|made| made.moved).collect();
            tx.keep_moves(&moves)?;
            Ok(part)
        })?);
        Ok(())
    }

    /// Waits for the slice that is being saved.
    fn settle(&mut self, run: &mut DraftRun) -> Result<()> {
        if let Some(writing) = self.writing.take() {
            run.add(&writing.wait()?);
            self.unsaved = Fresh::default();
        }
        Ok(())
    }
}

fn look(
    reader: &Reader<'_>,
    ground: &Ground,
    known: &mut Known,
    kind: DocumentType,
    head: &Head,
    fresh: [&Fresh; 2],
) -> crate::store::Result<Looked> {
    let name = format!("{}/{}", kind.word(), head.cin7_id);
    let mut beside = Beside {
        claims: reader.own_claiming(&name)?,
        status: own_status::of(reader, kind, head.cin7_id, &name)?,
        payments: told::payments(reader, kind, head.cin7_id)?,
        original: None,
    };
    // The draft was made from this very revision, so contact and kind are as it has them.
    if let Some(draft) = head.draft.as_ref().filter(|draft| draft.revision_id == head.revision_id) {
        let contact = known.contact(reader, draft.contact_id)?;
        let bound = known.bound(reader, draft.contact_id, draft.kind)?;
        if kind == DocumentType::CreditNote {
            beside.original = original_sale(reader, ground, &reader.sale_taken_back(&name)?)?;
        }
        if inputs(ground, &beside, &head.hash, &contact.hash, &bound)? == draft.inputs {
            return Ok(Looked::Same);
        }
    }
    let Some(source) = reader.source(resource_of(kind), head.cin7_id)? else { return Ok(Looked::Same) };
    let Ok(mut document) = cin7::document(kind, &source.raw) else { return Ok(Looked::Unreadable) };
    own::typed_number(&mut document, &beside.claims);
    let contact = known.contact(reader, document.contact_id)?;
    let booked = drafting::eligibility::kind_of(&document, contact.contact.as_ref());
    let bound = known.bound(reader, document.contact_id, Some(booked))?;
    beside.original = original_sale(reader, ground, taken_back(&document))?;
    let inputs = inputs(ground, &beside, &source.hash, &contact.hash, &bound)?;
    if head.draft.as_ref().is_some_and(|draft| draft.inputs == inputs) {
        return Ok(Looked::Same);
    }
    let contact = contact.contact.as_ref();
    let mut reasons = told::paid(&beside.payments, &document, &ground.settings.timezone);
    let linked = match told::house_party(ground, &document, contact) {
        Some((party, reason)) => {
            reasons.push(reason);
            party.map(|(party, currency)| Arc::new(Linked { party, currency }))
        }
        None => {
            reasons.extend(bound.broken.clone());
            bound.linked.clone()
        }
    };
    let taken = beside.status.read(&mut document);
    let made_from = (inputs, source.revision_id);
    let with = With { linked: linked.as_deref(), original: beside.original.as_ref(), fresh };
    let mut derived = derive(reader, ground, &document, contact, &with, made_from)?;
    taken.tell(&mut derived)?;
    told::append(&mut derived, reasons)?;
    own::superseded(&mut derived, &beside.claims)?;
    let cost = cogs::cost_of(ground, &document, contact)?;
    let mut seen = Seen::default();
    seen.note(&document, contact, &ground.products, &ground.settings, &ground.learnt);
    let moved = Move {
        source: name,
        moved: document.moved_date.map(|at| ground.settings.timezone.day_of(at)),
        worth: drafting::own::worth::moved(&document, contact, &ground.plain_context()),
        uses: seen.uses(),
        sale: taken_back(&document).to_string(),
    };
    Ok(Looked::New(Box::new(Made { draft: derived, cost, moved })))
}

/// The sale that a credit note takes back, by its Cin7 reference; empty for every other document.
fn taken_back(document: &Document) -> &str {
    if document.kind == DocumentType::CreditNote { document.sales_reference.trim() } else { "" }
}

/// The tax of a sale as it is drafted now: a credit memo goes with it (design 8.6).
fn original_sale(
    reader: &Reader<'_>,
    ground: &Ground,
    reference: &str,
) -> crate::store::Result<Option<SaleTax>> {
    if reference.is_empty() {
        return Ok(None);
    }
    let Some((tax_item, mut lines)) = reader.tax_of_sale(reference)? else { return Ok(None) };
    // A line of mode `line` names no sales-tax item.
    let single = |item: &Item| item.kind == ItemKind::SalesTax;
    lines.retain(|line| ground.lists.item(line).is_some_and(single));
    let rate = ground.lists.item(&tax_item).and_then(|item| ground.lists.tax_percent(item));
    Ok(rate.map(|rate| SaleTax { tax_item, lines, rate }))
}

/// What the profile knows beside a document, its contact and its link.
struct Beside {
    /// Entries of our own that claim it.
    claims: Vec<OwnRow>,
    status: own_status::Status,
    payments: Vec<Payment>,
    /// The tax of the sale that it takes back.
    original: Option<SaleTax>,
}

/// What a document is drafted with, beside its contact.
struct With<'a> {
    linked: Option<&'a Linked>,
    original: Option<&'a SaleTax>,
    /// Numbers of drafts that are not saved yet.
    fresh: [&'a Fresh; 2],
}

/// Digest of everything that a draft is made from; made without reading the document itself.
fn inputs(
    ground: &Ground,
    beside: &Beside,
    source: &str,
    contact: &str,
    bound: &Bound,
) -> crate::store::Result<String> {
    let linked = bound.linked.as_deref();
    let paid =
        if beside.payments.is_empty() { String::new() } else { serde_json::to_string(&beside.payments)? };
    // By name: making an item must not undo an approval.
    let original = beside.original.as_ref().map_or_else(String::new, |sale| {
        let names = std::iter::once(&sale.tax_item).chain(&sale.lines).map(|item| item.name.as_str());
        names.collect::<Vec<_>>().join("\n")
    });
    Ok(digest::of_parts(&[
        &beside.status.digest(),
        &paid,
        bound.broken.as_ref().map_or("", |reason| reason.text.as_str()),
        source,
        contact,
        linked.map_or("", |linked| linked.party.list.word()),
        linked.map_or("", |linked| linked.party.name.as_str()),
        linked.map_or("", |linked| linked.currency.as_str()),
        &ground.digest,
        &beside.claims.iter().map(|claim| claim.source.as_str()).collect::<Vec<_>>().join(" "),
        &original,
    ]))
}

fn derive(
    reader: &Reader<'_>,
    ground: &Ground,
    document: &Document,
    contact: Option<&Contact>,
    with: &With<'_>,
    made_from: (String, i64),
) -> crate::store::Result<DerivedDraft> {
    let source = document.source();
    let (linked, fresh) = (with.linked, with.fresh);
    let party = linked.map(|linked| &linked.party);
    let original_sale = |_: &str| with.original.cloned();
    let taken = |kind, party: Option<&PartyRef>, number: &str| {
        let name = party.map(|p| p.name.as_str());
        fresh.iter().any(|fresh| fresh.has(kind, name, number))
            || reader.number_taken(kind, name, number, &source).unwrap_or(false)
    };
    let context = ground.context(&original_sale, linked.map_or("", |linked| linked.currency.as_str()));
    let drafted = drafting::draft(document, contact, party, &context, &taken);
    let kept = Kept {
        company: ground.settings.company_id,
        settings_digest: &ground.digest,
        deletes: ground.settings.delete_posted,
        cin7_type: drafting::eligibility::cin7_type(document, contact).to_string(),
        cin7_id: document.id.to_string(),
        inputs: made_from.0,
        revision_id: made_from.1,
        contact_id: document.contact_id,
        party,
        named: contact.map(Contact::display_name).or_else(|| {
            let name = &document.billing.company;
            (!name.is_empty()).then(|| name.clone())
        }),
        source,
    };
    kept.row(drafted)
}
