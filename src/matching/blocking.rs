//! Which pairs are worth a look: the union of several cheap keys, so that no single damaged field loses a pair (`matching.md` 2.2).
//!
//! Must stay near linear in the number of records: a key that many share is passed over, and the letter-trigram search reads a bounded
//! number of entries for each name.

use super::hashing::Map;
use super::record::Record;

/// A key value shared by more parties than this says nothing (`matching.md` 2.2).
const SHARED_BY_TOO_MANY: usize = 25;
/// Names kept by the trigram search for one name (`matching.md` 2.2: about 15).
const BY_LETTERS: usize = 15;
/// Parties taken of one spelling; "Cash Sale" may stand there ten thousand times.
const OF_ONE_SPELLING: usize = 10;
/// Entries of the trigram index read for one name, rarest trigrams first, so that time grows with the names, not their square.
const READ_AT_MOST: usize = 4_000;
/// Trigrams read in any case.
const READ_AT_LEAST: usize = 4;

/// Which parties meet under a key. Keys are hashes, spread evenly, so the first bits of a key tell where it stands.
#[derive(Debug, Default)]
pub(super) struct Keys {
    sorted: Vec<(u64, u32)>,
    /// By the first bits of a key: where in `sorted` the keys begin that start so.
    starts: Vec<u32>,
    shift: u32,
}

impl Keys {
    /// Files all parties under their keys.
    pub fn new<'a>(parties: impl Iterator<Item = (u32, &'a Record)>) -> Self {
        let mut sorted: Vec<(u64, u32)> =
            parties.flat_map(|(at, party)| party.keys.iter().map(move |key| (*key, at))).collect();
        sorted.sort_unstable();
        let shift = u64::BITS - (usize::BITS - sorted.len().leading_zeros()).clamp(1, 24);
        let drawers = (u64::MAX >> shift) + 1;
        let mut starts = Vec::new();
        let mut at = 0;
        for drawer in 0..=drawers {
            while sorted.get(at).is_some_and(|(key, _)| key >> shift < drawer) {
                at += 1;
            }
            starts.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        Keys { sorted, starts, shift }
    }

    /// The parties under a key, in order.
    pub fn parties(&self, key: u64) -> impl ExactSizeIterator<Item = u32> + '_ {
        let drawer = usize::try_from(key >> self.shift).unwrap_or(usize::MAX);
        let edge = |at: usize| self.starts.get(at).copied().unwrap_or(0) as usize;
        let all = self.sorted.get(edge(drawer)..edge(drawer.saturating_add(1))).unwrap_or_default();
        let start = all.iter().take_while(|(k, _)| *k < key).count();
        let rest = all.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|(k, _)| *k == key).count();
        rest.get(..count).unwrap_or_default().iter().map(|(_, party)| *party)
    }
}

/// Letter trigrams of the distinct spellings of one list.
#[derive(Debug, Default)]
pub(super) struct Trigrams {
    grams: Map<u64, u32>,
    /// By trigram: the spellings that hold it, and what it says.
    entries: Vec<(Vec<u32>, f32)>,
    /// By spelling: the parties spelled so.
    parties: Vec<Vec<u32>>,
    /// By spelling: what a sum is multiplied by, so that long names are not preferred.
    norms: Vec<f32>,
}

/// Sums of one search, kept between searches to spare the clearing.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    sums: Vec<f32>,
    touched: Vec<u32>,
    grams: Vec<u64>,
    /// Length and number of the entries to be read.
    lists: Vec<(usize, u32)>,
    best: Vec<(f32, u32)>,
}

