//! One pair, field by field, in bits: each field agrees, differs or is silent, and silence costs nothing (`matching.md` 2.3-2.4).
//!
//! The weights are Fellegi-Sunter start values: agreement earns log2(m/u) with u from the files at hand, disagreement a fixed loss.
//! Weights learnt by EM are left for later: unbounded EM goes astray on small files (`matching.md` 2.4).

use super::index::Index;
use super::name_evidence::{self, NameOutcome, Scales};
use super::record::{Person, Record, Word};
use super::slips::within;
use super::types::{Bits, Field, Verdict};
use super::weights::{Learnt, Weights};

/// Smallest right side that counts for the prior: below it a chance hit stays a chance hit.
const SMALLEST_LIST: f64 = 64.0;
/// What a unique exact name says beyond the prior.
const NAME_BEYOND_PRIOR: f64 = 4.0;
/// The most that one number or address says.
const MOST: f64 = 12.0;
/// An area code that at most one record in sixteen has tells the region; and what that takes from a differing number's weight.
const REGION_OF_FEW: f64 = 4.0;
const SAME_REGION: f64 = 0.5;
/// What part of a state's rarity it says that an area code is of it, and the most: phones move with people.
const OF_REGION: f64 = 0.6;
const REGION_MOST: f64 = 3.0;
/// A house number with one digit wrong; and how much less a ZIP with a slip says than the same one.
const ONE_DIGIT_OFF: f64 = 1.5;
const NEARLY: f64 = 3.0;
/// The most that it says that one side's person has the other side's mail address; shorter surnames are met by chance.
const MAIL_OF_PERSON: f64 = 5.0;
const SHORTEST_SURNAME: usize = 4;
/// So many records of a household share a number, which with the whole name of one of them is that person's.
const HOUSEHOLD: u32 = 4;
const LEGAL_AGREES: f64 = 0.5;
const LEGAL_DIFFERS: f64 = -0.4;
/// An inactive record is often the older duplicate of an active one (`matching.md` 1).
const INACTIVE: f64 = -1.0;

/// The fields of a pair in the order in which they are shown.
pub(super) const FIELDS: [Field; 14] = [
    Field::Name,
    Field::LegalForm,
    Field::Person,
    Field::Phone,
    Field::Email,
    Field::Domain,
    Field::HouseNumber,
    Field::Street,
    Field::Zip,
    Field::City,
    Field::State,
    Field::Account,
    Field::Active,
    Field::Rival,
];

/// One field of a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    pub verdict: Verdict,
    pub bits: Bits,
}

/// A pair with its evidence, small: half a million of them are held at once.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub party: u32,
    pub score: Bits,
    /// By field, see [`FIELDS`].
    findings: [Finding; FIELDS.len()],
    pub name: Option<NameOutcome>,
    /// The phone that agrees, or the mail address or domain, stands on more records than these two, or serves all branches.
    pub phone_shared: bool,
    pub mail_shared: bool,
    /// The phones differ, but are of one region that few records of these lists are of.
    pub same_region: bool,
    /// The mail addresses differ, but one of them is at a host that anybody may use.
    pub free_mail: bool,
}

impl Pair {
    /// Field by field.
    pub fn findings(&self) -> impl Iterator<Item = (Field, Finding)> + '_ {
        FIELDS.into_iter().zip(self.findings)
    }

    fn finding(&self, field: Field) -> Finding {
        self.findings.get(field as usize).copied().unwrap_or(SILENT)
    }

    /// What a field says.
    pub fn verdict(&self, field: Field) -> Verdict {
        self.finding(field).verdict
    }

    /// By how much, in bits.
    pub fn bits(&self, field: Field) -> f64 {
        self.finding(field).bits.value()
    }

    /// What the name says.
    pub fn name_bits(&self) -> f64 {
        self.bits(Field::Name)
    }

    /// Another contact fits the party better, by so many bits.
    pub fn wanted_elsewhere(&mut self, by: f64) {
        let bits = Bits::round(-by);
        if let Some(finding) = self.findings.get_mut(Field::Rival as usize) {
            self.score = self.score - finding.bits + bits;
            *finding = Finding { verdict: Verdict::Differs, bits };
        }
    }
}

const SILENT: Finding = Finding { verdict: Verdict::Unknown, bits: Bits::ZERO };

/// log2 of the odds against a blind guess: what evidence must overcome before a pair is more likely than not.
pub(super) fn prior_bits(parties: usize) -> f64 {
    let parties = u32::try_from(parties).unwrap_or(u32::MAX);
    f64::from(parties).max(SMALLEST_LIST).log2()
}

