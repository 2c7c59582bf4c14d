//! Entries of our own: vendor credits, landing costs, supplier's numbers, joins and splits, put in and taken back.
//!
//! Must never change what was approved or handed off: an entry that touches such a draft is refused, with the words what
//! to take back first. Every entry is a decision with a name under it, one event, and can be undone (design 2, 8.3, 8.12).

use super::decide::{Change, Signed, decide, signed};
use super::settings_file::findings::meant;
use super::{Profile, Result, Said, redraft};
use crate::base::problem::Exit;
use crate::base::{Day, DraftId, Problem};
use crate::books::own::{OwnJoin, OwnLandingCost, OwnNumber, OwnSplit, OwnVendorCredit, SplitPart};
use crate::books::{DraftState, ListKind, OwnEntry, Settings, TxnKind};
use crate::cin7;
use crate::drafting::Lists;
use crate::orders::{ContactType, DocumentType};
use crate::store::drafts::DraftRow;
use crate::store::{Reader, StoreError, Tx};
use std::collections::HashSet;

/// Contacts read at once while a supplier's name is looked for.
const SLICE: usize = 500;

pub(super) fn refused(code: &str, happened: impl Into<String>, do_now: &str) -> Problem {
    Problem::new(Exit::Usage, code, happened, "Nothing was changed.", do_now)
}

/// A draft that nobody approved and nothing was handed off of may be changed from outside.
fn is_free(row: &DraftRow) -> bool {
    (row.state.is_derived() || row.state == DraftState::Held) && row.excluded_why.is_none()
}

/// Sources of the parts of a split.
fn parts_of(entry: &OwnEntry) -> impl Iterator<Item = String> + '_ {
    let split = match entry {
        OwnEntry::Split(split) => Some(split),
        _ => None,
    };
    split
        .into_iter()
        .flat_map(|split| (1..=split.parts.len()).map(|part| redraft::own::part_source(&split.source, part)))
}

/// Carries a change out inside a transaction: the entry, what it claims, and its event.
///
/// # Errors
/// [`StoreError::Refused`] where a draft that it touches is approved or handed off, or a claim is taken.
pub(super) fn apply(
    tx: &Tx<'_>,
    who: &Signed,
    source: &str,
    entry: &OwnEntry,
    live: bool,
) -> crate::store::Result<()> {
    let own = entry.is_draft().then(|| source.to_string());
    for touched in entry.claims().into_iter().map(str::to_string).chain(own).chain(parts_of(entry)) {
        let row = tx.reader().draft_of_source(&touched)?;
        if let Some(row) = row.filter(|row| !is_free(row)) {
            return Err(StoreError::Refused(format!(
                "Draft {} ({}) is {}; take that back first.",
                row.id,
                row.reference,
                row.state.word()
            )));
        }
    }
    // The supplier's number goes with whoever stands for the invoice now.
    let asides = if live {
        let steps_aside = matches!(entry, OwnEntry::Joined(_) | OwnEntry::Split(_));
        if steps_aside { entry.claims().into_iter().map(str::to_string).collect() } else { Vec::new() }
    } else {
        parts_of(entry).chain([source.to_string()]).collect()
    };
    for aside in asides {
        tx.free_number(&aside)?;
    }
    if live {
        tx.add_own(source, entry, &who.by, &who.at)?;
    } else {
        tx.take_own_back(source)?;
    }
    let verb = if live { "entered" } else { "taken_back" };
    tx.event(&who.at, &who.by, verb, source, entry).map(drop)
}

/// Puts entries in, as one decision, and drafts what they touch.
///
/// # Errors
/// As [`apply`]; then none of them is put in.
pub(super) fn put_in(
    profile: &Profile,
    entries: Vec<(String, OwnEntry)>,
    title: String,
    by: &str,
) -> Result<Said> {
    let who = signed(profile, by)?;
    let contacts = touched(profile, &entries)?;
    let changes =
        entries.into_iter().map(|(source, entry)| Change::Own { source, entry, live: true }).collect();
    let said = decide(profile, &who, title, changes)?;
    redraft::redraft_some(profile, &redraft::Scope::Contacts(contacts))?;
    Ok(said)
}

