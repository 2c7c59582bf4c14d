//! What two names say about each other, in bits: rare shared words much, common ones little, words that only one side has against it.
//!
//! Must never let a name alone pass for more than one name can say: the caller caps it by how many records share it (`matching.md` 2.3-2.4).

use super::index::Index;
use super::record::{Name, Record, Word};
use super::words::same_given_name;

/// A shared word that was typed badly, by the number of slips; an abbreviation; a short form of a given name; an initial.
const ONE_SLIP: f64 = 0.85;
const TWO_SLIPS: f64 = 0.7;
const BEGINNING: f64 = 0.75;
const ABBREVIATION: f64 = 0.5;
const SHORT_FORM: f64 = 0.8;
const INITIAL: f64 = 0.3;
/// The most doubt that one similar word leaves.
const MOST_DOUBT: f64 = 1.5;
/// The most that one word, missing on the other side, speaks against the pair.
const MISSING_WORD: f64 = 3.2;
/// The same for a lone digit ("Acme 2").
const MISSING_DIGIT: f64 = 1.0;
/// The factor where both sides have words of their own: "Premier Medical" is not "Premier Plumbing".
const BOTH_HAVE_OWN: f64 = 1.4;
/// Given name or surname of a person differs.
const OTHER_PERSON: f64 = 14.0;
/// A word more on one side ("John A. Smith").
const EXTRA_WORD: f64 = 1.5;
/// An acronym that fits, by its number of letters.
const ACRONYM_PER_LETTER: f64 = 1.9;
/// From so many letters on, a single slip leaves no doubt which name was meant.
const CLOSE_FROM: usize = 14;
/// The lowest that a business name can say; a person of another given name is somebody else, whatever is shared.
const LOWEST: f64 = -8.0;
const LOWEST_PERSON: f64 = -14.0;
/// Two branches of one business, told apart by the place behind the dash.
const OTHER_BRANCH: f64 = 12.0;

/// What the best pair of aliases says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NameOutcome {
    /// For and against together, in bits.
    pub bits: f64,
    /// The same words in whatever order.
    pub exact: bool,
    /// Every word of both sides is found on the other, or was cut off.
    pub complete: bool,
    /// A long name with one slip of the keyboard in it, blanks aside.
    pub close: bool,
    /// Both sides have weighty words that the other lacks.
    pub conflict: bool,
    /// The names are of two branches.
    pub branches: bool,
    /// Which aliases.
    pub left: usize,
    /// Which aliases.
    pub right: usize,
}

/// The best outcome over all aliases; `None` where one side has no name. `most` is what a name that nobody else bears can say.
pub(super) fn compare(left: &Record, right: &Record, index: &Index, most: f64) -> Option<NameOutcome> {
    let mut best: Option<NameOutcome> = None;
    for (l, left_name) in left.names.iter().enumerate() {
        for (r, right_name) in right.names.iter().enumerate() {
            // A name that k records on each side share says log2(k) less.
            let sharers = index.count(left_name.key).max(index.count(right_name.key)).max(2);
            let most = (most + 1.0 - f64::from(sharers).log2()).max(1.0);
            let mut outcome = pair(left_name, right_name, index, left.is_person, most);
            (outcome.left, outcome.right) = (l, r);
            if best.is_none_or(|b| (outcome.exact, outcome.bits) > (b.exact, b.bits)) {
                best = Some(outcome);
            }
        }
    }
    let mut best = best?;
    if let (Some(a), Some(b)) = (&left.branch, &right.branch)
        && !same_branch(a, b, right.names.first().is_some_and(|n| n.cut))
    {
        (best.branches, best.conflict, best.exact, best.complete) = (true, true, false, false);
        best.bits = (best.bits - OTHER_BRANCH).max(LOWEST);
    }
    Some(best)
}

fn same_branch(a: &str, b: &str, cut: bool) -> bool {
    a == b
        || slips(a, b).is_some()
        || a.starts_with(b)
        || (cut && a.starts_with(b.split(' ').next().unwrap_or(b)))
        || b.starts_with(a)
}

struct Slot<'a> {
    word: &'a Word,
    weight: f64,
    free: bool,
}

fn slots<'a>(name: &'a Name, index: &Index) -> Vec<Slot<'a>> {
    name.words.iter().map(|word| Slot { word, weight: index.rarity(word.id), free: true }).collect()
}

