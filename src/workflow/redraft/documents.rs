//! Sales orders, purchase orders and credit notes become drafts.
//!
//! Must never draft what has not changed, and must not hold the writer for what is only reading and thinking: a slice is
//! read and drafted while the one before it is being saved (design 2: slices of at most 5 ms). Unchanged
//! documents are told by the digest of what their draft was made from, without reading them.

use super::kept::Kept;
use super::told::{self, Told};
use super::{DraftRun, Ground, SLICE, Scope, cogs, own, own_status, resource_of};
use crate::base::{Cents, Day, Instant, digest};
use crate::books::{Item, ItemKind, ListAdd, PartyList, PartyRef, TxnKind};
use crate::cin7;
use crate::drafting;
use crate::orders::{Contact, Document, DocumentType};
use crate::store::drafts::DerivedDraft;
use crate::store::own::OwnRow;
use crate::store::sources::Head;
use crate::store::{Lane, Reader, Writing};
use crate::workflow::{Profile, Result};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Documents looked at in one reading.
const PAGE: usize = 512;
/// Contacts and parties remembered during a run; more than a standard company has (design 7).
const KNOWN: usize = 8_192;

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

/// What a run has read of contacts and their links; many documents share them.
#[derive(Default)]
struct Known {
    contacts: HashMap<i64, Arc<KnownContact>>,
    parties: HashMap<(i64, PartyList), Option<Arc<Linked>>>,
}

#[derive(Default)]
struct KnownContact {
    hash: String,
    contact: Option<Contact>,
}

impl Known {
    fn contact(&mut self, reader: &Reader<'_>, id: i64) -> crate::store::Result<Arc<KnownContact>> {
        if let Some(known) = self.contacts.get(&id) {
            return Ok(Arc::clone(known));
        }
        let found = reader
            .source("Contacts", id)?
            .map(|source| KnownContact { contact: cin7::contact(&source.raw).ok(), hash: source.hash });
        if self.contacts.len() >= KNOWN {
            self.contacts.clear();
        }
        let found = Arc::new(found.unwrap_or_default());
        self.contacts.insert(id, Arc::clone(&found));
        Ok(found)
    }

    fn party(
        &mut self,
        reader: &Reader<'_>,
        contact_id: i64,
        kind: Option<TxnKind>,
    ) -> crate::store::Result<Option<Arc<Linked>>> {
        let Some(list) = kind.and_then(TxnKind::party_list) else { return Ok(None) };
        if let Some(known) = self.parties.get(&(contact_id, list)) {
            return Ok(known.clone());
        }
        let found = linked_party(reader, contact_id, list)?.map(Arc::new);
        if self.parties.len() >= KNOWN {
            self.parties.clear();
        }
        self.parties.insert((contact_id, list), found.clone());
        Ok(found)
    }
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
    New(Box<(DerivedDraft, cogs::Cost, Moved)>),
}

