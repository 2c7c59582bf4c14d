//! What phones, mail addresses, web sites, postal addresses and account numbers are compared by (`matching.md` 2.1).
//!
//! Must answer "nothing" where a field says nothing usable, so that it counts as unknown.

use super::words;

/// Words of an address that are compared.
const MOST_STREET_WORDS: usize = 6;
/// More of a field than this is not looked at.
const LONGEST_FIELD: usize = 200;

fn short(text: &str) -> &str {
    text.char_indices().nth(LONGEST_FIELD).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

/// What stands in a field where nothing is known: by people, by spreadsheets, by exports.
const FILLERS: [&str; 9] =
    ["n/a", "n.a.", "none", "null", "unknown", "not available", "not applicable", "not provided", "tbd"];
/// As [`FILLERS`], where no name stands: there is a Nan and an NA Plumbing.
const FILLERS_BESIDE_NAMES: [&str; 4] = ["na", "nan", "nil", "no"];

fn is_one_of(text: &str, fillers: &[&str]) -> bool {
    let text = text.trim();
    text.len() <= 16 && fillers.iter().any(|filler| text.eq_ignore_ascii_case(filler))
}

/// A name, or nothing where a filler stands.
pub(super) fn name(text: &str) -> &str {
    if is_one_of(text, &FILLERS) { "" } else { text }
}

/// Any other field, or nothing where a filler stands.
pub(super) fn told(text: &str) -> &str {
    if is_one_of(text, &FILLERS) || is_one_of(text, &FILLERS_BESIDE_NAMES) { "" } else { text }
}

fn folded(text: &str) -> String {
    super::names::folded(short(text))
}

/// A phone number: its last seven digits, and all ten where the area code is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PhoneText {
    pub seven: String,
    pub ten: Option<String>,
}

/// Area codes under which a caller pays nothing (North American Numbering Plan).
const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

impl PhoneText {
    /// A number that all branches of a business answer.
    pub fn is_toll_free(&self) -> bool {
        self.ten.as_deref().and_then(|ten| ten.get(..3)).is_some_and(|area| TOLL_FREE.contains(&area))
    }
}

/// The phone numbers of a field, extensions and the leading 1 cut.
pub(super) fn phones(text: &str) -> Vec<PhoneText> {
    short(text).split(['/', ';', ',', '|']).filter_map(phone).collect()
}

fn phone(text: &str) -> Option<PhoneText> {
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if (c.is_alphabetic() || c == '#') && digits.len() >= 7 {
            break;
        }
    }
    if digits.len() == 11 && digits.starts_with('1') {
        digits.remove(0);
    }
    let same = digits.chars().next().is_some_and(|first| digits.chars().all(|c| c == first));
    let tail = |n: usize| digits.get(digits.len().checked_sub(n)?..).map(str::to_string);
    match digits.len() {
        _ if same => None,
        7..=9 => Some(PhoneText { seven: tail(7)?, ten: None }),
        10.. => Some(PhoneText { seven: tail(7)?, ten: tail(10) }),
        _ => None,
    }
}

/// The first mail address of a field, with its domain.
pub(super) fn email(text: &str) -> Option<(String, String)> {
    let text = short(text).to_lowercase();
    text.split([' ', ';', ',', '<', '>', '"', '\t', '\n', '\r']).find_map(|word| {
        let word = word.trim_start_matches("mailto:").trim_matches('.');
        let (user, domain) = word.split_once('@')?;
        (!user.is_empty() && domain.contains('.') && !domain.contains('@'))
            .then(|| (word.to_string(), domain.to_string()))
    })
}

/// The letters of a mail address before its `@`: `m.sandoval429@aol.com` is `msandoval`.
pub(super) fn mail_user(whole: &str) -> String {
    let user = whole.split('@').next().unwrap_or_default();
    folded(user).chars().filter(|c| c.is_alphabetic()).collect()
}

