//! `contacts`: linked contacts that differ from their QuickBooks record, and the room left for names;
//! `update-contact`: approves the update of one.
//!
//! Must never update a field that was not shown.

use super::args::{ContactWho, RoleWord};
use super::session::{Session, signer};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::books::PartyList;
use crate::workflow::contacts::{self, ContactUpdate};
use crate::workflow::{Profile, Result, links};
use serde_json::json;

/// Lists contacts, or what an update would change.
pub fn list(session: &Session, updates: bool) -> Result<Exit> {
    let profile = session.look()?;
    let room = contacts::name_room(&profile)?;
    if !updates {
        let rows = links::rows(&profile)?;
        let linked = rows.iter().filter(|row| !row.is_open()).count();
        session.out.document(&json!({ "contacts": rows.len(), "decided": linked, "names": room }))?;
        if !session.out.is_json() {
            session
                .out
                .say(&format!("{} contacts have an eligible document, {linked} are decided.", rows.len()))?;
            session.out.say(&format!(
                "QuickBooks holds {} of {} names; {} wait to be made.",
                room.used, room.limit, room.waiting
            ))?;
            session.out.note(&room.warning);
        }
        return Ok(Exit::Done);
    }
    let found = contacts::updates(&profile)?;
    session.out.document(&json!({ "updates": found, "names": room }))?;
    if !session.out.is_json() {
        for update in &found {
            show(session, update)?;
        }
        session.out.say(&format!("{} linked contacts differ from QuickBooks.", found.len()))?;
    }
    Ok(Exit::Done)
}

fn show(session: &Session, update: &ContactUpdate) -> Result<()> {
    let waiting = if update.waiting { "  (an update is on its way)" } else { "" };
    session.out.say(&format!("{:>8} {:<8} {}{waiting}", update.contact_id, update.role, update.name))?;
    for field in &update.fields {
        let mark = if field.proposed { "update" } else { "leave " };
        let there = if field.quickbooks.is_empty() { "-" } else { &field.quickbooks };
        session
            .out
            .say(&format!("         {mark} {:<18} {there} -> {}   {}", field.field, field.cin7, field.why))?;
    }
    Ok(())
}

fn role_of(profile: &Profile, contact: i64, role: Option<RoleWord>) -> Result<PartyList> {
    match role {
        Some(RoleWord::Customer) => return Ok(PartyList::Customer),
        Some(RoleWord::Vendor) => return Ok(PartyList::Vendor),
        None => {}
    }
    match contacts::roles(profile, contact)?.as_slice() {
        [role] => Ok(*role),
        found => Err(Problem::new(
            Exit::Usage,
            "CONTACT-ROLE",
            if found.is_empty() {
                format!("Contact {contact} is not linked.")
            } else {
                format!("Contact {contact} is linked as a customer and as a vendor.")
            },
            "Nothing was changed.",
            "Check the number with `countersign contacts --updates`, or say --role customer or --role vendor.",
        )),
    }
}

/// Approves the update of a linked contact.
pub fn update(session: &Session, contact: i64, fields: &[String], who: &ContactWho) -> Result<Exit> {
    let profile = session.hold("update-contact")?;
    let by = signer(&profile, &who.by)?;
    let role = role_of(&profile, contact, who.role)?;
    show(session, &contacts::update_of(&profile, (contact, role))?)?;
    session.done(&contacts::approve_update(&profile, (contact, role), fields, &by)?)
}
