//! One change at a time: a contact that is new or changed, a decision of a person. What did not change is not worked on again.
//!
//! Must never move a decision: it answers new proposals for the contact and for those that want the same records, nothing more
//! (`matching.md` 5).

use super::blocking::Scratch;
use super::engine::{Engine, Shown};
use super::index::{Noting, Numbering};
use super::record::{self, Record};
use super::types::{LeftContact, Proposal};

impl Engine {
    /// Takes in a contact that is new or has changed. Answers the proposals that are different now, this contact's first.
    pub fn change(&mut self, contact: LeftContact) -> Vec<Proposal> {
        let mut noting = Noting::default();
        let mut record = record::of_contact(&contact, &mut noting as &mut dyn Numbering);
        record.renumber(&self.index.learn(&noting));
        record.weigh(&self.index);
        let at = match self.places.get(&contact.left_id) {
            Some(at) => *at,
            None => {
                let at = u32::try_from(self.lefts.len()).unwrap_or(u32::MAX);
                self.places.insert(contact.left_id.clone(), at);
                self.lefts.push(LeftContact::default());
                self.contacts.push(Record::default());
                self.wishes.push(None);
                at
            }
        };
        if let (Some(left), Some(own)) = (self.lefts.get_mut(at as usize), self.contacts.get_mut(at as usize))
        {
            let before = std::mem::replace(left, contact);
            *own = record;
            if !before.left_id.is_empty() {
                let mut noting = Noting::default();
                record::of_contact(&before, &mut noting as &mut dyn Numbering);
                self.index.unlearn(&noting);
            }
        }
        self.again(at)
    }

    /// Forgets a contact that needs no counterpart any more. Answers the proposals of those that wanted the same record.
    pub fn forget(&mut self, left_id: &str) -> Vec<Proposal> {
        let Some(at) = self.places.remove(left_id) else { return Vec::new() };
        if let (Some(left), Some(own)) = (self.lefts.get_mut(at as usize), self.contacts.get_mut(at as usize))
        {
            let before = std::mem::take(left);
            *own = Record::default();
            let mut noting = Noting::default();
            record::of_contact(&before, &mut noting as &mut dyn Numbering);
            self.index.unlearn(&noting);
        }
        let wish = self.wishes.get_mut(at as usize).and_then(Option::take);
        if let Some(party) = wish {
            self.claims.remove(at, party);
        }
        self.neighbours(at, [wish, None])
    }

    /// A person linked a contact to a party, or took the link back.
    pub fn link(&mut self, left_id: &str, right_id: Option<&str>) -> Vec<Proposal> {
        let before = match right_id {
            Some(right_id) => self.known.links.insert(left_id.to_string(), right_id.to_string()),
            None => self.known.links.remove(left_id),
        };
        if let Some(before) = &before
            && self.linked_by.get(before).is_some_and(|contact| contact == left_id)
        {
            self.linked_by.remove(before);
        }
        if let Some(right_id) = right_id {
            self.linked_by.insert(right_id.to_string(), left_id.to_string());
        }
        let Some(at) = self.places.get(left_id).copied() else { return Vec::new() };
        let party = |id: Option<&str>| id.and_then(|id| self.by_id.get(id)).copied();
        let touched = [party(before.as_deref()), party(right_id)];
        let mut proposals = self.again(at);
        proposals.extend(self.neighbours(at, touched));
        proposals
    }

    /// A person said that a pair is none, or took that back.
    pub fn refuse(&mut self, left_id: &str, right_id: &str, refused: bool) -> Vec<Proposal> {
        let pair = (left_id.to_string(), right_id.to_string());
        if refused {
            self.known.refusals.insert(pair);
        } else {
            self.known.refusals.remove(&pair);
        }
        self.places.get(left_id).copied().map_or_else(Vec::new, |at| self.again(at))
    }

    /// Ranks one contact anew and answers its proposal, then those of the contacts that want what it wanted or wants.
    fn again(&mut self, at: u32) -> Vec<Proposal> {
        let ranked = self.rank_places(&[at as usize], self.weights());
        let Some((pairs, _)) = ranked.into_iter().next() else { return Vec::new() };
        let before = self.wishes.get_mut(at as usize).and_then(Option::take);
        if let Some(party) = before {
            self.claims.remove(at, party);
        }
        self.claims.add(at, &pairs);
        let now = pairs.first().map(|p| p.party);
        if let Some(wish) = self.wishes.get_mut(at as usize) {
            *wish = now;
        }
        let mut proposals = vec![self.proposal_at(at as usize, pairs, Shown::Values)];
        proposals.extend(self.neighbours(at, [before, now]));
        proposals
    }

    /// The proposals of other contacts that want one of the parties.
    fn neighbours(&self, at: u32, parties: [Option<u32>; 2]) -> Vec<Proposal> {
        let mut others: Vec<u32> = parties
            .into_iter()
            .flatten()
            .flat_map(|party| self.claims.contacts(party))
            .filter(|other| *other != at)
            .collect();
        others.sort_unstable();
        others.dedup();
        let mut scratch = <[Scratch; 2]>::default();
        others
            .into_iter()
            .filter_map(|other| {
                let (contact, record) = (self.lefts.get(other as usize)?, self.contacts.get(other as usize)?);
                let (pairs, _) = self.rank(&contact.left_id, record, &mut scratch, self.weights());
                Some(self.proposal_at(other as usize, pairs, Shown::Values))
            })
            .collect()
    }
}
