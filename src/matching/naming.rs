//! The name of a new QuickBooks customer or vendor: within 41 characters, without colon, free in all four name lists.
//!
//! Must never propose a name that QuickBooks would refuse with status 3100, and must say what was changed and why
//! (`matching.md` 5; lengths from `qbxml.md` 4).

use super::types::{LeftContact, PartyList};
use crate::base::limits::QB_NAME;
use crate::base::text;
use std::collections::HashMap;
use std::fmt;

/// FirstName and LastName of a customer or vendor (`qbxml-elements.md`).
pub const QB_PERSON_NAME: usize = 25;
/// Numbers tried behind a name; more equal names than this do not fit into any edition's lists (design 8.14).
const LAST_NUMBER: u32 = 20_000;

/// Who holds a name: QuickBooks has one name space for all four lists (design 8.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A customer or a vendor, inactive ones included, or one that waits in this batch.
    Party(PartyList),
    /// An employee or an other name.
    Other,
}

/// How a person without a company is written: a setting (`matching.md` 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PersonStyle {
    /// `Smith, Mike`.
    #[default]
    LastFirst,
    /// `Mike Smith`.
    FirstLast,
}

/// A proposal for a new entry; all fields may be edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewName {
    /// The Name, at most 41 characters, free.
    pub name: String,
    /// The whole name for CompanyName, at most 41 characters; empty for a person.
    pub company_name: String,
    /// At most 25 characters.
    pub first_name: String,
    /// At most 25 characters.
    pub last_name: String,
    /// What was changed and why, one short sentence each.
    pub notes: Vec<String>,
}

/// Why a typed name cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing but blanks.
    Empty,
    /// More characters than 41; how many there are.
    TooLong(usize),
    /// A colon, which separates customer and job.
    Colon,
    /// A line break, tab or invisible control character.
    Control,
    /// A character that QuickBooks cannot hold.
    Character(char),
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameProblem::Empty => write!(f, "The name is empty."),
            NameProblem::TooLong(count) => {
                write!(f, "The name has {count} characters; QuickBooks takes {QB_NAME}.")
            }
            NameProblem::Colon => {
                write!(f, "A colon separates customer and job, so it cannot stand in a name.")
            }
            NameProblem::Control => write!(f, "The name has a line break or an invisible character."),
            NameProblem::Character(c) => write!(f, "QuickBooks cannot hold the character \"{c}\"."),
        }
    }
}

/// Checks a name as it is typed. Whether it is free is the caller's question to [`TakenNames`].
///
/// # Errors
/// The first problem found.
pub fn check_name(name: &str) -> Result<(), NameProblem> {
    if name.trim().is_empty() {
        return Err(NameProblem::Empty);
    }
    if name.contains(':') {
        return Err(NameProblem::Colon);
    }
    for c in name.chars() {
        if c.is_control()
            || text::for_screen(c.encode_utf8(&mut [0; 4])).contains(text::REMOVED) && c != text::REMOVED
        {
            return Err(NameProblem::Control);
        }
        if text::for_quickbooks(c.encode_utf8(&mut [0; 4])).1 {
            return Err(NameProblem::Character(c));
        }
    }
    match name.trim().chars().count() {
        count if count > QB_NAME => Err(NameProblem::TooLong(count)),
        _ => Ok(()),
    }
}

/// The form under which two names are the same to QuickBooks: whatever the case, and "Mike Smith" is "Smith, Mike"
/// (`matching.md` 5, one source; taken as true because a refused name costs more than a tail). Accents are dropped
/// for the same reason.
#[must_use]
pub fn clash_key(name: &str) -> String {
    let folded = text::fold(name);
    match folded.split_once(',') {
        Some((last, first)) if !first.contains(',') && !first.trim().is_empty() => {
            format!("{} {}", first.trim(), last.trim())
        }
        _ => folded,
    }
}

/// All names in use, the ones that wait in the batch included.
#[derive(Clone, Debug, Default)]
pub struct TakenNames(HashMap<String, Holder>);

impl TakenNames {
    /// Notes a name.
    pub fn insert(&mut self, name: &str, holder: Holder) {
        self.0.entry(clash_key(name)).or_insert(holder);
    }

    /// Who holds the name, if anybody.
    #[must_use]
    pub fn holder(&self, name: &str) -> Option<Holder> {
        self.0.get(&clash_key(name)).copied()
    }
}

