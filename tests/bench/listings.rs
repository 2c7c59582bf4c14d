//! Made-up Cin7 contacts and QuickBooks records of several kinds, with the truth, from a seed.
//!
//! Must never share a word list or a rule with the matching engine: damage is made letter by letter here.

use countersign::matching::{LeftContact, PartyList, RightParty};
use std::collections::HashMap;

/// Numbers from a seed (xorshift), the same on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n.max(1)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const SOUNDS: [&str; 40] = [
    "ar", "ba", "bel", "ber", "bo", "cal", "car", "da", "del", "dor", "el", "fen", "ga", "gor", "ha", "hol",
    "is", "ka", "kel", "la", "len", "lo", "mar", "mel", "mi", "mor", "na", "nor", "o", "pal", "pen", "ra",
    "ros", "sal", "son", "ta", "ter", "ven", "wil", "zan",
];
const TRADES: [&str; 24] = [
    "Bakery",
    "Brewing",
    "Cabinets",
    "Carpentry",
    "Ceramics",
    "Cycles",
    "Dairy",
    "Fabrics",
    "Farms",
    "Florist",
    "Foundry",
    "Garage",
    "Glassworks",
    "Hardware",
    "Instruments",
    "Lighting",
    "Machine Works",
    "Nursery",
    "Optics",
    "Plumbing",
    "Pottery",
    "Roasters",
    "Sports",
    "Tiles",
];
const KINDS: [&str; 8] = ["", "", " Supply", " Services", " Group", " Company", " & Sons", " Center"];
const FORMS: [&str; 6] = ["", "", " Inc", " LLC", ", Inc.", " Corp"];
const GIVEN: [&str; 24] = [
    "Ada", "Bruno", "Carla", "Dario", "Edith", "Felix", "Greta", "Hugo", "Irma", "Jonas", "Karin", "Leo",
    "Mona", "Nils", "Olga", "Paul", "Rita", "Sven", "Thea", "Ulf", "Vera", "Wanda", "Yves", "Zora",
];
const STREETS: [&str; 6] = ["Street", "Avenue", "Road", "Lane", "Drive", "Court"];
const SHORT_STREETS: [&str; 6] = ["St", "Ave.", "Rd", "Ln", "Dr.", "Ct"];

fn word(dice: &mut Dice, sounds: usize) -> String {
    let text: String = (0..sounds).map(|_| dice.pick(&SOUNDS)).collect();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn slip(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() > 4 {
        let at = 1 + dice.below(letters.len() - 3);
        match dice.below(3) {
            0 => letters.swap(at, at + 1),
            1 => drop(letters.remove(at)),
            _ => letters.insert(at, 'e'),
        }
    }
    letters.into_iter().collect()
}

fn phone(dice: &mut Dice, number: &str) -> String {
    let (area, rest) = number.split_at(3);
    let (office, line) = rest.split_at(3);
    match dice.below(4) {
        0 => format!("({area}) {office}-{line}"),
        1 => format!("{area}.{office}.{line}"),
        2 => format!("+1 {area} {office} {line}"),
        _ => format!("{area}-{office}-{line} x{}", dice.below(900)),
    }
}

/// A kind of list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Businesses and some persons, with phones, mail and addresses.
    Mixed,
    /// Names of businesses and nothing else.
    Names,
    /// Persons with addresses, no phone.
    Persons,
}

struct Being {
    person: bool,
    given: String,
    surname: String,
    name: String,
    phone: String,
    mail: String,
    house: usize,
    street: String,
    kind_of_street: usize,
    city: String,
    zip: String,
}

fn being(dice: &mut Dice, kind: Kind) -> Being {
    let person = kind == Kind::Persons || (kind == Kind::Mixed && dice.chance(12));
    let (given, surname) = (dice.pick(&GIVEN).to_string(), word(dice, 3));
    let own = match dice.below(4) {
        0 => format!("{surname} {}", dice.pick(&TRADES)),
        1 => format!("{} {}", word(dice, 3), dice.pick(&TRADES)),
        2 => format!("{} {} {}", word(dice, 2), word(dice, 2), dice.pick(&TRADES)),
        _ => word(dice, 4),
    };
    let name = if person { format!("{given} {surname}") } else { format!("{own}{}", dice.pick(&KINDS)) };
    let place = dice.below(400);
    let stem: String =
        name.chars().filter(char::is_ascii_alphabetic).take(14).collect::<String>().to_lowercase();
    let host = if person || dice.chance(25) { "gmail.com".to_string() } else { format!("{stem}.com") };
    Being {
        person,
        mail: format!("{}@{host}", if host == "gmail.com" { stem.as_str() } else { "office" }),
        given,
        surname,
        name,
        phone: format!("{}{:07}", 201 + place, 2_000_000 + dice.below(7_999_999)),
        house: 1 + dice.below(9_900),
        street: word(&mut Dice::new(1 + dice.below(900) as u64), 3),
        kind_of_street: dice.below(STREETS.len()),
        city: word(&mut Dice::new(5_000 + place as u64), 3),
        zip: format!("{:05}", 10_000 + place * 90 + dice.below(60)),
    }
}

