//! What the lists at hand say about themselves: how often true pairs differ in a field, how words are damaged, how many contacts
//! have a counterpart at all (`matching.md` 2.4).
//!
//! Must never drift: pairs are weighed by the fixed start values, each weight moves within its bounds only, and with few
//! pairs the start values stay. Links and refusals of the operator are pairs with a known answer and count more.

use super::evidence::Pair;
use super::types::{Field, Verdict};
use super::weights::{ADDRESS, COSTS, FATES, LOSSES, Learnt, USUAL, Weights};

/// Fewer likely pairs than this teach nothing (`matching.md` 2.4: some 200).
const ENOUGH_PAIRS: f64 = 100.0;
/// The start values count like so many pairs.
const START_COUNTS_AS: f64 = 60.0;
/// The start costs of words count like so many words.
const START_COUNTS_AS_WORDS: f64 = 150.0;
/// How much of a difference in damage the cost of a word follows.
const FOLLOWS: f64 = 0.6;
/// A pair that a person decided counts like so many likely ones.
const DECIDED_COUNTS_AS: f64 = 4.0;
/// How far the share of contacts with a counterpart may move the threshold, in bits: few linked, most linked.
const THRESHOLD: (f64, f64) = (1.5, -1.0);
/// What part of a true address' fields differs where one differs: the start values are set for that.
const ADDRESS_START: f64 = 3.2;
/// How far the losses of the address' fields may be stretched.
const STRETCH: (f64, f64) = (0.7, 2.0);

/// The candidates of one contact, best first by the start values.
pub(super) struct Lesson<'a> {
    pub pairs: &'a [Pair],
    /// See `evidence::prior_bits`.
    pub prior: f64,
    /// Which party a person linked, if one did.
    pub linked: Option<u32>,
}

/// Sums over the pairs, each by how likely it is a true one.
#[derive(Clone, Debug, Default)]
struct Sums {
    pairs: f64,
    contacts: f64,
    differs: [f64; 4],
    known: [f64; 4],
    moved: f64,
    placed: f64,
    fates: [f64; FATES],
}

/// Fields learnt one by one.
const SINGLE: [(Field, Learnt); 4] = [
    (Field::Phone, Learnt::Phone),
    (Field::Email, Learnt::Email),
    (Field::Account, Learnt::Account),
    (Field::Person, Learnt::Person),
];

/// How likely each pair is the true one of its contact; the rest is the chance that there is none.
fn chances(lesson: &Lesson<'_>) -> Vec<f64> {
    if let Some(linked) = lesson.linked {
        return lesson
            .pairs
            .iter()
            .map(|p| if p.party == linked { DECIDED_COUNTS_AS } else { 0.0 })
            .collect();
    }
    let odds: Vec<f64> = lesson.pairs.iter().map(|p| (p.score.value() - lesson.prior).exp2()).collect();
    let all = 1.0 + odds.iter().sum::<f64>();
    odds.into_iter().map(|o| o / all).collect()
}

/// The groups of fields that hold a pair together without its name.
const HOLDS: [&[Field]; 4] =
    [&[Field::Phone], &[Field::Email, Field::Domain], &[Field::HouseNumber], &[Field::Account]];

/// The chance of a pair if one group of its fields were not known. Only pairs that another field besides the name holds together
/// teach: else two businesses of one name would teach that businesses move.
fn without(pair: &Pair, prior: f64, chance: f64, fields: &[Field]) -> f64 {
    if chance > 1.0 {
        return chance;
    }
    let agrees = |f: &Field| pair.verdict(*f) == Verdict::Agrees;
    if !HOLDS.iter().any(|group| !group.iter().any(|f| fields.contains(f)) && group.iter().any(agrees)) {
        return 0.0;
    }
    let bits: f64 = fields.iter().map(|f| pair.bits(*f)).sum();
    let odds = (pair.score.value() - bits - prior).exp2();
    odds / (1.0 + odds)
}