/// The contacts whose documents are to be drafted anew.
fn touched(profile: &Profile, entries: &[(String, OwnEntry)]) -> Result<HashSet<i64>> {
    Ok(profile.store().read(|r| {
        let mut contacts = HashSet::new();
        for source in entries.iter().flat_map(|(_, entry)| entry.claims()) {
            contacts.extend(r.draft_of_source(source)?.map(|row| row.contact_id));
        }
        Ok(contacts)
    })?)
}

pub(super) fn new_id(word: &str) -> String {
    format!("{word}/{}", uuid::Uuid::new_v4())
}

/// Who a typed vendor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VendorFound {
    /// QuickBooks' name of it.
    InQuickBooks(String),
    /// A supplier of Cin7, by contact id, that is linked or will be matched.
    InCin7(i64, String),
    /// Nobody of that name, though the vendors were pulled; the nearest name, where one is near.
    Nobody(Option<String>),
    /// The vendors were not pulled yet.
    NotPulled,
}

/// Looks for a vendor by the name that a person typed: in QuickBooks first, then among Cin7's suppliers.
///
/// # Errors
/// What the store says.
pub fn find_vendor(reader: &Reader<'_>, name: &str) -> crate::store::Result<VendorFound> {
    if let Some(id) = reader.list_id_named(ListKind::Vendor, name)?
        && let Some(party) = reader.party(ListKind::Vendor, &id)?
        && party.active
    {
        return Ok(VendorFound::InQuickBooks(party.full_name));
    }
    let wanted = crate::base::text::fold(name);
    let mut after = i64::MIN;
    loop {
        let page = reader.sources_after("Contacts", after, SLICE)?;
        let Some(last) = page.last() else { break };
        after = last.cin7_id;
        for source in &page {
            let Ok(contact) = cin7::contact(&source.raw) else { continue };
            let is_it = contact.kind == ContactType::Supplier
                && crate::base::text::fold(&contact.display_name()) == wanted;
            if is_it {
                return Ok(VendorFound::InCin7(contact.id, contact.display_name()));
            }
        }
    }
    if !reader.list_marks()?.iter().any(|mark| mark.list == ListKind::Vendor.word()) {
        return Ok(VendorFound::NotPulled);
    }
    let near = reader.search_parties(ListKind::Vendor, name, 1)?.pop().map(|party| party.full_name);
    Ok(VendorFound::Nobody(near))
}

/// The vendor of an entry: the name as it is kept, and the contact where QuickBooks has no such vendor.
pub(super) fn vendor_of(found: VendorFound, typed: &str) -> std::result::Result<(String, i64), String> {
    match found {
        VendorFound::InQuickBooks(name) => Ok((name, 0)),
        VendorFound::InCin7(contact, name) => Ok((name, contact)),
        VendorFound::NotPulled => Ok((typed.trim().to_string(), 0)),
        VendorFound::Nobody(near) => {
            let tail = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Err(format!("`{}` is no active vendor of QuickBooks and no supplier of Cin7{tail}", typed.trim()))
        }
    }
}

/// The accounts as they were pulled last.
pub(super) fn account_list(reader: &Reader<'_>) -> crate::store::Result<Lists> {
    Ok(Lists::new(reader.list_entries(&[ListKind::Account])?))
}

/// Whether an account that a person typed can be found: by its GL code in the settings, by number or by name. Nothing
/// typed is the account of purchases; while no accounts were pulled nothing can be said.
pub(super) fn account_typed(
    typed: &str,
    lists: &Lists,
    settings: &Settings,
) -> std::result::Result<(), String> {
    let typed = typed.trim();
    let mapped = settings.gl.get(typed).is_some_and(|row| row.account.is_some());
    if typed.is_empty() || mapped || lists.accounts().is_empty() {
        return Ok(());
    }
    match lists.account_by_number(typed).or_else(|| lists.account_by_name(typed)) {
        Some(account) if account.active => Ok(()),
        Some(account) => Err(format!("the account `{}` is inactive in QuickBooks", account.full_name)),
        None => {
            let names = lists.accounts().iter().filter(|account| account.active);
            let near = meant(typed, names.map(|account| account.full_name.as_str()));
            let tail = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Err(format!("`{typed}`: no such account{tail}"))
        }
    }
}