/// The host of a web site without `www.`.
pub(super) fn web_host(text: &str) -> Option<String> {
    let text = short(text).trim().to_lowercase();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = rest
        .split(['/', ':', '?', '#', ' '])
        .next()
        .unwrap_or_default()
        .trim_start_matches("www.")
        .trim_matches('.');
    (host.contains('.') && !host.contains('@')).then(|| host.to_string())
}

/// Five digits of a ZIP, or a foreign code without blanks.
pub(super) fn zip(text: &str) -> Option<String> {
    let code: String = folded(text).chars().filter(|c| c.is_alphanumeric()).take(9).collect();
    if code.chars().all(|c| c == '0') {
        return None;
    }
    let first: String = code.chars().take(5).collect();
    if first.len() == 5 && first.chars().all(|c| c.is_ascii_digit()) {
        return Some(first);
    }
    (code.len() >= 3).then_some(code)
}

/// City in its compared form.
pub(super) fn city(text: &str) -> Option<String> {
    let words = super::names::tokens(&folded(text));
    let same: Vec<&str> = words
        .iter()
        .map(|w| match w.as_str() {
            "ft" => "fort",
            "st" => "saint",
            "mt" => "mount",
            other => other,
        })
        .collect();
    (!same.is_empty()).then(|| same.join(" "))
}

const STATES: &str = "alabama al|alaska ak|arizona az|arkansas ar|california ca|colorado co|connecticut ct|delaware de|\
district of columbia dc|florida fl|georgia ga|hawaii hi|idaho id|illinois il|indiana in|iowa ia|kansas ks|kentucky ky|\
louisiana la|maine me|maryland md|massachusetts ma|michigan mi|minnesota mn|mississippi ms|missouri mo|montana mt|\
nebraska ne|nevada nv|new hampshire nh|new jersey nj|new mexico nm|new york ny|north carolina nc|north dakota nd|ohio oh|\
oklahoma ok|oregon or|pennsylvania pa|puerto rico pr|rhode island ri|south carolina sc|south dakota sd|tennessee tn|\
texas tx|utah ut|vermont vt|virginia va|washington wa|west virginia wv|wisconsin wi|wyoming wy";

/// The two letters of a state, or what stands there.
pub(super) fn state(text: &str) -> Option<String> {
    let name = super::names::tokens(&folded(text)).join(" ");
    let short = STATES.split('|').filter_map(|row| row.rsplit_once(' ')).find(|(long, _)| *long == name);
    match short {
        Some((_, letters)) => Some(letters.to_string()),
        None => (!name.is_empty()).then_some(name),
    }
}

/// An account number without blanks and marks.
pub(super) fn account(text: &str) -> Option<String> {
    let code: String = folded(text).chars().filter(|c| c.is_alphanumeric()).take(40).collect();
    (code.len() >= 3).then_some(code)
}

/// A postal address in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AddressText {
    /// House number, or the box number with `po` before it; empty where none is told.
    pub house: String,
    /// Whether it is a PO box.
    pub po_box: bool,
    /// The street's own words and those of the lines behind it, without direction, kind and unit.
    pub street: Vec<String>,
}

/// The street or PO box in the lines of an address.
pub(super) fn address(lines: &[&str]) -> Option<AddressText> {
    let told: Vec<Vec<String>> = lines.iter().map(|line| super::names::tokens(&folded(line))).collect();
    let first = told.iter().position(|words| is_address(words))?;
    let first_words = told.get(first)?;
    if let Some(number) = po_box(first_words) {
        return Some(AddressText { house: format!("po{number}"), po_box: true, street: Vec::new() });
    }
    let mut all = AddressText::default();
    let mut kinds: Vec<String> = Vec::new();
    for words in told.get(first..)? {
        if po_box(words).is_none() {
            add_line(words, &mut all, &mut kinds);
        }
    }
    if all.street.is_empty() {
        all.street = kinds;
    }
    (!all.street.is_empty() || !all.house.is_empty()).then_some(all)
}