fn contact(dice: &mut Dice, b: &Being, kind: Kind, id: usize) -> LeftContact {
    let full = |dice: &mut Dice, percent: usize| kind != Kind::Names && dice.chance(percent);
    let mut c = LeftContact {
        left_id: format!("L{id:06}"),
        list: Some(PartyList::Customer),
        ..LeftContact::default()
    };
    if b.person {
        (c.first_name, c.last_name) = (b.given.clone(), b.surname.clone());
    } else {
        c.company = format!("{}{}", b.name, dice.pick(&FORMS));
    }
    if kind != Kind::Persons && full(dice, 70) {
        c.phone = phone(dice, &b.phone);
    }
    if kind != Kind::Persons && full(dice, 70) {
        c.email.clone_from(&b.mail);
    }
    if full(dice, 85) {
        c.address1 = format!("{} {} {}", b.house, b.street, STREETS[b.kind_of_street]);
        (c.city, c.post_code) = (b.city.clone(), b.zip.clone());
    }
    c
}

fn record(dice: &mut Dice, b: &Being, kind: Kind) -> RightParty {
    let moved = being(dice, kind);
    let mut name = if b.person && dice.chance(50) {
        format!("{}, {}", b.surname, b.given)
    } else {
        format!("{}{}", b.name, if b.person { "" } else { dice.pick(&FORMS) })
    };
    if dice.chance(10) {
        name = slip(dice, &name);
    }
    if dice.chance(12) {
        name = name.to_uppercase();
    }
    name = name.chars().take(41).collect();
    let mut p = RightParty { list: Some(PartyList::Customer), name, ..RightParty::default() };
    p.full_name.clone_from(&p.name);
    if kind != Kind::Names {
        if kind != Kind::Persons && dice.chance(65) {
            let number = if dice.chance(10) { &moved.phone } else { &b.phone };
            p.phone = phone(dice, number);
        }
        if kind != Kind::Persons && dice.chance(50) {
            p.email = if dice.chance(12) { moved.mail.clone() } else { b.mail.clone() };
        }
        if dice.chance(if kind == Kind::Persons { 95 } else { 75 }) {
            let at = if dice.chance(10) { &moved } else { b };
            p.bill_addr1 = format!("{} {} {}", at.house, at.street, SHORT_STREETS[at.kind_of_street]);
            (p.bill_city, p.bill_postal_code) = (at.city.clone(), at.zip.clone());
        }
    }
    p.is_active = !dice.chance(5);
    p
}

/// Both sides with the truth: contact to record.
pub struct Listing {
    pub lefts: Vec<LeftContact>,
    pub rights: Vec<RightParty>,
    pub truth: HashMap<String, String>,
}

/// So many contacts and records, seven of ten contacts with a counterpart.
pub fn listing(kind: Kind, left: usize, right: usize, seed: u64) -> Listing {
    let mut dice = Dice::new(seed);
    let (mut lefts, mut rights, mut truth) = (Vec::new(), Vec::new(), HashMap::new());
    for id in 0..left {
        let b = being(&mut dice, kind);
        lefts.push(contact(&mut dice, &b, kind, id));
        if rights.len() < right && dice.chance(70) {
            let mut party = record(&mut dice, &b, kind);
            party.right_id = format!("R{:016x}", dice.next());
            truth.insert(format!("L{id:06}"), party.right_id.clone());
            rights.push(party);
        }
    }
    while rights.len() < right {
        let b = being(&mut dice, kind);
        let mut party = record(&mut dice, &b, kind);
        party.right_id = format!("R{:016x}", dice.next());
        rights.push(party);
    }
    rights.sort_by(|a, b| a.right_id.cmp(&b.right_id));
    Listing { lefts, rights, truth }
}
