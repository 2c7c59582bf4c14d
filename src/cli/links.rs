//! Step 3 without a screen: `match`, `link`, `unlink`, and `match-eval` on outside files.
//!
//! Must never choose between two roles of one contact: it asks for the one that is meant.

use super::args::{ContactWho, MatchArgs, RoleWord};
use super::session::{Session, helper};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::books::PartyList;
use crate::store::links::MatchRow;
use crate::workflow::links::{self, ContactRole};
use crate::workflow::{Profile, Result, match_eval};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Lists the contacts with their candidates, or decides about them.
pub fn match_contacts(session: &Session, args: &MatchArgs) -> Result<Exit> {
    if let Some(text) = &args.search {
        return search(session, text, args.role);
    }
    let decides = args.accept_auto || args.create_rest;
    let profile = if decides { session.hold("match")? } else { session.look()? };
    let mut done = Vec::new();
    if decides {
        let by = helper(&profile, &args.by)?;
        links::propose(&profile)?;
        if args.accept_auto {
            done.push(links::accept_auto(&profile, &by)?.text);
        }
        if args.create_rest {
            done.push(links::create_rest(&profile, &by)?.text);
        }
    }
    let rows =
        if session.out.is_json() { links::rows_with_candidates(&profile)? } else { links::rows(&profile)? };
    let accuracy = links::accuracy(&profile)?;
    let left = rows.iter().filter(|row| row.is_open() && !row.deferred).count();
    if session.out.is_json() {
        let refused = links::refusals(&profile)?;
        let contacts: Vec<Value> = rows.iter().map(|row| row_json(row, &refused)).collect();
        session.out.document(
            &json!({"done": done, "undecided": left, "accuracy": accuracy.counts, "contacts": contacts}),
        )?;
    } else {
        for text in &done {
            session.out.say(text)?;
        }
        if !decides {
            for row in &rows {
                session.out.say(&line(row))?;
            }
        }
        session.out.say(&format!("{} contacts with documents, {left} to be decided.", rows.len()))?;
        let so_far = accuracy.line();
        if !so_far.is_empty() {
            session.out.say(&format!("So far: {so_far}."))?;
        }
    }
    Ok(if decides && left > 0 { Exit::NeedsPerson } else { Exit::Done })
}

fn row_json(row: &MatchRow, refused: &BTreeMap<ContactRole, Vec<String>>) -> Value {
    let candidates: Value = serde_json::from_str(&row.body).unwrap_or(Value::Null);
    json!({
        "contact_id": row.contact_id, "role": row.role.word(), "name": row.name, "decision": row.decision,
        "why": row.why, "documents": row.documents, "deferred": row.deferred, "candidates": candidates,
        "refused": refused.get(&(row.contact_id, row.role)).map_or(&[][..], Vec::as_slice),
        "link": row.link.as_ref().map(|link| json!({
            "list_id": link.list_id, "name": link.name, "creates": link.list_add.is_some() && link.list_id.is_none(),
            "by": link.by_whom, "at": link.at, "score": link.score, "evidence": link.evidence,
        })),
    })
}

fn line(row: &MatchRow) -> String {
    let answer = match &row.link {
        Some(link) if row.broken => {
            format!("{} is inactive, deleted or merged in QuickBooks now: link another record", link.name)
        }
        Some(link) if link.list_id.is_none() => format!("create {}", link.name),
        Some(link) => format!("= {} ({})", link.name, link.by_whom),
        None if row.deferred => "later".to_string(),
        None => format!("{}: {}", row.decision, row.why),
    };
    format!(
        "{:>8} {:<8} {:<30} {:>4} documents  {answer}",
        row.contact_id,
        row.role.word(),
        row.name,
        row.documents
    )
}

fn role_of(profile: &Profile, contact: i64, role: Option<RoleWord>) -> Result<ContactRole> {
    if let Some(role) = role {
        let list = match role {
            RoleWord::Customer => PartyList::Customer,
            RoleWord::Vendor => PartyList::Vendor,
        };
        return Ok((contact, list));
    }
    let problem = |happened: String, do_now: &str| {
        Problem::new(Exit::Usage, "CONTACT-ROLE", happened, "Nothing was changed.", do_now)
    };
    let rows = links::rows(profile)?;
    let roles: Vec<PartyList> =
        rows.iter().filter(|row| row.contact_id == contact).map(|row| row.role).collect();
    match roles.as_slice() {
        [role] => Ok((contact, *role)),
        [] => Err(problem(
            format!("No document waits for contact {contact}."),
            "Check the number with `countersign match`, or say --role customer or --role vendor.",
        )),
        _ => Err(problem(
            format!("Contact {contact} is a customer and a vendor."),
            "Say which with --role customer or --role vendor.",
        )),
    }
}

