//! A name cut short as old ledgers do it: words begun, vowels dropped, blanks lost, the end cut off ("MOLSONCRS BREW" for "Molson
//! Coors Brewing Company").
//!
//! Must never speak where the words themselves can be laid side by side: it reads letters only, which say less than words
//! (`matching.md` 1, 2.3).

use super::name_evidence::Scales;
use super::record::{Name, Word};
use super::weights::Fate;

/// Longer names are not cut short; more words than these are not looked at.
const MOST_LETTERS: usize = 28;
const MOST_WORDS: usize = 8;
/// Fewer letters than these say too little.
const FEWEST_LETTERS: usize = 5;
/// What a letter says: the first of a word, one of its beginning, one further on.
const FIRST: f64 = 2.6;
const NEXT: f64 = 2.0;
const FURTHER: f64 = 1.4;
/// What it costs to see a new word where no blank stands.
const BLANK_LOST: f64 = 1.0;
/// The part of a word's weight that its absence costs at most.
const SHARE_OF_WEIGHT: f64 = 0.5;

/// What a reading earns and costs.
#[derive(Clone, Copy)]
struct Reading {
    gain: f64,
    cost: f64,
}

impl Reading {
    const NEVER: Reading = Reading { gain: 0.0, cost: f64::MAX };

    fn bits(self) -> f64 {
        self.gain - self.cost
    }

    fn and(self, gain: f64, cost: f64) -> Self {
        Reading { gain: self.gain + gain, cost: self.cost + cost }
    }
}

/// What it says in bits that one name may be the other cut short; none where it may not.
pub(super) fn compare(left: &Name, right: &Name, scales: Scales<'_>) -> Option<f64> {
    if left.joined.as_bytes().first() != right.joined.as_bytes().first() {
        return None;
    }
    let (short, long) = if left.written.len() <= right.written.len() { (left, right) } else { (right, left) };
    best_reading(short, long, scales)
}

/// The letters of the short name, and behind which of them a blank stands.
struct Short<'n> {
    letters: &'n [u8],
    blank_behind: u32,
}

impl<'n> Short<'n> {
    fn of(name: &'n Name) -> Option<Self> {
        let count = name.written.len();
        if !(FEWEST_LETTERS..=MOST_LETTERS).contains(&count) || !name.written.is_ascii() {
            return None;
        }
        let mut blank_behind = 0;
        let mut end = 0;
        for word in &name.words {
            end += word.written().len();
            blank_behind |= 1u32.checked_shl(u32::try_from(end).ok()?).unwrap_or(0);
        }
        Some(Short { letters: name.written.as_bytes(), blank_behind })
    }

    fn ends_a_word(&self, at: usize) -> bool {
        at >= self.letters.len() || self.blank_behind & (1 << at) != 0
    }
}

/// Reads the short name as the beginnings and skeletons of the long one's words, in their order.
fn best_reading(short: &Name, long: &Name, scales: Scales<'_>) -> Option<f64> {
    let text = Short::of(short)?;
    if long.words.len() > MOST_WORDS || long.words.len() < 2 || long.written.len() < text.letters.len() + 2 {
        return None;
    }
    // By letters read so far: the best reading.
    let mut best = [Reading::NEVER; MOST_LETTERS + 1];
    *best.first_mut()? = Reading { gain: 0.0, cost: 0.0 };
    for (place, word) in long.words.iter().enumerate() {
        let mut next = [Reading::NEVER; MOST_LETTERS + 1];
        let read = best.iter().enumerate().take(text.letters.len() + 1);
        for (at, so_far) in read.filter(|(_, reading)| reading.cost < f64::MAX) {
            // The first word is never left out.
            if place > 0 {
                let lacks = absence(word, at == text.letters.len(), scales);
                raise(&mut next, at, so_far.and(0.0, lacks));
            }
            // Most words have one spelling, which need not be read twice.
            for spelling in word.written.as_deref().into_iter().chain([&*word.text]) {
                read_word(&text, at, *so_far, (spelling, word), scales, &mut next);
            }
        }
        best = next;
    }
    let whole = best.get(text.letters.len()).copied().filter(|reading| reading.cost < f64::MAX)?;
    Some(whole.gain.min(scales.most) - whole.cost)
}

fn raise(best: &mut [Reading], at: usize, reading: Reading) {
    if let Some(slot) = best.get_mut(at)
        && reading.bits() > slot.bits()
    {
        *slot = reading;
    }
}

fn absence(word: &Word, in_tail: bool, scales: Scales<'_>) -> f64 {
    let fate = match (word.weak, in_tail, word.generic) {
        (true, ..) => Fate::LacksWeak,
        (_, true, _) => Fate::LacksTail,
        (_, _, true) => Fate::LacksTrade,
        _ => Fate::LacksOwn,
    };
    scales.weights.cost(fate).min(f64::from(word.rarity) * SHARE_OF_WEIGHT)
}

/// All ways to read letters from a place on as one word: its first letter, then others of it in their order.
fn read_word(
    text: &Short<'_>,
    at: usize,
    before: Reading,
    (spelling, word): (&str, &Word),
    scales: Scales<'_>,
    next: &mut [Reading],
) {
    let known = spelling.as_bytes();
    let (mut bits, mut place) = (0.0, 0usize);
    let most = f64::from(word.rarity).max(2.0);
    let glued = if at == 0 || text.ends_a_word(at) { 0.0 } else { BLANK_LOST };
    for (count, letter) in text.letters.get(at..).unwrap_or_default().iter().enumerate() {
        let Some(found) = known.get(place..).and_then(|rest| rest.iter().position(|k| k == letter)) else {
            return;
        };
        if count == 0 && found > 0 {
            return;
        }
        let in_row = place + found == count;
        // Vowels are the first to go: a skeleton that keeps them is another word.
        if !in_row && matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u') {
            return;
        }
        bits += if count == 0 {
            FIRST
        } else if in_row {
            NEXT
        } else {
            FURTHER
        };
        place += found + 1;
        let whole = place == known.len() && in_row;
        let end = at + count + 1;
        let cost = if whole {
            0.0
        } else if in_row {
            scales.weights.cost(Fate::Beginning) * 0.5
        } else {
            scales.weights.cost(Fate::Skeleton) * 0.5
        };
        let earned = if whole { most } else { bits.min(most) };
        raise(next, end, before.and(earned, cost + glued));
        if text.ends_a_word(end) {
            return;
        }
    }
}