/// Types a vendor credit in. Its vendor's name is QuickBooks' or that of a Cin7 supplier.
///
/// # Errors
/// As [`credit_entry`].
pub fn add_vendor_credit(profile: &Profile, credit: OwnVendorCredit, by: &str) -> Result<Said> {
    let credit = credit_entry(profile, credit)?;
    let title = format!("Entered vendor credit {} of {}", credit.number.trim(), credit.vendor);
    put_in(profile, vec![(new_id("Typed"), OwnEntry::VendorCredit(credit))], title, by)
}

/// A typed vendor credit as it would be put in.
///
/// # Errors
/// When a field is missing, the vendor is not known, or the same credit was entered before.
pub fn credit_entry(profile: &Profile, mut credit: OwnVendorCredit) -> Result<OwnVendorCredit> {
    let do_now = "Correct it and enter it again.";
    if credit.number.trim().is_empty() {
        return Err(refused("CREDIT-NUMBER", "A vendor credit needs the supplier's number of it.", do_now));
    }
    if credit.lines.is_empty() || credit.lines.iter().any(|line| line.amount.is_zero()) {
        return Err(refused("CREDIT-AMOUNT", "A vendor credit needs an amount above zero.", do_now));
    }
    if credit.lines.iter().map(|line| line.amount).sum::<crate::base::Cents>().get() <= 0 {
        return Err(refused("CREDIT-AMOUNT", "The amounts of a vendor credit are positive.", do_now));
    }
    let (found, known, accounts) = profile
        .store()
        .read(|r| Ok((find_vendor(r, &credit.vendor)?, known_credits(r)?, account_list(r)?)))?;
    let settings = profile.settings();
    for line in &credit.lines {
        account_typed(&line.account, &accounts, &settings)
            .map_err(|why| refused("CREDIT-ACCOUNT", format!("In the credit: {why}."), do_now))?;
    }
    (credit.vendor, credit.contact) =
        vendor_of(found, &credit.vendor).map_err(|why| refused("CREDIT-VENDOR", why, do_now))?;
    if let Some(source) = known.get(&credit_key(&credit)) {
        let text =
            format!("The credit {} of {} was entered before ({source}).", credit.number, credit.vendor);
        return Err(refused("CREDIT-TWICE", text, "Take the first one back, if it was wrong."));
    }
    Ok(credit)
}

/// What makes two vendor credits the same: the vendor and its number.
pub(super) fn credit_key(credit: &OwnVendorCredit) -> (String, String) {
    (crate::base::text::fold(&credit.vendor), crate::base::text::fold(&credit.number))
}

/// The vendor credits that stand: key and id.
pub(super) fn known_credits(
    reader: &Reader<'_>,
) -> crate::store::Result<std::collections::HashMap<(String, String), String>> {
    let mut known = std::collections::HashMap::new();
    for prefix in ["Typed/", "Csv/"] {
        for row in reader.own_beginning(prefix)? {
            if let OwnEntry::VendorCredit(credit) = &row.entry {
                known.insert(credit_key(credit), row.source);
            }
        }
    }
    Ok(known)
}

/// Types a landing cost in.
///
/// # Errors
/// When the amount or the category is missing.
pub fn add_landing_cost(profile: &Profile, cost: OwnLandingCost, by: &str) -> Result<Said> {
    landing_entry(&cost)?;
    let title = format!("Entered landing cost {} of {}", cost.category.trim(), cost.amount.grouped());
    put_in(profile, vec![(new_id("LandingCost"), OwnEntry::LandingCost(cost))], title, by)
}

/// Whether a typed landing cost can be put in.
///
/// # Errors
/// When the amount or the category is missing.
pub fn landing_entry(cost: &OwnLandingCost) -> Result<()> {
    let do_now = "Correct it and enter it again.";
    if cost.amount.is_zero() {
        return Err(refused("LANDING-AMOUNT", "A landing cost needs an amount.", do_now));
    }
    if cost.category.trim().is_empty() {
        return Err(refused("LANDING-CATEGORY", "A landing cost needs its category.", do_now));
    }
    Ok(())
}

