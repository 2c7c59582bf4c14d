//! Every compared value as a number, with how many records have it: rare values weigh more than common ones (`matching.md` 2.3-2.4).
//!
//! Must never be iterated by hash order: the maps are only looked up, so the same input gives the same output.

use super::hashing::Map;

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
    Lead,
    Ten,
    Seven,
    Area,
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
}

const KINDS: usize = Kind::Surname as usize + 1;

/// Values and their counts.
#[derive(Debug, Default)]
pub(super) struct Index {
    ids: [Map<Box<str>, u32>; KINDS],
    counts: Vec<u32>,
    generic: Vec<bool>,
    rarity: Vec<f32>,
    records: u32,
}

/// How a record under construction gets its numbers.
pub(super) trait Numbering {
    /// The number of a value.
    fn number(&mut self, kind: Kind, value: &str) -> u32;
}

/// Notes the values of one record and numbers them by their places, so that records can be read before anything is counted.
#[derive(Debug, Default)]
pub(super) struct Noting {
    /// All values, one behind the other.
    text: String,
    /// By value its kind and where it ends.
    values: Vec<(Kind, usize)>,
}

impl Noting {
    fn values(&self) -> impl Iterator<Item = (Kind, &str)> + '_ {
        let mut start = 0;
        self.values.iter().map(move |(kind, end)| {
            let value = self.text.get(start..*end).unwrap_or_default();
            start = *end;
            (*kind, value)
        })
    }
}

/// Looks numbers up; what was never seen is `NOWHERE`.
pub(super) struct Looking<'a>(pub &'a Index);

impl Numbering for Noting {
    fn number(&mut self, kind: Kind, value: &str) -> u32 {
        self.text.push_str(value);
        self.values.push((kind, self.text.len()));
        u32::try_from(self.values.len() - 1).unwrap_or(NOWHERE)
    }
}

impl Numbering for Looking<'_> {
    fn number(&mut self, kind: Kind, value: &str) -> u32 {
        self.0.ids.get(kind as usize).and_then(|ids| ids.get(value)).copied().unwrap_or(NOWHERE)
    }
}

impl Index {
    fn number(&mut self, kind: Kind, value: &str) -> u32 {
        let Some(ids) = self.ids.get_mut(kind as usize) else { return NOWHERE };
        if let Some(id) = ids.get(value) {
            return *id;
        }
        let id = u32::try_from(self.counts.len()).unwrap_or(NOWHERE);
        self.counts.push(0);
        self.generic.push(kind == Kind::Word && super::words::is_generic(value));
        ids.insert(value.into(), id);
        id
    }

    /// Counts the values of one record, each once, and answers their numbers in the order noted.
    pub fn learn(&mut self, noted: &Noting) -> Vec<u32> {
        let numbers: Vec<u32> = noted.values().map(|(kind, value)| self.number(kind, value)).collect();
        self.count_once(&numbers, true);
        self.records += 1;
        numbers
    }

    /// Takes back what a record counted.
    pub fn unlearn(&mut self, noted: &Noting) {
        let numbers: Vec<u32> = noted.values().map(|(kind, value)| self.number(kind, value)).collect();
        self.count_once(&numbers, false);
        self.records = self.records.saturating_sub(1);
    }

    fn count_once(&mut self, numbers: &[u32], more: bool) {
        let mut once = numbers.to_vec();
        once.sort_unstable();
        once.dedup();
        for id in once {
            if let Some(count) = self.counts.get_mut(id as usize) {
                *count = if more { *count + 1 } else { count.saturating_sub(1) };
            }
        }
    }

    /// How many records of both sides hold the value.
    pub fn count(&self, value: u32) -> u32 {
        self.counts.get(value as usize).copied().unwrap_or(0)
    }

    /// Works out how rare every value is, once all records are known.
    pub fn weigh(&mut self) {
        self.rarity.clear();
        let places = u32::try_from(self.counts.len()).unwrap_or(NOWHERE);
        let all: Vec<f32> = (0..places).map(|id| self.rarity_now(id)).collect();
        self.rarity = all;
    }

    #[allow(clippy::cast_possible_truncation)]
    fn rarity_now(&self, value: u32) -> f32 {
        let generic = self.generic.get(value as usize).copied().unwrap_or(false);
        let assumed = if generic { BACKGROUND_GENERIC } else { 0.5 };
        ((f64::from(self.records) + BACKGROUND) / (f64::from(self.count(value).max(1)) + assumed)).log2()
            as f32
    }

    /// log2(1/u): how much it says that two records share this value.
    pub fn rarity(&self, value: u32) -> f32 {
        self.rarity.get(value as usize).copied().unwrap_or_else(|| self.rarity_now(value))
    }
}