struct Findings<'a> {
    index: &'a Index,
    weights: &'a Weights,
    list: [Finding; FIELDS.len()],
    phone_shared: bool,
    mail_shared: bool,
    same_region: bool,
    free_mail: bool,
}

impl Findings<'_> {
    fn say(&mut self, field: Field, verdict: Verdict, bits: f64) {
        if let Some(finding) = self.list.get_mut(field as usize) {
            *finding = Finding { verdict, bits: Bits::round(bits) };
        }
    }
    fn rarity(&self, value: u32) -> f64 {
        f64::from(self.index.rarity(value))
    }
    fn agree(&mut self, field: Field, bits: f64) {
        self.say(field, Verdict::Agrees, bits);
    }
    fn differ(&mut self, field: Field, bits: f64) {
        self.say(field, Verdict::Differs, bits);
    }
    /// A disagreement whose weight a file may move.
    fn lose(&mut self, field: Field, learnt: Learnt) {
        self.differ(field, self.weights.differs(learnt));
    }
    fn unknown(&mut self, field: Field) {
        self.say(field, Verdict::Unknown, 0.0);
    }
}

/// Compares a contact with a party.
pub(super) fn compare(
    left: &Record,
    right: &Record,
    party: u32,
    index: &Index,
    weights: &Weights,
    prior: f64,
) -> Pair {
    let mut f = Findings {
        index,
        weights,
        list: [SILENT; FIELDS.len()],
        phone_shared: false,
        mail_shared: false,
        same_region: false,
        free_mail: false,
    };
    let name = name_evidence::compare(left, right, Scales { weights, most: prior + NAME_BEYOND_PRIOR });
    name_field(name, &mut f);
    legal_form(name, left, right, &mut f);
    person(left, right, &mut f);
    phone(left, right, left.is_person && name.is_some_and(|n| n.exact), &mut f);
    email_and_domain(left, right, &mut f);
    address(left, right, &mut f);
    place(left, right, &mut f);
    account(left, right, &mut f);
    if right.active {
        f.agree(Field::Active, 0.0);
    } else {
        f.differ(Field::Active, INACTIVE);
    }
    let score = f.list.iter().map(|finding| finding.bits).sum();
    let Findings { list: findings, phone_shared, mail_shared, same_region, free_mail, .. } = f;
    Pair { party, score, findings, name, phone_shared, mail_shared, same_region, free_mail }
}

fn name_field(name: Option<NameOutcome>, f: &mut Findings<'_>) {
    match name {
        Some(outcome) if outcome.bits >= 0.0 => f.agree(Field::Name, outcome.bits),
        Some(outcome) => f.differ(Field::Name, outcome.bits),
        None => f.unknown(Field::Name),
    }
}

fn legal_form(name: Option<NameOutcome>, left: &Record, right: &Record, f: &mut Findings<'_>) {
    let forms = name.and_then(|n| {
        Some((left.names.get(usize::from(n.left))?.legal?, right.names.get(usize::from(n.right))?.legal?))
    });
    match forms {
        Some((a, b)) if a == b => f.agree(Field::LegalForm, LEGAL_AGREES),
        Some((a, b)) if !(alike(a) && alike(b)) => f.differ(Field::LegalForm, LEGAL_DIFFERS),
        _ => f.unknown(Field::LegalForm),
    }
}

/// Inc, Corp and Co are used for each other.
fn alike(form: &str) -> bool {
    matches!(form, "inc" | "corp" | "co")
}

fn person(left: &Record, right: &Record, f: &mut Findings<'_>) {
    if left.is_person {
        return f.unknown(Field::Person); // The name says it already.
    }
    let (a, b) = match (&left.person, &right.person) {
        (Some(a), Some(b)) => (a, b),
        (Some(a), None) if has_mail_of(right, a) => return f.agree(Field::Person, mail_of(a, f)),
        (None, Some(b)) if has_mail_of(left, b) => return f.agree(Field::Person, mail_of(b, f)),
        _ => return f.unknown(Field::Person),
    };
    let given = a.given.id == b.given.id || super::words::same_given_name(&a.given.text, &b.given.text);
    let crossed = a.given.text == b.surname.text && a.surname.text == b.given.text;
    match (given, a.surname.id == b.surname.id) {
        (true, true) => {
            f.agree(Field::Person, (f.rarity(b.given.id) + f.rarity(b.surname.id)).clamp(2.0, 8.0));
        }
        _ if crossed => f.agree(Field::Person, 6.0),
        (false, true) => f.agree(Field::Person, 1.0),
        _ => f.lose(Field::Person, Learnt::Person),
    }
}

