//! The tax map: which tax item or group stands for a rate of Cin7 in a place.
//!
//! Must never choose between two rows that fit equally (design 8.6): two agencies with one rate are a person's question.

use super::places::{in_zip, names_county, place_of, same_state};
use crate::base::Decimal;
use crate::books::settings::TaxRule;
use crate::orders::{Contact, Document};

/// What the map says.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// No row fits.
    None,
    /// The row that fits best.
    One(&'a TaxRule),
    /// Rows that fit equally and name different items.
    Several,
}

/// What a sale shows of its tax.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// Percent.
    pub percent: Decimal,
    /// Name of Cin7's rate.
    pub name: &'a str,
    /// State of delivery.
    pub state: &'a str,
    /// City of delivery.
    pub city: &'a str,
    /// ZIP of delivery.
    pub zip: &'a str,
}

impl<'a> Shown<'a> {
    /// What a document shows.
    #[must_use]
    pub fn of(document: &'a Document, contact: Option<&'a Contact>, percent: Decimal) -> Self {
        let name = document.tax_rate_name.trim();
        match place_of(document, contact) {
            None => Shown { percent, name, ..Shown::default() },
            Some(place) => Shown {
                percent,
                name,
                state: place.state.trim(),
                city: place.city.trim(),
                zip: place.postal_code.trim(),
            },
        }
    }
}

/// How well a row fits: name before ZIP (the longer the better), ZIP before county, county before state.
fn weight(rule: &TaxRule, shown: &Shown<'_>) -> Option<(bool, usize, bool, bool)> {
    if rule.rate != shown.percent {
        return None;
    }
    let fits = |wanted: &str, fits: &dyn Fn(&str) -> bool| match wanted.trim() {
        "" => Some(false),
        wanted => fits(wanted).then_some(true),
    };
    let name = fits(&rule.name, &|wanted| wanted.eq_ignore_ascii_case(shown.name))?;
    let zip = fits(&rule.zip, &|wanted| in_zip(wanted, shown.zip))?;
    let county = fits(&rule.county, &|wanted| names_county(wanted, &[shown.name, shown.state, shown.city]))?;
    let state = fits(&rule.state, &|wanted| same_state(wanted, shown.state))?;
    Some((name, if zip { rule.zip.trim().len() } else { 0 }, county, state))
}

/// The row that fits best.
#[must_use]
pub fn find<'a>(rules: &'a [TaxRule], shown: &Shown<'_>) -> Found<'a> {
    let (mut best, mut best_weight) = (Found::None, None);
    for rule in rules {
        let Some(weight) = weight(rule, shown) else { continue };
        if best_weight.is_none_or(|so_far| weight > so_far) {
            (best, best_weight) = (Found::One(rule), Some(weight));
        } else if best_weight == Some(weight) && matches!(best, Found::One(other) if other.item != rule.item)
        {
            best = Found::Several;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::ListRef;

    fn rule(name: &str, state: &str, county: &str, zip: &str, item: &str) -> TaxRule {
        TaxRule {
            rate: "8".parse().unwrap(),
            name: name.into(),
            state: state.into(),
            county: county.into(),
            zip: zip.into(),
            item: ListRef::new(item, item),
        }
    }

    fn found(rules: &[TaxRule], name: &str, state: &str, city: &str, zip: &str) -> String {
        let shown = Shown { percent: "8.00".parse().unwrap(), name, state, city, zip };
        match find(rules, &shown) {
            Found::None => "none".into(),
            Found::One(rule) => rule.item.name.clone(),
            Found::Several => "several".into(),
        }
    }

    #[test]
    fn the_nearest_place_wins_and_equal_rows_are_never_chosen_between() {
        let mut rules = vec![
            rule("", "", "", "", "any"),
            rule("", "OH", "", "", "state"),
            rule("", "OH", "Franklin", "", "county"),
            rule("", "OH", "", "432", "zip"),
            rule("", "", "", "43215", "exact zip"),
            rule("Stadium", "", "", "", "named"),
        ];
        assert_eq!(found(&rules, "", "TX", "Austin", "73301"), "any");
        assert_eq!(found(&rules, "", "Ohio", "Toledo", "43601"), "state");
        assert_eq!(found(&rules, "Franklin Co", "OH", "Dublin", "43017"), "county");
        assert_eq!(found(&rules, "", "OH", "Columbus", "43201"), "zip");
        assert_eq!(found(&rules, "", "OH", "Columbus", "43215-1000"), "exact zip");
        assert_eq!(found(&rules, "stadium", "OH", "Columbus", "43215"), "named");
        rules.push(rule("", "OH", "", "", "other agency"));
        assert_eq!(found(&rules, "", "OH", "Toledo", "43601"), "several");
        assert_eq!(found(&rules[1..2], "", "TX", "Austin", ""), "none");
    }
}
