//! The whole run: reads both sides once, finds the pairs worth a look, weighs them, and hands each contact's proposal over.
//!
//! Must never compare all pairs, offer a refused pair or a record of the wrong list, and must give the same answer for the same
//! input however many threads work on it (`matching.md` 2-5).

use super::blocking::{self, Keys, Scratch, Trigrams};
use super::claims::Claims;
use super::evidence::{self, Pair};
use super::index::{Index, Looking, Noting, Numbering};
use super::learning::{self, Lesson};
use super::lookup::Lookup;
use super::record::{self, Record};
use super::types::{Known, LeftContact, PartyList, Proposal, RightParty};
use super::weights::Weights;
use crate::base::limits::MATCH_RANKS;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// Contacts from which the lists' own weights are learnt, evenly spread.
const LESSONS: usize = 1_000;
/// Proposals made at once and handed over in order.
const SLICE: usize = 2_000;
/// Records read before they are numbered.
const READ_AT_ONCE: usize = 4_000;
/// Fewer items than this are not worth a second thread.
const ALONE: usize = 64;

/// How much of the evidence is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Both sides' values beside each weight.
    Values,
    /// Only the weights of what is known, for scoring large files.
    Weights,
}

/// Both sides, read and indexed.
#[derive(Debug)]
pub struct Engine {
    pub(super) rights: Vec<RightParty>,
    pub(super) lefts: Vec<LeftContact>,
    pub(super) known: Known,
    pub(super) index: Index,
    pub(super) parties: Vec<Record>,
    pub(super) contacts: Vec<Record>,
    pub(super) keys: Keys,
    by_list: [Trigrams; 2],
    sizes: [usize; 2],
    /// Party to the contact that a person linked it with.
    pub(super) linked_by: HashMap<String, String>,
    /// By party its place in the order of identifiers.
    id_order: Vec<u32>,
    /// Party by its identifier.
    pub(super) by_id: HashMap<String, u32>,
    weights: OnceLock<Weights>,
    pub(super) claims: Claims,
    /// By contact the party that it wants most.
    pub(super) wishes: Vec<Option<u32>>,
    /// Contact by its identifier.
    pub(super) places: HashMap<String, u32>,
    threads: usize,
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

/// Does `work` on ranges of `count` items, on so many threads, and joins the answers in order.
fn in_parts<T: Send>(count: usize, threads: usize, work: impl Fn(Range<usize>) -> Vec<T> + Sync) -> Vec<T> {
    if threads < 2 || count < ALONE {
        return work(0..count);
    }
    let size = count.div_ceil(threads);
    let mut all = Vec::with_capacity(count);
    std::thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> = (0..threads)
            .map(|part| (part * size).min(count)..((part + 1) * size).min(count))
            .map(|range| scope.spawn(move || work(range)))
            .collect();
        for part in parts {
            match part.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    all
}

/// Reads all records of a side: their texts on many threads, their numbers in order.
fn read_all<S: Sync>(
    all: &[S],
    index: &mut Index,
    threads: usize,
    read: fn(&S, &mut dyn Numbering) -> Record,
) -> Vec<Record> {
    let mut records = Vec::with_capacity(all.len());
    for slice in all.chunks(READ_AT_ONCE) {
        let noted = in_parts(slice.len(), threads, |range| {
            let one = |side: &S| {
                let mut noting = Noting::default();
                let record = read(side, &mut noting);
                (record, noting)
            };
            slice.get(range).unwrap_or_default().iter().map(one).collect()
        });
        for (mut record, noting) in noted {
            record.renumber(&index.learn(&noting));
            records.push(record);
        }
    }
    records
}

fn id_order(rights: &[RightParty]) -> Vec<u32> {
    let mut sorted: Vec<usize> = (0..rights.len()).collect();
    sorted.sort_by_key(|at| rights.get(*at).map(|p| p.right_id.as_str()));
    let mut order = vec![u32::MAX; rights.len()];
    for (place, at) in (0u32..).zip(sorted) {
        if let Some(slot) = order.get_mut(at) {
            *slot = place;
        }
    }
    order
}

impl Engine {
    /// Reads both sides; nothing is compared yet.
    #[must_use]
    pub fn new(rights: Vec<RightParty>, lefts: Vec<LeftContact>) -> Self {
        Self::on_threads(rights, lefts, 1)
    }

    /// As [`Self::new`], working on so many threads now and later; the answers are the same.
    #[must_use]
    pub fn on_threads(mut rights: Vec<RightParty>, lefts: Vec<LeftContact>, threads: usize) -> Self {
        let threads = threads.max(1);
        // Records of like names stand together, because they are compared together: what is near is read faster.
        rights.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.right_id.cmp(&b.right_id)));
        let mut index = Index::default();
        let mut parties = read_all(&rights, &mut index, threads, record::of_party);
        let mut contacts = read_all(&lefts, &mut index, threads, record::of_contact);
        index.weigh();
        parties.iter_mut().chain(&mut contacts).for_each(|record| record.weigh(&index));
        let id_order = id_order(&rights);
        let by_id = (0u32..).zip(&rights).map(|(at, p)| (p.right_id.clone(), at)).collect();
        let places = (0u32..).zip(&lefts).map(|(at, c)| (c.left_id.clone(), at)).collect();
        let mut engine = Engine {
            rights,
            lefts,
            known: Known::default(),
            index,
            parties,
            contacts,
            keys: Keys::default(),
            by_list: Default::default(),
            sizes: [0; 2],
            linked_by: HashMap::new(),
            id_order,
            by_id,
            weights: OnceLock::new(),
            claims: Claims::default(),
            wishes: Vec::new(),
            places,
            threads,
        };
        engine.meet();
        engine
    }