/// When the goods of a document moved, and what they were worth.
struct Moved(Option<Day>, Option<Cents>);

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
                            fresh.note(&made.0);
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
    fn save(&mut self, derived: Vec<(DerivedDraft, cogs::Cost, Moved)>, fresh: Fresh) -> Result<()> {
        if derived.is_empty() {
            return Ok(());
        }
        let at = Arc::clone(&self.at);
        self.unsaved = fresh;
        self.writing = Some(self.profile.store().begin_slice(Lane::Bulk, move |tx| {
            let mut part = DraftRun::default();
            for (draft, cost, Moved(day, worth)) in &derived {
                cogs::keep_cost(tx, cost)?;
                part.count(Some(tx.save_derived(draft, &at)?));
                tx.keep_move(&draft.source, *day, *worth)?;
            }
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
    let claims = reader.own_claiming(&name)?;
    // The draft was made from this very revision, so contact and kind are as it has them.
    if let Some(draft) = head.draft.as_ref().filter(|draft| draft.revision_id == head.revision_id)
        && ground.settings.house.is_empty()
        && told::says_nothing(reader, kind, head.cin7_id)?
        && !own_status::may_be(reader, kind, head.cin7_id, &name)?
    {
        let contact = known.contact(reader, draft.contact_id)?;
        let party = known.party(reader, draft.contact_id, draft.kind)?;
        let told = Told::default().digest()?;
        if inputs(ground, ["", &told], &head.hash, &contact.hash, party.as_deref(), &claims) == draft.inputs {
            return Ok(Looked::Same);
        }
    }
    let Some(source) = reader.source(resource_of(kind), head.cin7_id)? else { return Ok(Looked::Same) };
    let Ok(mut document) = cin7::document(kind, &source.raw) else { return Ok(Looked::Unreadable) };
    own::typed_number(&mut document, &claims);
    let contact = known.contact(reader, document.contact_id)?;
    let mut told = Told::payments(reader, &document, &ground.settings.timezone)?;
    let linked = match told::house_party(reader, &document, contact.contact.as_ref(), &ground.settings.house)?
    {
        Some((party, reason)) => {
            told.reasons.push(reason);
            party.map(|(party, currency)| Arc::new(Linked { party, currency }))
        }
        None => {
            let kind = drafting::eligibility::kind_of(&document, contact.contact.as_ref());
            let linked = known.party(reader, document.contact_id, Some(kind))?;
            if linked.is_none() {
                told.reasons.extend(told::broken_link(reader, &document, contact.contact.as_ref())?);
            }
            linked
        }
    };
    let taken = own_status::read(reader, &mut document)?;
    let words = [taken.word(), &told.digest()?];
    let inputs = inputs(ground, words, &source.hash, &contact.hash, linked.as_deref(), &claims);
    if head.draft.as_ref().is_some_and(|draft| draft.inputs == inputs) {
        return Ok(Looked::Same);
    }
    let made_from = (inputs, source.revision_id);
    let contact = contact.contact.as_ref();
    let mut derived = derive(reader, ground, &document, contact, linked.as_deref(), fresh, made_from)?;
    taken.tell(&mut derived)?;
    told.tell(&mut derived)?;
    own::superseded(&mut derived, &claims)?;
    let cost = cogs::cost_of(ground, &document, contact)?;
    let day = document.moved_date.map(|at| ground.settings.timezone.day_of(at));
    let worth = drafting::own::worth::moved(&document, contact, &ground.plain_context());
    Ok(Looked::New(Box::new((derived, cost, Moved(day, worth)))))
}

/// Digest of everything that a draft is made from.
fn inputs(
    ground: &Ground,
    [taken, told]: [&str; 2],
    source: &str,
    contact: &str,
    linked: Option<&Linked>,
    claims: &[OwnRow],
) -> String {
    digest::of_parts(&[
        taken,
        told,
        source,
        contact,
        linked.map_or("", |linked| linked.party.list.word()),
        linked.map_or("", |linked| linked.party.name.as_str()),
        linked.map_or("", |linked| linked.currency.as_str()),
        &ground.digest,
        &claims.iter().map(|claim| claim.source.as_str()).collect::<Vec<_>>().join(" "),
    ])
}

fn derive(
    reader: &Reader<'_>,
    ground: &Ground,
    document: &Document,
    contact: Option<&Contact>,
    linked: Option<&Linked>,
    fresh: [&Fresh; 2],
    made_from: (String, i64),
) -> crate::store::Result<DerivedDraft> {
    let source = document.source();
    let party = linked.map(|linked| &linked.party);
    let original_sale = |reference: &str| {
        let (tax_item, mut lines) = reader.tax_of_sale(reference).ok().flatten()?;
        // A line of mode `line` names no sales-tax item.
        let single = |item: &Item| item.kind == ItemKind::SalesTax;
        lines.retain(|line| ground.lists.item(line).is_some_and(single));
        let rate = ground.lists.item(&tax_item).and_then(|item| ground.lists.tax_percent(item))?;
        Some(drafting::SaleTax { tax_item, lines, rate })
    };
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

/// Who a document is booked to.
#[derive(Debug)]
struct Linked {
    party: PartyRef,
    /// QuickBooks' name of the party's currency; empty in the home currency.
    currency: String,
}

/// The same with its currency.
fn linked_party(
    reader: &Reader<'_>,
    contact_id: i64,
    list: PartyList,
) -> crate::store::Result<Option<Linked>> {
    let Some(link) = reader.link(contact_id, list)? else { return Ok(None) };
    if let Some(id) = &link.list_id {
        // A merged, deleted or inactive target sends its drafts back to a person, never to a rematch.
        match reader.party(list.kind(), id)? {
            Some(party) if party.active => {
                let (id, name, contact) = (Some(party.id), party.full_name, link.contact_id);
                return Ok(Some(Linked {
                    party: PartyRef { list, id, name, contact },
                    currency: party.currency,
                }));
            }
            // Just created by us: the list shows it at the next pull.
            None if link.list_add.is_some() => {}
            _ => return Ok(None),
        }
    }
    let id = link.list_id.as_deref().map(crate::base::ListId::from);
    let currency = match link.list_add {
        Some(ListAdd::Party { currency, .. }) => currency,
        _ => String::new(),
    };
    let party = PartyRef { list, id, name: link.name, contact: link.contact_id };
    Ok(Some(Linked { party, currency }))
}

/// The customer or vendor that a contact is linked to in a role.
pub(super) fn linked(
    reader: &Reader<'_>,
    contact_id: i64,
    list: PartyList,
) -> crate::store::Result<Option<PartyRef>> {
    Ok(linked_party(reader, contact_id, list)?.map(|linked| linked.party))
}
