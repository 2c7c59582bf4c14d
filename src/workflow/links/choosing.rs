//! What a person is shown before one key links: a page of sure matches, who else is billed to a record, and whether a
//! typed name may stand.
//!
//! Must never link a pair that was not shown, nor bill a second contact to a record without being told to
//! (`matching.md` 5).

use super::{ContactRole, accept, candidates, check_typed_name, holder, signed, waiting};
use crate::base::Problem;
use crate::base::limits::QB_NAME;
use crate::base::problem::Exit;
use crate::books::PartyList;
use crate::matching::naming::check_name;
use crate::store::{Reader, StoreError};
use crate::workflow::{Profile, Result, Said};

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
}

/// The first `count` contacts of which the engine is sure and nobody has decided.
///
/// # Errors
/// What the store says.
pub fn sure(profile: &Profile, count: usize) -> Result<SurePage> {
    Ok(profile.store().read(|reader| {
        let (rows, total) = reader.sure_matches(count)?;
        let mut page = SurePage { rows: Vec::with_capacity(rows.len()), total };
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
    let mut names = Vec::new();
    for other in reader.linked_to(list_id)? {
        if other == who {
            continue;
        }
        let name = reader.match_row(other.0, other.1)?.map(|row| row.name).filter(|name| !name.is_empty());
        names.push(
            name.map_or_else(|| format!("contact {}", other.0), |name| format!("{name} ({})", other.0)),
        );
    }
    Ok(names)
}

/// Says no to a record that serves another contact already, unless the person wants that.
pub(super) fn check_alone(profile: &Profile, who: ContactRole, list_id: &str) -> Result<()> {
    let (party, others) =
        profile.store().read(|r| Ok((r.party(who.1.kind(), list_id)?, others(r, who, list_id)?)))?;
    if others.is_empty() {
        return Ok(());
    }
    let name = party.map_or_else(|| list_id.to_string(), |party| party.full_name);
    let more = others.len().saturating_sub(NAMED);
    let mut told = others.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        told = format!("{told} and {more} more");
    }
    Err(Problem::new(
        Exit::NeedsPerson,
        SHARED,
        format!("{name} is linked to {told} already."),
        "Nothing was linked. Linked all the same, the documents of both contacts go to this one record.",
        "Choose another record, or say that both are billed to it (link --also).",
    ))
}

/// Those of several contacts whose first candidate serves no other contact, and how many are left out.
pub(super) fn not_shared(profile: &Profile, who: &[ContactRole]) -> Result<(Vec<ContactRole>, usize)> {
    let mut alone = Vec::with_capacity(who.len());
    for one in who {
        let first = profile.store().read(|reader| {
            let row = reader.match_row(one.0, one.1)?;
            Ok(row.and_then(|row| candidates(&row.body).into_iter().next()).map(|first| first.list_id))
        })?;
        let checked = first.map_or(Ok(()), |list_id| check_alone(profile, *one, &list_id));
        match checked {
            Ok(()) => alone.push(*one),
            Err(problem) if who.len() == 1 => return Err(problem),
            Err(problem) if problem.code == SHARED => {}
            Err(problem) => return Err(problem),
        }
    }
    let left = who.len() - alone.len();
    Ok((alone, left))
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
pub fn look_at_name(profile: &Profile, role: PartyList, name: &str) -> Result<NameSaid> {
    let length = format!("{} of {QB_NAME} characters.", name.trim().chars().count());
    let against = match check_typed_name(profile, name) {
        Ok(()) => turned_round(profile, name)?,
        Err(problem) => Some(problem.happened),
    };
    Ok(match against {
        Some(why) => NameSaid { free: false, text: format!("{length} {why}") },
        None => NameSaid {
            free: true,
            text: format!("{length} Free: no customer, vendor, employee or other name has it{}.", told(role)),
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
pub(super) fn turned_round(profile: &Profile, name: &str) -> Result<Option<String>> {
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
    let waiting = waiting(profile)?;
    let held = profile
        .store()
        .read(|reader| Ok::<_, StoreError>(waiting.holder(&turned).or_else(|| holder(reader, &turned))))?;
    Ok(held.map(|_| {
        format!("The name stands there as {turned} already, which QuickBooks may take for the same.")
    }))
}
