//! Documents become drafts: every document is drafted from its newest revision, its contact, its link and the settings.
//!
//! Must never draft what has not changed (an equal digest of all inputs writes nothing), nor hold the writer for
//! longer than a slice, nor run twice at once.

mod adjustments;
pub(crate) mod cogs;
mod documents;
mod fetched;
mod kept;
mod known;
pub(crate) mod own;
mod own_status;
mod told;

use super::{Profile, Result};
use crate::base::digest;
use crate::books::{Item, ListAdd, ListEntry, ListKind, OwnEntry, Preferences, Settings};
use crate::cin7;
use crate::drafting::{self, Context, Learnt, Lists};
use crate::orders::{Document, DocumentType, Product};
use crate::store::drafts::SavedDraft;
use crate::store::own::OwnRow;
use crate::store::{Lane, Reader, StoreError};
pub(in crate::workflow) use fetched::Kept as KeptFetched;
use known::linked;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Which rules of drafting these are: with another word all drafts are made anew at the next run, and what an older
/// program did not keep beside them is kept then.
const MADE_BY: &str = "rules 6";
/// Documents drafted in one write.
const SLICE: usize = 64;
/// Texts put into the index of words in one write.
const TEXTS: usize = 256;

/// The settings that drafting can see: the keys of the screens are none of its business.
fn books_of(settings: &Settings) -> Settings {
    let screen = crate::books::settings::ScreenSettings::default();
    Settings { keys: std::collections::BTreeMap::new(), screen, ..settings.clone() }
}

/// Where the digest is kept of what the last whole run drafted on; nothing while documents wait for a run.
pub(crate) const DRAFTED_ON: &str = "drafted_on";
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
    /// One more document, and what became of its draft.
    fn count(&mut self, saved: Option<SavedDraft>) {
        self.documents += 1;
        self.note(saved);
    }

    /// What became of a draft that stands for no document of its own.
    fn note(&mut self, saved: Option<SavedDraft>) {
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
    pub(crate) products: Arc<HashMap<i64, Product>>,
    pub(crate) learnt: Learnt,
    /// The house customers of the rules, in their order.
    house: Vec<told::HouseParty>,
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
                external_guid: String::new(),
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
        let (lists, preferences, fetched, rounding, house) = profile.store().read(|reader| {
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
            let house = told::house_parties(reader, &settings.house)?;
            let rounding: drafting::RoundingSeen = reader.meta_json(ROUNDING_SEEN)?.unwrap_or_default();
            Ok((entries, preferences, profile.fetched().get(reader)?, rounding, house))
        })?;
        let learnt = Learnt { tax_rounding: rounding.conclusion(), ..fetched.learnt.clone() };
        let shown: Vec<String> = lists.iter().map(shown).collect();
        let digest = digest::of_parts(&[
            &serde_json::to_string(&books_of(&settings)).unwrap_or_default(),
            &serde_json::to_string(&preferences).unwrap_or_default(),
            &serde_json::to_string(&shown).unwrap_or_default(),
            &fetched.products_shown,
            &serde_json::to_string(&learnt.conclusions()).unwrap_or_default(),
            &serde_json::to_string(&house).unwrap_or_default(),
            MADE_BY,
        ]);
        let products = Arc::clone(&fetched.products);
        Ok(Ground { settings, lists: Lists::new(lists), preferences, products, learnt, house, digest })
    }
}

static NO_ORIGINAL_SALE: fn(&str) -> Option<drafting::SaleTax> = |_| None;

impl Ground {
    /// For what is made without looking at an original sale.
    pub(crate) fn plain_context(&self) -> Context<'_> {
        self.context(&NO_ORIGINAL_SALE, "")
    }

    fn context<'a>(
        &'a self,
        original_sale: &'a dyn Fn(&str) -> Option<drafting::SaleTax>,
        party_currency: &'a str,
    ) -> Context<'a> {
        Context {
            settings: &self.settings,
            lists: &self.lists,
            preferences: &self.preferences,
            products: &self.products,
            learnt: &self.learnt,
            original_sale,
            party_currency,
            tax_filed_through: self.settings.tax_filed_through,
        }
    }
}