    /// Takes in what people have decided before.
    #[must_use]
    pub fn with_known(mut self, known: Known) -> Self {
        self.linked_by =
            known.links.iter().map(|(contact, party)| (party.clone(), contact.clone())).collect();
        self.learn_aliases(&known);
        self.known = known;
        self
    }

    /// Names by which Cin7 knows a party, because a person linked such a contact to it, are names of the party from then on.
    fn learn_aliases(&mut self, known: &Known) {
        let mut learnt = false;
        for (right_id, names) in &known.aliases {
            let Some(at) = self.by_id.get(right_id).copied() else { continue };
            for name in names {
                let mut noting = Noting::default();
                let mut alias = record::of_alias(name, &mut noting as &mut dyn Numbering);
                alias.renumber(&self.index.learn(&noting));
                learnt |= self.parties.get_mut(at as usize).is_some_and(|party| party.add_names(alias));
            }
        }
        if learnt {
            self.index.weigh();
            let index = &self.index;
            self.parties.iter_mut().chain(&mut self.contacts).for_each(|record| record.weigh(index));
            self.meet();
        }
    }

    /// Files all parties under their keys and letters.
    fn meet(&mut self) {
        let parties = &self.parties;
        let on =
            |list| (0u32..).zip(parties).filter(move |(_, p): &(u32, &Record)| may_stand_on(p.list, list));
        let lists = [PartyList::Customer, PartyList::Vendor];
        let sizes = lists.map(|list| on(list).count());
        let keys = || Keys::new((0u32..).zip(parties));
        let by_list = || lists.map(|list| Trigrams::new(on(list)));
        let (keys, by_list) = if self.threads < 2 || parties.len() < ALONE {
            (keys(), by_list())
        } else {
            std::thread::scope(|scope| {
                let keys = scope.spawn(keys);
                let by_list = by_list();
                (keys.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), by_list)
            })
        };
        (self.sizes, self.keys, self.by_list) = (sizes, keys, by_list);
    }

    /// All contacts, in the order given.
    #[must_use]
    pub fn match_all(&mut self) -> Vec<Proposal> {
        let mut all = Vec::with_capacity(self.lefts.len());
        self.match_each(Shown::Values, |proposal| all.push(proposal));
        all
    }

    /// Hands over each contact's proposal in the order given, so that fifty thousand need not be held at once.
    /// Answers how many pairs were compared.
    pub fn match_each(&mut self, shown: Shown, take: impl FnMut(Proposal)) -> usize {
        self.match_map(shown, |proposal| proposal, take)
    }

    /// As [`Self::match_each`], each proposal first turned into what the caller wants of it, which many threads do at once.
    pub fn match_map<T: Send>(
        &mut self,
        shown: Shown,
        make: impl Fn(Proposal) -> T + Sync,
        mut take: impl FnMut(T),
    ) -> usize {
        let count = self.lefts.len();
        let weights = self.weights();
        let ranked = self.rank_all(weights);
        let compared = ranked.iter().map(|(_, compared)| compared).sum();
        self.claims = Claims::of((0u32..).zip(ranked.iter().map(|(pairs, _)| pairs.as_slice())));
        self.wishes = ranked.iter().map(|(pairs, _)| pairs.first().map(|p| p.party)).collect();
        for start in (0..count).step_by(SLICE) {
            let made = in_parts(SLICE.min(count - start), self.threads, |range| {
                (start + range.start..start + range.end)
                    .filter_map(|at| {
                        let (pairs, _) = ranked.get(at)?;
                        Some(make(self.proposal_at(at, pairs.clone(), shown)))
                    })
                    .collect()
            });
            made.into_iter().for_each(&mut take);
        }
        compared
    }

    /// One contact against the index, for a new contact or a second look. It is not one of those known, so it is never `Auto`.
    #[must_use]
    pub fn match_one(&self, contact: &LeftContact) -> Proposal {
        let mut record = record::of_contact(contact, &mut Looking(&self.index));
        record.weigh(&self.index);
        let (pairs, _) = self.rank(&contact.left_id, &record, &mut <[Scratch; 2]>::default(), self.weights());
        self.proposal(contact, &record, pairs, None, Shown::Values)
    }

    /// What people have decided before, as it is in force.
    #[must_use]
    pub const fn known(&self) -> &Known {
        &self.known
    }

    /// All parties, ready to be searched by hand.
    #[must_use]
    pub fn lookup(&self) -> Lookup {
        Lookup::new(self.rights.iter())
    }

    /// The party at a place that a [`Lookup`] answered.
    #[must_use]
    pub fn party(&self, place: u32) -> Option<&RightParty> {
        self.rights.get(place as usize)
    }

    /// The weights in force, learnt once from the lists at hand.
    pub(super) fn weights(&self) -> &Weights {
        self.weights.get_or_init(|| {
            let start = Weights::default();
            let step = self.lefts.len().div_ceil(LESSONS).max(1);
            let mut places: Vec<usize> = (0..self.lefts.len()).step_by(step).collect();
            // What people decided teaches in any case.
            let decided = self.known.links.keys().filter_map(|contact| self.places.get(contact));
            places.extend(decided.take(LESSONS).map(|at| *at as usize));
            places.sort_unstable();
            places.dedup();
            let ranked = self.rank_places(&places, &start);
            learning::learn(places.iter().zip(&ranked).filter_map(|(at, (pairs, _))| {
                let (contact, record) = (self.lefts.get(*at)?, self.contacts.get(*at)?);
                let linked =
                    self.known.links.get(&contact.left_id).and_then(|id| self.by_id.get(id)).copied();
                Some(Lesson { pairs, prior: self.prior(record), linked })
            }))
        })
    }

    /// The candidates of the contacts at some places, in the order of the places.
    pub(super) fn rank_places(&self, places: &[usize], weights: &Weights) -> Vec<(Vec<Pair>, usize)> {
        in_parts(places.len(), self.threads, |range| {
            let mut scratch = <[Scratch; 2]>::default();
            let one = |at: &usize| {
                let (contact, record) = (self.lefts.get(*at)?, self.contacts.get(*at)?);
                Some(self.rank(&contact.left_id, record, &mut scratch, weights))
            };
            places.get(range).unwrap_or_default().iter().filter_map(one).collect()
        })
    }

    /// All contacts' candidates, in the order given; worked on in the order of names, see [`Self::on_threads`].
    fn rank_all(&self, weights: &Weights) -> Vec<(Vec<Pair>, usize)> {
        let name = |at: usize| self.contacts.get(at).and_then(|c| c.names.first()).map(|n| n.joined.as_str());
        let mut order: Vec<usize> = (0..self.lefts.len()).collect();
        order.sort_by(|a, b| name(*a).cmp(&name(*b)));
        let ranked = self.rank_places(&order, weights);
        let mut all = Vec::new();
        all.resize_with(self.lefts.len(), Default::default);
        for (at, pairs) in order.into_iter().zip(ranked) {
            if let Some(slot) = all.get_mut(at) {
                *slot = pairs;
            }
        }
        all
    }

    fn lists_of(record: &Record) -> impl Iterator<Item = PartyList> + use<> {
        let list = record.list;
        [PartyList::Customer, PartyList::Vendor].into_iter().filter(move |l| may_stand_on(list, *l))
    }

    /// See `evidence::prior_bits`.
    pub(super) fn prior(&self, record: &Record) -> f64 {
        let size = Self::lists_of(record).filter_map(|list| self.sizes.get(place(list))).sum();
        evidence::prior_bits(size)
    }

    /// The candidates of one contact, best first, and how many were compared.
    pub(super) fn rank(
        &self,
        left_id: &str,
        record: &Record,
        scratch: &mut [Scratch; 2],
        weights: &Weights,
    ) -> (Vec<Pair>, usize) {
        let offered = |party: u32| {
            let wanted = |p: &Record| record.list.is_none_or(|list| may_stand_on(p.list, list));
            self.parties.get(party as usize).is_some_and(wanted) && !self.refused(left_id, party)
        };
        let lists = Self::lists_of(record).filter_map(|list| self.by_list.get(place(list)));
        let found = blocking::candidates(record, &self.keys, lists, scratch, offered);
        let prior = self.prior(record);
        let mut pairs: Vec<Pair> = found
            .iter()
            .filter_map(|at| {
                let party = self.parties.get(*at as usize)?;
                Some(evidence::compare(record, party, *at, &self.index, weights, prior))
            })
            .collect();
        self.order(&mut pairs);
        pairs.truncate(MATCH_RANKS);
        pairs.shrink_to_fit();
        (pairs, found.len())
    }

    /// Best first; equal scores by the party's identifier.
    pub(super) fn order(&self, pairs: &mut [Pair]) {
        pairs.sort_by(|a, b| {
            b.score.cmp(&a.score).then_with(|| self.id_place(a.party).cmp(&self.id_place(b.party)))
        });
    }

    fn id_place(&self, party: u32) -> u32 {
        self.id_order.get(party as usize).copied().unwrap_or(u32::MAX)
    }

    /// A record that a person linked all the same is shown with its evidence; unlinked, it is refused again.
    fn refused(&self, left_id: &str, party: u32) -> bool {
        let id = self.right_id(party);
        !self.known.refusals.is_empty()
            && self.known.refusals.contains(&(left_id.to_string(), id.to_string()))
            && self.known.links.get(left_id).is_none_or(|linked| linked != id)
    }

    pub(super) fn right_id(&self, party: u32) -> &str {
        self.rights.get(party as usize).map_or("", |p| &p.right_id)
    }
}
