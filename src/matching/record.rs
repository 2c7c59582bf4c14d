//! One contact or party, ready to be compared: every value in its compared form and as a number.
//!
//! Must treat both sides alike, so that no difference is made by the reading.

use super::fields::{self, name, told};
use super::hashing;
use super::index::{Index, Kind, NOWHERE, Numbering};
use super::names::{self, NameText};
use super::regions;
use super::types::{LeftContact, PartyList, RightParty};

/// Street words and words of the name that make keys together with a place.
const STREET_KEYS: usize = 2;
const NAME_PLACE_KEYS: usize = 3;

/// From so many records on a word is one of its own: both sides of a pair and a duplicate make three.
const COMMON: u32 = 4;

/// What records meet by (`matching.md` 2.2).
#[derive(Clone, Copy)]
enum Meeting {
    Name,
    Initials,
    Person,
    Phone,
    Email,
    Domain,
    Account,
    HousePlace,
    StreetPlace,
    HouseStreet,
    WordPlace,
}

fn key(meeting: Meeting, parts: &[&str]) -> u64 {
    hashing::key(meeting as u8, parts)
}

/// A word of a name.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub id: u32,
    /// See `Index::rarity`; kept here because it is read for every pair.
    pub rarity: f32,
    /// In its compared form.
    pub text: Box<str>,
    /// As it was written, where that is not the compared form.
    pub written: Option<Box<str>>,
    /// How many characters it has in its compared form.
    pub length: u8,
    /// So many records have it that it is a word of its own, not another one with a slip.
    pub common: bool,
    /// A word of trade at large; a word that comes and goes.
    pub generic: bool,
    pub weak: bool,
    /// The letters that the word begins and ends with, compared and as written: most pairs of words are told apart by them.
    starts: Letters,
    ends: Letters,
}

/// A set of letters; those outside of the alphabet share what is left.
type Letters = u32;

fn letter(byte: Option<u8>) -> Letters {
    match byte {
        Some(b) if b.is_ascii_lowercase() => 1 << (b - b'a'),
        Some(b) => 1 << (26 + b % 6),
        None => 0,
    }
}

impl Word {
    /// Whether any record of the lists has it.
    pub fn is_known(&self) -> bool {
        self.id != super::index::NOWHERE
    }

    /// Whether the words may begin, or end, with the same letter.
    pub fn may_start_as(&self, other: &Word) -> bool {
        self.starts & other.starts != 0
    }

    /// See [`Self::may_start_as`].
    pub fn may_end_as(&self, other: &Word) -> bool {
        self.ends & other.ends != 0
    }

    /// As it was written.
    pub fn written(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.text)
    }
}

/// One name with what it is compared by.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub words: Vec<Word>,
    /// The words without blanks, for damaged blanks; in the compared form and as written.
    pub joined: String,
    pub written: String,
    /// Equal for equal names, whatever the order of words.
    pub key: u32,
    /// See `Index::count` of the key.
    pub sharers: u32,
    /// Its first word, its first two and its first three, equal for names that begin so, whether a blank was lost or not.
    pub leads: [Lead; 3],
    /// The same as a key for finding parties.
    pub meeting: u64,
    pub initials: String,
    pub legal: Option<&'static str>,
    /// See `NameText::company`.
    pub company: bool,
    pub cut: bool,
    /// See `words::generation`.
    pub generation: Option<(u8, bool)>,
    /// See `NameText::aside`.
    pub aside: bool,
}

/// The words that a name begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lead {
    pub id: u32,
    /// How many words these are.
    pub words: usize,
    /// See `Index::count`.
    pub sharers: u32,
}

impl Name {
    /// Whether the letters are the first ones of its words, that of "Company" or "Corporation" behind them or not.
    pub fn is_told_by(&self, letters: &str) -> bool {
        letters == self.initials || (self.company && letters.strip_suffix('c') == Some(&self.initials))
    }
}

/// The person to talk to.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub given: Word,
    pub surname: Word,
}

/// A phone number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phone {
    pub seven: u32,
    pub ten: Option<u32>,
    /// The area code: numbers change, the region stays.
    pub area: Option<u32>,
    /// A number that all branches of a business answer.
    pub toll_free: bool,
}

/// A mail address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Email {
    pub whole: u32,
    /// A host that anybody may use.
    pub free: bool,
}

/// A postal address' first line.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub house: Option<Word>,
    pub po_box: bool,
    pub street: Vec<Word>,
}