/// Proposes the entry for a contact in a role; `taken` tells who holds a name.
#[must_use]
pub fn propose_name(
    contact: &LeftContact,
    role: PartyList,
    taken: &dyn Fn(&str) -> Option<Holder>,
    style: PersonStyle,
) -> NewName {
    let mut new = NewName::default();
    let company = clean(&contact.company, &mut new.notes, "the company");
    let first = clean(&contact.first_name, &mut new.notes, "the first name");
    let last = clean(&contact.last_name, &mut new.notes, "the last name");
    let whole = whole_name(contact, &company, &first, &last, style, &mut new.notes);
    new.company_name = text::cut_at_word(&company, QB_NAME);
    new.first_name = text::cut_at_word(&first, QB_PERSON_NAME);
    new.last_name = text::cut_at_word(&last, QB_PERSON_NAME);
    let base = text::cut_at_word(&whole, QB_NAME);
    if base != whole {
        new.notes.push(format!("Cut to {QB_NAME} characters, as many as QuickBooks takes."));
    }
    new.name = free_name(contact, role, base, taken, &mut new.notes);
    new
}

fn whole_name(
    contact: &LeftContact,
    company: &str,
    first: &str,
    last: &str,
    style: PersonStyle,
    notes: &mut Vec<String>,
) -> String {
    if !company.is_empty() {
        return company.to_string();
    }
    match (first.is_empty(), last.is_empty(), style) {
        (false, false, PersonStyle::LastFirst) => format!("{last}, {first}"),
        (false, false, PersonStyle::FirstLast) => format!("{first} {last}"),
        (true, false, _) => last.to_string(),
        (false, true, _) => first.to_string(),
        (true, true, _) => {
            notes.push("The contact has neither company nor name in Cin7.".into());
            let email = clean(&contact.email, notes, "the e-mail address");
            if email.is_empty() {
                clean(&format!("Cin7 contact {}", contact.left_id), notes, "the number")
            } else {
                email
            }
        }
    }
}

/// Whether anything of a word is left in QuickBooks' characters: of "佛山市" there would be three question marks.
fn is_held(word: &str) -> bool {
    let says = |text: &str| text.chars().any(char::is_alphanumeric);
    !says(word) || says(&text::for_quickbooks(word).0)
}