fn trigrams(joined: &str, grams: &mut Vec<u64>) {
    grams.clear();
    let (mut a, mut b) = (u64::from(b' '), u64::from(b' '));
    for c in joined.chars().map(|c| u64::from(u32::from(c))).chain([u64::from(b' ')]) {
        grams.push((a << 42) | (b << 21) | c);
        (a, b) = (b, c);
    }
    grams.sort_unstable();
    grams.dedup();
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn gram_weight(spellings: usize, holding: usize) -> f32 {
    (1.0 + spellings as f64 / holding.max(1) as f64).ln() as f32
}

impl Trigrams {
    /// Builds the index over the names of `parties`.
    pub fn new<'a>(parties: impl Iterator<Item = (u32, &'a Record)>) -> Self {
        let mut index = Trigrams::default();
        let mut spellings: Map<&str, u32> = Map::default();
        let mut texts: Vec<&str> = Vec::new();
        for (party, record) in parties {
            for name in &record.names {
                let next = u32::try_from(texts.len()).unwrap_or(u32::MAX);
                let spelling = *spellings.entry(name.joined.as_str()).or_insert(next);
                if spelling == next {
                    texts.push(&name.joined);
                    index.parties.push(Vec::new());
                }
                if let Some(of) = index.parties.get_mut(spelling as usize)
                    && of.len() < OF_ONE_SPELLING
                    && of.last() != Some(&party)
                {
                    of.push(party);
                }
            }
        }
        let mut grams = Vec::new();
        for (spelling, text) in (0u32..).zip(&texts) {
            trigrams(text, &mut grams);
            for gram in &grams {
                let next = u32::try_from(index.entries.len()).unwrap_or(u32::MAX);
                let id = *index.grams.entry(*gram).or_insert(next);
                if id == next {
                    index.entries.push((Vec::new(), 0.0));
                }
                if let Some((entries, _)) = index.entries.get_mut(id as usize) {
                    entries.push(spelling);
                }
            }
        }
        index.weigh();
        index
    }

    fn weigh(&mut self) {
        let spellings = self.parties.len();
        self.norms = vec![0.0; spellings];
        for (entries, weight) in &mut self.entries {
            *weight = gram_weight(spellings, entries.len());
            for spelling in entries {
                if let Some(norm) = self.norms.get_mut(*spelling as usize) {
                    *norm += *weight * *weight;
                }
            }
        }
        for norm in &mut self.norms {
            *norm = 1.0 / norm.sqrt().max(0.001);
        }
    }

    /// Adds the parties whose names look most like `joined`.
    pub fn search(&self, joined: &str, scratch: &mut Scratch, found: &mut Vec<u32>) {
        let Scratch { sums, touched, grams, lists, best } = scratch;
        trigrams(joined, grams);
        lists.clear();
        lists.extend(grams.iter().filter_map(|gram| {
            let id = *self.grams.get(gram)?;
            Some((self.entries.get(id as usize)?.0.len(), id))
        }));
        lists.sort_unstable();
        sums.resize(self.parties.len(), 0.0);
        let mut read = 0;
        for (place, (length, id)) in lists.iter().enumerate() {
            read += length;
            if place >= READ_AT_LEAST && read > READ_AT_MOST {
                break;
            }
            let Some((entries, weight)) = self.entries.get(*id as usize) else { continue };
            let square = weight * weight;
            for spelling in entries {
                if let Some(sum) = sums.get_mut(*spelling as usize) {
                    if *sum == 0.0 {
                        touched.push(*spelling);
                    }
                    *sum += square;
                }
            }
        }
        best.clear();
        let mut least = 0.0;
        for spelling in touched.drain(..) {
            if let (Some(sum), Some(norm)) =
                (sums.get_mut(spelling as usize), self.norms.get(spelling as usize))
            {
                let score = std::mem::take(sum) * norm;
                if score >= least {
                    least = keep_best(best, (score, spelling));
                }
            }
        }
        for (_, spelling) in best.iter() {
            found.extend(self.parties.get(*spelling as usize).into_iter().flatten());
        }
    }
}

/// Takes a spelling in among the best so far, best first, equal ones in order; answers what the next must reach.
fn keep_best(best: &mut Vec<(f32, u32)>, new: (f32, u32)) -> f32 {
    let place = best.partition_point(|old| old.0 > new.0 || (old.0 >= new.0 && old.1 < new.1));
    if place < BY_LETTERS {
        best.truncate(BY_LETTERS - 1);
        best.insert(place, new);
    }
    if best.len() < BY_LETTERS { 0.0 } else { best.last().map_or(0.0, |last| last.0) }
}

/// All parties worth comparing with the contact, each once, in order. `wanted` says which lists may be offered.
pub(super) fn candidates<'a>(
    contact: &Record,
    keys: &Keys,
    lists: impl Iterator<Item = &'a Trigrams>,
    scratch: &mut [Scratch],
    wanted: impl Fn(u32) -> bool,
) -> Vec<u32> {
    let mut found = Vec::new();
    for key in &contact.keys {
        let parties = keys.parties(*key);
        if parties.len() <= SHARED_BY_TOO_MANY {
            found.extend(parties);
        }
    }
    for (trigrams, scratch) in lists.zip(scratch.iter_mut()) {
        for name in &contact.names {
            trigrams.search(&name.joined, scratch, &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    found.retain(|party| wanted(*party));
    found
}
