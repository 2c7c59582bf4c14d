//! Searching all customers and vendors by any field while a person types: every word typed must stand somewhere in the record.
//!
//! Must answer within a few milliseconds at a hundred thousand names: each record carries marks of its letter pairs, so that only
//! records that may hold the words are read (`matching.md` 5).

use super::fields;
use super::types::{PartyList, RightParty};
use crate::base::text::fold;

/// Bits of a record's marks.
const MARKS: usize = 4;
/// Longer fields are not searched to their end.
const LONGEST: usize = 200;

type Marks = [u64; MARKS];

/// All parties' texts, ready to be searched.
#[derive(Debug, Default)]
pub struct Lookup {
    text: String,
    records: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    marks: Marks,
    start: u32,
    /// Where the names end and the other fields begin.
    names: u32,
    end: u32,
    list: Option<PartyList>,
    active: bool,
}

fn marks(text: &str) -> Marks {
    let mut marks = [0; MARKS];
    for pair in text.as_bytes().windows(2) {
        if let [a, b] = pair
            && *a != b' '
            && *b != b' '
        {
            let bit = (usize::from(*a) * 31 + usize::from(*b) * 7) % (MARKS * 64);
            if let Some(word) = marks.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
    }
    marks
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

impl Lookup {
    /// Reads all parties; a search answers their places.
    #[must_use]
    pub fn new<'a>(parties: impl Iterator<Item = &'a RightParty>) -> Self {
        let mut lookup = Lookup::default();
        for party in parties {
            lookup.add(party);
        }
        lookup.text.shrink_to_fit();
        lookup
    }

    /// One more field as it is searched: folded, cut, on a line of its own.
    fn note(&mut self, text: &str) {
        let short: String = text.chars().take(LONGEST).collect();
        let folded = fold(&short);
        if !folded.is_empty() {
            self.text.push_str(&folded);
            self.text.push('\n');
        }
    }

    fn add(&mut self, p: &RightParty) {
        let start = self.text.len();
        self.note(if p.full_name.trim().is_empty() { &p.name } else { &p.full_name });
        self.note(&p.company_name);
        self.note(&format!("{} {}", p.first_name, p.last_name));
        let names = self.text.len();
        for text in [&p.email, &p.bill_addr1, &p.bill_addr2, &p.bill_addr3, &p.bill_city, &p.bill_state] {
            self.note(text);
        }
        for text in [&p.bill_postal_code, &p.account_number, &p.notes] {
            self.note(text);
        }
        for phone in [&p.phone, &p.alt_phone, &p.fax] {
            self.note(&digits(phone));
        }
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let marks = marks(self.text.get(start..).unwrap_or_default());
        self.records.push(Entry {
            marks,
            start: place(start),
            names: place(names),
            end: place(self.text.len()),
            list: p.list,
            active: p.is_active,
        });
    }

    /// The places of at most `limit` parties of a list that hold every word typed, names that begin so first, active ones
    /// before inactive ones. Nothing typed: the first of the list.
    #[must_use]
    pub fn search(&self, list: Option<PartyList>, typed: &str, limit: usize) -> Vec<u32> {
        let words = words(typed);
        let wanted: Vec<Marks> = words.iter().map(|word| marks(word)).collect();
        let mut found: Vec<((u8, bool, &str), u32)> = Vec::new();
        let mut in_names = 0;
        for (at, entry) in (0u32..).zip(&self.records) {
            let on_list = list.is_none() || entry.list.is_none() || entry.list == list;
            let may = wanted.iter().all(|w| w.iter().zip(&entry.marks).all(|(w, has)| w & has == *w));
            if !on_list || !may {
                continue;
            }
            let slice = |from: u32, to: u32| self.text.get(from as usize..to as usize).unwrap_or_default();
            let names = slice(entry.start, entry.names);
            let rank = rank(names, &words);
            // Enough names hold it: what stands in other fields only is not read any more.
            if rank == ELSEWHERE && in_names >= limit {
                continue;
            }
            let all = slice(entry.start, entry.end);
            if rank < ELSEWHERE || words.iter().all(|word| all.contains(word.as_str())) {
                in_names += usize::from(rank < ELSEWHERE);
                found.push(((rank, !entry.active, names), at));
            }
        }
        if found.len() > limit && limit > 0 {
            found.select_nth_unstable(limit);
            found.truncate(limit);
        }
        found.sort_unstable();
        found.into_iter().map(|(_, at)| at).collect()
    }
}

/// The words typed; a phone number is one word of digits, whatever stands between them.
fn words(typed: &str) -> Vec<String> {
    let short: String = typed.chars().take(LONGEST).collect();
    let phone = short.chars().all(|c| c.is_ascii_digit() || " ()-./+".contains(c));
    let number = digits(&short);
    if phone && number.len() >= 7 {
        let number = fields::phones(&short).pop().map_or(number, |p| p.ten.unwrap_or(p.seven));
        return vec![number];
    }
    fold(&short).split(' ').filter(|w| !w.is_empty()).map(str::to_string).collect()
}

/// The words stand in other fields than the names, if at all.
const ELSEWHERE: u8 = 3;

/// 0: the name begins so; 1: its words begin so; 2: the name holds it; 3: at most another field does.
fn rank(names: &str, words: &[String]) -> u8 {
    let mut worst = 0;
    for (place, word) in words.iter().enumerate() {
        let Some(at) = names.find(word.as_str()) else { return ELSEWHERE };
        let begins = |at: usize| {
            at.checked_sub(1).and_then(|b| names.as_bytes().get(b)).is_none_or(|b| !b.is_ascii_alphanumeric())
        };
        worst = worst.max(match at {
            0 => 0,
            at if begins(at) || names.match_indices(word.as_str()).skip(1).any(|(at, _)| begins(at)) => {
                u8::from(place == 0)
            }
            _ => 2,
        });
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str, email: &str, phone: &str, list: PartyList) -> RightParty {
        RightParty {
            name: name.into(),
            email: email.into(),
            phone: phone.into(),
            list: Some(list),
            ..RightParty::default()
        }
    }

    #[test]
    fn every_word_typed_stands_in_some_field_and_names_that_begin_so_come_first() {
        let mut all = [
            party("Bay Acme Tools", "", "", PartyList::Customer),
            party("Zenline", "info@acme.com", "(713) 555-1212", PartyList::Customer),
            party("Acme Tools", "", "", PartyList::Customer),
            party("Acme - V", "", "", PartyList::Vendor),
            party("Müller", "", "", PartyList::Customer),
        ];
        all[0].bill_city = "Houston".into();
        let lookup = Lookup::new(all.iter());
        let search = |typed: &str| lookup.search(Some(PartyList::Customer), typed, 10);
        assert_eq!(search("acme"), [2, 0, 1]);
        assert_eq!(search("ac too"), [2, 0]);
        assert_eq!(search("houston acme"), [0]);
        assert_eq!(search("713-555-1212"), [1]);
        assert_eq!(search("+1 (713) 555 1212"), [1]);
        assert_eq!(search("MULLER"), [4]);
        assert_eq!(search("nobody"), Vec::<u32>::new());
        assert_eq!(search("  "), [2, 0, 4, 1], "nothing typed: all of the list by name");
        assert_eq!(lookup.search(None, "acme", 2).len(), 2);
    }
}