/// Whether a record that tells no person has the mail address of this one: `dsandoval429@aol.com` is Deborah Sandoval's.
fn has_mail_of(record: &Record, person: &Person) -> bool {
    let (given, surname) = (&*person.given.text, &*person.surname.text);
    let rest = record.mail_user.strip_suffix(surname).or_else(|| record.mail_user.strip_prefix(surname));
    usize::from(person.surname.length) >= SHORTEST_SURNAME && rest.is_some_and(|rest| given.starts_with(rest))
}

fn mail_of(person: &Person, f: &Findings<'_>) -> f64 {
    f.rarity(person.surname.id).clamp(1.0, MAIL_OF_PERSON)
}

fn phone(left: &Record, right: &Record, same_person: bool, f: &mut Findings<'_>) {
    let mut best: Option<f64> = None;
    let mut shared = true;
    let few = if same_person { HOUSEHOLD } else { 2 };
    for a in &left.phones {
        for b in right.phones.iter().filter(|b| b.seven == a.seven) {
            let bits = match (a.ten, b.ten) {
                (Some(x), Some(y)) if x != y => continue,
                (Some(x), Some(_)) => f.rarity(x) - 0.3,
                _ => f.rarity(a.seven) - 1.5,
            };
            shared &=
                a.toll_free || f.index.count(a.ten.filter(|_| b.ten.is_some()).unwrap_or(a.seven)) > few;
            best = Some(best.unwrap_or(0.0).max(bits));
        }
    }
    match best {
        Some(bits) => {
            f.phone_shared = shared;
            f.agree(Field::Phone, bits.clamp(1.0, MOST));
        }
        None if left.has_main_phone && right.has_main_phone => {
            let area = |r: &Record| r.phones.first().and_then(|phone| phone.area);
            f.same_region =
                area(left).is_some_and(|own| area(right) == Some(own) && f.rarity(own) >= REGION_OF_FEW);
            let region = if f.same_region { SAME_REGION } else { 0.0 };
            f.differ(Field::Phone, f.weights.differs(Learnt::Phone) + region);
        }
        None => f.unknown(Field::Phone),
    }
}

fn email_and_domain(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let domain = left.domains.iter().find(|d| right.domains.contains(d));
    let domain_bits = domain.map(|d| (f.rarity(*d) - 0.5).clamp(1.0, MOST));
    match (left.email, right.email) {
        (Some(a), Some(b)) if a.whole == b.whole => {
            f.mail_shared = f.index.count(a.whole) > 2;
            f.agree(Field::Email, (f.rarity(a.whole) - 0.3).clamp(1.0, MOST));
            f.unknown(Field::Domain); // The whole address says it already.
            return;
        }
        (Some(a), Some(b)) if domain_bits.is_none() => {
            f.free_mail = a.free || b.free;
            f.lose(Field::Email, if f.free_mail { Learnt::FreeEmail } else { Learnt::Email });
        }
        _ => f.unknown(Field::Email),
    }
    match domain_bits {
        Some(bits) => {
            f.mail_shared = domain.is_some_and(|d| f.index.count(*d) > 2);
            f.agree(Field::Domain, bits);
        }
        None => f.unknown(Field::Domain),
    }
}

fn address(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let (a, b) = match (&left.address, &right.address) {
        (Some(a), Some(b)) if a.po_box == b.po_box => (a, b),
        _ => {
            f.unknown(Field::HouseNumber);
            return f.unknown(Field::Street);
        }
    };
    let same_house = house(a.house.as_ref(), b.house.as_ref(), f);
    let shared = shared_street(&a.street, &b.street, f.index);
    match shared {
        _ if a.po_box || a.street.is_empty() || b.street.is_empty() => f.unknown(Field::Street),
        Some(bits) if same_house == Some(true) => f.agree(Field::Street, (bits - 0.5).clamp(0.5, 5.0)),
        Some(bits) if same_house.is_none() => f.agree(Field::Street, (bits * 0.6 - 0.5).clamp(0.3, 4.0)),
        // Another house of the same street says little.
        Some(bits) => f.agree(Field::Street, (bits * 0.4 - 1.5).clamp(0.0, 2.5)),
        None => f.lose(Field::Street, Learnt::Street),
    }
}

/// Whether the houses are the same, a slip in a long number allowed; none where one side does not say.
fn house(a: Option<&Word>, b: Option<&Word>, f: &mut Findings<'_>) -> Option<bool> {
    let (Some(a), Some(b)) = (a, b) else {
        f.unknown(Field::HouseNumber);
        return None;
    };
    if a.text == b.text {
        f.agree(Field::HouseNumber, (f.rarity(b.id) - 0.5).clamp(1.0, 8.0));
        return Some(true);
    }
    if a.text.len().min(b.text.len()) >= 3 && within(&a.text, &b.text, 1).is_some() {
        f.agree(Field::HouseNumber, ONE_DIGIT_OFF);
        return Some(true);
    }
    f.lose(Field::HouseNumber, Learnt::House);
    Some(false)
}

