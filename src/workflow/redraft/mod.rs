//! Documents become drafts: every document is drafted from its newest revision, its contact, its link and the settings.
//!
//! Must never draft what has not changed (an equal digest of all inputs writes nothing), nor hold the writer for
//! longer than a slice.

mod adjustments;
pub(crate) mod own;
mod own_status;
mod told;

use super::{Profile, Result};
use crate::base::{Instant, PostingKey, digest};
use crate::books::{Item, ItemKind, ListAdd, ListEntry, ListKind, PartyRef, Preferences, Settings};
use crate::cin7;
use crate::drafting::{self, Context, Learnt, Lists};
use crate::orders::{Contact, Document, DocumentType, Product};
use crate::store::drafts::{DerivedDraft, SavedDraft};
use crate::store::sources::Source;
use crate::store::{Lane, Reader, StoreError, Tx};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Documents drafted in one write.
const SLICE: usize = 64;
/// Documents of each type from which the account's habits are learnt.
const LEARN_FROM: usize = 400;

/// Where it is kept what QuickBooks' answers told about its rounding of tax.
pub(crate) const ROUNDING_SEEN: &str = "tax_rounding_seen";

/// What a drafting run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct DraftRun {
    pub documents: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Approved or queued drafts whose content changed: approval is asked again.
    pub approvals_lost: u64,
}

impl DraftRun {
    fn count(&mut self, saved: Option<SavedDraft>) {
        self.documents += 1;
        match saved {
            Some(SavedDraft::New) => self.new += 1,
            Some(SavedDraft::Changed) => self.changed += 1,
            Some(SavedDraft::ApprovalLost) => self.approvals_lost += 1,
            Some(SavedDraft::Unchanged) | None => self.unchanged += 1,
        }
    }

    fn add(&mut self, part: &DraftRun) {
        self.documents += part.documents;
        self.new += part.new;
        self.changed += part.changed;
        self.unchanged += part.unchanged;
        self.approvals_lost += part.approvals_lost;
    }
}

/// Everything that all documents share.
pub struct Ground {
    pub(crate) settings: Settings,
    pub(crate) lists: Lists,
    pub(crate) preferences: Preferences,
    pub(crate) products: HashMap<i64, Product>,
    pub(crate) learnt: Learnt,
    digest: String,
}

/// The resource that holds documents of a type.
pub(crate) const fn resource_of(kind: DocumentType) -> &'static str {
    match kind {
        DocumentType::SalesOrder => "SalesOrders",
        DocumentType::PurchaseOrder => "PurchaseOrders",
        DocumentType::CreditNote => "CreditNotes",
    }
}

fn products(reader: &Reader<'_>) -> crate::store::Result<HashMap<i64, Product>> {
    let mut products = HashMap::new();
    let mut after = i64::MIN;
    loop {
        let page = reader.sources_after("Products", after, 500)?;
        let Some(last) = page.last() else { return Ok(products) };
        after = last.cin7_id;
        for source in &page {
            if let Ok(product) = cin7::product(&source.raw) {
                products.insert(product.id, product);
            }
        }
    }
}

/// Items that an approved operation will make, or has made since the list was pulled: drafts may already name them.
fn planned_items(reader: &Reader<'_>, pulled: &[ListEntry]) -> crate::store::Result<Vec<ListEntry>> {
    let mut planned = Vec::new();
    for operation in reader.item_adds()? {
        if let Some(ListAdd::Item { kind, name, account, .. }) = operation.list_add {
            let there =
                |e: &ListEntry| e.list() == ListKind::Item && e.full_name().eq_ignore_ascii_case(&name);
            if pulled.iter().any(there) {
                continue;
            }
            planned.push(ListEntry::Item(Item {
                id: operation.result_id.map(crate::base::ListId::from).unwrap_or_default(),
                full_name: name,
                kind,
                active: true,
                account: Some(account),
                expense_account: None,
                asset_account: None,
                tax_rate: None,
                tax_agency: None,
                members: Vec::new(),
                edit_sequence: crate::base::EditSequence::default(),
            }));
        }
    }
    Ok(planned)
}

