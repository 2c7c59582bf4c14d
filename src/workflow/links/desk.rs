//! What matching keeps in memory for a profile: both sides read and indexed, so that one change is matched again in about a
//! millisecond and a search answers while a person types (`matching.md` 3, 5).
//!
//! Must never be the truth: links, refusals and proposals stand in the store. Where the store has moved on too far, it is made anew.

use super::run::{Seen, keep_news, left_of};
use super::{ContactRole, left_id, match_list, parties, right};
use crate::books::{Party, PartyList};
use crate::matching::{Engine, Lookup, Proposal};
use crate::workflow::{Profile, Result};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More changes than this at once are matched by a whole run, which also learns from the lists anew.
const FEW: usize = 200;
/// Parties that one search answers.
const FOUND: usize = 50;

/// The engine with what it was made from.
pub(super) struct Prepared {
    pub engine: Engine,
    /// See `Reader::party_changes`.
    pub changes: i64,
    /// The revision of each contact that is matched.
    pub revisions: HashMap<ContactRole, i64>,
    /// Contacts' names as they are shown.
    pub names: HashMap<i64, String>,
    /// The QuickBooks ids that Cin7 notes of contacts.
    pub noted: HashMap<ContactRole, String>,
}

/// All parties ready to be searched, with their ListIDs.
struct Searchable {
    changes: i64,
    lookup: Lookup,
    ids: Vec<String>,
}

/// A profile's matching in memory.
#[derive(Default)]
pub struct Desk {
    prepared: Mutex<Option<Prepared>>,
    searchable: Mutex<Option<Arc<Searchable>>>,
}

impl Desk {
    pub(super) fn prepared(&self) -> MutexGuard<'_, Option<Prepared>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Prepared {
    /// Whether the lists are the same and little else has changed.
    pub fn is_near(&self, seen: &Seen) -> bool {
        let known = self.engine.known();
        let links = seen.known.links.iter().filter(|(c, p)| known.links.get(*c) != Some(p)).count()
            + known.links.keys().filter(|c| !seen.known.links.contains_key(*c)).count();
        let refusals = seen.known.refusals.symmetric_difference(&known.refusals).count();
        let contacts = seen.revisions.iter().filter(|(who, r)| self.revisions.get(who) != Some(r)).count()
            + self.revisions.keys().filter(|who| !seen.revisions.contains_key(who)).count();
        self.changes == seen.changes && links + refusals + contacts <= FEW
    }

    /// Brings the engine to what the store says now; answers the proposals that are different.
    pub fn follow(&mut self, profile: &Profile, seen: &Seen) -> Result<BTreeMap<String, Proposal>> {
        let mut news = News::default();
        let known = self.engine.known().clone();
        for contact in known.links.keys().filter(|c| !seen.known.links.contains_key(*c)) {
            news.add(self.engine.link(contact, None));
        }
        for (contact, party) in &seen.known.links {
            if known.links.get(contact) != Some(party) {
                news.add(self.engine.link(contact, Some(party)));
            }
        }
        for (contact, party) in seen.known.refusals.symmetric_difference(&known.refusals) {
            let refused = seen.known.refusals.contains(&(contact.clone(), party.clone()));
            news.add(self.engine.refuse(contact, party, refused));
        }
        let gone: Vec<ContactRole> =
            self.revisions.keys().filter(|who| !seen.revisions.contains_key(who)).copied().collect();
        for who in gone {
            self.revisions.remove(&who);
            self.noted.remove(&who);
            news.add(self.engine.forget(&left_id(who)));
        }
        for (who, revision) in &seen.revisions {
            if self.revisions.get(who) == Some(revision) {
                continue;
            }
            self.revisions.insert(*who, *revision);
            if let Some(taken) = profile.store().read(|reader| left_of(reader, *who))? {
                self.names.insert(who.0, taken.name);
                self.noted.remove(who);
                if !taken.noted.is_empty() {
                    self.noted.insert(*who, taken.noted);
                }
                news.add(self.engine.change(taken.contact));
            }
        }
        Ok(news.0)
    }
}

/// The newest proposal of each contact.
#[derive(Default)]
struct News(BTreeMap<String, Proposal>);

