//! Linked contacts that Cin7 knows more of than QuickBooks: the differences first, then one approved update each; and
//! how much room QuickBooks has left for names.
//!
//! Must never update a contact that has no eligible document, nor anything that a person did not approve field by field
//! as it was shown (`cin7-quickbooks-integration.md` 3; design 8.14).

use super::decide::{Change, decide, signed};
use super::links::ContactRole;
use super::redraft::Ground;
use super::{Profile, Result, Said};
use crate::base::{Instant, Zone, limits};
use crate::books::{ListMod, Party, PartyList};
use crate::cin7;
use crate::drafting::party_update::{FieldDiff, Newer, list_mod, party_update};
use crate::orders::Contact;
use crate::store::{Reader, StoreError};
use serde::Serialize;

/// From this share of the edition's limit on, new names are warned of (design 8.14).
const WARN_PERCENT: i64 = 80;

/// A linked contact with its differences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContactUpdate {
    /// Cin7 contact id.
    pub contact_id: i64,
    /// `Customer` or `Vendor`.
    pub role: &'static str,
    /// Its QuickBooks record.
    pub list_id: String,
    /// Name of the record.
    pub name: String,
    /// Which side was changed later.
    pub newer: Newer,
    /// Where they differ.
    pub fields: Vec<FieldDiff>,
    /// An update of it is approved or on its way.
    pub waiting: bool,
}

/// How many names QuickBooks holds and may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NameRoom {
    /// Customers, vendors, employees and other names together.
    pub used: i64,
    /// New ones that wait for the hand-off.
    pub waiting: i64,
    /// What the edition holds: as QuickBooks said, else the usual limit.
    pub limit: i64,
    /// The warning from 80 % on, empty before.
    pub warning: String,
}

fn contact_of(reader: &Reader<'_>, id: i64) -> crate::store::Result<Option<Contact>> {
    Ok(reader.source("Contacts", id)?.and_then(|source| cin7::contact(&source.raw).ok()))
}

/// The moment of a time as QuickBooks writes it; without an offset it is the company's own time.
fn moment(text: &str, zone: &Zone) -> Option<Instant> {
    if let Ok(at) = text.parse::<Instant>() {
        return Some(at);
    }
    let local: jiff::civil::DateTime = text.get(..19).unwrap_or(text).parse().ok()?;
    local.to_zoned(jiff::tz::TimeZone::get(zone.name()).ok()?).ok().map(|zoned| zoned.timestamp())
}

fn newer(contact: &Contact, touched: Option<&str>, zone: &Zone) -> Newer {
    match (contact.modified, touched.and_then(|text| moment(text, zone))) {
        (Some(cin7), Some(quickbooks)) if cin7 > quickbooks => Newer::Cin7,
        (Some(_), Some(_)) => Newer::QuickBooks,
        _ => Newer::Unknown,
    }
}

fn target(who: ContactRole) -> String {
    format!("Update/{}/{}", who.0, who.1.word())
}

/// The differences of one linked contact; none where there is no active record behind the link.
fn difference(
    reader: &Reader<'_>,
    ground: &Ground,
    who: ContactRole,
) -> crate::store::Result<Option<(ContactUpdate, Contact, Party)>> {
    let Some(link) = reader.link(who.0, who.1)? else { return Ok(None) };
    let Some(list_id) = link.list_id else { return Ok(None) };
    let Some(party) = reader.party(who.1.kind(), &list_id)?.filter(|party| party.active) else {
        return Ok(None);
    };
    let Some(contact) = contact_of(reader, who.0)? else { return Ok(None) };
    let touched = reader.list_time_modified(who.1.kind(), &list_id)?;
    let shared =
        reader.linked_to(&list_id)?.into_iter().filter(|(contact, role)| (*contact, *role) != who).count();
    let newer = newer(&contact, touched.as_deref(), &ground.settings.timezone);
    let fields = party_update(&contact, &party, newer, shared, &ground.plain_context());
    let update = ContactUpdate {
        contact_id: who.0,
        role: who.1.word(),
        list_id,
        name: party.full_name.clone(),
        newer,
        fields,
        waiting: reader.unfinished(&target(who))?.is_some(),
    };
    Ok(Some((update, contact, party)))
}

/// Linked contacts with an eligible document that differ from their QuickBooks record, the proposed ones first.
///
/// # Errors
/// What the store says.
pub fn updates(profile: &Profile) -> Result<Vec<ContactUpdate>> {
    let ground = Ground::read(profile)?;
    let mut found = profile.store().read(|reader| {
        let mut wanted: Vec<ContactRole> = reader
            .contacts_needed()?
            .into_iter()
            .filter_map(|(contact, kind, _)| kind.party_list().map(|role| (contact, role)))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut found = Vec::new();
        for who in wanted {
            found.extend(difference(reader, &ground, who)?.map(|(update, ..)| update));
        }
        Ok(found)
    })?;
    found.retain(|update| !update.fields.is_empty());
    found.sort_by_key(|update| {
        (!update.fields.iter().any(|field| field.proposed), update.name.to_lowercase())
    });
    Ok(found)
}

