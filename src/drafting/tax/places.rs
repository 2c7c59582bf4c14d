//! The place that decides the tax of a sale: state, county and ZIP of delivery.
//!
//! Must never guess a state. Cin7 has no field for the county (`cin7-api.md` 6), so a county is only ever looked for where
//! people write it: in the name of the rate, the state and the city.

use crate::orders::{Contact, Document, Place};

/// Postal codes and names of the states, by which a text tells its state.
pub const STATES: [(&str, &str); 51] = [
    ("AL", "alabama"),
    ("AK", "alaska"),
    ("AZ", "arizona"),
    ("AR", "arkansas"),
    ("CA", "california"),
    ("CO", "colorado"),
    ("CT", "connecticut"),
    ("DE", "delaware"),
    ("DC", "district of columbia"),
    ("FL", "florida"),
    ("GA", "georgia"),
    ("HI", "hawaii"),
    ("ID", "idaho"),
    ("IL", "illinois"),
    ("IN", "indiana"),
    ("IA", "iowa"),
    ("KS", "kansas"),
    ("KY", "kentucky"),
    ("LA", "louisiana"),
    ("ME", "maine"),
    ("MD", "maryland"),
    ("MA", "massachusetts"),
    ("MI", "michigan"),
    ("MN", "minnesota"),
    ("MS", "mississippi"),
    ("MO", "missouri"),
    ("MT", "montana"),
    ("NE", "nebraska"),
    ("NV", "nevada"),
    ("NH", "new hampshire"),
    ("NJ", "new jersey"),
    ("NM", "new mexico"),
    ("NY", "new york"),
    ("NC", "north carolina"),
    ("ND", "north dakota"),
    ("OH", "ohio"),
    ("OK", "oklahoma"),
    ("OR", "oregon"),
    ("PA", "pennsylvania"),
    ("RI", "rhode island"),
    ("SC", "south carolina"),
    ("SD", "south dakota"),
    ("TN", "tennessee"),
    ("TX", "texas"),
    ("UT", "utah"),
    ("VT", "vermont"),
    ("VA", "virginia"),
    ("WA", "washington"),
    ("WV", "west virginia"),
    ("WI", "wisconsin"),
    ("WY", "wyoming"),
];

/// The state of a postal code or name.
#[must_use]
pub fn known(state: &str) -> Option<&'static (&'static str, &'static str)> {
    let state = state.trim();
    STATES.iter().find(|(code, name)| code.eq_ignore_ascii_case(state) || name.eq_ignore_ascii_case(state))
}

/// Whether two texts mean the same state: `OH` and `Ohio` do.
#[must_use]
pub fn same_state(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one.eq_ignore_ascii_case(other)
        || known(one).zip(known(other)).is_some_and(|(one, other)| one.0 == other.0)
}

/// The place that decides the tax: of delivery, else of billing, else of the contact; the first that names a state, else
/// a ZIP.
#[must_use]
pub fn place_of<'a>(document: &'a Document, contact: Option<&'a Contact>) -> Option<&'a Place> {
    let places = || {
        [Some(&document.delivery), Some(&document.billing), contact.map(|c| &c.place)].into_iter().flatten()
    };
    places()
        .find(|place| !place.state.trim().is_empty())
        .or_else(|| places().find(|place| !place.postal_code.trim().is_empty()))
}

/// The state that decides the tax; empty where none is named.
#[must_use]
pub fn state_of<'a>(document: &'a Document, contact: Option<&'a Contact>) -> &'a str {
    place_of(document, contact).map_or("", |place| place.state.trim())
}

/// Whether a ZIP begins with the wanted digits.
#[must_use]
pub fn in_zip(wanted: &str, given: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(5).collect::<String>();
    let wanted = digits(wanted);
    !wanted.is_empty() && digits(given).starts_with(&wanted)
}

/// Whether one of the texts names the county, as a whole word: `Franklin County`, `OH - Franklin`.
#[must_use]
pub fn names_county(wanted: &str, texts: &[&str]) -> bool {
    let words = |text: &str| {
        let lower = text.to_lowercase();
        let words: Vec<String> = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && *word != "county" && *word != "co")
            .map(str::to_string)
            .collect();
        words
    };
    let wanted = words(wanted);
    !wanted.is_empty()
        && texts.iter().any(|text| words(text).windows(wanted.len()).any(|some| some == wanted.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_the_same_by_code_and_name_and_never_by_chance() {
        assert!(same_state("OH", "Ohio") && same_state(" ohio ", "oh") && same_state("Bavaria", "bavaria"));
        assert!(!same_state("OH", "OK") && !same_state("", "OH"));
    }

    #[test]
    fn a_zip_fits_by_its_first_digits_and_a_county_by_whole_words() {
        assert!(in_zip("441", "44101-2233") && in_zip("44101", "44101") && !in_zip("44101", "44102"));
        assert!(!in_zip("", "44101") && !in_zip("44101", ""));
        assert!(names_county("Franklin", &["OH - Franklin County"]));
        assert!(!names_county("Frank", &["Franklin"]) && !names_county("County", &["Any County"]));
    }
}
