//! Step 3, Match: contacts with an eligible document are linked, refused, put aside, or set to be created.
//!
//! Must never link by itself: `auto` waits for a person's one key, and a remembered decision always wins (`matching.md` 5).

mod accuracy;
mod choosing;
mod desk;
mod house;
mod listed;
mod many;
mod noted;
mod refusals;
mod run;

pub use accuracy::{Accuracy, accuracy};
pub use choosing::{NameSaid, SHARED, SurePage, SureRow, accept_shown, look_at_name, sure};
pub use desk::{Desk, search};
pub use house::{HouseBy, HouseChoice, house_change};
pub use listed::{
    ContactCounts, ContactFilter, ContactList, ContactsOf, Kept, TallyBy, TallyRow, list, tally, window,
};
pub use many::{create_each, refuse_first, unlink_each};
pub use refusals::{refusals, refuse, refuse_no_more};
pub use run::propose;

use super::decide::{Change, decide, signed};
use super::redraft::{Ground, Scope, redraft_some};
use super::{Profile, Result, Said};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::base::text::{fold, for_screen, many};
use crate::books::{ListEntry, ListKind, Party, PartyList, Preferences};
use crate::cin7;
use crate::drafting;
use crate::matching::naming::{Holder, NewName, PersonStyle, TakenNames, propose_name};
use crate::matching::{self, LeftContact, RightParty};
use crate::orders::Contact;
use crate::store::drafts::DraftRow;
use crate::store::links::{Link, MatchRow};
use crate::store::{Reader, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// A contact in a role.
pub type ContactRole = (i64, PartyList);

/// What a run of the engine found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct MatchSummary {
    pub auto: u64,
    pub suggest: u64,
    pub none: u64,
    pub decided: u64,
}

/// One field of a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct EvidenceView {
    pub field: String,
    pub left: String,
    pub right: String,
    /// What was compared of the Cin7 value, where it is not what is shown; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub left_as: String,
    /// What was compared of the QuickBooks value, where it is not what is shown; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub right_as: String,
    /// `agrees`, `differs` or `unknown`.
    pub verdict: String,
    /// Bits with sign.
    pub bits: String,
}

/// One candidate with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct CandidateView {
    pub list_id: String,
    pub name: String,
    pub party: Option<Party>,
    /// Bits; the exact sum of the evidence.
    pub score: String,
    pub evidence: Vec<EvidenceView>,
    /// Other contacts that are billed to the record, by name.
    pub others: Vec<String>,
}

/// A contact with everything needed to decide.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct MatchDetail {
    pub row: MatchRow,
    pub contact: Option<Contact>,
    pub candidates: Vec<CandidateView>,
    pub linked: Option<Party>,
    pub proposed_name: String,
    pub name_notes: Vec<String>,
    pub documents: Vec<DraftRow>,
    /// What a rule may go by that bills its sales to a house customer.
    pub house: Vec<HouseChoice>,
}

/// What is kept of a candidate in the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptCandidate {
    list_id: String,
    score: String,
    evidence: Vec<EvidenceView>,
}

fn match_list(role: PartyList) -> matching::PartyList {
    if role == PartyList::Vendor { matching::PartyList::Vendor } else { matching::PartyList::Customer }
}

fn left_id(who: ContactRole) -> String {
    format!("{}/{}", who.0, who.1.word())
}

fn left(contact: &Contact, role: PartyList) -> LeftContact {
    let place = contact.billing_place();
    LeftContact {
        left_id: left_id((contact.id, role)),
        list: Some(match_list(role)),
        company: contact.company.clone(),
        first_name: contact.first_name.clone(),
        last_name: contact.last_name.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        fax: contact.fax.clone(),
        mobile: contact.mobile.clone(),
        website: contact.website.clone(),
        address1: place.address1.clone(),
        address2: place.address2.clone(),
        city: place.city.clone(),
        state: place.state.clone(),
        post_code: place.postal_code.clone(),
        country: place.country.clone(),
        account_number: contact.account_number.clone(),
    }
}

