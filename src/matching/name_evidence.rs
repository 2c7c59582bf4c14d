//! What two names say about each other, in bits: rare shared words much, common ones little, words that only one side has against it.
//!
//! Must never let a name alone pass for more than one name can say: the caller caps it by how many records share it (`matching.md` 2.3-2.4).

use super::likeness::{glued_to, slips, word_likeness};
use super::record::{Lead, Name, Record, Word};
use super::weights::{FATES, Fate, Tally, Weights};
use super::whole_names::{acronym, whole_letters};
use super::words::{begins_form, begins_weak};

/// The part of a word's weight that its absence costs at most.
const SHARE_OF_WEIGHT: f64 = 0.5;
/// What a word behind a cut counts for.
const CUT_OFF: f64 = 0.6;
/// The factor where both sides have words of their own: "Premier Medical" is not "Premier Plumbing".
const BOTH_HAVE_OWN: f64 = 1.4;
/// Given name or surname of a person differs.
const OTHER_PERSON: f64 = 11.0;
/// A word more on one side ("John A. Smith").
const EXTRA_WORD: f64 = 1.5;
/// From so many letters on, a single slip leaves no doubt which name was meant, if it stands in a word of so many letters:
/// "Hall" and "Hill" are two names, "Whitaker" and "Whitker" are one.
pub(super) const CLOSE_FROM: usize = 10;
const CLOSE_WORD_FROM: u8 = 7;
/// In a name of so many words a shorter word of trade may have the slip.
const CLOSE_WORDS: usize = 3;
/// What it says that words are written alike too, not only the same words.
const AS_WRITTEN: f64 = 0.3;
/// So much below the most that a name can say is what an equal name says whose words are all common ones ("Southern
/// Company"), and never so much that it is sure by itself.
const WHOLE_NAME: f64 = 4.5;
const WHOLE_NAME_MOST: f64 = 8.9;
/// Two words at the beginning of so many names belong to one business and its duplicate; what each doubling takes away.
const LEAD_OF_ONE: f64 = 3.0;
const LEAD_SHARED: f64 = 1.5;
/// What it costs that the letter behind which a name was cut begins no word of the other.
const WRONG_LETTER: f64 = 2.5;
/// The lowest that a business name can say; a person of another given name is somebody else, whatever is shared.
const LOWEST: f64 = -8.0;
const LOWEST_PERSON: f64 = -14.0;
/// What a name says at most where surnames agree and given names do not: one household has one address and one phone.
const RELATIVE: f64 = -10.0;
/// "Smith Sr" and "Smith Jr"; "Smith Sr" and "Smith", who may be either.
const OTHER_GENERATION: f64 = 8.0;
const GENERATION_UNTOLD: f64 = 1.0;
/// What the first letter of a given name says.
const INITIAL: f64 = 3.0;
/// So many letters behind a word's end are another word that lost its blank.
const GLUED: usize = 3;
/// Two branches of one business, told apart by the place behind the dash.
const OTHER_BRANCH: f64 = 12.0;
/// So many letters of a place tell it.
const BRANCH_TOLD: usize = 5;

/// What the best pair of aliases says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NameOutcome {
    /// For and against together, in bits.
    pub bits: f64,
    /// The same words in whatever order.
    pub exact: bool,
    /// Every word of both sides is found on the other, or was cut off.
    pub complete: bool,
    /// All words are the same but for one slip of the keyboard in a long one, or a blank too few.
    pub close: bool,
    /// Both sides have weighty words that the other lacks.
    pub conflict: bool,
    /// The names are of two branches.
    pub branches: bool,
    /// One side says which branch it is, the other does not.
    pub branch_untold: bool,
    /// Both sides say that they are the same branch.
    pub branch_told: bool,
    /// The words of both names say so much together, before any cap.
    pub words: f32,
    /// What became of the words.
    pub tally: Tally,
    /// Persons of one surname and clearly different given names: a household, not a person.
    pub relative: bool,
    /// A person of whom one side tells only a part of the name.
    pub partial: bool,
    /// Which aliases.
    pub left: u16,
    /// Which aliases.
    pub right: u16,
}

/// What names are weighed with.
#[derive(Clone, Copy)]
pub(super) struct Scales<'a> {
    pub weights: &'a Weights,
    /// What a name that nobody else bears can say.
    pub most: f64,
}

