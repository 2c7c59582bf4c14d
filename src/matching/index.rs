//! Every compared value as a number, with how many records have it: rare values weigh more than common ones (`matching.md` 2.3-2.4).
//!
//! Must never be iterated by hash order: the maps are only looked up, so the same input gives the same output.

use std::collections::HashMap;

/// Stands for a value that no record has; equal to nothing.
pub(super) const NOWHERE: u32 = u32::MAX;
/// Records assumed to exist beside those at hand, so that a file of ten does not make every word look common.
const BACKGROUND: f64 = 2000.0;
/// How many of the assumed records hold a word of trade at large ("supply").
const BACKGROUND_GENERIC: f64 = 30.0;

/// The kinds of values; the same text under two kinds is two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    NameKey,
    Initials,
    Ten,
    Seven,
    Email,
    Domain,
    House,
    Street,
    Zip,
    City,
    State,
    Account,
    Given,
    Surname,
    PersonKey,
    HouseZip,
    HouseCity,
    HouseStreet,
    WordPlace,
}

/// Values, their counts, and which parties hold them.
#[derive(Debug, Default)]
pub(super) struct Index {
    ids: HashMap<String, u32>,
    counts: Vec<u32>,
    generic: Vec<bool>,
    parties: Vec<Vec<u32>>,
    records: u32,
}

/// How a record under construction gets its numbers.
pub(super) trait Numbering {
    /// The number of a value.
    fn number(&mut self, kind: Kind, value: &str) -> u32;
}

fn spelled(kind: Kind, value: &str) -> String {
    format!("{}{value}", char::from(b'A' + kind as u8))
}

/// Gives new numbers and counts each value once per record.
pub(super) struct Learning<'a> {
    index: &'a mut Index,
    seen: Vec<u32>,
}

/// Looks numbers up; what was never seen is `NOWHERE`.
pub(super) struct Looking<'a>(pub &'a Index);

impl Numbering for Learning<'_> {
    fn number(&mut self, kind: Kind, value: &str) -> u32 {
        let key = spelled(kind, value);
        let id = if let Some(id) = self.index.ids.get(&key) {
            *id
        } else {
            let id = u32::try_from(self.index.counts.len()).unwrap_or(NOWHERE);
            self.index.ids.insert(key, id);
            self.index.counts.push(0);
            self.index.parties.push(Vec::new());
            self.index.generic.push(kind == Kind::Word && super::words::is_generic(value));
            id
        };
        self.seen.push(id);
        id
    }
}

impl Numbering for Looking<'_> {
    fn number(&mut self, kind: Kind, value: &str) -> u32 {
        self.0.ids.get(&spelled(kind, value)).copied().unwrap_or(NOWHERE)
    }
}

impl Index {
    /// Builds one record, counting its values.
    pub fn learn<T>(&mut self, build: impl FnOnce(&mut Learning<'_>) -> T) -> T {
        let mut learning = Learning { index: self, seen: Vec::new() };
        let built = build(&mut learning);
        let mut seen = learning.seen;
        seen.sort_unstable();
        seen.dedup();
        for id in seen {
            if let Some(count) = self.counts.get_mut(id as usize) {
                *count += 1;
            }
        }
        self.records += 1;
        built
    }

    /// Files a party under a value.
    pub fn file(&mut self, value: u32, party: u32) {
        if let Some(parties) = self.parties.get_mut(value as usize)
            && parties.last() != Some(&party)
        {
            parties.push(party);
        }
    }

    /// The parties filed under a value, in order.
    pub fn parties(&self, value: u32) -> &[u32] {
        self.parties.get(value as usize).map_or(&[], Vec::as_slice)
    }

    /// How many records of both sides hold the value.
    pub fn count(&self, value: u32) -> u32 {
        self.counts.get(value as usize).copied().unwrap_or(0)
    }

    /// log2(1/u): how much it says that two records share this value.
    pub fn rarity(&self, value: u32) -> f64 {
        let generic = self.generic.get(value as usize).copied().unwrap_or(false);
        let assumed = if generic { BACKGROUND_GENERIC } else { 0.5 };
        ((f64::from(self.records) + BACKGROUND) / (f64::from(self.count(value).max(1)) + assumed)).log2()
    }
}