fn right(party: &Party) -> RightParty {
    let line = |n: usize| party.address.lines.get(n).cloned().unwrap_or_default();
    RightParty {
        right_id: party.id.to_string(),
        list: Some(match_list(party.list)),
        name: party.name.clone(),
        full_name: party.full_name.clone(),
        company_name: party.company_name.clone(),
        first_name: party.first_name.clone(),
        last_name: party.last_name.clone(),
        email: party.email.clone(),
        phone: party.phone.clone(),
        alt_phone: party.alt_phone.clone(),
        fax: party.fax.clone(),
        bill_addr1: line(0),
        bill_addr2: line(1),
        bill_addr3: line(2),
        bill_city: party.address.city.clone(),
        bill_state: party.address.state.clone(),
        bill_postal_code: party.address.postal_code.clone(),
        bill_country: party.address.country.clone(),
        is_active: party.active,
        notes: party.notes.clone(),
        account_number: party.account_number.clone(),
    }
}

fn parties(reader: &Reader<'_>) -> crate::store::Result<Vec<Party>> {
    let entries = reader.list_entries(&[ListKind::Customer, ListKind::Vendor])?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| match entry {
            ListEntry::Party(party) => Some(party),
            _ => None,
        })
        .collect())
}

/// Contacts with an eligible document, in each role, with how many documents wait.
fn needed(reader: &Reader<'_>) -> crate::store::Result<BTreeMap<ContactRole, i64>> {
    let mut needed = BTreeMap::new();
    for (contact, kind, count) in reader.contacts_needed()? {
        if let Some(role) = kind.party_list() {
            *needed.entry((contact, role)).or_insert(0) += count;
        }
    }
    Ok(needed)
}

fn role_of(left_id: &str) -> Option<ContactRole> {
    let (id, role) = left_id.split_once('/')?;
    let role = if role == "Vendor" { PartyList::Vendor } else { PartyList::Customer };
    Some((id.parse().ok()?, role))
}

/// The rows of the Match screen, without the candidates.
///
/// # Errors
/// What the store says.
pub fn rows(profile: &Profile) -> Result<Vec<MatchRow>> {
    Ok(profile.store().read(|reader| reader.match_rows(false))?)
}

/// As [`rows`], each with its candidates and their evidence: some thousand bytes a contact, for who reads them all.
///
/// # Errors
/// What the store says.
pub fn rows_with_candidates(profile: &Profile) -> Result<Vec<MatchRow>> {
    Ok(profile.store().read(|reader| reader.match_rows(true))?)
}

fn candidates(body: &str) -> Vec<KeptCandidate> {
    serde_json::from_str(body).unwrap_or_default()
}

/// A contact with everything needed to decide.
///
/// # Errors
/// When there is no proposal for it, or what the store says.
pub fn detail(profile: &Profile, who: ContactRole) -> Result<MatchDetail> {
    let name = new_name(profile, who, &waiting(profile, &[who])?)?;
    Ok(profile.store().read(|reader| {
        let row = reader
            .match_row(who.0, who.1)?
            .ok_or_else(|| StoreError::Missing(format!("contact {} among those to be matched", who.0)))?;
        let list = who.1.kind();
        let mut views = Vec::new();
        for candidate in candidates(&row.body) {
            let party = reader.party(list, &candidate.list_id)?;
            views.push(CandidateView {
                name: party.as_ref().map(|p| p.full_name.clone()).unwrap_or_default(),
                others: choosing::others(reader, who, &candidate.list_id)?,
                list_id: candidate.list_id,
                party,
                score: candidate.score,
                evidence: candidate.evidence,
            });
        }
        let linked = match row.link.as_ref().and_then(|l| l.list_id.as_deref()) {
            Some(id) => reader.party(list, id)?,
            None => None,
        };
        let ids = reader.drafts_of_contact(who.0, 50)?;
        Ok(MatchDetail {
            contact: contact(reader, who.0)?,
            candidates: views,
            linked,
            proposed_name: waits_as(&row)
                .or_else(|| name.as_ref().map(|n| n.name.clone()))
                .unwrap_or_default(),
            name_notes: name.map(|n| n.notes).unwrap_or_default(),
            documents: reader.draft_rows(&ids)?,
            house: house::choices(reader, who)?,
            row,
        })
    })?)
}

fn contact(reader: &Reader<'_>, id: i64) -> crate::store::Result<Option<Contact>> {
    Ok(reader.source("Contacts", id)?.and_then(|source| cin7::contact(&source.raw).ok()))
}

/// Who holds a name in the shared name space, the names that wait to be created included.
fn holder(reader: &Reader<'_>, name: &str) -> Option<Holder> {
    match reader.name_taken(name).ok().flatten()?.as_str() {
        "Customer" => Some(Holder::Party(matching::PartyList::Customer)),
        "Vendor" => Some(Holder::Party(matching::PartyList::Vendor)),
        _ => Some(Holder::Other),
    }
}