/// The best outcome over all aliases; `None` where one side has no name.
pub(super) fn compare(left: &Record, right: &Record, scales: Scales<'_>) -> Option<NameOutcome> {
    let mut best: Option<NameOutcome> = None;
    for (l, left_name) in (0u16..).zip(&left.names) {
        for (r, right_name) in (0u16..).zip(&right.names) {
            // "Acme (Houston)" and "Zenith (Houston)" share a place, "Acme c/o Jones" and "Zenith c/o Jones" a helper.
            if left_name.aside && right_name.aside {
                continue;
            }
            // A name that k records on each side share says log2(k) less.
            let sharers = left_name.sharers.max(right_name.sharers).max(2);
            let most = (scales.most + 1.0 - f64::from(sharers).log2()).max(1.0);
            let mut outcome = pair(left_name, right_name, left.is_person, Scales { most, ..scales });
            (outcome.left, outcome.right) = (l, r);
            if best.is_none_or(|b| (outcome.exact, outcome.bits) > (b.exact, b.bits)) {
                best = Some(outcome);
            }
        }
    }
    let mut best = best?;
    let generation = |names: &[Name], at: u16| {
        let (number, by_number) = names.get(usize::from(at))?.generation?;
        (left.is_person || !by_number).then_some(number)
    };
    let (a, b) = (generation(&left.names, best.left), generation(&right.names, best.right));
    if a != b {
        // Father and son share name, house, phone and often the mail address.
        (best.exact, best.close, best.conflict) = (false, false, true);
        best.bits -= if a.is_some() && b.is_some() { OTHER_GENERATION } else { GENERATION_UNTOLD };
    }
    best.branch_untold = left.branch.is_some() != right.branch.is_some();
    best.branch_told = left.branch.as_ref().zip(right.branch.as_ref()).is_some_and(|(a, b)| told_alike(a, b));
    if let (Some(a), Some(b)) = (&left.branch, &right.branch)
        && !same_branch(a, b, right.names.first().is_some_and(|n| n.cut))
    {
        (best.branches, best.conflict, best.exact, best.complete) = (true, true, false, false);
        best.bits = (best.bits - OTHER_BRANCH).max(LOWEST);
    }
    Some(best)
}

/// Two places behind the dash that are one, a slip or a cut allowed; "San" may have been San Diego or San Jose.
fn told_alike(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    a == b || slips(a, b).is_some() || (shorter >= BRANCH_TOLD && (a.starts_with(b) || b.starts_with(a)))
}

fn same_branch(a: &str, b: &str, cut: bool) -> bool {
    a == b
        || slips(a, b).is_some()
        || a.starts_with(b)
        || (cut && a.starts_with(b.split(' ').next().unwrap_or(b)))
        || b.starts_with(a)
}

/// Words of a name that are compared; names of more words are rare, and their tails say little.
const MOST_WORDS: usize = 16;

/// The words of one name, and which of them have not found their like yet.
#[derive(Clone, Copy)]
struct Side<'a> {
    words: &'a [Word],
    weights: [f64; MOST_WORDS],
    free: u32,
}

/// A word in its place.
#[derive(Clone, Copy)]
struct Slot<'a> {
    at: usize,
    word: &'a Word,
    weight: f64,
}

impl Slot<'_> {
    /// A word that both sides of a pair ought to have.
    fn is_own(&self) -> bool {
        self.word.length > 1 && !self.word.weak
    }
}

impl<'a> Side<'a> {
    fn new(name: &'a Name) -> Self {
        let words = name.words.get(..MOST_WORDS).unwrap_or(&name.words);
        let mut weights = [0.0; MOST_WORDS];
        for (weight, word) in weights.iter_mut().zip(words) {
            *weight = f64::from(word.rarity);
        }
        Side { words, weights, free: (1 << words.len()) - 1 }
    }

    fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    fn is_free(&self, at: usize) -> bool {
        self.free & (1 << at) != 0
    }

    fn take(&mut self, at: usize) {
        self.free &= !(1 << at);
    }