/// The differences of one contact.
///
/// # Errors
/// When it is not linked to an active record.
pub fn update_of(profile: &Profile, who: ContactRole) -> Result<ContactUpdate> {
    let ground = Ground::read(profile)?;
    let found = profile.store().read(|reader| difference(reader, &ground, who))?;
    Ok(found.map(|(update, ..)| update).ok_or_else(|| not_linked(who))?)
}

fn not_linked(who: ContactRole) -> StoreError {
    StoreError::Missing(format!("active {} that contact {} is linked to", who.1.word().to_lowercase(), who.0))
}

/// Approves the update of a linked contact: the proposed fields, or those named. It leaves with the next batch, and
/// goes only if QuickBooks then still shows what is shown now.
///
/// # Errors
/// When there is nothing to update, or an update of it is on its way.
pub fn approve_update(profile: &Profile, who: ContactRole, fields: &[String], by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    let ground = Ground::read(profile)?;
    let change = profile.store().read(|reader| {
        let (update, contact, party) = difference(reader, &ground, who)?.ok_or_else(|| not_linked(who))?;
        if update.waiting {
            return Err(StoreError::Refused(format!("An update of {} is on its way already.", update.name)));
        }
        if let Some(strange) =
            fields.iter().find(|name| !update.fields.iter().any(|f| f.field == name.as_str()))
        {
            return Err(StoreError::Refused(format!(
                "{} and its contact do not differ in `{strange}`.",
                update.name
            )));
        }
        let chosen: Vec<&FieldDiff> = update
            .fields
            .iter()
            .filter(
                |diff| if fields.is_empty() { diff.proposed } else { fields.iter().any(|f| f == diff.field) },
            )
            .collect();
        list_mod(&contact, &party, &chosen).ok_or_else(|| {
            StoreError::Refused(format!(
                "Nothing of {} is proposed; name the fields to be updated.",
                update.name
            ))
        })
    })?;
    let title = format!("Approved the update of {}", change.name);
    let change = Change::Update { contact: who.0, role: who.1, change, approved: true };
    let said = decide(profile, &sign, title, vec![change])?;
    Ok(Said::new(said.count, format!("{}; it leaves with the next batch.", said.text)))
}

/// Approves or takes back an update inside a decision.
pub(super) fn set_update(
    tx: &crate::store::Tx<'_>,
    who: &super::decide::Signed,
    contact: ContactRole,
    change: &ListMod,
    approved: bool,
) -> crate::store::Result<()> {
    use crate::books::{OperationKind, OperationState};
    let target = target(contact);
    let reader = tx.reader();
    if !approved {
        let Some(waiting) = reader.unfinished(&target)? else {
            return Err(StoreError::Refused(format!("The update of {} is gone already.", change.name)));
        };
        tx.move_operation(waiting.id, OperationState::Approved, OperationState::Withdrawn)?;
        tx.event(&who.at, &who.by, "update_withdrawn", &target, change)?;
        return Ok(());
    }
    let key = crate::base::PostingKey::derive(
        who.company,
        &target,
        contact.1.word(),
        0,
        reader.tries_on(&target)? + 1,
    );
    tx.add_operation(&crate::store::operations::NewOperation {
        kind: OperationKind::ListMod,
        target: target.clone(),
        draft_id: None,
        version: None,
        list_add: None,
        list_mod: Some(change.clone()),
        posting_key: key.to_string(),
        expected: String::new(),
        approved_hash: crate::base::digest::of_json(change)?,
        approved_by: who.by.clone(),
        approved_at: who.at.clone(),
        priority: super::handoff::PRIORITY_PARTY,
    })?;
    tx.event(&who.at, &who.by, "update_approved", &target, change)?;
    Ok(())
}

/// How much room QuickBooks has left for names.
///
/// # Errors
/// What the store says.
pub fn name_room(profile: &Profile) -> Result<NameRoom> {
    Ok(profile.store().read(|r| {
        let capacity: Option<u32> = r.meta_json("name_capacity")?;
        let mut room = NameRoom {
            used: r.names_used()?,
            waiting: r.names_waiting()?.len() as i64,
            limit: i64::from(capacity.unwrap_or(limits::QB_NAMES_DEFAULT)),
            warning: String::new(),
        };
        let taken = room.used + room.waiting;
        if taken * 100 >= room.limit * WARN_PERCENT {
            room.warning = format!(
                "QuickBooks holds {} of {} names, and {} more wait to be made. At the limit nothing can be created; \
                 bill walk-in buyers to a house customer, or make old names inactive and remove them.",
                room.used, room.limit, room.waiting
            );
        }
        Ok(room)
    })?)
}

/// In which roles a contact is linked.
///
/// # Errors
/// What the store says.
pub fn roles(profile: &Profile, contact: i64) -> Result<Vec<PartyList>> {
    Ok(profile.store().read(|r| {
        let mut roles = Vec::new();
        for role in [PartyList::Customer, PartyList::Vendor] {
            if r.link(contact, role)?.is_some() {
                roles.push(role);
            }
        }
        Ok(roles)
    })?)
}