/// The names that wait to be created, but for those of the contacts that are decided about anew: what waits for
/// them makes room.
fn waiting(profile: &Profile, anew: &[ContactRole]) -> Result<TakenNames> {
    let anew: HashSet<&ContactRole> = anew.iter().collect();
    let mut waiting = TakenNames::default();
    for (who, name) in profile.store().read(|reader| reader.names_waiting())? {
        if !anew.contains(&who) {
            waiting.insert(&name, Holder::Party(match_list(who.1)));
        }
    }
    Ok(waiting)
}

/// The name under which the contact waits to be created, if it does: a second look begins with it.
fn waits_as(row: &MatchRow) -> Option<String> {
    row.link.as_ref().filter(|link| link.list_id.is_none() && link.list_add.is_some()).map(|l| l.name.clone())
}

/// The name that would be created for a contact; none when the contact is gone.
fn new_name(profile: &Profile, who: ContactRole, waiting: &TakenNames) -> Result<Option<NewName>> {
    Ok(profile.store().read(|reader| {
        let Some(contact) = contact(reader, who.0)? else { return Ok(None) };
        let taken = |name: &str| waiting.holder(name).or_else(|| holder(reader, name));
        Ok(Some(propose_name(&left(&contact, who.1), match_list(who.1), &taken, PersonStyle::default())))
    })?)
}

fn after_links(profile: &Profile, who: &[ContactRole]) -> Result<()> {
    redraft_some(profile, &Scope::Contacts(who.iter().map(|w| w.0).collect()))?;
    desk::decided(profile, who)
}

/// A refusal changes no draft: the contacts are looked at again, or all of them where nothing is prepared.
fn after_refusal(profile: &Profile, who: &[ContactRole]) -> Result<()> {
    if desk::is_prepared(profile) {
        return desk::decided(profile, who);
    }
    propose(profile).map(drop)
}

/// Looks again at contacts of which an undone decision is taken back, or done again: each stands as open or decided as
/// it is, with the candidates that it has then.
pub(in crate::workflow) fn looked_at_again(profile: &Profile, who: &[ContactRole]) -> Result<()> {
    if desk::are_few(who) { desk::decided(profile, who) } else { propose(profile).map(drop) }
}

fn link_of(who: ContactRole, party: &Party, score: &str, evidence: &str, by: &str, at: &str) -> Link {
    Link {
        contact_id: who.0,
        role: who.1,
        list_id: Some(party.id.to_string()),
        name: party.full_name.clone(),
        list_add: None,
        by_whom: by.to_string(),
        at: at.to_string(),
        score: score.to_string(),
        evidence: evidence.to_string(),
    }
}

/// Links each contact to its first candidate. Of several, those whose record serves another contact stay to be decided.
///
/// # Errors
/// When one has no candidate, or its candidate is inactive or gone; then none is linked. The only one, when its record
/// serves another contact ([`SHARED`]).
pub fn accept(profile: &Profile, who: &[ContactRole], by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    let mut chosen = profile.store().read(|reader| choosing::first_choices(reader, who, &sign))?;
    if who.len() == 1
        && let Some(problem) = chosen.shared.pop()
    {
        return Err(problem);
    }
    let left = chosen.shared.len();
    let said = format!("Linked {}", many(chosen.changes.len(), "contact"));
    let mut said = decide(profile, &sign, said, chosen.changes)?;
    after_links(profile, &chosen.who)?;
    if left > 0 {
        said.text = format!("{}; {left} are left: their records serve other contacts", said.text);
    }
    Ok(said)
}

fn undecided(profile: &Profile, decision: Option<&str>) -> Result<Vec<ContactRole>> {
    Ok(rows(profile)?
        .into_iter()
        .filter(|row| row.link.is_none() && !row.deferred && decision.is_none_or(|d| row.decision == d))
        .map(|row| (row.contact_id, row.role))
        .collect())
}

/// Links every contact of which the engine is sure.
///
/// # Errors
/// As [`accept`].
pub fn accept_auto(profile: &Profile, by: &str) -> Result<Said> {
    let who = undecided(profile, Some("auto"))?;
    if who.is_empty() {
        return Ok(Said::new(0, "There is no sure match left to accept."));
    }
    accept(profile, &who, by)
}