    fn slot(&self, at: usize) -> Option<Slot<'a>> {
        Some(Slot { at, word: self.words.get(at)?, weight: *self.weights.get(at)? })
    }

    fn free_slots(self) -> impl Iterator<Item = Slot<'a>> {
        (0..self.words.len()).filter(move |at| self.is_free(*at)).filter_map(move |at| self.slot(at))
    }

    fn own(self) -> impl Iterator<Item = Slot<'a>> {
        self.free_slots().filter(Slot::is_own)
    }
}

/// What is known of a pair of names while its words are laid side by side.
struct Bench<'a, 'b> {
    a: Side<'a>,
    b: Side<'a>,
    gain: f64,
    cost: f64,
    tally: Tally,
    /// A word is damaged so much that another may have been meant.
    doubt: bool,
    person: bool,
    scales: Scales<'b>,
}

impl Bench<'_, '_> {
    fn befell(&mut self, fate: Fate) {
        if let Some(count) = self.tally.get_mut(fate as usize) {
            *count = count.saturating_add(1);
        }
        self.cost += self.scales.weights.cost(fate);
    }

    /// A fate that costs at most a part of the word's own weight.
    fn lacks(&mut self, fate: Fate, weight: f64) {
        if let Some(count) = self.tally.get_mut(fate as usize) {
            *count = count.saturating_add(1);
        }
        self.cost += self.scales.weights.cost(fate).min(weight * SHARE_OF_WEIGHT);
    }
}

fn pair(left: &Name, right: &Name, person: bool, scales: Scales<'_>) -> NameOutcome {
    let (a, b) = (Side::new(left), Side::new(right));
    if left.key == right.key && left.key != super::index::NOWHERE {
        let mut tally = [0; FATES];
        if let Some(equal) = tally.get_mut(Fate::Equal as usize) {
            *equal = u8::try_from(left.words.len()).unwrap_or(u8::MAX);
        }
        let words = a.total();
        let spelled_alike = if left.written == right.written { AS_WRITTEN } else { 0.0 };
        #[allow(clippy::cast_possible_truncation)]
        let whole = if person { 0.0 } else { (scales.most - WHOLE_NAME).min(WHOLE_NAME_MOST) };
        let (bits, words) = (words.max(whole).min(scales.most) + spelled_alike, words as f32);
        return NameOutcome { bits, words, exact: true, complete: true, tally, ..NameOutcome::default() };
    }
    let smaller = a.total().min(b.total());
    let mut bench = Bench { a, b, gain: 0.0, cost: 0.0, tally: [0; FATES], doubt: false, person, scales };
    bench.equal_words();
    let family = if person { None } else { family(left, right) };
    bench.shared_lead(family.filter(|f| f.words.0 == f.words.1));
    if bench.a.free != 0 && bench.b.free != 0 {
        if person {
            bench.joined_initials();
        }
        bench.joined_words();
        bench.shared_lead(family.filter(|f| f.words.0 != f.words.1));
        bench.similar_words();
    }
    let by_words = bench.outcome(left, right);
    let by_letters = if person { None } else { whole_letters(left, right, smaller.min(scales.most), scales) };
    let by_initials = acronym(left, right)
        .map(|bits| NameOutcome { bits: bits.min(scales.most), ..NameOutcome::default() });
    let lead_only = Scales { most: scales.most - family.map_or(0.0, |f| f.less), ..scales };
    let unread = by_words.bits < scales.most - 2.0 && !by_words.complete;
    let by_beginnings =
        if person || !unread { None } else { super::short_form::compare(left, right, lead_only) }
            .map(|bits| NameOutcome { bits, ..NameOutcome::default() });
    let better = |best: NameOutcome, next: NameOutcome| {
        let close = best.close || next.close;
        NameOutcome { close, ..if next.bits > best.bits { next } else { best } }
    };
    [by_letters, by_initials, by_beginnings].into_iter().flatten().fold(by_words, better)
}

/// Words that many names begin with ("Salvation Army", "River City") say together whose family it is, not which of them:
/// far less than each word would by itself. "SalvationArmy Stark" is of the family too.
fn family(left: &Name, right: &Name) -> Option<Family> {
    let same = |own: &Lead, other: &Lead| {
        own.id == other.id && own.id != super::index::NOWHERE && own.words.max(other.words) > 1
    };
    let (own, other) =
        left.leads.iter().rev().find_map(|own| {
            right.leads.iter().rev().find(|other| same(own, other)).map(|other| (own, other))
        })?;
    let less = (f64::from(own.sharers) / LEAD_OF_ONE).log2() * LEAD_SHARED;
    (less > 0.0).then_some(Family { words: (own.words, other.words), less })
}

