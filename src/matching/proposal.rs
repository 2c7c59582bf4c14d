//! From ranked pairs to what a person sees: candidates with their evidence, the decision, hints to the other list.
//!
//! Must never move what a person has decided: a remembered link wins over any score (`matching.md` 5).

use super::decide::{self, Setting};
use super::engine::{Engine, Shown};
use super::evidence::Pair;
use super::names::{self, NameText};
use super::record::Record;
use super::shown::{compared_form, left_value, right_value, shown};
use super::types::{
    Candidate, Decision, Evidence, Field, LeftContact, PartyList, Proposal, RightParty, Verdict,
};
use super::words::is_of_nobody;
use crate::base::text::fold;

/// Jaro-Winkler below which a name is another one, not another spelling.
const STILL_THE_SAME: f64 = 0.85;
/// Hints to the other list for one contact.
const HINTS: usize = 3;

impl Engine {
    /// The proposal for the contact at a place.
    pub(super) fn proposal_at(&self, at: usize, pairs: Vec<Pair>, shown: Shown) -> Proposal {
        match (self.lefts.get(at), self.contacts.get(at)) {
            (Some(contact), Some(record)) => {
                self.proposal(contact, record, pairs, u32::try_from(at).ok(), shown)
            }
            _ => Proposal::nobody(String::new()),
        }
    }

    /// The proposal for a contact; `at` is its place among those known, if it is one of them.
    pub(super) fn proposal(
        &self,
        contact: &LeftContact,
        record: &Record,
        mut pairs: Vec<Pair>,
        at: Option<u32>,
        shown: Shown,
    ) -> Proposal {
        let first = pairs.first().map(|p| (p.party, p.score.value()));
        let mut moved = false;
        for pair in &mut pairs {
            if let Some(by) = self.claims.against(at, pair) {
                pair.wanted_elsewhere(by);
                moved = true;
            }
        }
        if moved {
            self.order(&mut pairs);
        }
        let candidates = self.candidates(contact, record, &pairs, shown);
        let setting = self.setting(contact, record, &pairs, first, at);
        let (decision, why) =
            decide::decide(&pairs, setting, |party| self.shown_name(party), |left_id| self.called(left_id));
        let proposal = Proposal {
            left_id: contact.left_id.clone(),
            candidates,
            decision,
            why,
            linked: None,
            other_list: self.other_list(record),
        };
        self.remembered(proposal)
    }

