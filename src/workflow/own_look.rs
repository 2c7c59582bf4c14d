//! Looking before something is put in: what an entry would become, and what may stand in its fields.
//!
//! Must never keep anything. What is shown here is drafted by the same rules as what is kept afterwards.

use super::own::new_id;
use super::{Profile, Result, drafts::ReasonView, links, redraft};
use crate::base::text::fold;
use crate::base::{Cents, Day};
use crate::books::{DraftState, ListKind, OwnEntry, PartyList, Posting, TxnKind};
use crate::cin7;
use crate::drafting::{Drafted, Level};
use crate::orders::ContactType;
use crate::store::drafts::DraftFilter;

/// Names that are offered at once.
const OFFERED: usize = 50;
/// Contacts of Cin7 that are looked through for a name that QuickBooks does not know.
const CONTACTS: usize = 20_000;

/// One draft that an entry would make.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct WouldBe {
    pub kind: Option<TxnKind>,
    pub ref_number: String,
    pub reference: String,
    pub date: Option<Day>,
    pub party: Option<String>,
    pub total: Option<Cents>,
    pub state: DraftState,
    pub reasons: Vec<ReasonView>,
    pub postings: Vec<Posting>,
}

fn view(drafted: Drafted) -> WouldBe {
    let reasons = drafted.reasons.iter().map(|reason| ReasonView {
        code: reason.code.to_string(),
        text: reason.text.clone(),
        field: reason.field.as_ref().map(ToString::to_string),
        level: match reason.level {
            Level::Blocks => "blocks",
            Level::Warns => "warns",
            Level::Says => "says",
        }
        .to_string(),
    });
    WouldBe {
        kind: drafted.kind,
        reasons: reasons.collect(),
        postings: drafted.payload.as_ref().map(crate::books::Payload::postings).unwrap_or_default(),
        party: drafted.payload.as_ref().and_then(|p| p.party.as_ref()).map(|party| party.name.clone()),
        ref_number: drafted.ref_number,
        reference: drafted.reference,
        date: drafted.date,
        total: drafted.total,
        state: drafted.state,
    }
}

/// What entries would become, in their order.
///
/// # Errors
/// What the store says.
pub fn would_be(profile: &Profile, entries: &[(String, OwnEntry)]) -> Result<Vec<WouldBe>> {
    Ok(redraft::would_be(profile, entries)?.into_iter().map(view).collect())
}

/// As [`would_be`] for one entry that has no id yet.
///
/// # Errors
/// What the store says.
pub fn one(profile: &Profile, entry: OwnEntry) -> Result<Vec<WouldBe>> {
    would_be(profile, &[(new_id(entry.word()), entry)])
}

/// A list from which a field of an entry is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickList {
    /// QuickBooks' vendors, and Cin7's suppliers where QuickBooks has none of the name.
    Vendors,
    /// QuickBooks' active accounts.
    Accounts,
    /// References of purchase orders.
    Orders,
    /// Categories of landing costs, from the settings.
    Categories,
    /// Files in the folder that is typed.
    Files,
}

/// What may stand in a field, for what is typed so far; best first.
///
/// # Errors
/// What the store says.
pub fn offers(profile: &Profile, list: PickList, typed: &str) -> Result<Vec<String>> {
    let typed = typed.trim();
    let mut names = match list {
        PickList::Vendors => vendors(profile, typed)?,
        PickList::Accounts => accounts(profile, typed)?,
        PickList::Orders => orders(profile, typed)?,
        PickList::Categories => {
            let wanted = fold(typed);
            let known = profile.settings().landing;
            known.into_keys().filter(|name| fold(name).contains(&wanted)).collect()
        }
        PickList::Files => files(typed),
    };
    names.truncate(OFFERED);
    Ok(names)
}

fn vendors(profile: &Profile, typed: &str) -> Result<Vec<String>> {
    let found = links::search(profile, PartyList::Vendor, typed)?;
    let mut names: Vec<String> =
        found.into_iter().filter(|party| party.active).map(|party| party.full_name).take(OFFERED).collect();
    if typed.is_empty() {
        return Ok(names);
    }
    let wanted = fold(typed);
    let suppliers = profile.store().read(|r| {
        let (mut found, mut after, mut seen) = (Vec::new(), i64::MIN, 0);
        while seen < CONTACTS {
            let page = r.sources_after("Contacts", after, 500)?;
            let Some(last) = page.last() else { break };
            (after, seen) = (last.cin7_id, seen + page.len());
            for source in &page {
                let Ok(contact) = cin7::contact(&source.raw) else { continue };
                if contact.kind == ContactType::Supplier && fold(&contact.display_name()).contains(&wanted) {
                    found.push(contact.display_name());
                }
            }
        }
        Ok(found)
    })?;
    for name in suppliers {
        if !names.iter().any(|known| fold(known) == fold(&name)) {
            names.push(name);
        }
    }
    // Nearest names that do not hold what was typed come last.
    names.sort_by_key(|name| !fold(name).contains(&wanted));
    Ok(names)
}

fn accounts(profile: &Profile, typed: &str) -> Result<Vec<String>> {
    let wanted = fold(typed);
    let entries = profile.store().read(|r| r.list_entries(&[ListKind::Account]))?;
    let active = entries.iter().filter(|entry| entry.active()).map(|entry| entry.full_name().to_string());
    let (mut names, others): (Vec<String>, Vec<String>) =
        active.partition(|name| fold(name).contains(&wanted));
    if names.is_empty() {
        // Nothing has this name: all of them are there to choose from.
        names = others;
    }
    names.sort_by_key(|name| (!fold(name).starts_with(&wanted), name.to_lowercase()));
    Ok(names)
}

fn orders(profile: &Profile, typed: &str) -> Result<Vec<String>> {
    let filter = DraftFilter { kind: Some(TxnKind::Bill), text: typed.to_string(), ..DraftFilter::default() };
    Ok(profile.store().read(|r| {
        let ids = r.first_drafts(&filter, Some(OFFERED))?;
        let rows = r.draft_rows(&ids)?;
        let orders =
            rows.into_iter().filter(|row| row.cin7_type == "PurchaseOrder" && !row.reference.is_empty());
        Ok(orders.map(|row| row.reference).collect())
    })?)
}

/// Folders and CSV files that begin with what is typed.
fn files(typed: &str) -> Vec<String> {
    let (folder, begins) = match typed.rfind(['/', std::path::MAIN_SEPARATOR]) {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let place = if folder.is_empty() { "." } else { folder };
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    let wanted = fold(begins);
    let mut names: Vec<(bool, String)> = entries
        .flatten()
        .filter_map(|entry| {
            let is_folder = entry.file_type().ok()?.is_dir();
            let name = entry.file_name().into_string().ok()?;
            let fits = is_folder || name.to_lowercase().ends_with(".csv");
            let hidden = name.starts_with('.') && !begins.starts_with('.');
            let tail = if is_folder { "/" } else { "" };
            (fits && !hidden && fold(&name).starts_with(&wanted))
                .then(|| (is_folder, format!("{folder}{name}{tail}")))
        })
        .collect();
    names.sort();
    names.into_iter().map(|(_, name)| name).collect()
}