/// See [`family`].
#[derive(Clone, Copy)]
struct Family {
    /// How many words the shared beginning has on either side.
    words: (usize, usize),
    /// How much less it says than its words.
    less: f64,
}

impl Bench<'_, '_> {
    fn equal_words(&mut self) {
        for at in 0..self.a.words.len() {
            let Some(x) = self.a.slot(at) else { continue };
            if let Some(y) = self.b.free_slots().find(|y| y.word.id == x.word.id && x.word.is_known()) {
                self.a.take(at);
                self.b.take(y.at);
                self.gain += x.weight;
                self.befell(Fate::Equal);
            }
        }
    }

    /// Takes back what the shared beginning of a family's names earned too much, see [`family`].
    fn shared_lead(&mut self, family: Option<Family>) {
        if let Some(Family { words, less }) = family {
            let sum = |side: &Side<'_>, words: usize| side.weights.iter().take(words).sum::<f64>();
            let all = sum(&self.a, words.0).min(sum(&self.b, words.1));
            self.gain -= (all - (self.scales.most - less)).max(0.0);
        }
    }

    /// Two neighbouring words of one side written as one on the other.
    fn joined_words(&mut self) {
        let (forth, first) = join(&mut self.a, &mut self.b);
        let (back, second) = join(&mut self.b, &mut self.a);
        self.gain += forth + back;
        (0..first + second).for_each(|_| self.befell(Fate::Joined));
    }

    /// "D M Bridges", read as "dm", and "Daniel M Bridges": initials in a row stand for as many words in a row.
    fn joined_initials(&mut self) {
        let length = spell_out(&mut self.a, &mut self.b).or_else(|| spell_out(&mut self.b, &mut self.a));
        if let Some(length) = length {
            self.gain += INITIAL * f64::from(length);
            self.befell(Fate::Initial);
        }
    }

    /// What similar words earn, and what the damage costs: an equal word always says more.
    fn similar_words(&mut self) {
        let mut begun = Vec::new();
        for x in self.a.free_slots() {
            let mut best: Option<(f64, f64, Fate, usize)> = None;
            for y in self.b.free_slots() {
                let Some((fate, letters)) = word_likeness(x.word, y.word, self.person) else { continue };
                let earned = x.weight.min(y.weight).max(2.0).min(letters);
                let net = earned - self.scales.weights.cost(fate);
                if best.is_none_or(|b| net > b.0) {
                    best = Some((net, earned, fate, y.at));
                }
            }
            if let Some((_, earned, fate, y)) = best {
                // "Melissa Johnson" is not "Patrick M Johnson": an initial counts where the given name stands.
                if fate == Fate::Initial && (has_before(&self.a, x.at) || has_before(&self.b, y)) {
                    continue;
                }
                let other = self.b.words.get(y);
                let of_trade = other.is_some_and(|other| trade_slip(x.word, other)) && self.are_long();
                self.doubt |= fate != Fate::Slip || (x.word.length < CLOSE_WORD_FROM && !of_trade);
                self.a.take(x.at);
                self.b.take(y);
                self.gain += earned;
                self.befell(fate);
                if fate == Fate::Beginning && !self.person {
                    begun.push((x.at, y));
                }
            }
        }
        begun.into_iter().for_each(|(x, y)| self.glued_rest(x, y));
    }

    /// So many words that one of them with a slip leaves no doubt.
    fn are_long(&self) -> bool {
        self.a.words.len().min(self.b.words.len()) >= CLOSE_WORDS
    }

    /// "PADILLABRANDS" begins like Padilla, but a blank was lost: what follows is the next word, which the other side has or
    /// contradicts. A word that several records have is a word of its own.
    fn glued_rest(&mut self, a: usize, b: usize) {
        let (Some(x), Some(y)) = (self.a.slot(a), self.b.slot(b)) else { return };
        let short_left = x.word.text.len() <= y.word.text.len();
        let (short, long) = if short_left { (x, y) } else { (y, x) };
        let Some(rest) = long.word.text.strip_prefix(&*short.word.text) else { return };
        if rest.len() < GLUED || long.word.common || long.word.generic {
            return;
        }
        let side = if short_left { &mut self.a } else { &mut self.b };
        let Some(next) = side.free_slots().find(|slot| slot.at == short.at + 1 && slot.is_own()) else {
            return;
        };
        match glued_to(rest, next.word) {
            Some(bits) => {
                side.take(next.at);
                self.gain += bits.min(next.weight);
                self.befell(Fate::Joined);
            }
            None if may_begin(rest, side.free_slots().filter(|slot| slot.at > short.at)) => {}
            None => self.cost += self.scales.weights.cost(Fate::LacksOwn),
        }
    }