/// Sets every contact without a decision to be created.
///
/// # Errors
/// When the edition's limit of names would be passed, or what the store says.
pub fn create_rest(profile: &Profile, by: &str) -> Result<Said> {
    let who = undecided(profile, None)?;
    create(profile, &who, None, by)
}

/// Sets every contact to be created that is like nothing in QuickBooks; those with a candidate stay to be decided.
///
/// # Errors
/// As [`create_rest`].
pub fn create_unlike(profile: &Profile, by: &str) -> Result<Said> {
    let who = undecided(profile, Some("none"))?;
    create(profile, &who, None, by)
}

/// Sets one contact to be created, under the name given or the one proposed.
///
/// # Errors
/// When the name is not legal or taken.
pub fn create_new(profile: &Profile, who: ContactRole, name: Option<&str>, by: &str) -> Result<Said> {
    create(profile, &[who], name, by)
}

fn check_capacity(profile: &Profile, more: usize) -> Result<()> {
    let room = super::contacts::name_room(profile)?;
    let (used, capacity) = (room.used + room.waiting, room.limit);
    if used + more as i64 <= capacity {
        return Ok(());
    }
    Err(Problem::new(
        Exit::NeedsPerson,
        "NAMES-FULL",
        format!(
            "QuickBooks holds {used} names, those that wait included, and its edition holds {capacity}; {more} more do not fit."
        ),
        "No contact was set to be created.",
        "Link contacts to existing customers, or free names in QuickBooks.",
    ))
}

fn create(profile: &Profile, who: &[ContactRole], name: Option<&str>, by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    check_capacity(profile, who.len())?;
    let ground = Ground::read(profile)?;
    let several = ground.settings.multicurrency && ground.preferences.multi_currency;
    let in_use = if several { profile.store().read(|r| r.party_currencies())? } else { Vec::new() };
    let mut taken = waiting(profile, who)?;
    let mut changes = Vec::with_capacity(who.len());
    for one in who {
        let Some(mut proposed) = new_name(profile, *one, &taken)? else { continue };
        if let Some(name) = name {
            check_typed_name(profile, *one, name)?;
            proposed.name = name.trim().to_string();
        }
        taken.insert(&proposed.name, Holder::Party(match_list(one.1)));
        let found =
            profile.store().read(|reader| Ok((contact(reader, one.0)?, reader.link(one.0, one.1)?)))?;
        let (Some(contact), before) = found else { continue };
        let currency = currency_of_new(profile, &ground, &in_use, one.0)?;
        proposed.notes.extend(currency.iter().map(|name| format!("kept in {name}, as its documents are")));
        let entry = party_add(&ground, &contact, one.1, &proposed, currency);
        let after = Link {
            contact_id: one.0,
            role: one.1,
            list_id: None,
            name: proposed.name.clone(),
            list_add: Some(entry),
            by_whom: sign.by.clone(),
            at: sign.at.clone(),
            score: String::new(),
            evidence: proposed.notes.join("; "),
        };
        changes.push(Change::Link { contact: one.0, role: one.1, before, after: Some(after) });
    }
    let mut said =
        decide(profile, &sign, format!("Set {} to be created", many(changes.len(), "contact")), changes)?;
    after_links(profile, who)?;
    let room = super::contacts::name_room(profile)?;
    if !room.warning.is_empty() {
        said.text = format!("{}. {}", said.text, room.warning);
    }
    Ok(said)
}

/// The currency that a new customer or vendor is made in: that of its documents, where they are all in one foreign
/// currency. With several it is made in the home currency, and the others are held back: each needs a contact of its
/// own (`cin7-quickbooks-integration.md` 2.12).
fn currency_of_new(
    profile: &Profile,
    ground: &Ground,
    in_use: &[String],
    contact_id: i64,
) -> Result<Option<String>> {
    let codes = profile.store().read(|r| r.currencies_of(contact_id))?;
    let [code] = codes.as_slice() else { return Ok(None) };
    Ok(drafting::currency::of_new_party(code, in_use, &ground.plain_context()))
}

fn party_add(
    ground: &Ground,
    contact: &Contact,
    role: PartyList,
    name: &NewName,
    in_currency: Option<String>,
) -> crate::books::ListAdd {
    let (mut entry, _) = drafting::party_add(contact, role, &name.name, &ground.plain_context());
    if let crate::books::ListAdd::Party { company_name, first_name, last_name, currency, .. } = &mut entry {
        *currency = in_currency.unwrap_or_default();
        company_name.clone_from(&name.company_name);
        first_name.clone_from(&name.first_name);
        last_name.clone_from(&name.last_name);
    }
    entry
}

