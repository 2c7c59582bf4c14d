//! What Cin7 knows of a linked customer or vendor and QuickBooks does not, field by field.
//!
//! Must never change the Name (links and documents hang on it), never empty a field, and never propose what QuickBooks
//! knows newer. Fields: `cin7-quickbooks-integration.md` 3, 4; texts are fitted as for a new entry.

use super::context::Context;
use super::party::party_add;
use crate::books::{
    Address, ListAdd, ListMod, ListRef, Party, PartyChange, PartyField, PartyList, PartyValue,
};
use crate::orders::Contact;
use serde::Serialize;

/// Which side was changed later, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Newer {
    /// Cin7's contact was changed after QuickBooks' record.
    Cin7,
    /// QuickBooks' record was changed after Cin7's contact.
    QuickBooks,
    /// One of the two does not say.
    Unknown,
}

/// One field in which the two differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldDiff {
    /// As a bookkeeper says it.
    pub field: &'static str,
    /// What QuickBooks shows.
    pub quickbooks: String,
    /// What Cin7 shows, fitted to QuickBooks.
    pub cin7: String,
    /// Whether it belongs to the update that is proposed.
    pub proposed: bool,
    /// Why, or why not.
    pub why: String,
    /// The change itself.
    #[serde(skip)]
    pub change: PartyChange,
}

/// The fields in which a linked contact and its QuickBooks record differ. `shared_with`: other contacts that are
/// linked to the same record; then nothing that stands there is replaced unasked.
#[must_use]
pub fn party_update(
    contact: &Contact,
    party: &Party,
    newer: Newer,
    shared_with: usize,
    ctx: &Context<'_>,
) -> Vec<FieldDiff> {
    let (wanted, _) = party_add(contact, party.list, &party.name, ctx);
    let ListAdd::Party {
        company_name,
        first_name,
        last_name,
        email,
        phone,
        alt_phone,
        fax,
        address,
        account_number,
        terms,
        ..
    } = wanted
    else {
        return Vec::new();
    };
    let mut diffs = Vec::new();
    let texts = [
        (PartyField::CompanyName, &party.company_name, company_name),
        (PartyField::FirstName, &party.first_name, first_name),
        (PartyField::LastName, &party.last_name, last_name),
        (PartyField::Phone, &party.phone, phone),
        (PartyField::AltPhone, &party.alt_phone, alt_phone),
        (PartyField::Fax, &party.fax, fax),
        (PartyField::Email, &party.email, email),
        (PartyField::AccountNumber, &party.account_number, account_number),
    ];
    for (field, there, here) in texts {
        if !here.trim().is_empty() && !same_text(field, there, &here) {
            let change = PartyChange {
                field,
                before: PartyValue::Text(there.clone()),
                after: PartyValue::Text(here.clone()),
            };
            diffs.push(diff(change, there.clone(), here, newer, shared_with));
        }
    }
    if !address.is_empty() && one_line(&address) != one_line(&party.address) {
        let change = PartyChange {
            field: PartyField::Address,
            before: PartyValue::Address(party.address.clone()),
            after: PartyValue::Address(address.clone()),
        };
        diffs.push(diff(change, words(&party.address), words(&address), newer, shared_with));
    }
    if let Some(terms) = terms
        && party.terms.as_ref().map(|there| &there.id) != Some(&terms.id)
    {
        let name = |entry: &Option<ListRef>| entry.as_ref().map(|e| e.name.clone()).unwrap_or_default();
        let change = PartyChange {
            field: PartyField::Terms,
            before: PartyValue::Entry(party.terms.clone()),
            after: PartyValue::Entry(Some(terms.clone())),
        };
        diffs.push(diff(change, name(&party.terms), terms.name, newer, shared_with));
    }
    diffs
}

/// The update made of some differences; none where nothing is left of it.
#[must_use]
pub fn list_mod(contact: &Contact, party: &Party, chosen: &[&FieldDiff]) -> Option<ListMod> {
    if chosen.is_empty() || !matches!(party.list, PartyList::Customer | PartyList::Vendor) {
        return None;
    }
    Some(ListMod {
        list: party.list,
        id: party.id.clone(),
        name: party.full_name.clone(),
        contact: contact.id,
        changes: chosen.iter().map(|diff| diff.change.clone()).collect(),
    })
}

fn diff(
    change: PartyChange,
    quickbooks: String,
    cin7: String,
    newer: Newer,
    shared_with: usize,
) -> FieldDiff {
    let empty = quickbooks.trim().is_empty();
    let (proposed, why) = match (empty, newer) {
        (false, _) if shared_with > 0 => {
            (false, format!("{shared_with} other contacts are linked to this record."))
        }
        (true, _) => (true, "QuickBooks has none.".to_string()),
        (false, Newer::Cin7) => (true, "Cin7's contact was changed later.".to_string()),
        (false, Newer::QuickBooks) => (false, "QuickBooks' record was changed later.".to_string()),
        (false, Newer::Unknown) => (false, "It is not known which of the two is newer.".to_string()),
    };
    FieldDiff { field: change.field.title(), quickbooks, cin7, proposed, why, change }
}

fn same_text(field: PartyField, one: &str, other: &str) -> bool {
    match field {
        // A number is a number, however it is punctuated.
        PartyField::Phone | PartyField::AltPhone | PartyField::Fax => {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let (one, other) = (digits(one), digits(other));
            let national = |number: &str| {
                number.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(number).to_string()
            };
            national(&one) == national(&other)
        }
        PartyField::Email => one.trim().eq_ignore_ascii_case(other.trim()),
        _ => collapsed(one) == collapsed(other),
    }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn parts(address: &Address) -> Vec<String> {
    let lines = address.lines.iter();
    let rest = [&address.city, &address.state, &address.postal_code, &address.country];
    lines.chain(rest).map(|part| collapsed(part)).filter(|part| !part.is_empty()).collect()
}

fn words(address: &Address) -> String {
    parts(address).join(", ")
}

/// An address for comparing: case, punctuation and a country that is only written on one side do not make it another.
fn one_line(address: &Address) -> String {
    let without_country = Address { country: String::new(), ..address.clone() };
    crate::base::text::fold(&parts(&without_country).join(" ")).replace(['.', ','], "")
}
