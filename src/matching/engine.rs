//! The whole run: reads both sides once, finds the pairs worth a look, weighs them and decides.
//!
//! Must never compare all pairs, offer a refused pair or a record of the wrong list, and must give the same answer for the same
//! input (`matching.md` 2-5).

use super::blocking::{self, Scratch, Trigrams};
use super::decide::{self, Setting};
use super::evidence::{self, Pair};
use super::index::{Index, Looking, Numbering};
use super::record::{self, Record};
use super::types::{
    Candidate, Decision, Evidence, Field, Known, LeftContact, PartyList, Proposal, RightParty,
};
use crate::base::limits::MATCH_RANKS;
use std::collections::HashMap;

/// A value shown beside its weight is cut here; fields may hold 100,000 characters.
const SHOWN: usize = 120;
/// Hints to the other list for one contact.
const HINTS: usize = 3;

/// Both sides, read and indexed.
#[derive(Debug)]
pub struct Engine {
    rights: Vec<RightParty>,
    lefts: Vec<LeftContact>,
    known: Known,
    index: Index,
    parties: Vec<Record>,
    contacts: Vec<Record>,
    by_list: [Trigrams; 2],
    sizes: [usize; 2],
    linked_by: HashMap<String, String>,
}

const fn place(list: PartyList) -> usize {
    match list {
        PartyList::Customer => 0,
        PartyList::Vendor => 1,
    }
}

fn may_stand_on(record: Option<PartyList>, list: PartyList) -> bool {
    record.is_none_or(|own| own == list)
}

impl Engine {
    /// Reads both sides; nothing is compared yet.
    #[must_use]
    pub fn new(rights: Vec<RightParty>, lefts: Vec<LeftContact>) -> Self {
        let mut index = Index::default();
        let parties: Vec<Record> =
            rights.iter().map(|p| index.learn(|n| record::of_party(p, n as &mut dyn Numbering))).collect();
        let contacts =
            lefts.iter().map(|c| index.learn(|n| record::of_contact(c, n as &mut dyn Numbering))).collect();
        for (at, party) in (0u32..).zip(&parties) {
            for key in &party.keys {
                index.file(*key, at);
            }
        }
        let on =
            |list| (0u32..).zip(&parties).filter(move |(_, p): &(u32, &Record)| may_stand_on(p.list, list));
        let lists = [PartyList::Customer, PartyList::Vendor];
        let by_list = lists.map(|list| Trigrams::new(on(list)));
        let sizes = lists.map(|list| on(list).count());
        Engine {
            rights,
            lefts,
            known: Known::default(),
            index,
            parties,
            contacts,
            by_list,
            sizes,
            linked_by: HashMap::new(),
        }
    }

    /// Takes in what people have decided before.
    #[must_use]
    pub fn with_known(mut self, known: Known) -> Self {
        self.linked_by =
            known.links.iter().map(|(contact, party)| (party.clone(), contact.clone())).collect();
        self.known = known;
        self
    }

    /// All contacts, in the order given.
    #[must_use]
    pub fn match_all(&self) -> Vec<Proposal> {
        let mut all = Vec::with_capacity(self.lefts.len());
        self.match_each(|proposal| all.push(proposal));
        all
    }

    /// Hands over each contact's proposal in the order given, so that fifty thousand need not be held at once.
    /// Answers how many pairs were compared.
    pub fn match_each(&self, mut take: impl FnMut(Proposal)) -> usize {
        let mut scratch = <[Scratch; 2]>::default();
        let mut compared = 0;
        let mut ranked: Vec<Vec<Pair>> = Vec::with_capacity(self.lefts.len());
        for (contact, record) in self.lefts.iter().zip(&self.contacts) {
            let (pairs, count) = self.rank(&contact.left_id, record, &mut scratch);
            compared += count;
            ranked.push(pairs);
        }
        let wants = self.wants(&ranked);
        for ((contact, record), pairs) in self.lefts.iter().zip(&self.contacts).zip(&ranked) {
            let rival = pairs.first().and_then(|best| {
                let others = wants.get(&best.party)?;
                others.iter().find(|(id, _)| *id != contact.left_id).copied()
            });
            take(self.proposal(contact, record, pairs, rival, false));
        }
        compared
    }