/// Says no to a name that QuickBooks would refuse. The contact's own name that waits to be created is its to keep.
fn check_typed_name(profile: &Profile, who: ContactRole, name: &str) -> Result<()> {
    let refuse = |happened: String| {
        Problem::new(
            Exit::NeedsPerson,
            "NAME-TAKEN",
            happened,
            "Nothing was changed.",
            "Type another name of at most 41 characters without a colon.",
        )
    };
    matching::naming::check_name(name).map_err(|e| refuse(format!("{e}")))?;
    // As QuickBooks' own names are compared: MÜLLER and Müller are one.
    let (name, folded) = (name.trim(), fold(name));
    let (taken, other) = profile.store().read(|r| {
        let waiting = r.names_waiting()?.into_iter();
        let other = waiting.filter(|(other, _)| *other != who).find(|(_, n)| fold(n) == folded);
        let other = other.map(|(other, _)| called(r, other)).transpose()?;
        Ok((r.name_taken(name)?, other))
    })?;
    match (taken, other) {
        (Some(list), _) => Err(refuse(format!("QuickBooks' {list} list already has the name {name}."))),
        (_, Some(other)) => Err(refuse(format!("The name {name} waits to be created for {other}."))),
        (None, None) => Ok(()),
    }
}

/// How people know a contact: by its name, by its number where it has none.
fn called(reader: &Reader<'_>, who: ContactRole) -> crate::store::Result<String> {
    let row = reader.match_window(&[who])?.pop();
    let name = row.map(|row| for_screen(&row.name)).filter(|name| !name.trim().is_empty());
    Ok(name.unwrap_or_else(|| format!("contact {}", who.0)))
}

/// Links a contact to a QuickBooks record chosen by hand.
///
/// # Errors
/// When there is no such active record, or another contact is linked to it ([`SHARED`]).
pub fn link(profile: &Profile, who: ContactRole, list_id: &str, by: &str) -> Result<Said> {
    choosing::check_alone(profile, who, list_id)?;
    link_also(profile, who, list_id, by)
}

/// As [`link`], also where the record serves other contacts: branches or people of one business that are billed together.
///
/// # Errors
/// When there is no such active record.
pub fn link_also(profile: &Profile, who: ContactRole, list_id: &str, by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    let (change, title) = profile.store().read(|reader| {
        let party = reader.party(who.1.kind(), list_id)?.ok_or_else(|| {
            StoreError::Missing(format!("{} with ListID {list_id}", who.1.word().to_lowercase()))
        })?;
        if !party.active {
            return Err(StoreError::Refused(format!("{} is inactive in QuickBooks.", party.full_name)));
        }
        let after = link_of(who, &party, "", "chosen by hand", &sign.by, &sign.at);
        let before = reader.link(who.0, who.1)?;
        let title = format!("Linked {} to {}", called(reader, who)?, for_screen(&party.full_name));
        Ok((Change::Link { contact: who.0, role: who.1, before, after: Some(after) }, title))
    })?;
    let said = decide(profile, &sign, title, vec![change])?;
    after_links(profile, &[who])?;
    Ok(said)
}

/// Takes a link away.
///
/// # Errors
/// When there is none.
pub fn unlink(profile: &Profile, who: ContactRole, by: &str) -> Result<Said> {
    unlink_each(profile, &[who], by)
}

/// Puts contacts aside for later, or takes them up again.
///
/// # Errors
/// What the store says.
pub fn defer(profile: &Profile, who: &[ContactRole], deferred: bool) -> Result<Said> {
    let by = profile.operator()?.unwrap_or_else(|| "operator".into());
    let sign = signed(profile, &by)?;
    let changes: Vec<Change> =
        who.iter().map(|w| Change::Deferred { contact: w.0, role: w.1, deferred }).collect();
    let word = if deferred { "Put aside" } else { "Took up again" };
    let title = match who {
        [only] => format!("{word} {}", profile.store().read(|reader| called(reader, *only))?),
        several => format!("{word} {} contacts", several.len()),
    };
    decide(profile, &sign, title, changes)
}

/// Preferences as last pulled.
///
/// # Errors
/// What the store says.
pub fn preferences(profile: &Profile) -> Result<Preferences> {
    Ok(profile.store().read(|r| r.meta_json("preferences"))?.unwrap_or_default())
}