impl News {
    fn add(&mut self, proposals: Vec<Proposal>) {
        self.0.extend(proposals.into_iter().map(|p| (p.left_id.clone(), p)));
    }
}

/// Whether so many are followed one by one.
pub(super) const fn are_few(who: &[ContactRole]) -> bool {
    who.len() <= FEW
}

/// A few contacts were decided: their proposals and those of contacts that want the same records follow at once.
///
/// # Errors
/// What the store says.
pub(super) fn decided(profile: &Profile, who: &[ContactRole]) -> Result<()> {
    if !are_few(who) {
        return Ok(()); // The next run follows.
    }
    let mut guard = profile.desk().prepared();
    let Some(prepared) = guard.as_mut() else {
        drop(guard);
        // What is open again was last looked at while a link or another candidate stood: only a run sees it anew.
        let open = profile.store().read(|r| {
            for one in who {
                if r.link(one.0, one.1)?.is_none() {
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        return if open { super::propose(profile).map(drop) } else { Ok(()) };
    };
    let mut news = News::default();
    for one in who {
        let (link, refusals) = profile.store().read(|r| Ok((r.link(one.0, one.1)?, r.refusals()?)))?;
        let id = left_id(*one);
        let party = link.and_then(|l| l.list_id);
        if prepared.engine.known().links.get(&id) != party.as_ref() {
            news.add(prepared.engine.link(&id, party.as_deref()));
        }
        let now: Vec<String> = refusals
            .into_iter()
            .filter(|(c, r, _)| (*c, *r) == *one)
            .map(|(_, _, list_id)| list_id)
            .collect();
        let before: Vec<String> = prepared
            .engine
            .known()
            .refusals
            .iter()
            .filter(|(c, _)| *c == id)
            .map(|(_, p)| p.clone())
            .collect();
        for list_id in now.iter().filter(|p| !before.contains(p)) {
            news.add(prepared.engine.refuse(&id, list_id, true));
        }
        for list_id in before.iter().filter(|p| !now.contains(p)) {
            news.add(prepared.engine.refuse(&id, list_id, false));
        }
    }
    let needed = profile.store().read(super::needed)?;
    keep_news(profile, prepared, &news.0, &needed)
}

/// Whether the engine stands ready in memory.
pub(super) fn is_prepared(profile: &Profile) -> bool {
    profile.desk().prepared().is_some()
}

/// Customers or vendors that hold every word typed in any field, the nearest names where none does.
///
/// # Errors
/// What the store says.
pub fn search(profile: &Profile, role: PartyList, text: &str) -> Result<Vec<Party>> {
    let searchable = searchable(profile)?;
    let places = searchable.lookup.search(Some(match_list(role)), text, FOUND);
    let mut ids: Vec<String> =
        places.into_iter().filter_map(|at| searchable.ids.get(at as usize).cloned()).collect();
    if ids.is_empty() && !text.trim().is_empty() {
        ids = nearest(profile, role, text);
    }
    Ok(profile.store().read(|reader| {
        let mut found = Vec::with_capacity(ids.len());
        for id in &ids {
            found.extend(reader.party(role.kind(), id)?);
        }
        Ok(found)
    })?)
}

/// The records whose names look most like a text.
fn nearest(profile: &Profile, role: PartyList, text: &str) -> Vec<String> {
    let guard = profile.desk().prepared();
    let Some(prepared) = guard.as_ref() else { return Vec::new() };
    let contact = crate::matching::LeftContact {
        list: Some(match_list(role)),
        company: text.to_string(),
        ..crate::matching::LeftContact::default()
    };
    prepared.engine.match_one(&contact).candidates.into_iter().map(|c| c.right_id).collect()
}

fn searchable(profile: &Profile) -> Result<Arc<Searchable>> {
    let changes = profile.store().read(|reader| reader.party_changes())?;
    let mut kept = profile.desk().searchable.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(searchable) = kept.as_ref().filter(|s| s.changes == changes) {
        return Ok(Arc::clone(searchable));
    }
    let rights: Vec<_> = profile.store().read(parties)?.iter().map(right).collect();
    let lookup = Lookup::new(rights.iter());
    let ids = rights.into_iter().map(|p| p.right_id).collect();
    let made = Arc::new(Searchable { changes, lookup, ids });
    *kept = Some(Arc::clone(&made));
    Ok(made)
}