/// Types the supplier's number of a vendor credit that Cin7 holds without one.
///
/// # Errors
/// When the draft is no vendor credit of Cin7, or was approved.
pub fn set_number(profile: &Profile, draft: DraftId, number: &str, by: &str) -> Result<Said> {
    let entry = number_entry(profile, draft, number)?;
    let reference = profile.store().read(|r| Ok(r.draft(draft)?.reference))?;
    let title = format!("Entered the supplier's number {} of {reference}", entry.number);
    put_in(profile, vec![(new_id("Number"), OwnEntry::Number(entry))], title, by)
}

/// A typed supplier's number as it would be put in.
///
/// # Errors
/// When the draft is no vendor credit of Cin7, or the number is empty.
pub fn number_entry(profile: &Profile, draft: DraftId, number: &str) -> Result<OwnNumber> {
    let row = profile.store().read(|r| r.draft(draft))?;
    let number = crate::base::text::for_screen(number.trim());
    if row.kind != Some(TxnKind::VendorCredit) || !is_document(&row) || number.is_empty() {
        return Err(refused(
            "CREDIT-NUMBER",
            "A supplier's number can be typed for a vendor credit that Cin7 holds.",
            "Name such a draft and the number; `countersign drafts --kind VendorCredit` lists them.",
        ));
    }
    Ok(OwnNumber { source: row.source, number })
}

/// Whether a draft is that of a Cin7 document.
fn is_document(row: &DraftRow) -> bool {
    row.source
        .split_once('/')
        .is_some_and(|(word, id)| DocumentType::from_word(word).is_some() && !id.contains('/'))
}

/// Takes an entry back: that of a draft of our own, or the join, split or number that changes a document's draft.
///
/// # Errors
/// When there is none, or the draft was approved.
pub fn take_back(profile: &Profile, draft: DraftId, by: &str) -> Result<Said> {
    take_back_all(profile, &[draft], by)
}

/// As [`take_back`], for several at once: all of them or none, and undone together.
///
/// # Errors
/// When one of them holds nothing of the sort, or was approved.
pub fn take_back_all(profile: &Profile, drafts: &[DraftId], by: &str) -> Result<Said> {
    let mut entries: Vec<(String, OwnEntry)> = Vec::new();
    for draft in drafts {
        let of_it: Vec<(String, OwnEntry)> = profile.store().read(|r| {
            let row = r.draft(*draft)?;
            let own = r.own(&row.source)?.filter(|own| !own.taken_back);
            // A part of a split is taken back with its split.
            let whole: Vec<&str> = row.source.splitn(3, '/').take(2).collect();
            let claiming = r.own_claiming(&whole.join("/"))?;
            Ok(own.into_iter().chain(claiming).map(|own| (own.source, own.entry)).collect())
        })?;
        if of_it.is_empty() {
            return Err(refused(
                "OWN-NONE",
                format!("Draft {draft} holds nothing that was typed, imported, joined or split."),
                "`countersign exclude` takes out a document of Cin7.",
            ));
        }
        // Two parts of one split are one entry.
        for (source, entry) in of_it {
            if entries.iter().all(|(known, _)| *known != source) {
                entries.push((source, entry));
            }
        }
    }
    let who = signed(profile, by)?;
    let contacts = touched(profile, &entries)?;
    let title = match entries.len() {
        1..=3 => {
            format!("Took back {}", entries.iter().map(|(_, e)| e.title()).collect::<Vec<_>>().join(", "))
        }
        many => format!("Took back {many} entries"),
    };
    let changes =
        entries.into_iter().map(|(source, entry)| Change::Own { source, entry, live: false }).collect();
    let said = decide(profile, &who, title, changes)?;
    redraft::redraft_some(profile, &redraft::Scope::Contacts(contacts))?;
    Ok(said)
}