/// Links one contact; `also` where the record serves another contact already.
pub fn link(session: &Session, contact: i64, list_id: &str, also: bool, who: &ContactWho) -> Result<Exit> {
    let profile = session.hold("link")?;
    let by = helper(&profile, &who.by)?;
    let role = role_of(&profile, contact, who.role)?;
    let said = if also {
        links::link_also(&profile, role, list_id, &by)?
    } else {
        links::link(&profile, role, list_id, &by)?
    };
    session.done(&said)
}

/// Takes a link back.
pub fn unlink(session: &Session, contact: i64, who: &ContactWho) -> Result<Exit> {
    let profile = session.hold("unlink")?;
    let by = helper(&profile, &who.by)?;
    let role = role_of(&profile, contact, who.role)?;
    session.done(&links::unlink(&profile, role, &by)?)
}

/// Never offers this pair again; or takes that `back`.
pub fn refuse(session: &Session, contact: i64, list_id: &str, back: bool, who: &ContactWho) -> Result<Exit> {
    let profile = session.hold("refuse")?;
    let by = helper(&profile, &who.by)?;
    let role = role_of(&profile, contact, who.role)?;
    let said = if back {
        links::refuse_no_more(&profile, role, list_id, &by)?
    } else {
        links::refuse(&profile, role, list_id, &by)?
    };
    session.done(&said)
}

/// Sets a contact to be created.
pub fn create(session: &Session, contact: i64, name: Option<&str>, who: &ContactWho) -> Result<Exit> {
    let profile = session.hold("create")?;
    let by = helper(&profile, &who.by)?;
    let role = role_of(&profile, contact, who.role)?;
    session.done(&links::create_new(&profile, role, name, &by)?)
}

/// Puts a contact aside, or takes it up again.
pub fn defer(session: &Session, contact: i64, deferred: bool, who: &ContactWho) -> Result<Exit> {
    let profile = session.hold("defer")?;
    let role = role_of(&profile, contact, who.role)?;
    session.done(&links::defer(&profile, &[role], deferred)?)
}

/// Searches QuickBooks' customers and vendors by any field.
fn search(session: &Session, text: &str, role: Option<RoleWord>) -> Result<Exit> {
    let profile = session.look()?;
    let lists = match role {
        Some(RoleWord::Customer) => vec![PartyList::Customer],
        Some(RoleWord::Vendor) => vec![PartyList::Vendor],
        None => vec![PartyList::Customer, PartyList::Vendor],
    };
    let mut found = Vec::new();
    for list in lists {
        found.extend(links::search(&profile, list, text)?);
    }
    let shown: Vec<Value> = found
        .iter()
        .map(|party| {
            json!({
                "list": party.list.word(), "list_id": party.id.as_str(), "name": party.full_name,
                "company_name": party.company_name, "active": party.active, "email": party.email,
                "phone": party.phone, "city": party.address.city, "state": party.address.state,
                "postal_code": party.address.postal_code, "account_number": party.account_number,
            })
        })
        .collect();
    session.out.document(&json!({ "found": shown }))?;
    if !session.out.is_json() {
        for party in &found {
            let inactive = if party.active { "" } else { " (inactive)" };
            let place = [party.address.city.as_str(), &party.phone, &party.email];
            let place: Vec<&str> = place.into_iter().filter(|text| !text.is_empty()).collect();
            session.out.say(&format!(
                "{:<22} {:<8} {}{inactive}  {}",
                party.id.as_str(),
                party.list.word(),
                party.full_name,
                place.join(", ")
            ))?;
        }
        session.out.say(&format!("{} found.", found.len()))?;
    }
    Ok(Exit::Done)
}

/// Scores matching on outside files.
pub fn eval(session: &Session, left: &Path, right: &Path, out: &Path) -> Result<Exit> {
    let begun = std::time::Instant::now();
    let summary = match_eval::run(left, right, out)?;
    session.out.note(&summary.line(begun.elapsed().as_millis()));
    session.out.document(&json!({"left": summary.left, "right": summary.right, "pairs": summary.pairs}))?;
    Ok(Exit::Done)
}
