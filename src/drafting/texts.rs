//! Texts and addresses fitted to QuickBooks: its characters, its lengths, and a word where something changed.
//!
//! Must never change a text without saying so. Lengths: `qbxml.md` 4; characters: `qbxml.md` 5.

use super::reason::Reasons;
use crate::base::text;
use crate::books::Address;
use crate::orders::{Contact, DocLine, Place};
use std::collections::BTreeMap;

/// Longest line of an address.
pub const ADDRESS_LINE: usize = 41;
/// Lines that QuickBooks prints of an address, city and country included.
const PRINTED_LINES: usize = 5;
const CITY: usize = 31;
const STATE: usize = 21;
const POSTAL_CODE: usize = 13;
const COUNTRY: usize = 31;
/// PONumber.
pub const PO_NUMBER: usize = 25;
/// Desc and Memo.
pub const DESCRIPTION: usize = 4095;
/// Names of the home country: left out first where an address is too long to print.
const HOME_COUNTRY: [&str; 4] = ["united states", "united states of america", "usa", "us"];

/// Fits texts and remembers the first change of each field.
#[derive(Default)]
pub struct Fitter {
    changed: BTreeMap<&'static str, (String, String)>,
}

impl Fitter {
    /// The text in QuickBooks' characters, cut to `limit`.
    pub fn fit(&mut self, field: &'static str, text: &str, limit: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            return String::new();
        }
        let (mut fitted, mut changed) = text::for_quickbooks(text);
        if fitted.chars().count() > limit {
            fitted = text::cut_at_word(&fitted, limit);
            changed = true;
        }
        if changed {
            self.changed.entry(field).or_insert_with(|| (text.to_string(), fitted.clone()));
        }
        fitted
    }

    /// Tells each changed field.
    pub fn tell(self, reasons: &mut Reasons) {
        for (field, (before, after)) in self.changed {
            let before = text::cut(&text::for_screen(&before), 60, "...");
            let after = text::cut(&after, 60, "...");
            reasons.say(
                "text_changed",
                field,
                format!("QuickBooks cannot hold `{before}` as it is; it gets `{after}`."),
            );
        }
    }

    /// A postal address as QuickBooks prints it: company, person, street; city, state and code in their own fields.
    pub fn address(&mut self, field: &'static str, place: &Place) -> Address {
        let person = format!("{} {}", place.first_name.trim(), place.last_name.trim());
        let names = [place.company.trim(), person.trim()];
        let streets = [place.address1.trim(), place.address2.trim()];
        let city = self.fit(field, &place.city, CITY);
        let state = self.fit(field, &place.state, STATE);
        let postal_code = self.fit(field, &place.postal_code, POSTAL_CODE);
        let mut country = self.fit(field, &place.country, COUNTRY);
        let city_line = usize::from(!(city.is_empty() && state.is_empty() && postal_code.is_empty()));
        let mut names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let streets: Vec<&str> = streets.into_iter().filter(|street| !street.is_empty()).collect();
        let too_long = |names: &[&str], country: &str| {
            names.len() + streets.len() + city_line + usize::from(!country.is_empty()) > PRINTED_LINES
        };
        if too_long(&names, &country) && HOME_COUNTRY.contains(&country.to_lowercase().as_str()) {
            country.clear();
        }
        if too_long(&names, &country)
            && let Some(person) = names.pop()
        {
            self.changed.entry(field).or_insert_with(|| (person.to_string(), String::new()));
        }
        let lines =
            names.into_iter().chain(streets).map(|line| self.fit(field, line, ADDRESS_LINE)).collect();
        Address { lines, city, state, postal_code, country }
    }
}

/// Whether an order's address says nothing.
fn is_blank(place: &Place) -> bool {
    [
        &place.company,
        &place.first_name,
        &place.last_name,
        &place.address1,
        &place.address2,
        &place.city,
        &place.postal_code,
    ]
    .iter()
    .all(|field| field.trim().is_empty())
}

/// The address of the order, or the contact's where the order has none.
#[must_use]
pub fn address_or_contacts<'a>(
    order: &'a Place,
    contact: Option<&'a Contact>,
    billing: bool,
) -> Option<&'a Place> {
    if !is_blank(order) {
        return Some(order);
    }
    let contact = contact?;
    let place = if billing { contact.billing_place() } else { &contact.place };
    (!is_blank(place)).then_some(place)
}

/// Code, name, options and comments of a line.
#[must_use]
pub fn line_text(line: &DocLine) -> String {
    let parts = [&line.code, &line.name, &line.options, &line.comments];
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}
