//! Whether a customer or vendor shows an update of ours: the look-up and the guard of ListMod (`exactly-once.md`
//! ruling 13).
//!
//! Must never write over what a person changed: only the content that the approval named may stand there before.

use super::{Findings, Next, nothing_found};
use crate::base::EditSequence;
use crate::books::{Address, ListMod, ListRef, Party, PartyField, PartyValue};
use crate::handoff::texts::fit;
use crate::handoff::work::{UnknownWork, Verdict};

fn words(text: &str) -> String {
    fit(text, usize::MAX).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn address(address: &Address) -> String {
    let lines = address.lines.iter().map(String::as_str);
    let rest = [&address.city, &address.state, &address.postal_code, &address.country];
    let parts = lines.chain(rest.map(String::as_str)).map(words).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// What the entry shows of one element; none where it is not read.
fn shown(party: &Party, field: PartyField) -> Option<PartyValue> {
    let text = |text: &String| Some(PartyValue::Text(text.clone()));
    match field {
        PartyField::CompanyName => text(&party.company_name),
        PartyField::FirstName => text(&party.first_name),
        PartyField::LastName => text(&party.last_name),
        PartyField::Phone => text(&party.phone),
        PartyField::AltPhone => text(&party.alt_phone),
        PartyField::Fax => text(&party.fax),
        PartyField::Email => text(&party.email),
        PartyField::AccountNumber => text(&party.account_number),
        PartyField::Address => Some(PartyValue::Address(party.address.clone())),
        PartyField::Terms => Some(PartyValue::Entry(party.terms.clone())),
        PartyField::TaxCode => Some(PartyValue::Entry(party.tax_code.clone())),
        PartyField::TaxItem => Some(PartyValue::Entry(party.tax_item.clone())),
        // Shipping addresses are not pulled (`qbxml.md` 7: they make the query slow).
        PartyField::ShipTo => None,
    }
}

fn same(one: &PartyValue, other: &PartyValue) -> bool {
    let id = |entry: &Option<ListRef>| entry.as_ref().map(|entry| entry.id.clone());
    match (one, other) {
        (PartyValue::Text(one), PartyValue::Text(other)) => words(one) == words(other),
        (PartyValue::Address(one), PartyValue::Address(other)) => address(one) == address(other),
        (PartyValue::Entry(one), PartyValue::Entry(other)) => id(one) == id(other),
        _ => false,
    }
}

/// The elements that do not show this content, as a bookkeeper says them.
fn others<'a>(
    party: &Party,
    change: &'a ListMod,
    wanted: impl Fn(&'a crate::books::PartyChange) -> &'a PartyValue,
) -> Vec<&'static str> {
    let differs = |change: &&'a crate::books::PartyChange| {
        shown(party, change.field).is_some_and(|there| !same(&there, wanted(change)))
    };
    change.changes.iter().filter(differs).map(|change| change.field.title()).collect()
}

/// The elements that are not as the approval saw them; empty = the update may go.
pub fn is_before(party: &Party, change: &ListMod) -> Vec<&'static str> {
    others(party, change, |change| &change.before)
}

/// The elements that do not show the update; empty = it is done.
pub fn is_after(party: &Party, change: &ListMod) -> Vec<&'static str> {
    others(party, change, |change| &change.after)
}

pub(super) fn conclude(
    unknown: &UnknownWork,
    change: &ListMod,
    sent: &EditSequence,
    findings: &Findings,
) -> Next {
    let person = |code, text| Next::Settle(Verdict::Person { code, text, look_alike: None });
    let Some(party) = &findings.party else {
        return person(
            "party_gone",
            format!("{} is no longer in QuickBooks: merged or deleted.", change.name),
        );
    };
    if is_after(party, change).is_empty() {
        return Next::Settle(Verdict::Done {
            seen: None,
            id: party.id.to_string(),
            edit_sequence: party.edit_sequence.clone(),
            note: "found as approved".into(),
        });
    }
    let touched = is_before(party, change);
    if touched.is_empty() && party.edit_sequence == *sent {
        return nothing_found(unknown);
    }
    let text = if touched.is_empty() {
        format!(
            "Somebody saved {} in QuickBooks meanwhile. Look at it, then let the update go again.",
            change.name
        )
    } else {
        format!("Somebody changed {} in QuickBooks meanwhile: {}.", change.name, touched.join(", "))
    };
    person("edited_in_quickbooks", text)
}
