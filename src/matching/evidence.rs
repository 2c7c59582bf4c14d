//! One pair, field by field, in bits: each field agrees, differs or is silent, and silence costs nothing (`matching.md` 2.3-2.4).
//!
//! The weights are Fellegi-Sunter start values: agreement earns log2(m/u) with u from the files at hand, disagreement a fixed loss.
//! Weights learnt by EM are left for later: unbounded EM goes astray on small files (`matching.md` 2.4).

use super::index::Index;
use super::name_evidence::{self, NameOutcome};
use super::record::{Email, Record};
use super::types::{Bits, Field, Verdict};

/// Smallest right side that counts for the prior: below it a chance hit stays a chance hit.
const SMALLEST_LIST: f64 = 64.0;
/// What a unique exact name says beyond the prior.
const NAME_BEYOND_PRIOR: f64 = 4.0;
/// The most that one number or address says.
const MOST: f64 = 12.0;
/// Losses where both sides speak and differ, by how often true pairs differ in life (people move, change phones, share offices).
const PHONE_DIFFERS: f64 = -2.4;
const EMAIL_DIFFERS: f64 = -2.0;
const FREE_EMAIL_DIFFERS: f64 = -1.5;
const HOUSE_DIFFERS: f64 = -0.9;
const STREET_DIFFERS: f64 = -0.7;
const ZIP_DIFFERS: f64 = -0.7;
const CITY_DIFFERS: f64 = -0.5;
const STATE_DIFFERS: f64 = -0.4;
const ACCOUNT_DIFFERS: f64 = -1.5;
const PERSON_DIFFERS: f64 = -1.0;
const LEGAL_AGREES: f64 = 0.5;
const LEGAL_DIFFERS: f64 = -0.4;
/// An inactive record is often the older duplicate of an active one (`matching.md` 1).
const INACTIVE: f64 = -1.0;

/// One field of a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    pub field: Field,
    pub verdict: Verdict,
    pub bits: Bits,
}

/// A pair with its evidence.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub party: u32,
    pub score: Bits,
    pub findings: Vec<Finding>,
    pub name: Option<NameOutcome>,
}

impl Pair {
    /// What a field says.
    pub fn verdict(&self, field: Field) -> Verdict {
        self.findings.iter().find(|f| f.field == field).map_or(Verdict::Unknown, |f| f.verdict)
    }

    /// What the name says.
    pub fn name_bits(&self) -> f64 {
        self.findings.iter().find(|f| f.field == Field::Name).map_or(0.0, |f| f.bits.value())
    }
}

/// log2 of the odds against a blind guess: what evidence must overcome before a pair is more likely than not.
pub(super) fn prior_bits(parties: usize) -> f64 {
    let parties = u32::try_from(parties).unwrap_or(u32::MAX);
    f64::from(parties).max(SMALLEST_LIST).log2()
}

struct Findings<'a> {
    index: &'a Index,
    list: Vec<Finding>,
}

impl Findings<'_> {
    fn say(&mut self, field: Field, verdict: Verdict, bits: f64) {
        self.list.push(Finding { field, verdict, bits: Bits::round(bits) });
    }
    fn agree(&mut self, field: Field, bits: f64) {
        self.say(field, Verdict::Agrees, bits);
    }
    fn differ(&mut self, field: Field, bits: f64) {
        self.say(field, Verdict::Differs, bits);
    }
    fn unknown(&mut self, field: Field) {
        self.say(field, Verdict::Unknown, 0.0);
    }
}

/// Compares a contact with a party.
pub(super) fn compare(left: &Record, right: &Record, party: u32, index: &Index, prior: f64) -> Pair {
    let mut f = Findings { index, list: Vec::with_capacity(13) };
    let name = name_evidence::compare(left, right, index, prior + NAME_BEYOND_PRIOR);
    name_field(name, &mut f);
    legal_form(name, left, right, &mut f);
    person(left, right, &mut f);
    phone(left, right, &mut f);
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
    Pair { party, score, findings: f.list, name }
}

fn name_field(name: Option<NameOutcome>, f: &mut Findings<'_>) {
    match name {
        Some(outcome) if outcome.bits >= 0.0 => f.agree(Field::Name, outcome.bits),
        Some(outcome) => f.differ(Field::Name, outcome.bits),
        None => f.unknown(Field::Name),
    }
}

fn legal_form(name: Option<NameOutcome>, left: &Record, right: &Record, f: &mut Findings<'_>) {
    let forms = name.and_then(|n| Some((left.names.get(n.left)?.legal?, right.names.get(n.right)?.legal?)));
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
    let (Some(a), Some(b)) = (&left.person, &right.person) else { return f.unknown(Field::Person) };
    if left.is_person {
        return f.unknown(Field::Person); // The name says it already.
    }
    let given = a.given.id == b.given.id || super::words::same_given_name(&a.given.text, &b.given.text);
    let crossed = a.given.text == b.surname.text && a.surname.text == b.given.text;
    match (given, a.surname.id == b.surname.id) {
        (true, true) => f.agree(
            Field::Person,
            (f.index.rarity(b.given.id) + f.index.rarity(b.surname.id)).clamp(2.0, 8.0),
        ),
        _ if crossed => f.agree(Field::Person, 6.0),
        (false, true) => f.agree(Field::Person, 1.0),
        _ => f.differ(Field::Person, PERSON_DIFFERS),
    }
}