impl Ground {
    /// Reads what all documents share.
    ///
    /// # Errors
    /// What the store says.
    pub fn read(profile: &Profile) -> Result<Self> {
        let settings = profile.settings();
        let (lists, preferences, products, learnt) = profile.store().read(|reader| {
            let mut entries = reader.list_entries(&[
                ListKind::Account,
                ListKind::Item,
                ListKind::Terms,
                ListKind::Class,
                ListKind::SalesTaxCode,
            ])?;
            let planned = planned_items(reader, &entries)?;
            entries.extend(planned);
            let preferences: Preferences = reader.meta_json("preferences")?.unwrap_or_default();
            Ok((entries, preferences, products(reader)?, learn(reader)?))
        })?;
        // Ids that operations of ours bind later are left out: making an item must not undo an approval.
        let names: Vec<(&str, bool)> = lists.iter().map(|e| (e.full_name(), e.active())).collect();
        let digest = digest::of_parts(&[
            &serde_json::to_string(&settings).unwrap_or_default(),
            &serde_json::to_string(&preferences).unwrap_or_default(),
            &serde_json::to_string(&names).unwrap_or_default(),
            &serde_json::to_string(
                &products
                    .values()
                    .map(|p| (p.id, &p.sales_account, &p.purchases_account))
                    .collect::<std::collections::BTreeSet<_>>(),
            )
            .unwrap_or_default(),
            &serde_json::to_string(&learnt).unwrap_or_default(),
        ]);
        Ok(Ground { settings, lists: Lists::new(lists), preferences, products, learnt, digest })
    }
}

static NO_ORIGINAL_SALE: fn(&str) -> Option<drafting::SaleTax> = |_| None;

impl Ground {
    /// For what is made without looking at an original sale.
    pub(crate) fn plain_context(&self) -> Context<'_> {
        self.context(&NO_ORIGINAL_SALE)
    }

    fn context<'a>(&'a self, original_sale: &'a dyn Fn(&str) -> Option<drafting::SaleTax>) -> Context<'a> {
        Context {
            settings: &self.settings,
            lists: &self.lists,
            preferences: &self.preferences,
            products: &self.products,
            learnt: self.learnt.clone(),
            original_sale,
            tax_filed_through: None,
        }
    }
}

/// Learns what this account does differently (design 8.7), from the newest documents of each type.
fn learn(reader: &Reader<'_>) -> crate::store::Result<Learnt> {
    let mut learner = drafting::Learner::default();
    for kind in DocumentType::ALL {
        for source in reader.newest_sources(resource_of(kind), LEARN_FROM)? {
            if let Ok(document) = cin7::document(kind, &source.raw) {
                learner.note(&document);
            }
        }
    }
    let rounding: drafting::RoundingSeen = reader.meta_json(ROUNDING_SEEN)?.unwrap_or_default();
    Ok(Learnt { tax_rounding: rounding.conclusion(), ..learner.finish() })
}

/// Which documents to draft.
#[derive(Clone, Debug)]
pub enum Scope {
    /// All of them.
    All,
    /// Those of these contacts.
    Contacts(HashSet<i64>),
}

/// Drafts every document whose inputs changed.
///
/// # Errors
/// What the store says.
pub fn redraft(profile: &Profile) -> Result<DraftRun> {
    redraft_some(profile, &Scope::All)
}