impl Sums {
    fn add(&mut self, lesson: &Lesson<'_>) {
        self.contacts += if lesson.linked.is_some() { DECIDED_COUNTS_AS } else { 1.0 };
        for (pair, chance) in lesson.pairs.iter().zip(chances(lesson)) {
            if chance < 0.01 {
                continue;
            }
            self.pairs += chance;
            for (at, (field, _)) in SINGLE.iter().enumerate() {
                let chance = without(
                    pair,
                    lesson.prior,
                    chance,
                    if *field == Field::Email {
                        &[Field::Email, Field::Domain]
                    } else {
                        std::slice::from_ref(field)
                    },
                );
                let verdict = pair.verdict(*field);
                add(&mut self.known, at, if verdict == Verdict::Unknown { 0.0 } else { chance });
                add(&mut self.differs, at, if verdict == Verdict::Differs { chance } else { 0.0 });
            }
            self.add_address(pair, lesson.prior, chance);
            if let Some(name) = &pair.name {
                for (at, count) in name.tally.iter().enumerate() {
                    add(&mut self.fates, at, chance * f64::from(*count));
                }
            }
        }
    }

    fn add_address(&mut self, pair: &Pair, prior: f64, chance: f64) {
        let fields = [Field::HouseNumber, Field::Street, Field::Zip, Field::City, Field::State];
        let verdicts = fields.map(|f| pair.verdict(f));
        let [house, street, zip, city, _] = verdicts;
        let known = |v: Verdict| v != Verdict::Unknown;
        if !(known(house) || known(street)) || !(known(zip) || known(city)) {
            return;
        }
        let chance = without(pair, prior, chance, &fields);
        self.placed += chance;
        let differs = |v: Verdict| v == Verdict::Differs;
        if (differs(house) || differs(street)) && (differs(zip) || differs(city)) {
            self.moved += chance;
        }
    }

    fn weights(&self) -> Weights {
        let mut weights = Weights::default();
        if self.pairs < ENOUGH_PAIRS {
            return weights;
        }
        for (at, (_, learnt)) in SINGLE.iter().enumerate() {
            let start = LOSSES.get(*learnt as usize).map_or(1.0, |l| l.0);
            let loss = loss(at_of(&self.differs, at), at_of(&self.known, at), start);
            weights.set_loss(*learnt, loss);
            if *learnt == Learnt::Email {
                let free = LOSSES.get(Learnt::FreeEmail as usize).map_or(1.0, |l| l.0);
                weights.set_loss(Learnt::FreeEmail, loss - start + free);
            }
        }
        let stretch = loss(self.moved, self.placed, ADDRESS_START) / ADDRESS_START;
        for field in ADDRESS {
            let start = LOSSES.get(field as usize).map_or(1.0, |l| l.0);
            weights.set_loss(field, start * stretch.clamp(STRETCH.0, STRETCH.1));
        }
        self.learn_words(&mut weights);
        let linked = (self.pairs / self.contacts.max(1.0)).clamp(0.05, 0.95);
        weights.threshold = ((1.0 - linked) / linked).log2().clamp(THRESHOLD.1, THRESHOLD.0);
        weights
    }

    fn learn_words(&self, weights: &mut Weights) {
        let all: f64 = self.fates.iter().sum::<f64>() + START_COUNTS_AS_WORDS;
        for (at, (usual, (start, ..))) in USUAL.iter().zip(COSTS).enumerate() {
            let usual = usual / 100.0;
            let here = (at_of(&self.fates, at) + usual * START_COUNTS_AS_WORDS) / all;
            weights.set_cost(at, start + FOLLOWS * (usual / here).log2());
        }
    }
}

fn add(sums: &mut [f64], at: usize, what: f64) {
    if let Some(sum) = sums.get_mut(at) {
        *sum += what;
    }
}

fn at_of(sums: &[f64], at: usize) -> f64 {
    sums.get(at).copied().unwrap_or(0.0)
}

/// -log2 of how often true pairs differ, the start value counting like some pairs.
fn loss(differs: f64, known: f64, start: f64) -> f64 {
    let rate = (differs + START_COUNTS_AS * (-start).exp2()) / (known + START_COUNTS_AS);
    -rate.log2()
}

/// The weights that the lists at hand suggest, within their bounds.
pub(super) fn learn<'a>(lessons: impl Iterator<Item = Lesson<'a>>) -> Weights {
    let mut sums = Sums::default();
    for lesson in lessons {
        sums.add(&lesson);
    }
    sums.weights()
}