    fn outcome(mut self, left: &Name, right: &Name) -> NameOutcome {
        let own = |side: Side<'_>| side.own().map(|s| s.weight).sum::<f64>();
        let (own_left, own_right) = (own(self.a), own(self.b));
        let mut conflict = own_left > 3.0 && own_right > 3.0;
        let relative = self.person && relatives(&self.a, &self.b);
        let partial = self.person && (own_left > 0.0) != (own_right > 0.0);
        if self.person {
            let cost = other_person(&self.a, &self.b);
            conflict |= cost >= OTHER_PERSON;
            self.cost += cost;
        } else {
            self.missing(left, right, conflict);
        }
        let bits = self.gain.min(self.scales.most) - self.cost;
        let bits = if relative { bits.min(RELATIVE) } else { bits };
        let letters = left.joined.len().min(right.joined.len());
        let damaged = [Fate::Slip, Fate::Joined].map(|fate| of(&self.tally, fate)).iter().sum::<u8>();
        let all_there = self.a.free == 0 && self.b.free == 0;
        NameOutcome {
            close: all_there && !self.doubt && !self.person && damaged <= 1 && letters >= CLOSE_FROM,
            bits: bits.max(if self.person { LOWEST_PERSON } else { LOWEST }),
            complete: own_left == 0.0 && own_right == 0.0,
            conflict,
            relative,
            partial,
            tally: self.tally,
            ..NameOutcome::default()
        }
    }

    /// What the words that only one side has cost a business name.
    fn missing(&mut self, left: &Name, right: &Name, conflict: bool) {
        let before = self.cost;
        let cut = (left.cut || right.cut) && !conflict;
        for (mine, theirs) in [(self.a, self.b), (self.b, self.a)] {
            let tail = if theirs.own().next().is_some() { usize::MAX } else { tail_of(&mine) };
            for slot in mine.free_slots() {
                if contradicts(&slot, &mine, &theirs) {
                    self.cost += WRONG_LETTER;
                }
                let fate = fate_of(&slot, slot.at >= tail, slot.at + 1 == mine.words.len());
                self.lacks(fate, if cut && slot.at >= tail { CUT_OFF } else { slot.weight });
            }
        }
        if conflict {
            self.cost = before + (self.cost - before) * BOTH_HAVE_OWN;
        }
        if both_have_numbers(self.a, self.b) {
            self.cost += self.scales.weights.cost(Fate::LacksOwn);
        }
    }
}

/// "Pper" for "Paper": a word of trade with a slip, which no other record has, is no other word.
fn trade_slip(a: &Word, b: &Word) -> bool {
    let of = |known: &Word, other: &Word| known.generic && !other.generic && !other.common;
    of(a, b) || of(b, a)
}

/// Whether letters without a blank before them may be what is left of one of these words, or of a legal form.
fn may_begin<'a>(letters: &str, mut words: impl Iterator<Item = Slot<'a>>) -> bool {
    let first = letters.bytes().next();
    let starts = |text: &str| text.bytes().next() == first;
    begins_form(letters)
        || begins_weak(letters)
        || words.any(|slot| starts(&slot.word.text) || starts(slot.word.written()))
}

/// "United Gulf Coast R" is not "United Gulf Coast Diagnostics": what a cut left of the next word is its first letter.
fn contradicts(slot: &Slot<'_>, mine: &Side<'_>, theirs: &Side<'_>) -> bool {
    let (letter, last) = (&*slot.word.text, slot.at > 0 && slot.at + 1 == mine.words.len());
    last && slot.word.length == 1
        && letter.bytes().all(|c| c.is_ascii_alphabetic())
        && !begins_form(letter)
        && theirs.free_slots().any(|other| other.word.length > 1)
        && !theirs.free_slots().any(|other| other.word.text.starts_with(letter))
}