fn phone(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let mut best: Option<f64> = None;
    for a in &left.phones {
        for b in right.phones.iter().filter(|b| b.seven == a.seven) {
            let bits = match (a.ten, b.ten) {
                (Some(x), Some(y)) if x != y => continue,
                (Some(x), Some(_)) => f.index.rarity(x) - 0.3,
                _ => f.index.rarity(a.seven) - 1.5,
            };
            best = Some(best.unwrap_or(0.0).max(bits));
        }
    }
    match best {
        Some(bits) => f.agree(Field::Phone, bits.clamp(1.0, MOST)),
        None if left.has_main_phone && right.has_main_phone => f.differ(Field::Phone, PHONE_DIFFERS),
        None => f.unknown(Field::Phone),
    }
}

fn email_and_domain(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let domain = left.domains.iter().find(|d| right.domains.contains(d));
    let domain_bits = domain.map(|d| (f.index.rarity(*d) - 0.5).clamp(1.0, MOST));
    match (left.email, right.email) {
        (Some(a), Some(b)) if a.whole == b.whole => {
            f.agree(Field::Email, (f.index.rarity(a.whole) - 0.3).clamp(1.0, MOST));
            f.unknown(Field::Domain); // The whole address says it already.
            return;
        }
        (Some(a), Some(b)) if domain_bits.is_none() => f.differ(Field::Email, email_loss(a, b)),
        _ => f.unknown(Field::Email),
    }
    match domain_bits {
        Some(bits) => f.agree(Field::Domain, bits),
        None => f.unknown(Field::Domain),
    }
}

fn email_loss(a: Email, b: Email) -> f64 {
    if a.free || b.free { FREE_EMAIL_DIFFERS } else { EMAIL_DIFFERS }
}

fn address(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let (a, b) = match (&left.address, &right.address) {
        (Some(a), Some(b)) if a.po_box == b.po_box => (a, b),
        _ => {
            f.unknown(Field::HouseNumber);
            return f.unknown(Field::Street);
        }
    };
    let same_house = a.house == b.house;
    if same_house {
        f.agree(Field::HouseNumber, (f.index.rarity(b.house) - 0.5).clamp(1.0, 8.0));
    } else {
        f.differ(Field::HouseNumber, HOUSE_DIFFERS);
    }
    let shared = a.street.iter().find_map(|x| {
        let same = |y: &&super::record::Word| {
            y.id == x.id || (x.text.len() > 4 && strsim::osa_distance(&x.text, &y.text) == 1)
        };
        b.street.iter().find(same)
    });
    match shared {
        _ if a.po_box => f.unknown(Field::Street),
        Some(word) if same_house => f.agree(Field::Street, (f.index.rarity(word.id) - 0.5).clamp(0.5, 5.0)),
        // Another house of the same street says next to nothing.
        Some(_) => f.unknown(Field::Street),
        None => f.differ(Field::Street, STREET_DIFFERS),
    }
}

fn place(left: &Record, right: &Record, f: &mut Findings<'_>) {
    let same = |a: Option<u32>, b: Option<u32>| Some(a? == b?);
    let zip = same(left.zip, right.zip);
    let city = same(left.city, right.city);
    let rarity = |id: Option<u32>| id.map_or(0.0, |id| f.index.rarity(id));
    let (zip_bits, city_bits) = (rarity(right.zip) * 0.6, rarity(right.city) * 0.6);
    match zip {
        Some(true) => f.agree(Field::Zip, zip_bits.clamp(0.5, 6.0)),
        Some(false) => f.differ(Field::Zip, ZIP_DIFFERS),
        None => f.unknown(Field::Zip),
    }
    // City and state follow from the ZIP, so what they add is little.
    match city {
        Some(true) if zip == Some(true) => f.agree(Field::City, 0.3),
        Some(true) => f.agree(Field::City, city_bits.clamp(0.3, 4.0)),
        Some(false) => f.differ(Field::City, CITY_DIFFERS),
        None => f.unknown(Field::City),
    }
    match same(left.state, right.state) {
        Some(true) if city.is_none() && zip.is_none() => f.agree(Field::State, 1.0),
        Some(true) => f.agree(Field::State, 0.0),
        Some(false) => f.differ(Field::State, STATE_DIFFERS),
        None => f.unknown(Field::State),
    }
}

fn account(left: &Record, right: &Record, f: &mut Findings<'_>) {
    if left.accounts.is_empty() || right.accounts.is_empty() {
        return f.unknown(Field::Account);
    }
    match right.accounts.iter().find(|a| left.accounts.contains(a)) {
        Some(account) => f.agree(Field::Account, (f.index.rarity(*account) - 0.5).clamp(1.0, MOST)),
        None => f.differ(Field::Account, ACCOUNT_DIFFERS),
    }
}
