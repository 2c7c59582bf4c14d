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
const READ_AT_MOST: usize = 5_000;
/// Trigrams read in any case.
const READ_AT_LEAST: usize = 4;

/// Which parties meet under a key.
#[derive(Debug, Default)]
pub(super) struct Keys {
    sorted: Vec<(u64, u32)>,
}

impl Keys {
    /// Files all parties under their keys.
    pub fn new<'a>(parties: impl Iterator<Item = (u32, &'a Record)>) -> Self {
        let mut sorted: Vec<(u64, u32)> =
            parties.flat_map(|(at, party)| party.keys.iter().map(move |key| (*key, at))).collect();
        sorted.sort_unstable();
        Keys { sorted }
    }

    /// The parties under a key, in order.
    pub fn parties(&self, key: u64) -> impl ExactSizeIterator<Item = u32> + '_ {
        let start = self.sorted.partition_point(|(k, _)| *k < key);
        let rest = self.sorted.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|(k, _)| *k == key).count();
        rest.get(..count).unwrap_or_default().iter().map(|(_, party)| *party)
    }
}

/// Letter trigrams of the distinct spellings of one list.
#[derive(Debug, Default)]
pub(super) struct Trigrams {
    grams: Map<u64, u32>,
    /// By trigram: (spelling, weight).
    entries: Vec<Vec<(u32, f32)>>,
    /// By spelling: the parties spelled so.
    parties: Vec<Vec<u32>>,
}

/// Sums of one search, kept between searches to spare the clearing.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

fn trigrams(joined: &str) -> Vec<u64> {
    let mut grams = Vec::with_capacity(joined.len() + 2);
    let (mut a, mut b) = (u64::from(b' '), u64::from(b' '));
    for c in joined.chars().map(|c| u64::from(u32::from(c))).chain([u64::from(b' ')]) {
        grams.push((a << 42) | (b << 21) | c);
        (a, b) = (b, c);
    }
    grams.sort_unstable();
    grams.dedup();
    grams
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
        for (spelling, text) in (0u32..).zip(&texts) {
            for gram in trigrams(text) {
                let next = u32::try_from(index.entries.len()).unwrap_or(u32::MAX);
                let id = *index.grams.entry(gram).or_insert(next);
                if id == next {
                    index.entries.push(Vec::new());
                }
                if let Some(entries) = index.entries.get_mut(id as usize) {
                    entries.push((spelling, 1.0));
                }
            }
        }
        index.weigh(texts.len());
        index
    }

    fn weigh(&mut self, spellings: usize) {
        let mut norms = vec![0.0f32; spellings];
        for entries in &self.entries {
            let weight = gram_weight(spellings, entries.len());
            for (spelling, _) in entries {
                if let Some(norm) = norms.get_mut(*spelling as usize) {
                    *norm += weight * weight;
                }
            }
        }
        for entries in &mut self.entries {
            let weight = gram_weight(spellings, entries.len());
            for (spelling, cell) in entries.iter_mut() {
                *cell = weight / norms.get(*spelling as usize).map_or(1.0, |n| n.sqrt().max(0.001));
            }
        }
    }

    /// Adds the parties whose names look most like `joined`.
    pub fn search(&self, joined: &str, scratch: &mut Scratch, found: &mut Vec<u32>) {
        let mut lists: Vec<&Vec<(u32, f32)>> =
            trigrams(joined).iter().filter_map(|g| self.entries.get(*self.grams.get(g)? as usize)).collect();
        lists.sort_by_key(|entries| entries.len());
        scratch.sums.resize(self.parties.len(), 0.0);
        let mut read = 0;
        for (place, entries) in lists.iter().enumerate() {
            read += entries.len();
            if place >= READ_AT_LEAST && read > READ_AT_MOST {
                break;
            }
            let weight = gram_weight(self.parties.len(), entries.len());
            for (spelling, cell) in *entries {
                if let Some(sum) = scratch.sums.get_mut(*spelling as usize) {
                    if *sum == 0.0 {
                        scratch.touched.push(*spelling);
                    }
                    *sum += weight * cell;
                }
            }
        }
        let mut best: Vec<(f32, u32)> = Vec::with_capacity(scratch.touched.len());
        for spelling in scratch.touched.drain(..) {
            if let Some(sum) = scratch.sums.get_mut(spelling as usize) {
                best.push((*sum, spelling));
                *sum = 0.0;
            }
        }
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if best.len() > BY_LETTERS {
            best.select_nth_unstable_by(BY_LETTERS, order);
            best.truncate(BY_LETTERS);
        }
        for (_, spelling) in best {
            found.extend(self.parties.get(spelling as usize).into_iter().flatten());
        }
    }
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