/// Drafts the documents of a scope whose inputs changed.
///
/// # Errors
/// What the store says.
pub fn redraft_some(profile: &Profile, scope: &Scope) -> Result<DraftRun> {
    let ground = Arc::new(Ground::read(profile)?);
    let at = profile.now();
    let mut run = DraftRun::default();
    for kind in DocumentType::ALL {
        match scope {
            Scope::All => {
                let mut after = i64::MIN;
                loop {
                    let page = profile.store().read(|r| r.sources_after(resource_of(kind), after, SLICE))?;
                    let Some(last) = page.last() else { break };
                    after = last.cin7_id;
                    draft_slice(profile, &ground, kind, page, at, &mut run)?;
                }
            }
            Scope::Contacts(contacts) => {
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
                for slice in ids.chunks(SLICE) {
                    let page = profile.store().read(|r| {
                        let mut page = Vec::new();
                        for id in slice {
                            page.extend(r.source(resource_of(kind), *id)?);
                        }
                        Ok(page)
                    })?;
                    draft_slice(profile, &ground, kind, page, at, &mut run)?;
                }
            }
        }
    }
    if matches!(scope, Scope::All) {
        adjustments::redraft(profile, &ground, at, &mut run)?;
    }
    own::redraft(profile, &ground, at, &mut run)?;
    if run.new + run.changed > 0 {
        let at = at.to_string();
        profile
            .store()
            .write(Lane::Bulk, move |tx| tx.event(&at, "countersign", "drafted", "drafts", &run))?;
    }
    Ok(run)
}

fn draft_slice(
    profile: &Profile,
    ground: &Arc<Ground>,
    kind: DocumentType,
    page: Vec<Source>,
    at: Instant,
    run: &mut DraftRun,
) -> Result<()> {
    let ground = Arc::clone(ground);
    let part = profile.store().write(Lane::Bulk, move |tx| {
        let mut part = DraftRun::default();
        for source in &page {
            part.count(draft_one(tx, &ground, kind, source, &at.to_string())?);
        }
        Ok(part)
    })?;
    run.add(&part);
    Ok(())
}

fn draft_one(
    tx: &Tx<'_>,
    ground: &Ground,
    kind: DocumentType,
    source: &Source,
    at: &str,
) -> crate::store::Result<Option<SavedDraft>> {
    let Ok(mut document) = cin7::document(kind, &source.raw) else {
        // The row was noted as unreadable when it was fetched; it is listed there, not drafted.
        return Ok(None);
    };
    let reader = tx.reader();
    let claims = reader.own_claiming(&document.source())?;
    own::typed_number(&mut document, &claims);
    let contact_source = reader.source("Contacts", document.contact_id)?;
    let contact = contact_source.as_ref().and_then(|s| cin7::contact(&s.raw).ok());
    let mut told = told::Told::payments(&reader, &document, &ground.settings.timezone)?;
    let house = told::house_party(&reader, &document, contact.as_ref(), &ground.settings.house)?;
    let party = match house {
        Some((party, reason)) => {
            told.reasons.push(reason);
            party
        }
        None => linked_party(&reader, &document, contact.as_ref())?,
    };
    let taken = own_status::read(&reader, &mut document)?;
    let inputs = digest::of_parts(&[
        taken.word(),
        &told.digest()?,
        &source.hash,
        contact_source.as_ref().map_or("", |s| s.hash.as_str()),
        &serde_json::to_string(&party.as_ref().map(|p| (&p.list, &p.name)))?,
        &ground.digest,
        &claims.iter().map(|claim| claim.source.as_str()).collect::<Vec<_>>().join(" "),
    ]);
    if reader.inputs_of(&document.source())?.as_deref() == Some(inputs.as_str()) {
        return Ok(Some(SavedDraft::Unchanged));
    }
    let mut derived =
        derive(&reader, ground, &document, contact.as_ref(), party.as_ref(), inputs, source.revision_id)?;
    taken.tell(&mut derived)?;
    told.tell(&mut derived)?;
    own::superseded(&mut derived, &claims)?;
    tx.save_derived(&derived, at).map(Some)
}

