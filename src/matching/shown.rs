//! The values of both sides as a person sees them beside their weights. Must never show more of a field than fits beside a weight.

use super::fields;
use super::regions;
use super::types::{Field, LeftContact, RightParty};
use crate::base::text::fold;

/// A value shown beside its weight is cut here; fields may hold 100,000 characters.
const SHOWN: usize = 120;

/// A text cut to what is shown.
pub(super) fn shown(text: &str) -> String {
    if text.len() <= SHOWN {
        return text.to_string();
    }
    text.chars().take(SHOWN).collect()
}

fn joined(parts: &[&str], between: &str) -> String {
    let mut told = parts.iter().filter(|p| !p.trim().is_empty());
    if let (Some(only), None) = (told.next(), told.next()) {
        return shown(only.trim());
    }
    let told: Vec<String> = parts.iter().filter(|p| !p.trim().is_empty()).map(|p| shown(p.trim())).collect();
    shown(&told.join(between))
}

/// Stands behind a state that only an area code tells.
const BY_PHONE: &str = " (by phone)";

fn by_phone(phones: &[&str]) -> String {
    regions::by_phone(phones).map_or_else(String::new, |state| state.to_uppercase() + BY_PHONE)
}

/// Cin7's value of a field.
pub(super) fn left_value(c: &LeftContact, field: Field) -> String {
    let person = || joined(&[&c.first_name, &c.last_name], " ");
    match field {
        Field::Name | Field::LegalForm if c.company.trim().is_empty() => person(),
        Field::Name | Field::LegalForm => shown(&c.company),
        Field::Person => person(),
        Field::Phone => joined(&[&c.phone, &c.mobile, &c.fax], ", "),
        Field::Email => shown(&c.email),
        Field::Domain => joined(&[&c.email, &c.website], ", "),
        Field::HouseNumber | Field::Street => joined(&[&c.address1, &c.address2], ", "),
        Field::Zip => shown(&c.post_code),
        Field::City => shown(&c.city),
        Field::State if c.state.trim().is_empty() => by_phone(&[&c.phone, &c.mobile, &c.fax]),
        Field::State => shown(&c.state),
        Field::Account => shown(&c.account_number),
        Field::Active | Field::Rival => String::new(),
    }
}

/// QuickBooks' value of a field.
pub(super) fn right_value(p: &RightParty, field: Field) -> String {
    match field {
        Field::Name | Field::LegalForm if p.company_name.trim().is_empty() || p.company_name == p.name => {
            shown(&p.name)
        }
        Field::Name | Field::LegalForm => joined(&[&p.name, &p.company_name], " / "),
        Field::Person => joined(&[&p.first_name, &p.last_name], " "),
        Field::Phone => joined(&[&p.phone, &p.alt_phone, &p.fax], ", "),
        Field::Email | Field::Domain => shown(&p.email),
        Field::HouseNumber | Field::Street => joined(&[&p.bill_addr1, &p.bill_addr2, &p.bill_addr3], ", "),
        Field::Zip => shown(&p.bill_postal_code),
        Field::City => shown(&p.bill_city),
        Field::State if p.bill_state.trim().is_empty() => by_phone(&[&p.phone, &p.alt_phone, &p.fax]),
        Field::State => shown(&p.bill_state),
        Field::Account => shown(&p.account_number),
        Field::Active => String::from(if p.is_active { "active" } else { "inactive" }),
        Field::Rival => String::new(),
    }
}

/// What is compared of a shown value, where it differs from it; names are compared as the record reads them.
pub(super) fn compared_form(field: Field, shown: &str) -> String {
    let form = match field {
        Field::Phone => {
            let numbers: Vec<String> =
                fields::phones(shown).into_iter().map(|p| p.ten.unwrap_or(p.seven)).collect();
            numbers.join(", ")
        }
        Field::Email => fields::email(shown).map_or_else(String::new, |(whole, _)| whole),
        Field::HouseNumber => fields::address(&[shown]).map_or_else(String::new, |a| a.house),
        Field::Street => fields::address(&[shown]).map_or_else(String::new, |a| a.street.join(" ")),
        Field::Zip => fields::zip(shown).unwrap_or_default(),
        Field::City => fields::city(shown).unwrap_or_default(),
        Field::State if shown.ends_with(BY_PHONE) => String::new(),
        Field::State => fields::state(shown).unwrap_or_default(),
        Field::Account => fields::account(shown).unwrap_or_default(),
        _ => String::new(),
    };
    if form == fold(shown) { String::new() } else { form }
}