/// What the rarest street word says that both sides have.
fn shared_street(a: &[Word], b: &[Word], index: &Index) -> Option<f64> {
    let says = |x: &Word, y: &Word| {
        if x.id == y.id {
            Some(f64::from(index.rarity(x.id)))
        } else if x.text.len() > 4 && y.text.len() > 4 && within(&x.text, &y.text, 1).is_some() {
            Some(f64::from(index.rarity(x.id).min(index.rarity(y.id))) - 1.0)
        } else {
            None
        }
    };
    a.iter().flat_map(|x| b.iter().filter_map(move |y| says(x, y))).max_by(f64::total_cmp)
}

/// What two values of a place say: the same, a slip apart, or different.
fn same_place(a: Option<&Word>, b: Option<&Word>, letters: usize) -> Option<Likeness> {
    let (a, b) = (a?, b?);
    if a.id == b.id {
        return Some(Likeness::Same(b.id));
    }
    let near = a.text.len().min(b.text.len()) >= letters && within(&a.text, &b.text, 1).is_some();
    Some(if near { Likeness::Near(a.id, b.id) } else { Likeness::Other })
}

/// See [`same_place`].
#[derive(Clone, Copy, PartialEq)]
enum Likeness {
    Same(u32),
    Near(u32, u32),
    Other,
}

fn place(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let zip = same_place(left.zip.as_ref(), right.zip.as_ref(), 4);
    let city = same_place(left.city.as_ref(), right.city.as_ref(), 6);
    let index = f.index;
    let rarity = |x: u32, y: u32| f64::from(index.rarity(x).min(index.rarity(y))) * 0.6;
    match zip {
        Some(Likeness::Same(id)) => f.agree(Field::Zip, rarity(id, id).clamp(0.5, 6.0)),
        Some(Likeness::Near(x, y)) => f.agree(Field::Zip, (rarity(x, y) - NEARLY).clamp(0.0, 2.0)),
        Some(Likeness::Other) => f.lose(Field::Zip, Learnt::Zip),
        None => f.unknown(Field::Zip),
    }
    // City and state follow from the ZIP, so what they add is little.
    let zip_same = matches!(zip, Some(Likeness::Same(_)));
    match city {
        Some(Likeness::Same(_) | Likeness::Near(..)) if zip_same => f.agree(Field::City, 0.3),
        Some(Likeness::Same(id)) => f.agree(Field::City, rarity(id, id).clamp(0.3, 4.0)),
        Some(Likeness::Near(x, y)) => f.agree(Field::City, (rarity(x, y) - 1.0).clamp(0.3, 3.0)),
        Some(Likeness::Other) => f.lose(Field::City, Learnt::City),
        None => f.unknown(Field::City),
    }
    match left.state.zip(right.state).map(|(a, b)| a == b) {
        Some(true) if city.is_none() && zip.is_none() => f.agree(Field::State, 1.0),
        Some(true) => f.agree(Field::State, 0.0),
        Some(false) => f.lose(Field::State, Learnt::State),
        None => region(left, right, f),
    }
}

/// Where one side tells a state and the other only a phone: whether its area code is of that state.
fn region(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let told = match (left.state, right.state) {
        (Some(state), None) => Some(state).zip(right.phone_state),
        (None, Some(state)) => Some(state).zip(left.phone_state),
        _ => None,
    };
    // Two numbers say it better themselves.
    let compared = f.list.get(Field::Phone as usize).is_some_and(|phone| phone.verdict != Verdict::Unknown);
    match told.filter(|_| !compared) {
        Some((a, b)) if a == b => f.agree(Field::State, (f.rarity(a) * OF_REGION).clamp(0.3, REGION_MOST)),
        // A phone of another state says next to nothing: its owner moved, or carries it.
        _ => f.unknown(Field::State),
    }
}

fn account(left: &Record, right: &Record, f: &mut Findings<'_>) {
    if left.accounts.is_empty() || right.accounts.is_empty() {
        return f.unknown(Field::Account);
    }
    match right.accounts.iter().find(|a| left.accounts.contains(a)) {
        Some(account) => f.agree(Field::Account, (f.rarity(*account) - 0.5).clamp(1.0, MOST)),
        None => f.lose(Field::Account, Learnt::Account),
    }
}
