//! What a person is shown before one key links: a page of sure matches, who else is billed to a record, and whether a
//! typed name may stand.
//!
//! Must never link a pair that was not shown, nor bill a second contact to a record without being told to
//! (`matching.md` 5).

use super::{Accuracy, ContactRole, accept, candidates, check_typed_name, holder, link_of, signed, waiting};
use crate::base::Problem;
use crate::base::limits::QB_NAME;
use crate::base::problem::Exit;
use crate::books::PartyList;
use crate::matching::naming::check_name;
use crate::store::{Reader, StoreError};
use crate::workflow::decide::{Change, Signed};
use crate::workflow::{Profile, Result, Said};
use std::collections::HashMap;

/// The code of the problem that another contact is linked to the record already.
pub const SHARED: &str = "LINK-SHARED";
/// Contacts named in a warning.
const NAMED: usize = 4;

/// One sure match as it is shown before it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SureRow {
    /// The contact.
    pub who: ContactRole,
    /// Its name in Cin7.
    pub name: String,
    /// The record that it would be linked to.
    pub list_id: String,
    /// That record's full name.
    pub party: String,
    /// The fields that agree, in words.
    pub agrees: String,
}

/// The first sure matches, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurePage {
    /// As many as were asked for.
    pub rows: Vec<SureRow>,
    /// How many contacts have a sure match and no decision.
    pub total: i64,
    /// How right the engine was so far; empty while nothing was linked.
    pub so_far: String,
}

/// The first `count` contacts of which the engine is sure and nobody has decided.
///
/// # Errors
/// What the store says.
pub fn sure(profile: &Profile, count: usize) -> Result<SurePage> {
    Ok(profile.store().read(|reader| {
        let (rows, total) = reader.sure_matches(count)?;
        let so_far = Accuracy { counts: reader.match_outcomes()? }.line();
        let mut page = SurePage { rows: Vec::with_capacity(rows.len()), total, so_far };
        for row in rows {
            let Some(first) = candidates(&row.body).into_iter().next() else { continue };
            let party = reader.party(row.role.kind(), &first.list_id)?;
            let agrees: Vec<&str> = first
                .evidence
                .iter()
                .filter(|e| e.verdict == "agrees" && e.field != "active")
                .map(|e| e.field.as_str())
                .collect();
            page.rows.push(SureRow {
                who: (row.contact_id, row.role),
                name: row.name,
                party: party.map(|p| p.full_name).unwrap_or_default(),
                agrees: agrees.join(", "),
                list_id: first.list_id,
            });
        }
        Ok(page)
    })?)
}

/// Links the pairs that were on screen, all or none.
///
/// # Errors
/// When a contact's first candidate is another one by now, or as [`accept`].
pub fn accept_shown(profile: &Profile, shown: &[(ContactRole, String)], by: &str) -> Result<Said> {
    signed(profile, by)?;
    let moved = profile.store().read(|reader| {
        for (who, list_id) in shown {
            let row = reader.match_row(who.0, who.1)?;
            let first = row.as_ref().and_then(|row| candidates(&row.body).into_iter().next());
            if row.as_ref().is_some_and(|row| row.link.is_some())
                || first.is_none_or(|c| c.list_id != *list_id)
            {
                return Ok(Some(row.map(|row| row.name).unwrap_or_default()));
            }
        }
        Ok(None)
    })?;
    if let Some(name) = moved {
        return Err(Problem::new(
            Exit::NeedsPerson,
            "MATCH-MOVED",
            format!("What was found for {name} changed while it was on screen."),
            "Nothing was linked.",
            "Look at the page again and confirm it.",
        ));
    }
    let who: Vec<ContactRole> = shown.iter().map(|(who, _)| *who).collect();
    accept(profile, &who, by)
}

/// The other contacts that are billed to a record, by name.
pub(super) fn others(
    reader: &Reader<'_>,
    who: ContactRole,
    list_id: &str,
) -> crate::store::Result<Vec<String>> {
    let all = reader.names_linked_to(list_id)?;
    let told = |(contact, name): (i64, String)| match name.as_str() {
        "" => format!("contact {contact}"),
        name => format!("{name} ({contact})"),
    };
    Ok(all
        .into_iter()
        .filter(|(other, _)| *other != who)
        .map(|(other, name)| told((other.0, name)))
        .collect())
}

/// What linking several contacts to their first candidates comes to.
#[derive(Default)]
pub(super) struct Chosen {
    /// The links.
    pub changes: Vec<Change>,
    /// Whose they are.
    pub who: Vec<ContactRole>,
    /// The records that serve another contact already, or one earlier among these: they are left.
    pub shared: Vec<Problem>,
}