/// Puts several purchase orders on one supplier invoice.
///
/// # Errors
/// When they are not orders of one supplier, currency and way of taxing, or one of them was approved.
pub fn join(
    profile: &Profile,
    drafts: &[DraftId],
    number: &str,
    date: Option<Day>,
    by: &str,
) -> Result<Said> {
    let join = join_entry(profile, drafts, number, date)?;
    let title = format!("Joined {} orders on invoice {}", join.sources.len(), join.number);
    put_in(profile, vec![(new_id("Joined"), OwnEntry::Joined(join))], title, by)
}

/// A join as it would be put in.
///
/// # Errors
/// When they are not orders of one supplier, currency and way of taxing.
pub fn join_entry(profile: &Profile, drafts: &[DraftId], number: &str, date: Option<Day>) -> Result<OwnJoin> {
    let number = crate::base::text::for_screen(number.trim());
    let rows = profile.store().read(|r| r.draft_rows(drafts))?;
    let ids: HashSet<DraftId> = rows.iter().map(|row| row.id).collect();
    if ids.len() < 2 || number.is_empty() {
        return Err(refused(
            "JOIN-FEW",
            "A join needs two purchase orders at least and the supplier's invoice number.",
            "Name the orders and the number.",
        ));
    }
    let mut sources = Vec::with_capacity(rows.len());
    for row in rows {
        if row.kind != Some(TxnKind::Bill) || !row.source.starts_with("PurchaseOrder/") {
            return Err(refused(
                "JOIN-KIND",
                format!("{} ({}) is no bill of a purchase order.", row.source, row.reference),
                "Only purchase orders can stand on one supplier invoice.",
            ));
        }
        if !sources.contains(&row.source) {
            sources.push(row.source);
        }
    }
    let join = OwnJoin { sources, number, date };
    check_join(profile, &join)?;
    Ok(join)
}

/// Bills one purchase order in parts, one for each supplier invoice.
///
/// # Errors
/// When the parts do not hold all of the order's lines exactly once, or its draft was approved.
pub fn split(profile: &Profile, draft: DraftId, parts: Vec<SplitPart>, by: &str) -> Result<Said> {
    let split = split_entry(profile, draft, parts)?;
    let reference = profile.store().read(|r| Ok(r.draft(draft)?.reference))?;
    let title = format!("Split {reference} into {} bills", split.parts.len());
    put_in(profile, vec![(new_id("Split"), OwnEntry::Split(split))], title, by)
}

/// A split as it would be put in.
///
/// # Errors
/// When the parts do not hold all of the order's lines exactly once.
pub fn split_entry(profile: &Profile, draft: DraftId, parts: Vec<SplitPart>) -> Result<OwnSplit> {
    let row = profile.store().read(|r| r.draft(draft))?;
    if row.kind != Some(TxnKind::Bill) || !is_document(&row) {
        return Err(refused(
            "SPLIT-KIND",
            format!("{} ({}) is no bill of a purchase order.", row.source, row.reference),
            "Only a purchase order can be billed in parts.",
        ));
    }
    let split = OwnSplit { source: row.source, parts };
    let ground = redraft::Ground::read(profile)?;
    let whole = profile.store().read(|r| redraft::own::document(r, &split.source))?;
    let do_now = "Name every line of the order once; `countersign draft` shows them in their order.";
    match whole {
        Some((whole, ..)) => crate::drafting::own::join::parts(&split, &whole, &ground.plain_context())
            .map(drop)
            .map_err(|why| refused("SPLIT-CANNOT", why.to_string(), do_now))?,
        None => return Err(refused("SPLIT-GONE", "The order is not in Cin7 any more.", do_now)),
    }
    Ok(split)
}

fn check_join(profile: &Profile, join: &OwnJoin) -> Result<()> {
    let ground = redraft::Ground::read(profile)?;
    let members = profile.store().read(|r| {
        let mut members = Vec::new();
        for source in &join.sources {
            members.extend(redraft::own::document(r, source)?.map(|found| found.0));
        }
        Ok(members)
    })?;
    crate::drafting::own::join::joined(join, &members, &ground.plain_context()).map(drop).map_err(|why| {
        refused("JOIN-CANNOT", why.to_string(), "Join only what the supplier put on one invoice.")
    })
}
