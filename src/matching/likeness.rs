//! Whether two words may be one: a slip of the keyboard, a beginning, a skeleton, a short form, an initial.
//!
//! Must never take two words for one that each stand on several records, nor the names of two people (`matching.md` 2.3).

use super::given_names;
use super::record::Word;
use super::slips::within;
use super::weights::Fate;
use super::words::{same_given_name, spellings};

/// What letters say: a beginning or skeleton of so many letters is met by chance that often.
const BITS_PER_LETTER_OF_BEGINNING: f64 = 2.3;
const BITS_PER_LETTER_OF_SKELETON: f64 = 1.5;
/// As [`BITS_PER_LETTER_OF_SKELETON`], where all letters but the vowels are there.
const BITS_PER_LETTER_OF_BONES: f64 = 2.1;
/// What it takes from a word with a slip that the slip is in its first letter.
const WRONG_START: f64 = 1.5;
/// The most that a word says which is only nearly the same: in a long list some other word is as near by chance.
const BITS_OF_A_SLIP: f64 = 11.0;
const BITS_OF_TWO_SLIPS: f64 = 8.5;
const BITS_OF_HEARD_ALIKE: f64 = 6.0;
/// Jaro-Winkler from which two names of a person count as one badly heard.
const HEARD_ALIKE: f64 = 0.85;

/// What became of a word, and the most bits that its letters can say.
pub(super) fn word_likeness(a: &Word, b: &Word, person: bool) -> Option<(Fate, f64)> {
    if !person && !a.may_start_as(b) && !a.may_end_as(b) {
        return None; // See `likeness`.
    }
    // "Hall" and "Hill", each on several records, are two words rather than one with a slip.
    match any_likeness(a, b, person) {
        Some((Fate::Slip, _)) if a.common && b.common => Some((Fate::Slips, BITS_OF_HEARD_ALIKE)),
        found => found,
    }
}

fn any_likeness(a: &Word, b: &Word, person: bool) -> Option<(Fate, f64)> {
    let compared = likeness(&a.text, &b.text, person);
    if a.written.is_none() && b.written.is_none() {
        return compared.or_else(|| damaged_trade_word(a, b));
    }
    let written = likeness(a.written(), b.written(), person);
    match (compared, written) {
        (Some(x), Some(y)) => Some(if (y.0 as usize) < (x.0 as usize) { y } else { x }),
        (x, y) => x.or(y).or_else(|| damaged_trade_word(a, b)),
    }
}

/// "Euqip" for "Equip", which stands for "Equipment".
fn damaged_trade_word(a: &Word, b: &Word) -> Option<(Fate, f64)> {
    let damaged = |known: &Word, other: &Word| {
        known.generic
            && !other.generic
            && !other.common
            && spellings(&known.text).iter().any(|s| is_slip_of_trade(s, &other.text))
    };
    (damaged(a, b) || damaged(b, a)).then_some((Fate::Slip, f64::MAX))
}

/// A slip in an abbreviation of three letters is told only where all of its letters are there: "ssup" and "spu" for "sup".
fn is_slip_of_trade(known: &str, typed: &str) -> bool {
    if known.len() > 3 {
        return known.bytes().next() == typed.bytes().next() && slips(known, typed) == Some(1);
    }
    let mut letters: Vec<u8> = typed.bytes().collect();
    let doubled = letters.len() == known.len() + 1;
    if doubled {
        letters.dedup();
    }
    let in_order = letters == known.as_bytes();
    letters.sort_unstable();
    let mut of_known: Vec<u8> = known.bytes().collect();
    of_known.sort_unstable();
    known.len() == 3
        && ((doubled && in_order) || (!doubled && letters == of_known && within(known, typed, 1).is_some()))
}

/// "Harris" and "andharris", "Whitney" and "whitneyinc": a blank was lost beside a word that says nothing.
fn has_glued_stop_word(short: &str, long: &str) -> bool {
    let glued = |rest: Option<&str>| rest == Some(short);
    short.len() > 2
        && (["and", "the"]
            .iter()
            .any(|stop| glued(long.strip_prefix(stop)) || glued(long.strip_suffix(stop)))
            || ["inc", "llc", "corp", "ltd"].iter().any(|form| glued(long.strip_suffix(form))))
}

/// "Foundry" and "foundries".
fn is_plural(one: &str, many: &str) -> bool {
    let stem = |word: &str, end: &str| word.strip_suffix(end).map(str::len);
    stem(one, "y")
        .is_some_and(|own| own > 2 && stem(many, "ies") == Some(own) && many.get(..own) == one.get(..own))
}

fn bits_of(letters: usize, each: f64) -> f64 {
    0.5 + each * f64::from(u8::try_from(letters).unwrap_or(u8::MAX))
}