/// Whether a whole word stands before a place that found no like on the other side.
fn has_before(side: &Side<'_>, place: usize) -> bool {
    side.free_slots().any(|slot| slot.at < place && slot.word.length > 1)
}

fn of(tally: &Tally, fate: Fate) -> u8 {
    tally.get(fate as usize).copied().unwrap_or(0)
}

/// The last words are shared, words before them differ on both sides.
fn relatives(a: &Side<'_>, b: &Side<'_>) -> bool {
    let shared_last = |s: &Side<'_>| !s.words.is_empty() && !s.is_free(s.words.len() - 1);
    shared_last(a) && shared_last(b) && a.free != 0 && b.free != 0
}

/// "Site 2" and "Site 3": numbers that only one side has, on both sides.
fn both_have_numbers(a: Side<'_>, b: Side<'_>) -> bool {
    let has = |side: Side<'_>| side.free_slots().any(|s| s.word.text.bytes().all(|c| c.is_ascii_digit()));
    has(a) && has(b)
}

/// Where the words begin that stand behind the last one found on the other side.
fn tail_of(side: &Side<'_>) -> usize {
    (0..side.words.len()).rev().find(|at| !side.is_free(*at)).map_or(usize::MAX, |at| at + 1)
}

fn fate_of(slot: &Slot<'_>, in_tail: bool, last: bool) -> Fate {
    if slot.word.length == 1 {
        Fate::LacksDigit
    } else if slot.word.weak || (last && begins_weak(slot.word.written())) {
        Fate::LacksWeak
    } else if in_tail {
        Fate::LacksTail
    } else if slot.word.generic {
        Fate::LacksTrade
    } else {
        Fate::LacksOwn
    }
}

fn join(a: &mut Side<'_>, b: &mut Side<'_>) -> (f64, usize) {
    let (mut gain, mut times) = (0.0, 0);
    for at in 0..a.words.len().saturating_sub(1) {
        if !(a.is_free(at) && a.is_free(at + 1)) {
            continue;
        }
        let (Some(x), Some(y)) = (a.slot(at), a.slot(at + 1)) else { continue };
        let (first, second) = (x.word.written(), y.word.written());
        let as_one =
            |z: &Slot<'_>| x.word.may_start_as(z.word) && written_as_one(first, second, z.word.written());
        if let Some(z) = b.free_slots().find(as_one) {
            a.take(at);
            a.take(at + 1);
            b.take(z.at);
            gain += (x.weight + y.weight).min(z.weight + 4.0);
            times += 1;
        }
    }
    (gain, times)
}

/// Takes the first word of one side whose letters begin as many words in a row of the other, with those; how many letters.
fn spell_out(short: &mut Side<'_>, long: &mut Side<'_>) -> Option<u8> {
    let begins_at = |initials: &str, at: usize| {
        initials.chars().enumerate().all(|(place, letter)| {
            let slot = long.slot(at + place).filter(|s| long.is_free(s.at));
            slot.is_some_and(|s| s.word.text.starts_with(letter))
        })
    };
    let (first, word) =
        short.free_slots().filter(|s| (2..=3).contains(&s.word.text.len())).find_map(|s| {
            let first = (0..long.words.len()).find(|at| begins_at(&s.word.text, *at))?;
            Some((first, s))
        })?;
    short.take(word.at);
    (first..first + word.word.text.len()).for_each(|at| long.take(at));
    Some(word.word.length)
}

fn written_as_one(first: &str, second: &str, one: &str) -> bool {
    let same_start = first.bytes().next() == one.bytes().next();
    if !same_start || (first.len() + second.len()).abs_diff(one.len()) > 1 && one.len() <= 6 {
        return false;
    }
    let two = format!("{first}{second}");
    two == one
        || slips(&two, one) == Some(1)
        || (one.len() > 6 && one.len() > first.len() && two.starts_with(one))
}

/// What it costs when the words of a person's name differ, initials included.
fn other_person(a: &Side<'_>, b: &Side<'_>) -> f64 {
    let (x, y) = (a.free.count_ones(), b.free.count_ones());
    f64::from(x.min(y)) * OTHER_PERSON + f64::from(x.abs_diff(y)) * EXTRA_WORD
}