/// One line of QuickBooks' own characters, without colons, blanks collapsed.
fn clean(raw: &str, notes: &mut Vec<String>, what: &str) -> String {
    let plain: String = raw.chars().map(|c| if c == ':' || c.is_whitespace() { ' ' } else { c }).collect();
    let told: Vec<&str> = plain.split(' ').filter(|word| is_held(word)).collect();
    if told.len() < plain.split(' ').count() {
        notes.push(format!("Words that QuickBooks cannot write were left out of {what}."));
    }
    let (held, replaced) = text::for_quickbooks(&told.join(" "));
    if raw.contains(':') {
        notes.push(format!("A colon was taken out of {what}: it separates customer and job."));
    }
    if replaced {
        notes.push(format!("Characters that QuickBooks cannot hold were replaced in {what}."));
    }
    // A replacement may bring a colon along (a ratio sign, for one).
    held.replace(':', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name itself where it is free, else with the shortest tail that tells it apart.
fn free_name(
    contact: &LeftContact,
    role: PartyList,
    base: String,
    taken: &dyn Fn(&str) -> Option<Holder>,
    notes: &mut Vec<String>,
) -> String {
    let Some(holder) = taken(&base) else { return base };
    let clash = match holder {
        Holder::Party(list) => {
            format!("\"{base}\" is already a {} in QuickBooks or in this batch", list.word())
        }
        Holder::Other => format!("\"{base}\" is already an employee or other name in QuickBooks"),
    };
    let mut tails = Vec::new();
    if holder == Holder::Party(role.other()) {
        tails.push(String::from(if role == PartyList::Vendor { " - V" } else { " - C" }));
    }
    let city = clean(&contact.city, &mut Vec::new(), "the city");
    if !city.is_empty() {
        tails.push(format!(" - {}", text::cut_at_word(&city, QB_NAME / 2)));
    }
    let numbers = (2..=LAST_NUMBER).map(|n| format!(" {n}"));
    let free = tails
        .into_iter()
        .chain(numbers)
        .map(|tail| with_tail(&base, &tail))
        .find(|name| taken(name).is_none());
    let name = free.unwrap_or(base);
    notes.push(format!("{clash}, so this one is called \"{name}\"."));
    name
}

fn with_tail(base: &str, tail: &str) -> String {
    let room = QB_NAME.saturating_sub(tail.chars().count());
    format!("{}{tail}", text::cut_at_word(base, room).trim_end_matches([' ', '-', ',']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(name: &str, city: &str) -> LeftContact {
        LeftContact { left_id: "7".into(), company: name.into(), city: city.into(), ..LeftContact::default() }
    }

    fn propose(contact: &LeftContact, role: PartyList, taken: &[(&str, Holder)]) -> NewName {
        let mut names = TakenNames::default();
        for (name, holder) in taken {
            names.insert(name, *holder);
        }
        propose_name(contact, role, &|name| names.holder(name), PersonStyle::LastFirst)
    }

    #[test]
    fn a_free_name_is_taken_as_it_is() {
        let new = propose(&company(" Acme  Tools ", ""), PartyList::Customer, &[]);
        assert_eq!((new.name.as_str(), new.company_name.as_str()), ("Acme Tools", "Acme Tools"));
        assert!(new.notes.is_empty());
    }

    #[test]
    fn a_vendor_whose_customer_exists_gets_a_v() {
        let held = [("ACME", Holder::Party(PartyList::Customer))];
        let new = propose(&company("Acme", "Houston"), PartyList::Vendor, &held);
        assert_eq!(new.name, "Acme - V");
        assert!(new.notes.iter().any(|n| n.contains("already a customer")));
    }

    #[test]
    fn a_clash_on_the_same_list_takes_the_city_then_a_number() {
        let customer = Holder::Party(PartyList::Customer);
        let contact = company("Acme", "Houston");
        assert_eq!(propose(&contact, PartyList::Customer, &[("Acme", customer)]).name, "Acme - Houston");
        let held = [("Acme", customer), ("acme - houston", customer), ("Acme 2", Holder::Other)];
        assert_eq!(propose(&contact, PartyList::Customer, &held).name, "Acme 3");
    }

    #[test]
    fn mike_smith_and_smith_mike_are_one_name() {
        let contact =
            LeftContact { first_name: "Mike".into(), last_name: "Smith".into(), ..LeftContact::default() };
        let new = propose(&contact, PartyList::Customer, &[("mike smith", Holder::Other)]);
        assert_eq!(new.name, "Smith, Mike 2");
        assert_eq!(
            (new.first_name.as_str(), new.last_name.as_str(), new.company_name.as_str()),
            ("Mike", "Smith", "")
        );
        let style = propose_name(&contact, PartyList::Customer, &|_| None, PersonStyle::FirstLast);
        assert_eq!(style.name, "Mike Smith");
    }

    #[test]
    fn the_tail_fits_into_41_characters() {
        let long = "International Harvester Replacement Parts Company";
        let cut = propose(&company(long, ""), PartyList::Vendor, &[]);
        assert_eq!(cut.name, "International Harvester Replacement Parts");
        assert_eq!(cut.notes.len(), 1);
        let held = [(cut.name.as_str(), Holder::Party(PartyList::Customer))];
        let new = propose(&company(long, ""), PartyList::Vendor, &held);
        assert!(new.name.ends_with(" - V") && new.name.chars().count() <= QB_NAME, "{}", new.name);
    }

    #[test]
    fn colons_and_strange_characters_go_and_it_is_said() {
        let new = propose(&company("Acme:West\tŁódź\u{7}", ""), PartyList::Customer, &[]);
        assert_eq!(check_name(&new.name), Ok(()));
        assert_eq!(new.name, "Acme West Lódz");
        assert_eq!(new.notes.len(), 2);
    }

    #[test]
    fn words_that_quickbooks_cannot_write_are_left_out_and_never_make_a_name_of_question_marks() {
        let both = propose(&company("佛山市陶瓷出口 Foshan Fine Ceramics", ""), PartyList::Vendor, &[]);
        assert_eq!(
            (both.name.as_str(), both.company_name.as_str()),
            ("Foshan Fine Ceramics", "Foshan Fine Ceramics")
        );
        assert!(both.notes.iter().any(|n| n.contains("left out of the company")), "{:?}", both.notes);
        let only = LeftContact { email: "sales@foshan.cn".into(), ..company("佛山市陶瓷出口", "") };
        assert_eq!(propose(&only, PartyList::Vendor, &[]).name, "sales@foshan.cn");
    }

    #[test]
    fn a_contact_without_any_name_is_called_by_its_mail_or_number() {
        let mail = LeftContact { email: "a@b.com".into(), ..LeftContact::default() };
        assert_eq!(propose(&mail, PartyList::Customer, &[]).name, "a@b.com");
        assert_eq!(propose(&company("", ""), PartyList::Customer, &[]).name, "Cin7 contact 7");
    }

    #[test]
    fn a_typed_name_is_checked_live() {
        assert_eq!(check_name("Café 24"), Ok(()));
        assert_eq!(check_name("  "), Err(NameProblem::Empty));
        assert_eq!(check_name("a:b"), Err(NameProblem::Colon));
        assert_eq!(check_name("a\nb"), Err(NameProblem::Control));
        assert_eq!(check_name("a\u{202e}b"), Err(NameProblem::Control));
        assert_eq!(check_name("日本"), Err(NameProblem::Character('日')));
        assert_eq!(check_name(&"x".repeat(42)), Err(NameProblem::TooLong(42)));
    }
}