/// A record ready to be compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    pub list: Option<PartyList>,
    pub active: bool,
    pub names: Vec<Name>,
    /// What stands behind " - " in the name, mostly a place.
    pub branch: Option<String>,
    /// The record stands for a person, not a business.
    pub is_person: bool,
    pub person: Option<Person>,
    pub phones: Vec<Phone>,
    /// The first of `phones` is the main number, not a mobile or fax.
    pub has_main_phone: bool,
    pub email: Option<Email>,
    /// The letters of the mail address before its `@`: often somebody's name.
    pub mail_user: Box<str>,
    pub domains: Vec<u32>,
    pub address: Option<Address>,
    pub zip: Option<Word>,
    pub city: Option<Word>,
    pub state: Option<u32>,
    /// The state that a phone's area code is of.
    pub phone_state: Option<u32>,
    pub accounts: Vec<u32>,
    /// The keys under which pairs worth a look are found.
    pub keys: Vec<u64>,
}

/// The fields of either side under one name.
struct Source<'a> {
    names: Vec<NameText>,
    codes: Vec<String>,
    person: (&'a str, &'a str),
    email: &'a str,
    website: &'a str,
    phones: [&'a str; 3],
    lines: [&'a str; 3],
    city: &'a str,
    state: &'a str,
    zip: &'a str,
    account: &'a str,
}

impl Record {
    /// Adds the names of an alias; whether there was a new one.
    pub fn add_names(&mut self, alias: Record) -> bool {
        let before = self.names.len();
        for name in alias.names {
            if !self.names.iter().any(|own| own.key == name.key) {
                self.names.push(name);
            }
        }
        self.keys.extend(alias.keys);
        self.keys.sort_unstable();
        self.keys.dedup();
        self.names.len() > before
    }

    /// Nothing is known but names.
    pub fn is_bare(&self) -> bool {
        self.phones.is_empty()
            && self.email.is_none()
            && self.domains.is_empty()
            && self.address.is_none()
            && self.zip.is_none()
            && self.city.is_none()
            && self.accounts.is_empty()
    }
}

/// Reads a Cin7 contact.
pub(super) fn of_contact(c: &LeftContact, n: &mut dyn Numbering) -> Record {
    let (company, given, surname) = (name(&c.company), name(&c.first_name), name(&c.last_name));
    let (mut all, codes) = names::read(company, false);
    let person = names::read(&format!("{given} {surname}"), false).0;
    let is_person = match (all.first(), person.first()) {
        (None, _) => true,
        (Some(company), Some(person)) => company.sorted_key() == person.sorted_key(),
        _ => false,
    };
    if all.is_empty() {
        all = person;
    }
    let source = Source {
        names: all,
        codes,
        person: (given, surname),
        email: told(&c.email),
        website: told(&c.website),
        phones: [told(&c.phone), told(&c.mobile), told(&c.fax)],
        lines: [told(&c.address1), told(&c.address2), ""],
        city: told(&c.city),
        state: told(&c.state),
        zip: told(&c.post_code),
        account: told(&c.account_number),
    };
    let mut record = build(source, n);
    record.list = c.list;
    record.branch = names::branch(company);
    record.active = true;
    record.is_person = is_person;
    record
}

/// Reads a QuickBooks customer or vendor. Of a job the job's own name counts.
pub(super) fn of_party(p: &RightParty, n: &mut dyn Numbering) -> Record {
    let own = if name(&p.name).trim().is_empty() {
        name(p.full_name.rsplit(':').next().unwrap_or_default())
    } else {
        &p.name
    };
    let (company, given, surname) = (name(&p.company_name), name(&p.first_name), name(&p.last_name));
    let (mut all, codes) = names::read(own, true);
    let mut add = |text: &str| {
        for name in names::read(text, true).0 {
            if !all.iter().any(|known| known.words == name.words) {
                all.push(name);
            }
        }
    };
    add(company);
    if !name(&p.bill_addr1).trim().is_empty() && !fields::is_address_line(&p.bill_addr1) && has_street(p) {
        add(&p.bill_addr1);
    }
    let person = names::read(&format!("{given} {surname}"), false).0;
    if let Some(person) = person.into_iter().next() {
        let shares_word = all.iter().any(|name| name.words.iter().any(|w| person.words.last() == Some(w)));
        let stands_for_it =
            all.is_empty() || (company.trim().is_empty() && shares_word && person.words.len() > 1);
        if stands_for_it && !all.iter().any(|known| known.sorted_key() == person.sorted_key()) {
            all.push(person);
        }
    }
    let source = Source {
        names: all,
        codes,
        person: (given, surname),
        email: told(&p.email),
        website: "",
        phones: [told(&p.phone), told(&p.alt_phone), told(&p.fax)],
        lines: [told(&p.bill_addr1), told(&p.bill_addr2), told(&p.bill_addr3)],
        city: told(&p.bill_city),
        state: told(&p.bill_state),
        zip: told(&p.bill_postal_code),
        account: told(&p.account_number),
    };
    let mut record = build(source, n);
    record.list = p.list;
    record.branch = names::branch(own);
    record.active = p.is_active;
    record
}

/// A name by which a person knows a party.
pub(super) fn of_alias(name: &str, n: &mut dyn Numbering) -> Record {
    let names = names::read(name, false).0.iter().map(|name| number_name(name, n)).collect();
    let mut record = Record { names, ..Record::default() };
    name_keys(&mut record);
    record
}

/// A first line that is no street is a name only when a street follows.
fn has_street(p: &RightParty) -> bool {
    fields::is_address_line(&p.bill_addr2) || fields::is_address_line(&p.bill_addr3)
}

fn build(s: Source<'_>, n: &mut dyn Numbering) -> Record {
    let names = s.names.iter().map(|name| number_name(name, n)).collect();
    let mut r = Record { names, person: person(s.person, n), ..Record::default() };
    for (place, text) in s.phones.iter().enumerate() {
        for phone in fields::phones(text) {
            r.has_main_phone |= place == 0;
            r.keys.push(key(Meeting::Phone, &[&phone.seven]));
            let toll_free = phone.is_toll_free();
            let code = phone.ten.as_deref().and_then(|ten| ten.get(..3)).filter(|_| !toll_free);
            let area = code.map(|code| n.number(Kind::Area, code));
            let ten = phone.ten.map(|ten| n.number(Kind::Ten, &ten));
            r.phones.push(Phone { seven: n.number(Kind::Seven, &phone.seven), ten, area, toll_free });
        }
    }
    r.phone_state = regions::by_phone(&s.phones).map(|state| n.number(Kind::State, state));
    mail_and_site(&s, &mut r, n);
    let zip = fields::zip(s.zip);
    let city = fields::city(s.city);
    r.zip = zip.as_deref().map(|v| word(Kind::Zip, v, v, n));
    r.city = city.as_deref().map(|v| word(Kind::City, v, v, n));
    r.state = fields::state(s.state).map(|v| n.number(Kind::State, &v));
    for code in s.codes.into_iter().chain(fields::account(s.account)) {
        r.keys.push(key(Meeting::Account, &[&code]));
        r.accounts.push(n.number(Kind::Account, &code));
    }
    if let Some(address) = fields::address(&s.lines) {
        address_keys(&address, zip.as_deref(), city.as_deref(), &mut r.keys);
        let street = address.street.iter().map(|w| word(Kind::Street, w, w, n)).collect();
        let house = Some(&address.house).filter(|h| !h.is_empty()).map(|h| word(Kind::House, h, h, n));
        r.address = Some(Address { house, po_box: address.po_box, street });
    }
    place_keys(&mut r, zip.as_deref(), city.as_deref());
    name_keys(&mut r);
    r.keys.sort_unstable();
    r.keys.dedup();
    r
}

fn mail_and_site(s: &Source<'_>, r: &mut Record, n: &mut dyn Numbering) {
    let mut domains: Vec<String> = Vec::new();
    if let Some((whole, domain)) = fields::email(s.email) {
        let free = super::words::is_free_mail(&domain);
        r.keys.push(key(Meeting::Email, &[&whole]));
        r.mail_user = fields::mail_user(&whole).into();
        r.email = Some(Email { whole: n.number(Kind::Email, &whole), free });
        if !free {
            domains.push(domain);
        }
    }
    if let Some(host) = fields::web_host(s.website).filter(|host| !super::words::is_free_mail(host))
        && !domains.contains(&host)
    {
        domains.push(host);
    }
    for domain in domains {
        r.keys.push(key(Meeting::Domain, &[&domain]));
        r.domains.push(n.number(Kind::Domain, &domain));
    }
}

fn word(kind: Kind, text: &str, written: &str, n: &mut dyn Numbering) -> Word {
    let written = (written != text).then(|| written.into());
    let named = kind == Kind::Word;
    let (plain, as_written) = (text.as_bytes(), written.as_deref().unwrap_or(text).as_bytes());
    Word {
        starts: letter(plain.first().copied()) | letter(as_written.first().copied()),
        ends: letter(plain.last().copied()) | letter(as_written.last().copied()),
        id: n.number(kind, text),
        rarity: 0.0,
        common: false,
        text: text.into(),
        written,
        length: u8::try_from(text.chars().count()).unwrap_or(u8::MAX),
        generic: named && super::words::is_generic(text),
        weak: named && super::words::is_weak(text),
    }
}

fn number_name(name: &NameText, n: &mut dyn Numbering) -> Name {
    let sorted = name.sorted_key();
    Name {
        words: name
            .words
            .iter()
            .zip(&name.written)
            .map(|(w, written)| word(Kind::Word, w, written, n))
            .collect(),
        joined: name.words.concat(),
        written: name.written.concat(),
        key: n.number(Kind::NameKey, &sorted),
        sharers: 0,
        leads: [1, 2, 3].map(|words| Lead {
            id: name.words.get(..words).map_or(NOWHERE, |lead| n.number(Kind::Lead, &lead.concat())),
            words,
            sharers: 0,
        }),
        meeting: key(Meeting::Name, &[&sorted]),
        initials: name.initials(),
        legal: name.legal,
        company: name.company,
        cut: name.cut,
        generation: name.generation,
        aside: name.aside,
    }
}

fn person((first, last): (&str, &str), n: &mut dyn Numbering) -> Option<Person> {
    let compared =
        |text: &str| names::tokens(&names::folded(&text.chars().take(60).collect::<String>())).join(" ");
    let (given, surname) = (compared(first), compared(last));
    if given.is_empty() || surname.is_empty() {
        return None;
    }
    Some(Person {
        given: word(Kind::Given, &given, &given, n),
        surname: word(Kind::Surname, &surname, &surname, n),
    })
}

fn address_keys(address: &fields::AddressText, zip: Option<&str>, city: Option<&str>, keys: &mut Vec<u64>) {
    let house = address.house.as_str();
    let streets = address.street.iter().take(STREET_KEYS);
    for place in [zip, city].into_iter().flatten() {
        if !house.is_empty() {
            keys.push(key(Meeting::HousePlace, &[house, place]));
        }
        for street in streets.clone() {
            keys.push(key(Meeting::StreetPlace, &[street, place]));
        }
    }
    if !house.is_empty() {
        for street in streets {
            keys.push(key(Meeting::HouseStreet, &[house, street]));
        }
    }
}

/// A word of the name at a place: finds who is spelled badly but lives where the other does.
fn place_keys(r: &mut Record, zip: Option<&str>, city: Option<&str>) {
    let (Some(place), Some(name)) = (zip.or(city), r.names.first()) else { return };
    for word in name.words.iter().take(NAME_PLACE_KEYS) {
        r.keys.push(key(Meeting::WordPlace, &[&word.text, place]));
    }
}

fn name_keys(r: &mut Record) {
    for name in &r.names {
        r.keys.push(name.meeting);
        match name.words.as_slice() {
            [only] if (2..=6).contains(&only.length) => r.keys.push(key(Meeting::Initials, &[&only.text])),
            [_, _, ..] => {
                r.keys.push(key(Meeting::Initials, &[&name.initials]));
                if name.company {
                    r.keys.push(key(Meeting::Initials, &[&format!("{}c", name.initials)]));
                }
            }
            _ => {}
        }
    }
    if let Some(person) = &r.person {
        r.keys.push(key(Meeting::Person, &[&person.given.text, &person.surname.text]));
    }
}

impl Word {
    fn renumber(&mut self, numbers: &[u32]) {
        renumber(&mut self.id, numbers);
    }
}

fn renumber(id: &mut u32, numbers: &[u32]) {
    *id = numbers.get(*id as usize).copied().unwrap_or(NOWHERE);
}

impl Record {
    /// Puts the index' numbers in place of those under which the values were noted.
    pub fn renumber(&mut self, numbers: &[u32]) {
        for name in &mut self.names {
            name.words.iter_mut().for_each(|w| w.renumber(numbers));
            renumber(&mut name.key, numbers);
            name.leads.iter_mut().for_each(|lead| renumber(&mut lead.id, numbers));
        }
        if let Some(person) = &mut self.person {
            person.given.renumber(numbers);
            person.surname.renumber(numbers);
        }
        for phone in &mut self.phones {
            renumber(&mut phone.seven, numbers);
            phone.ten.iter_mut().chain(&mut phone.area).for_each(|part| renumber(part, numbers));
        }
        self.email.iter_mut().for_each(|email| renumber(&mut email.whole, numbers));
        if let Some(address) = &mut self.address {
            address.house.iter_mut().chain(&mut address.street).for_each(|w| w.renumber(numbers));
        }
        self.zip.iter_mut().chain(&mut self.city).for_each(|w| w.renumber(numbers));
        self.state
            .iter_mut()
            .chain(&mut self.phone_state)
            .chain(&mut self.domains)
            .chain(&mut self.accounts)
            .for_each(|id| renumber(id, numbers));
    }
    /// Notes how rare the words of the names are and how many records share each name.
    pub fn weigh(&mut self, index: &Index) {
        for name in &mut self.names {
            name.sharers = index.count(name.key);
            name.leads.iter_mut().for_each(|lead| lead.sharers = index.count(lead.id));
            for word in &mut name.words {
                word.rarity = index.rarity(word.id);
                word.common = index.count(word.id) >= COMMON;
            }
        }
    }
}