    fn setting<'a>(
        &'a self,
        contact: &LeftContact,
        record: &Record,
        pairs: &[Pair],
        first: Option<(u32, f64)>,
        at: Option<u32>,
    ) -> Setting<'a> {
        let best = pairs.first();
        let party = best.and_then(|b| self.parties.get(b.party as usize));
        let linked_elsewhere = best
            .and_then(|b| self.linked_by.get(self.right_id(b.party)))
            .filter(|other| **other != contact.left_id)
            .map(String::as_str);
        let rival = best.filter(|b| first.is_some_and(|(party, _)| party == b.party)).and_then(|b| {
            let claim = self.claims.rival(at, b.party)?;
            Some((self.lefts.get(claim.contact as usize)?.left_id.as_str(), claim.score))
        });
        Setting {
            prior: self.prior(record) + self.weights().threshold,
            lists_known: record.list.is_some() && party.is_none_or(|p| p.list.is_some()),
            linked_elsewhere,
            rival,
            namesake: best
                .and_then(|b| self.claims.namesake(at, b.party))
                .and_then(|other| Some(self.lefts.get(other as usize)?.left_id.as_str())),
            nobody: best.is_some_and(|b| self.stands_for_nobody(record, b)),
            own_claim: first.map_or(0.0, |(_, score)| score),
            namesakes: best.map_or(0, |b| self.namesakes(record, b)),
            person: record.is_person,
            bare: record.is_bare() && party.is_none_or(Record::is_bare),
            alone: at.is_none(),
        }
    }

    pub(super) fn shown_name(&self, party: u32) -> String {
        self.rights.get(party as usize).map_or_else(String::new, |p| {
            shown(if p.full_name.trim().is_empty() { &p.name } else { &p.full_name })
        })
    }

    /// A contact as a person knows it: its name with its number; the role behind the number is known already.
    fn called(&self, left_id: &str) -> String {
        let number = left_id.split('/').next().unwrap_or(left_id);
        let contact = self.places.get(left_id).and_then(|at| self.lefts.get(*at as usize));
        let name = contact.map(|c| left_value(c, Field::Name)).unwrap_or_default();
        if name.is_empty() { number.to_string() } else { format!("{name} ({number})") }
    }

    /// A remembered link wins over any score; if its record is gone or inactive it goes back to a person.
    fn remembered(&self, mut proposal: Proposal) -> Proposal {
        let Some(party) = self.known.links.get(&proposal.left_id) else { return proposal };
        let found = self.by_id.get(party).and_then(|at| self.rights.get(*at as usize));
        (proposal.decision, proposal.why) = match found {
            Some(p) if p.is_active && self.renamed(&proposal.left_id, p).is_some() => {
                (Decision::Suggest, self.renamed(&proposal.left_id, p).unwrap_or_default())
            }
            Some(p) if p.is_active => {
                (Decision::None, format!("Linked by a person to {}.", shown(&p.full_name)))
            }
            Some(p) => (
                Decision::Suggest,
                format!("It was linked to {}, which is inactive now.", shown(&p.full_name)),
            ),
            None => (Decision::Suggest, "The record it was linked to is gone from QuickBooks.".to_string()),
        };
        if let Some(at) = proposal.candidates.iter().position(|c| c.right_id == *party) {
            proposal.candidates.get_mut(..=at).into_iter().for_each(|upto| upto.rotate_right(1));
        }
        proposal.linked = Some(party.clone());
        proposal
    }

    /// What to say where a side of a link bears quite another name than when it was made.
    fn renamed(&self, left_id: &str, party: &RightParty) -> Option<String> {
        let (contact_then, party_then) = self.known.names_then.get(left_id)?;
        let contact = self.places.get(left_id).and_then(|at| self.lefts.get(*at as usize))?;
        let person = format!("{} {}", contact.first_name, contact.last_name);
        let now = if contact.company.trim().is_empty() { &person } else { &contact.company };
        let told = |side: &str, then: &str, now: &str| {
            format!("It was linked when {side} called it {}; now it is {}.", shown(then), shown(now))
        };
        if !same_name(party_then, &party.full_name) {
            return Some(told("QuickBooks", party_then, &party.full_name));
        }
        (!now.trim().is_empty() && !same_name(contact_then, now)).then(|| told("Cin7", contact_then, now))
    }

    fn list_of(&self, party: u32) -> Option<PartyList> {
        self.parties.get(party as usize).and_then(|p| p.list)
    }

    /// How many records of both sides bear either name of the pair.
    fn namesakes(&self, record: &Record, pair: &Pair) -> usize {
        let count = |r: Option<&Record>, at: u16| {
            r.and_then(|r| r.names.get(usize::from(at))).map_or(0, |name| self.index.count(name.key) as usize)
        };
        pair.name.map_or(0, |n| {
            count(Some(record), n.left).max(count(self.parties.get(pair.party as usize), n.right))
        })
    }

    /// Whether a name of the pair is one that many use for nobody in particular.
    fn stands_for_nobody(&self, record: &Record, pair: &Pair) -> bool {
        let nobody = |r: Option<&Record>, at: u16| {
            let name = r.and_then(|r| r.names.get(usize::from(at)));
            name.is_some_and(|name| name.words.iter().all(|word| is_of_nobody(word.written())))
        };
        pair.name.is_some_and(|n| {
            nobody(Some(record), n.left) || nobody(self.parties.get(pair.party as usize), n.right)
        })
    }

    /// Records of the other list with the same name, as a hint.
    fn other_list(&self, record: &Record) -> Vec<String> {
        let Some(list) = record.list else { return Vec::new() };
        let mut hints: Vec<String> = Vec::new();
        for name in &record.names {
            for party in self.keys.parties(name.meeting) {
                let id = self.right_id(party);
                if hints.len() < HINTS
                    && self.list_of(party) == Some(list.other())
                    && !hints.iter().any(|h| h == id)
                {
                    hints.push(id.to_string());
                }
            }
        }
        hints
    }

    fn candidates(
        &self,
        contact: &LeftContact,
        record: &Record,
        pairs: &[Pair],
        shown: Shown,
    ) -> Vec<Candidate> {
        // Every candidate shows the contact's own values again; the fields come in one order for all.
        let own: Vec<(String, String)> = match (shown, pairs.first()) {
            (Shown::Values, Some(pair)) => pair
                .findings()
                .map(|(field, _)| {
                    let value = left_value(contact, field);
                    let compared = compared_form(field, &value);
                    (value, compared)
                })
                .collect(),
            _ => Vec::new(),
        };
        pairs.iter().map(|pair| self.candidate(&own, record, pair, shown)).collect()
    }

    fn candidate(&self, own: &[(String, String)], record: &Record, pair: &Pair, shown: Shown) -> Candidate {
        let party = self.rights.get(pair.party as usize).filter(|_| shown == Shown::Values);
        let evidence = pair
            .findings()
            .enumerate()
            .filter(|(_, (_, f))| shown == Shown::Values || f.verdict != Verdict::Unknown)
            .map(|(at, (field, f))| {
                let (mut left, left_compared) = own.get(at).cloned().unwrap_or_default();
                let mut right = party.map_or_else(String::new, |p| right_value(p, field));
                // One side's person was found in the other side's mail address.
                if let (Field::Person, Verdict::Agrees, Some(p)) = (field, f.verdict, party) {
                    let mail = |at: Field| own.get(at as usize).map_or_else(String::new, |v| v.0.clone());
                    left = if left.is_empty() { mail(Field::Email) } else { left };
                    right = if right.is_empty() { right_value(p, Field::Email) } else { right };
                }
                let compared = match (field, party) {
                    (_, None) => Default::default(),
                    (Field::Name, Some(_)) => self.compared_names(record, pair, [&left, &right]),
                    _ => [left_compared, compared_form(field, &right)],
                };
                Evidence { field, left, right, compared, verdict: f.verdict, bits: f.bits }
            })
            .collect();
        Candidate { right_id: self.right_id(pair.party).to_string(), score_bits: pair.score, evidence }
    }

    /// The words of the two aliases that were compared, where they are not what is shown.
    fn compared_names(&self, record: &Record, pair: &Pair, shown: [&str; 2]) -> [String; 2] {
        let Some(name) = pair.name else { return Default::default() };
        let words = |record: Option<&Record>, at: u16, shown: &str| {
            let name = record.and_then(|r| r.names.get(usize::from(at)));
            let words: Vec<&str> = name.map_or_else(Vec::new, |n| n.words.iter().map(|w| &*w.text).collect());
            let words = words.join(" ");
            if words == fold(shown) { String::new() } else { words }
        };
        let party = self.parties.get(pair.party as usize);
        [words(Some(record), name.left, shown[0]), words(party, name.right, shown[1])]
    }
}

/// Whether two names may be those of one business: the same words, or nearly the same letters.
fn same_name(then: &str, now: &str) -> bool {
    let (a, b) = (names::read(then, false).0, names::read(now, false).0);
    let same = |x: &NameText| b.iter().any(|y| x.sorted_key() == y.sorted_key());
    then.trim().is_empty()
        || a.iter().any(same)
        || strsim::jaro_winkler(&fold(then), &fold(now)) >= STILL_THE_SAME
}