fn derive(
    reader: &Reader<'_>,
    ground: &Ground,
    document: &Document,
    contact: Option<&Contact>,
    party: Option<&PartyRef>,
    inputs: String,
    revision_id: i64,
) -> crate::store::Result<DerivedDraft> {
    let source = document.source();
    let original_sale = |reference: &str| {
        let (tax_item, mut lines) = reader.tax_of_sale(reference).ok().flatten()?;
        // A line of mode `line` names no sales-tax item.
        let single = |item: &Item| item.kind == ItemKind::SalesTax;
        lines.retain(|line| ground.lists.item(line).is_some_and(single));
        let rate = ground.lists.item(&tax_item).and_then(|item| ground.lists.tax_percent(item))?;
        Some(drafting::SaleTax { tax_item, lines, rate })
    };
    let taken = |kind, party: Option<&PartyRef>, number: &str| {
        reader.number_taken(kind, party.map(|p| p.name.as_str()), number, &source).unwrap_or(false)
    };
    let context = ground.context(&original_sale);
    let drafted = drafting::draft(document, contact, party, &context, &taken);
    let key =
        drafted.kind.map(|kind| PostingKey::derive(ground.settings.company_id, &source, kind.word(), 0, 1));
    let named = party.map(|p| p.name.clone()).or_else(|| contact.map(Contact::display_name)).or_else(|| {
        let name = &document.billing.company;
        (!name.is_empty()).then(|| name.clone())
    });
    Ok(DerivedDraft {
        cin7_type: drafting::eligibility::cin7_type(document, contact).to_string(),
        cin7_id: document.id.to_string(),
        kind: drafted.kind,
        posting_key: key.map(|k| k.to_string()),
        tag: key.map(PostingKey::memo_tag).unwrap_or_default(),
        state: drafted.state,
        inputs,
        revision_id,
        reference: drafted.reference,
        ref_number: drafted.ref_number,
        contact_id: document.contact_id,
        party_id: party.and_then(|p| p.id.as_ref()).map(ToString::to_string),
        party_name: named,
        date: drafted.date.map(|d| d.to_string()),
        month: drafted.month.map(|m| m.to_string()),
        total: drafted.total,
        tax: drafted.tax,
        currency: drafted.currency,
        warned: drafted.reasons.iter().any(|r| r.level == drafting::Level::Warns),
        reasons: serde_json::to_string(&drafted.reasons)?,
        settings_digest: ground.digest.clone(),
        payload: drafted.payload.filter(|_| drafted.state == crate::books::DraftState::Ready),
        source,
    })
}

pub(in crate::workflow) use told::paid_of_draft;

/// The customer or vendor that the document's contact is linked to, in the role that the document asks for.
fn linked_party(
    reader: &Reader<'_>,
    document: &Document,
    contact: Option<&Contact>,
) -> crate::store::Result<Option<PartyRef>> {
    let Some(list) = drafting::eligibility::kind_of(document, contact).party_list() else { return Ok(None) };
    linked(reader, document.contact_id, list)
}

/// The customer or vendor that a contact is linked to in a role.
fn linked(
    reader: &Reader<'_>,
    contact_id: i64,
    list: crate::books::PartyList,
) -> crate::store::Result<Option<PartyRef>> {
    let Some(link) = reader.link(contact_id, list)? else { return Ok(None) };
    if let Some(id) = &link.list_id {
        // A merged, deleted or inactive target sends its drafts back to a person, never to a rematch.
        match reader.party(list.kind(), id)? {
            Some(party) if party.active => {
                return Ok(Some(PartyRef {
                    list,
                    id: Some(party.id),
                    name: party.full_name,
                    contact: link.contact_id,
                }));
            }
            // Just created by us: the list shows it at the next pull.
            None if link.list_add.is_some() => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(PartyRef {
        list,
        id: link.list_id.as_deref().map(crate::base::ListId::from),
        name: link.name,
        contact: link.contact_id,
    }))
}

/// A document as it stands in the store, for views.
pub(crate) fn document_of(
    reader: &Reader<'_>,
    cin7_type: &str,
    cin7_id: &str,
) -> crate::store::Result<Option<Document>> {
    let cin7_type =
        if cin7_type == drafting::eligibility::SUPPLIER_CREDIT { "CreditNote" } else { cin7_type };
    let Some(kind) = DocumentType::from_word(cin7_type) else { return Ok(None) };
    let id: i64 = cin7_id.parse().map_err(|_| StoreError::Missing(format!("{cin7_type} {cin7_id}")))?;
    Ok(reader.source(resource_of(kind), id)?.and_then(|s| cin7::document(kind, &s.raw).ok()))
}