fn pair(left: &Name, right: &Name, index: &Index, person: bool, most: f64) -> NameOutcome {
    let (mut a, mut b) = (slots(left, index), slots(right, index));
    let total = |s: &[Slot<'_>]| s.iter().map(|s| s.weight).sum::<f64>();
    if left.key == right.key {
        let bits = total(&a).min(most);
        return NameOutcome { bits, exact: true, complete: true, ..NameOutcome::default() };
    }
    let mut gain = equal_words(&mut a, &mut b);
    gain += joined_words(&mut a, &mut b) + joined_words(&mut b, &mut a);
    let (likely, doubt) = similar_words(&mut a, &mut b, person);
    gain += likely;
    let own =
        |s: &[Slot<'_>]| s.iter().filter(|s| s.free && s.word.text.len() > 1).map(|s| s.weight).sum::<f64>();
    let (own_left, own_right) = (own(&a), own(&b));
    let smaller = total(&a).min(total(&b));
    let conflict = own_left > 3.0 && own_right > 3.0;
    let cost = if person { other_person(&a, &b) } else { missing(&mut a, &mut b, left, right, conflict) };
    let by_words = NameOutcome {
        bits: (gain.min(most) - cost - doubt).max(if person { LOWEST_PERSON } else { LOWEST }),
        complete: own_left == 0.0 && own_right == 0.0,
        conflict: conflict || (person && cost >= OTHER_PERSON),
        ..NameOutcome::default()
    };
    let by_letters = if person { None } else { whole_letters(left, right, smaller.min(most)) };
    let by_initials = acronym(left, right).map(|bits| NameOutcome { bits, ..NameOutcome::default() });
    let better = |best: NameOutcome, next: NameOutcome| {
        let close = best.close || next.close;
        NameOutcome { close, ..if next.bits > best.bits { next } else { best } }
    };
    [by_letters, by_initials].into_iter().flatten().fold(by_words, better)
}

fn equal_words(a: &mut [Slot<'_>], b: &mut [Slot<'_>]) -> f64 {
    let mut gain = 0.0;
    for x in a.iter_mut() {
        if let Some(y) = b.iter_mut().find(|y| y.free && y.word.id == x.word.id) {
            (x.free, y.free) = (false, false);
            gain += x.weight;
        }
    }
    gain
}

/// Two neighbouring words of one side written as one on the other.
fn joined_words(a: &mut [Slot<'_>], b: &mut [Slot<'_>]) -> f64 {
    let mut gain = 0.0;
    for at in 0..a.len().saturating_sub(1) {
        let Some([x, y]) = a.get_mut(at..at + 2) else { continue };
        if !(x.free && y.free) {
            continue;
        }
        let joined = format!("{}{}", x.word.written(), y.word.written());
        let same = |z: &&mut Slot<'_>| z.free && written_as_one(&joined, z.word.written());
        if let Some(z) = b.iter_mut().find(same) {
            (x.free, y.free, z.free) = (false, false, false);
            gain += (x.weight + y.weight).min(z.weight + 4.0);
        }
    }
    gain
}

fn written_as_one(two: &str, one: &str) -> bool {
    two == one || slips(two, one) == Some(1) || (one.len() > 6 && two.starts_with(one))
}

/// What similar words earn, and the doubt that they leave: an equal word always says more.
fn similar_words(a: &mut [Slot<'_>], b: &mut [Slot<'_>], person: bool) -> (f64, f64) {
    let (mut gain, mut doubt) = (0.0, 0.0);
    for x in a.iter_mut().filter(|x| x.free) {
        let best = b
            .iter_mut()
            .filter(|y| y.free)
            .map(|y| (word_likeness(x.word, y.word, person), y))
            .max_by(|p, q| p.0.total_cmp(&q.0));
        if let Some((quality, y)) = best
            && quality > 0.0
        {
            (x.free, y.free) = (false, false);
            let weight = x.weight.min(y.weight).max(2.0);
            gain += weight;
            doubt += ((1.0 - quality) * weight).min(MOST_DOUBT) + 0.3;
        }
    }
    (gain, doubt)
}

fn word_likeness(a: &Word, b: &Word, person: bool) -> f64 {
    let compared = likeness(&a.text, &b.text, person);
    if a.written.is_none() && b.written.is_none() {
        return compared;
    }
    compared.max(likeness(a.written(), b.written(), person))
}

/// How much of an equal word's weight a similar one earns.
fn likeness(a: &str, b: &str, person: bool) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if person && same_given_name(a, b) {
        return SHORT_FORM;
    }
    if short.chars().count() == 1 {
        return if person && long.starts_with(short) { INITIAL } else { 0.0 };
    }
    let by_slips = match slips(a, b) {
        Some(0 | 1) => ONE_SLIP,
        Some(_) => TWO_SLIPS,
        None => 0.0,
    };
    let by_beginning = match long.starts_with(short) {
        true if short.len() > 2 => BEGINNING,
        true => ABBREVIATION,
        false => 0.0,
    };
    let by_letters =
        if (!person || short.len() > 2) && abbreviates(short, long) { ABBREVIATION } else { 0.0 };
    by_slips.max(by_beginning).max(by_letters)
}

/// The slips of the keyboard between two words, if they are few for their length.
fn slips(a: &str, b: &str) -> Option<usize> {
    let shorter = a.len().min(b.len());
    let allowed = match shorter {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    // One or two slips hardly ever hit both ends of a word; the exact distance is dear.
    let same_end = a.chars().next() == b.chars().next() || a.chars().next_back() == b.chars().next_back();
    if a.len().abs_diff(b.len()) > allowed || !same_end {
        return None;
    }
    let distance = strsim::osa_distance(a, b);
    (distance <= allowed).then_some(distance)
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

/// What the words that only one side has cost a business name.
fn missing<'a>(a: &mut [Slot<'a>], b: &mut [Slot<'a>], left: &Name, right: &Name, conflict: bool) -> f64 {
    forgive_cut(a, b, left, right);
    let cost_of = |slot: &Slot<'_>| {
        if slot.word.text.len() == 1 { MISSING_DIGIT } else { (slot.weight * 0.5).min(MISSING_WORD) }
    };
    let sum = |s: &[Slot<'_>]| s.iter().filter(|s| s.free).map(cost_of).sum::<f64>();
    (sum(a) + sum(b)) * if conflict { BOTH_HAVE_OWN } else { 1.0 }
}

/// The words that a cut took away cost nothing.
fn forgive_cut<'a>(a: &mut [Slot<'a>], b: &mut [Slot<'a>], left: &Name, right: &Name) {
    let shorter = left.joined.len().min(right.joined.len());
    let begins =
        shorter >= 8 && (left.joined.starts_with(&right.joined) || right.joined.starts_with(&left.joined));
    if !(left.cut || right.cut || begins) {
        return;
    }
    let (whole, stump) = if right.cut || right.joined.len() < left.joined.len() { (a, b) } else { (b, a) };
    if let Some(last) = stump.last_mut() {
        last.free = false;
    }
    for slot in whole.iter_mut().rev().take_while(|s| s.free) {
        slot.weight *= 0.15;
    }
}

/// What it costs when the words of a person's name differ, initials included.
fn other_person(a: &[Slot<'_>], b: &[Slot<'_>]) -> f64 {
    let left = |s: &[Slot<'_>]| u8::try_from(s.iter().filter(|s| s.free).count()).unwrap_or(u8::MAX);
    let (x, y) = (left(a), left(b));
    f64::from(x.min(y)) * OTHER_PERSON + f64::from(x.abs_diff(y)) * EXTRA_WORD
}

/// The same letters but for a few, where blanks are damaged too.
fn whole_letters(left: &Name, right: &Name, weight: f64) -> Option<NameOutcome> {
    let compared = slips_of_whole(&left.joined, &right.joined);
    let same = left.written == left.joined && right.written == right.joined;
    let written = if same { None } else { slips_of_whole(&left.written, &right.written) };
    let slips = compared.into_iter().chain(written).min()?;
    let close = slips <= 1 && left.joined.len().min(right.joined.len()) >= CLOSE_FROM;
    let bits = weight * 0.95 - 2.0 * f64::from(slips);
    Some(NameOutcome { bits, complete: true, close, ..NameOutcome::default() })
}

fn slips_of_whole(a: &str, b: &str) -> Option<u8> {
    let longer = a.len().max(b.len());
    if a.len().min(b.len()) < 6
        || a.len().abs_diff(b.len()) > 3
        || longer > 80
        || a.chars().next() != b.chars().next()
    {
        return None;
    }
    let distance = strsim::osa_distance(a, b);
    if distance > 3 || distance * 6 > longer { None } else { u8::try_from(distance).ok() }
}

/// "IBM" and "International Business Machines".
fn acronym(left: &Name, right: &Name) -> Option<f64> {
    let fits = |short: &Name, long: &Name| match short.words.as_slice() {
        [only] if long.words.len() >= 2 && only.text.len() >= 2 && only.text == long.initials => {
            Some(only.text.len())
        }
        _ => None,
    };
    let letters = fits(left, right).or_else(|| fits(right, left))?;
    Some(f64::from(u8::try_from(letters).unwrap_or(u8::MAX)) * ACRONYM_PER_LETTER - 0.5)
}