fn likeness(a: &str, b: &str, person: bool) -> Option<(Fate, f64)> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if person && same_given_name(a, b) {
        return Some((Fate::ShortForm, f64::MAX));
    }
    if person && given_names::are_two(a, b) {
        return None;
    }
    if !person && has_glued_stop_word(short, long) {
        return Some((Fate::Joined, f64::MAX));
    }
    if !person && is_plural(short, long) {
        return Some((Fate::Slip, BITS_OF_A_SLIP));
    }
    let same = |x: Option<u8>, y: Option<u8>| x == y;
    let same_start = same(short.bytes().next(), long.bytes().next());
    // Words that share neither end are hardly ever one word; most pairs end here.
    if !same_start && !person && !same(short.bytes().next_back(), long.bytes().next_back()) {
        return None;
    }
    let letters = short.chars().count();
    if letters == 1 {
        return (person && long.starts_with(short)).then_some((Fate::Initial, 3.0));
    }
    let near = if person { slips_of_person(a, b) } else { slips(a, b) };
    match near {
        Some(0 | 1) => return Some((Fate::Slip, bits_of_a_slip(letters, same_start, person))),
        Some(2) => return Some((Fate::Slips, BITS_OF_TWO_SLIPS)),
        Some(_) => return Some((Fate::Slips, BITS_OF_HEARD_ALIKE)),
        None => {}
    }
    if long.starts_with(short) {
        return Some((Fate::Beginning, bits_of(letters, BITS_PER_LETTER_OF_BEGINNING)));
    }
    let each = if is_bones(short, long) { BITS_PER_LETTER_OF_BONES } else { BITS_PER_LETTER_OF_SKELETON };
    ((!person || letters > 2) && abbreviates(short, long)).then(|| (Fate::Skeleton, bits_of(letters, each)))
}

/// What a word says that has a slip: no more than its other letters. Few slips hit the first letter, by which words are told apart.
fn bits_of_a_slip(letters: usize, same_start: bool, person: bool) -> f64 {
    if person {
        return BITS_OF_A_SLIP;
    }
    let wrong_start = if same_start { 0.0 } else { WRONG_START };
    (bits_of(letters - 1, BITS_PER_LETTER_OF_BEGINNING) - wrong_start).min(BITS_OF_A_SLIP)
}

/// "sndsk" is "sandisk" without its vowels, each other letter kept: no letter was chosen to fit.
fn is_bones(short: &str, long: &str) -> bool {
    let vowel = |c: &char| "aeiou".contains(*c);
    short.chars().count() > 3
        && long.chars().take(1).chain(long.chars().skip(1).filter(|c| !vowel(c))).eq(short.chars())
}

/// What it says that letters stuck to a word before may be this word, or its beginning or skeleton.
pub(super) fn glued_to(letters: &str, word: &Word) -> Option<f64> {
    let begins = |text: &str| text.starts_with(letters) || letters.starts_with(text);
    let each = if begins(&word.text) || begins(word.written()) {
        BITS_PER_LETTER_OF_BEGINNING
    } else if abbreviates(letters, &word.text) || abbreviates(letters, word.written()) {
        BITS_PER_LETTER_OF_SKELETON
    } else {
        return None;
    };
    Some(bits_of(letters.chars().count(), each))
}

/// The slips of the keyboard between two words, if they are few for their length.
pub(super) fn slips(a: &str, b: &str) -> Option<usize> {
    let allowed = match a.len().min(b.len()) {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    // One or two slips hardly ever hit both ends of a word.
    let same_end = a.bytes().next() == b.bytes().next() || a.bytes().next_back() == b.bytes().next_back();
    if same_end { within(a, b, allowed) } else { None }
}

/// In names of persons, where a typing pool heard rather than read them, more is forgiven.
fn slips_of_person(a: &str, b: &str) -> Option<usize> {
    let shorter = a.len().min(b.len());
    let allowed = match shorter {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > 3 {
        return None;
    }
    if let Some(distance) = within(a, b, allowed)
        && (shorter > 3 || a.bytes().next() == b.bytes().next())
    {
        return Some(distance);
    }
    (shorter >= 4 && strsim::jaro_winkler(a, b) >= HEARD_ALIKE).then_some(3)
}

/// "svcs" stands for "services": the same first letter, the rest in order, hardly a vowel.
fn abbreviates(short: &str, long: &str) -> bool {
    let vowels = short.chars().skip(1).filter(|c| "aeiou".contains(*c)).count();
    if short.len() + 2 > long.len()
        || short.len() < 2
        || vowels > 1
        || short.chars().next() != long.chars().next()
    {
        return false;
    }
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|d| d == c))
}
