//! Which places of a list are marked, one bit each: marking a million rows is one key like any other.
//!
//! Must never forget a mark nor make one when the list is read anew: bits are carried over by the ids that they stood for.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::ops::Range;

const BITS: usize = u64::BITS as usize;

/// One bit for each place.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    words: Vec<u64>,
    count: usize,
}

impl Marks {
    pub const fn count(&self) -> usize {
        self.count
    }

    pub fn has(&self, at: usize) -> bool {
        self.words.get(at / BITS).is_some_and(|word| word >> (at % BITS) & 1 == 1)
    }

    /// The word with the bit of a place, made where there is none yet.
    fn word_mut(&mut self, at: usize) -> Option<&mut u64> {
        let word = at / BITS;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words.get_mut(word)
    }

    pub fn set(&mut self, at: usize, on: bool) {
        if self.has(at) == on {
            return;
        }
        if let Some(word) = self.word_mut(at) {
            *word ^= 1 << (at % BITS);
        }
        self.count = if on { self.count + 1 } else { self.count - 1 };
    }

    /// Marks all of a range.
    pub fn fill(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            if at.is_multiple_of(BITS) && range.end - at >= BITS {
                if let Some(word) = self.word_mut(at) {
                    let before = std::mem::replace(word, u64::MAX);
                    self.count += before.count_zeros() as usize;
                }
                at += BITS;
            } else {
                self.set(at, true);
                at += 1;
            }
        }
    }

    pub fn clear(&mut self) {
        self.words.clear();
        self.count = 0;
    }

    /// The marked places, in order.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.checked_sub(1)?;
                Some(at * BITS + bit)
            })
        })
    }

    /// The same marks on a new order of ids. What stands alike at the beginning and at the end of both is carried over
    /// as it is: after a decision only a row or two between them went.
    pub fn carried<I: Copy + Eq + Hash>(&self, old: &[I], new: &[I]) -> Self {
        let mut carried = Marks::default();
        if self.count == 0 {
            return carried;
        }
        let (head, tail) = alike(old, new);
        let (old_tail, new_tail) = (old.len() - tail, new.len() - tail);
        let mut between: HashSet<I, BuildHasherDefault<Quick>> = HashSet::default();
        for at in self.places() {
            if at < head {
                carried.set(at, true);
            } else if at >= old_tail {
                carried.set(at - old_tail + new_tail, true);
            } else if let Some(id) = old.get(at) {
                between.insert(*id);
            }
        }
        if !between.is_empty() {
            for (at, id) in new.iter().enumerate().take(new_tail).skip(head) {
                if between.contains(id) {
                    carried.set(at, true);
                }
            }
        }
        carried
    }
}

/// How many ids stand alike at the beginning of both, and then at the end.
fn alike<I: Eq>(old: &[I], new: &[I]) -> (usize, usize) {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    (head, tail)
}

/// A hash of row ids, which nobody outside chooses: quick beats unguessable.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_i64(&mut self, value: i64) {
        self.write_u64(value.cast_unsigned());
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks(places: &[usize]) -> Marks {
        let mut marks = Marks::default();
        for at in places {
            marks.set(*at, true);
        }
        marks
    }

    #[test]
    fn marks_are_counted_and_told_in_order() {
        let mut all = marks(&[200, 3, 63, 64]);
        assert_eq!((all.count(), all.places().collect::<Vec<_>>()), (4, vec![3, 63, 64, 200]));
        all.fill(60..130);
        assert_eq!(all.count(), 72);
        all.set(64, false);
        assert!(!all.has(64) && all.has(65) && all.count() == 71);
    }

    proptest! {
        #[test]
        fn every_mark_follows_its_id_and_no_other_row_gets_one(
            old in proptest::collection::hash_set(0u32..300, 0..200),
            new in proptest::collection::hash_set(0u32..300, 0..200),
            marked in proptest::collection::hash_set(0usize..200, 0..200),
            sorted in any::<bool>(),
        ) {
            let (mut old, mut new) = (Vec::from_iter(old), Vec::from_iter(new));
            if sorted {
                old.sort_unstable();
                new.sort_unstable();
            }
            let places: Vec<usize> = marked.into_iter().filter(|at| *at < old.len()).collect();
            let ids: HashSet<u32> = places.iter().map(|at| old[*at]).collect();
            let carried = marks(&places).carried(&old, &new);
            let found: HashSet<u32> = carried.places().map(|at| new[at]).collect();
            let there: HashSet<u32> = ids.intersection(&new.iter().copied().collect()).copied().collect();
            prop_assert_eq!(carried.count(), there.len());
            prop_assert_eq!(found, there);
        }
    }
}