/// The first candidates of several contacts as links, each row read once.
pub(super) fn first_choices(
    reader: &Reader<'_>,
    who: &[ContactRole],
    sign: &Signed,
) -> crate::store::Result<Chosen> {
    let mut chosen = Chosen::default();
    let mut taken: HashMap<(PartyList, String), String> = HashMap::new();
    for one in who {
        let row = reader
            .match_row(one.0, one.1)?
            .ok_or_else(|| StoreError::Missing(format!("contact {} among those to be matched", one.0)))?;
        let Some(first) = candidates(&row.body).into_iter().next() else {
            return Err(StoreError::Refused(format!("{} has no candidate to accept.", row.name)));
        };
        let party = reader.party(one.1.kind(), &first.list_id)?.filter(|p| p.active).ok_or_else(|| {
            StoreError::Refused(format!("The candidate of {} is inactive or gone in QuickBooks.", row.name))
        })?;
        let mut others = others(reader, *one, &first.list_id)?;
        others.extend(taken.get(&(one.1, first.list_id.clone())).cloned());
        if !others.is_empty() {
            chosen.shared.push(shared(&party.full_name, &others));
            continue;
        }
        taken.insert((one.1, first.list_id.clone()), format!("{} ({})", row.name, one.0));
        let told = first.evidence.iter().filter(|e| e.verdict != "unknown");
        let evidence: Vec<String> = told.map(|e| format!("{} {}", e.field, e.bits)).collect();
        let after = link_of(*one, &party, &first.score, &evidence.join("; "), &sign.by, &sign.at);
        chosen.changes.push(Change::Link {
            contact: one.0,
            role: one.1,
            before: row.link,
            after: Some(after),
        });
        chosen.who.push(*one);
    }
    Ok(chosen)
}

/// Says no to a record that serves another contact already, unless the person wants that.
pub(super) fn check_alone(profile: &Profile, who: ContactRole, list_id: &str) -> Result<()> {
    let (party, others) =
        profile.store().read(|r| Ok((r.party(who.1.kind(), list_id)?, others(r, who, list_id)?)))?;
    if others.is_empty() {
        return Ok(());
    }
    let name = party.map_or_else(|| list_id.to_string(), |party| party.full_name);
    Err(shared(&name, &others))
}

/// That a record serves other contacts already.
fn shared(name: &str, others: &[String]) -> Problem {
    let more = others.len().saturating_sub(NAMED);
    let mut told = others.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        told = format!("{told} and {more} more");
    }
    Problem::new(
        Exit::NeedsPerson,
        SHARED,
        format!("{name} is linked to {told} already."),
        "Nothing was linked. Linked all the same, the documents of both contacts go to this one record.",
        "Choose another record, or say that both are billed to it (link --also).",
    )
}

/// What is to be said about a name while it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameSaid {
    /// Whether a record of this name can be made.
    pub free: bool,
    /// Length and what stands against it, in words.
    pub text: String,
}

/// Looks at a name as it is typed: its length, what QuickBooks refuses in it, and who has it.
///
/// # Errors
/// What the store says.
pub fn look_at_name(profile: &Profile, who: ContactRole, name: &str) -> Result<NameSaid> {
    let length = format!("{} of {QB_NAME} characters.", name.trim().chars().count());
    let against = match check_typed_name(profile, who, name) {
        Ok(()) => turned_round(profile, who, name)?,
        Err(problem) => Some(problem.happened),
    };
    Ok(match against {
        Some(why) => NameSaid { free: false, text: format!("{length} {why}") },
        None => NameSaid {
            free: true,
            text: format!(
                "{length} Free: no customer, vendor, employee or other name has it{}.",
                told(who.1)
            ),
        },
    })
}

const fn told(role: PartyList) -> &'static str {
    match role {
        PartyList::Vendor => "; the vendor is made with the next hand-off",
        _ => "; the customer is made with the next hand-off",
    }
}

/// QuickBooks may take "Mike Smith" for "Smith, Mike" (`matching.md` 5): both forms are looked for.
pub(super) fn turned_round(profile: &Profile, who: ContactRole, name: &str) -> Result<Option<String>> {
    if check_name(name).is_err() {
        return Ok(None);
    }
    let name = name.trim();
    let turned = match name.split_once(',') {
        Some((last, first)) => format!("{} {}", first.trim(), last.trim()),
        None => match name.rsplit_once(' ') {
            Some((first, last)) => format!("{last}, {first}"),
            None => return Ok(None),
        },
    };
    let waiting = waiting(profile, &[who])?;
    let held = profile
        .store()
        .read(|reader| Ok::<_, StoreError>(waiting.holder(&turned).or_else(|| holder(reader, &turned))))?;
    Ok(held.map(|_| {
        format!("The name stands there as {turned} already, which QuickBooks may take for the same.")
    }))
}