fn add_line(words: &[String], all: &mut AddressText, kinds: &mut Vec<String>) {
    let mut rest = words;
    if let Some((house, behind)) = words.split_first()
        && is_house_number(house)
    {
        if all.house.is_empty() {
            all.house.clone_from(house);
        }
        rest = behind;
    }
    let mut unit = false;
    for word in rest {
        if std::mem::replace(&mut unit, words::is_unit_word(word)) || words::is_unit_word(word) {
            continue;
        }
        match words::street_word(word) {
            Some(kind) => kinds.push(kind.to_string()),
            None if all.street.len() < MOST_STREET_WORDS && !all.street.contains(word) => {
                all.street.push(word.clone());
            }
            None => {}
        }
    }
}

/// Whether a line of an address is a street or a box, not a name.
pub(super) fn is_address_line(line: &str) -> bool {
    is_address(&super::names::tokens(&folded(line)))
}

fn is_address(words: &[String]) -> bool {
    let numbered = words.first().is_some_and(|w| is_house_number(w));
    let kind = words.len() > 1 && words.last().is_some_and(|w| words::is_street_kind(w));
    po_box(words).is_some() || numbered || kind
}

/// `12`, `12b`; but not `2nd`, which starts a name.
fn is_house_number(word: &str) -> bool {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    digits > 0 && word.chars().count() <= digits + 1
}

fn po_box(words: &[String]) -> Option<&str> {
    let at = words.iter().position(|w| w == "box" || w == "pobox")?;
    let before = words.get(..at)?.concat();
    let number = words.get(at + 1)?;
    let starts = before.is_empty() || before == "po" || before == "postoffice";
    (starts && number.starts_with(|c: char| c.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_its_last_ten_digits_without_extension() {
        let want = PhoneText { seven: "5551212".into(), ten: Some("7135551212".into()) };
        for text in [
            "(713) 555-1212",
            "+1 713.555.1212",
            "1-713-555-1212 x44",
            "7135551212 ext. 9",
            "713-555-1212#12",
        ] {
            assert_eq!(phones(text), std::slice::from_ref(&want), "{text}");
        }
        assert_eq!(phones("555-1212"), [PhoneText { seven: "5551212".into(), ten: None }]);
        assert_eq!(phones("713-555-1212 / 713-555-1213").len(), 2);
        assert!(phones("n/a").is_empty() && phones("000-000-0000").is_empty() && phones("12345").is_empty());
    }

    #[test]
    fn a_mail_address_and_a_web_site_share_their_domain() {
        assert_eq!(email(" Info@Acme.com; x@y.de"), Some(("info@acme.com".into(), "acme.com".into())));
        assert_eq!(email("none"), None);
        assert_eq!(web_host("https://www.Acme.com/shop?x"), Some("acme.com".into()));
        assert_eq!(web_host("n/a"), None);
    }

    #[test]
    fn an_address_is_house_number_and_street_words() {
        let a = address(&["Acme Inc", "8984 S. Main Boulevard", "Unit 434"]).unwrap();
        assert_eq!((a.house.as_str(), a.street.as_slice()), ("8984", ["main".to_string()].as_slice()));
        assert_eq!(address(&["12 Main St Suite 4"]), address(&["12 Main Street", "Suite 4"]));
        assert_eq!(address(&["P.O. Box 77"]).unwrap().house, "po77");
        assert_eq!(address(&["Acme Inc", ""]), None);
        let split = address(&["45", "Canal street"]).unwrap();
        assert_eq!((split.house.as_str(), split.street.as_slice()), ("45", ["canal".to_string()].as_slice()));
        assert_eq!(address(&["Canal street", ""]).unwrap().house, "");
    }

    #[test]
    fn what_fills_an_empty_field_says_nothing() {
        for filler in ["N/A", " null ", "None", "unknown"] {
            assert_eq!((name(filler), told(filler)), ("", ""), "{filler}");
        }
        assert_eq!((name("Nan"), told("nan")), ("Nan", ""));
        assert_eq!(name("None Such Bakery"), "None Such Bakery");
    }

    #[test]
    fn zip_and_state_have_one_form() {
        assert_eq!(zip("45459-0238"), zip("45459"));
        assert_eq!(state("Texas"), state("TX"));
        assert_eq!((zip(""), zip("00000")), (None, None));
    }
}