    /// One contact against the index, for a new contact or a second look. Rivals are not known here, so it is never `Auto`.
    #[must_use]
    pub fn match_one(&self, contact: &LeftContact) -> Proposal {
        let record = record::of_contact(contact, &mut Looking(&self.index));
        let (pairs, _) = self.rank(&contact.left_id, &record, &mut <[Scratch; 2]>::default());
        self.proposal(contact, &record, &pairs, None, true)
    }

    /// By party the two contacts that want it most, best first.
    fn wants(&self, ranked: &[Vec<Pair>]) -> HashMap<u32, Vec<(&str, f64)>> {
        let mut wants: HashMap<u32, Vec<(&str, f64)>> = HashMap::new();
        for (contact, pairs) in self.lefts.iter().zip(ranked) {
            if let Some(best) = pairs.first() {
                wants.entry(best.party).or_default().push((&contact.left_id, best.score.value()));
            }
        }
        for who in wants.values_mut() {
            who.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
            who.truncate(2);
        }
        wants
    }

    fn lists_of(&self, record: &Record) -> Vec<PartyList> {
        record.list.map_or_else(|| vec![PartyList::Customer, PartyList::Vendor], |list| vec![list])
    }

    fn prior(&self, record: &Record) -> f64 {
        let size = self.lists_of(record).iter().filter_map(|list| self.sizes.get(place(*list))).sum();
        evidence::prior_bits(size)
    }

    /// The candidates of one contact, best first, and how many were compared.
    fn rank(&self, left_id: &str, record: &Record, scratch: &mut [Scratch; 2]) -> (Vec<Pair>, usize) {
        let lists: Vec<&Trigrams> =
            self.lists_of(record).into_iter().filter_map(|list| self.by_list.get(place(list))).collect();
        let offered = |party: u32| {
            let wanted = |p: &Record| record.list.is_none_or(|list| may_stand_on(p.list, list));
            self.parties.get(party as usize).is_some_and(wanted) && !self.refused(left_id, party)
        };
        let found = blocking::candidates(record, &self.index, &lists, scratch, offered);
        let prior = self.prior(record);
        let mut pairs: Vec<Pair> = found
            .iter()
            .filter_map(|at| {
                Some(evidence::compare(record, self.parties.get(*at as usize)?, *at, &self.index, prior))
            })
            .collect();
        pairs.sort_by(|a, b| {
            b.score.cmp(&a.score).then_with(|| self.right_id(a.party).cmp(self.right_id(b.party)))
        });
        pairs.truncate(MATCH_RANKS);
        (pairs, found.len())
    }

    fn refused(&self, left_id: &str, party: u32) -> bool {
        !self.known.refusals.is_empty()
            && self.known.refusals.contains(&(left_id.to_string(), self.right_id(party).to_string()))
    }

    fn right_id(&self, party: u32) -> &str {
        self.rights.get(party as usize).map_or("", |p| &p.right_id)
    }

    fn shown_name(&self, party: u32) -> String {
        self.rights.get(party as usize).map_or_else(String::new, |p| {
            shown(if p.full_name.trim().is_empty() { &p.name } else { &p.full_name })
        })
    }