/// What a draft can depend on of a list entry. Ids that operations of ours bind later are left out: making an item must
/// not undo an approval.
fn shown(entry: &ListEntry) -> String {
    let (name, active) = (entry.full_name(), entry.active());
    match entry {
        ListEntry::Account(account) => {
            format!("{name} {active} {} {:?} {}", account.number, account.kind, account.special)
        }
        ListEntry::Item(item) => {
            let account = item.account.as_ref().map_or("", |account| account.name.as_str());
            let members: Vec<&str> = item.members.iter().map(|member| member.name.as_str()).collect();
            let rate = item.tax_rate.map(|rate| rate.normalize());
            format!("{name} {active} {:?} {account} {rate:?} {members:?}", item.kind)
        }
        ListEntry::Terms(terms) => format!("{name} {active} {:?}", terms.due_days),
        ListEntry::SalesTaxCode(code) => format!("{name} {active} {}", code.taxable),
        ListEntry::Class(_) | ListEntry::Party(_) => format!("{name} {active}"),
    }
}

/// What entries of our own would become, were they put in. Nothing is kept.
///
/// # Errors
/// What the store says.
pub(crate) fn would_be(profile: &Profile, entries: &[(String, OwnEntry)]) -> Result<Vec<drafting::Drafted>> {
    let ground = Ground::read(profile)?;
    Ok(profile.store().read(|reader| {
        let mut drafts = Vec::new();
        for (source, entry) in entries {
            let row = OwnRow {
                id: 0,
                source: source.clone(),
                entry: entry.clone(),
                by: String::new(),
                at: String::new(),
                taken_back: false,
            };
            drafts.extend(own::would_be(reader, &ground, &row)?);
        }
        Ok(drafts)
    })?)
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

/// Drafts what a visit of the Web Connector can have changed: everything where `ground` may have moved and differs
/// from what the last whole run drafted on, else the documents of these contacts.
///
/// # Errors
/// What the store says.
pub fn after_visit(profile: &Profile, contacts: HashSet<i64>, ground: bool) -> Result<DraftRun> {
    if ground && profile.store().read(|r| r.meta(DRAFTED_ON))? != Some(Ground::read(profile)?.digest) {
        return redraft(profile);
    }
    if contacts.is_empty() {
        return refresh_costs(profile);
    }
    redraft_some(profile, &Scope::Contacts(contacts))
}

/// Drafts the documents of a scope whose inputs changed.
///
/// # Errors
/// What the store says.
pub fn redraft_some(profile: &Profile, scope: &Scope) -> Result<DraftRun> {
    // One run at a time: what a run has read must not be older than what another has written.
    let _alone = profile.drafting();
    let ground = Arc::new(Ground::read(profile)?);
    let whole = matches!(scope, Scope::All);
    let _room = whole.then(|| profile.store().long_run());
    if whole {
        // A run that does not come to its end has drafted on nothing.
        profile.store().write(Lane::Bulk, |tx| tx.clear_meta(DRAFTED_ON))?;
    }
    let at = profile.now();
    let mut run = DraftRun::default();
    documents::redraft(profile, &ground, scope, at, &mut run)?;
    if whole {
        adjustments::redraft(profile, &ground, at, &mut run)?;
        let on = ground.digest.clone();
        profile.store().write(Lane::Bulk, move |tx| tx.set_meta(DRAFTED_ON, &on))?;
    }
    own::redraft(profile, &ground, at, &mut run)?;
    cogs::redraft(profile, &mut run)?;
    index_texts(profile)?;
    if run.new + run.changed > 0 {
        let at = at.to_string();
        profile
            .store()
            .write(Lane::Bulk, move |tx| tx.event(&at, "countersign", "drafted", "drafts", &run))?;
    }
    Ok(run)
}

/// Puts what the run wrote into the index of words.
fn index_texts(profile: &Profile) -> Result<()> {
    let store = profile.store();
    if !store.read(|r| r.texts_wait())? {
        return Ok(());
    }
    while store.begin_slice(Lane::Bulk, |tx| tx.index_texts(TEXTS))?.wait()? == TEXTS {}
    Ok(())
}

pub(in crate::workflow) use told::paid_of_draft;

/// Makes the cost journals anew whose months are due: after decisions, where no document changed.
///
/// # Errors
/// What the store says.
pub(crate) fn refresh_costs(profile: &Profile) -> Result<DraftRun> {
    let _alone = profile.drafting();
    let mut run = DraftRun::default();
    cogs::redraft(profile, &mut run)?;
    Ok(run)
}

/// Drafts the adjustments whose inputs changed.
///
/// # Errors
/// What the store says.
pub(crate) fn redraft_adjustments(profile: &Profile) -> Result<DraftRun> {
    let _alone = profile.drafting();
    let ground = Arc::new(Ground::read(profile)?);
    let mut run = DraftRun::default();
    adjustments::redraft(profile, &ground, profile.now(), &mut run)?;
    Ok(run)
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