    fn proposal(
        &self,
        contact: &LeftContact,
        record: &Record,
        pairs: &[Pair],
        rival: Option<(&str, f64)>,
        alone: bool,
    ) -> Proposal {
        // Every candidate shows the contact's own values again; the fields come in one order for all.
        let own: Vec<String> = pairs.first().map_or_else(Vec::new, |pair| {
            pair.findings.iter().map(|f| left_value(contact, f.field)).collect()
        });
        let candidates: Vec<Candidate> = pairs.iter().map(|pair| self.candidate(&own, pair)).collect();
        let best = pairs.first();
        let linked_elsewhere = best
            .and_then(|b| self.linked_by.get(self.right_id(b.party)))
            .filter(|other| **other != contact.left_id)
            .map(String::as_str);
        let setting = Setting {
            prior: self.prior(record),
            lists_known: record.list.is_some() && best.is_none_or(|b| self.list_of(b.party).is_some()),
            linked_elsewhere,
            rival,
            namesakes: best.map_or(0, |b| self.namesakes(record, b)),
            person: record.is_person,
            bare: record.is_bare()
                && best.is_none_or(|b| self.parties.get(b.party as usize).is_some_and(Record::is_bare)),
            alone,
        };
        let (decision, why) = decide::decide(pairs, setting, |party| self.shown_name(party));
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

    /// A remembered link wins over any score; if its record is gone or inactive it goes back to a person.
    fn remembered(&self, mut proposal: Proposal) -> Proposal {
        let Some(party) = self.known.links.get(&proposal.left_id) else { return proposal };
        let found = self.rights.iter().find(|p| p.right_id == *party);
        (proposal.decision, proposal.why) = match found {
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

    fn list_of(&self, party: u32) -> Option<PartyList> {
        self.parties.get(party as usize).and_then(|p| p.list)
    }

    /// How many records of both sides bear either name of the pair.
    fn namesakes(&self, record: &Record, pair: &Pair) -> usize {
        let count = |r: Option<&Record>, at: usize| {
            r.and_then(|r| r.names.get(at)).map_or(0, |name| self.index.count(name.key) as usize)
        };
        pair.name.map_or(0, |n| {
            count(Some(record), n.left).max(count(self.parties.get(pair.party as usize), n.right))
        })
    }

    /// Records of the other list with the same name, as a hint.
    fn other_list(&self, record: &Record) -> Vec<String> {
        let Some(list) = record.list else { return Vec::new() };
        let mut hints: Vec<String> = Vec::new();
        for name in &record.names {
            for party in self.index.parties(name.key) {
                let id = self.right_id(*party);
                if hints.len() < HINTS
                    && self.list_of(*party) == Some(list.other())
                    && !hints.iter().any(|h| h == id)
                {
                    hints.push(id.to_string());
                }
            }
        }
        hints
    }

    fn candidate(&self, own: &[String], pair: &Pair) -> Candidate {
        let party = self.rights.get(pair.party as usize);
        let evidence = pair
            .findings
            .iter()
            .zip(own)
            .map(|(f, left)| Evidence {
                field: f.field,
                left: left.clone(),
                right: party.map_or_else(String::new, |p| right_value(p, f.field)),
                verdict: f.verdict,
                bits: f.bits,
            })
            .collect();
        Candidate { right_id: self.right_id(pair.party).to_string(), score_bits: pair.score, evidence }
    }
}

fn shown(text: &str) -> String {
    if text.len() <= SHOWN {
        return text.to_string();
    }
    text.chars().take(SHOWN).collect()
}

fn joined(parts: &[&str], between: &str) -> String {
    let mut told = parts.iter().filter(|p| !p.trim().is_empty());
    if let (Some(only), None) = (told.next(), told.next()) {
        return shown(only.trim());
    }
    let told: Vec<String> = parts.iter().filter(|p| !p.trim().is_empty()).map(|p| shown(p.trim())).collect();
    shown(&told.join(between))
}

fn left_value(c: &LeftContact, field: Field) -> String {
    let person = || joined(&[&c.first_name, &c.last_name], " ");
    match field {
        Field::Name | Field::LegalForm if c.company.trim().is_empty() => person(),
        Field::Name | Field::LegalForm => shown(&c.company),
        Field::Person => person(),
        Field::Phone => joined(&[&c.phone, &c.mobile, &c.fax], ", "),
        Field::Email => shown(&c.email),
        Field::Domain => joined(&[&c.email, &c.website], ", "),
        Field::HouseNumber | Field::Street => joined(&[&c.address1, &c.address2], ", "),
        Field::Zip => shown(&c.post_code),
        Field::City => shown(&c.city),
        Field::State => shown(&c.state),
        Field::Account => shown(&c.account_number),
        Field::Active => String::new(),
    }
}

fn right_value(p: &RightParty, field: Field) -> String {
    match field {
        Field::Name | Field::LegalForm if p.company_name.trim().is_empty() || p.company_name == p.name => {
            shown(&p.name)
        }
        Field::Name | Field::LegalForm => joined(&[&p.name, &p.company_name], " / "),
        Field::Person => joined(&[&p.first_name, &p.last_name], " "),
        Field::Phone => joined(&[&p.phone, &p.alt_phone, &p.fax], ", "),
        Field::Email | Field::Domain => shown(&p.email),
        Field::HouseNumber | Field::Street => joined(&[&p.bill_addr1, &p.bill_addr2, &p.bill_addr3], ", "),
        Field::Zip => shown(&p.bill_postal_code),
        Field::City => shown(&p.bill_city),
        Field::State => shown(&p.bill_state),
        Field::Account => shown(&p.account_number),
        Field::Active => String::from(if p.is_active { "active" } else { "inactive" }),
    }
}
