//! What Cin7 knows newer of a linked customer, as a diff.

use super::support::{Company, contact};
use crate::books::{Party, PartyField, PartyList, PartyValue};
use crate::drafting::party_update::{FieldDiff, Newer, list_mod, party_update};
use crate::orders::ContactType;

fn party() -> Party {
    Party {
        email: "OLD@acme.example".into(),
        phone: "1-309-555-0101".into(),
        ..Party::named(PartyList::Customer, "C1", "Acme")
    }
}

fn diffs(newer: Newer, shared: usize) -> Vec<FieldDiff> {
    let company = Company::new();
    let mut contact = contact(7, ContactType::Customer);
    contact.company = "Acme".into();
    contact.email = "new@acme.example".into();
    contact.phone = "(309) 555-0101".into();
    contact.fax.clear();
    contact.mobile.clear();
    contact.first_name.clear();
    contact.last_name.clear();
    party_update(&contact, &party(), newer, shared, &company.context(&|_| None))
}

fn of<'a>(diffs: &'a [FieldDiff], field: &str) -> Option<&'a FieldDiff> {
    diffs.iter().find(|diff| diff.field == field)
}

#[test]
fn what_cin7_has_newer_is_proposed_and_the_rest_only_shown() {
    let newer = diffs(Newer::Cin7, 0);
    assert!(of(&newer, "e-mail").unwrap().proposed);
    assert!(of(&newer, "company name").unwrap().proposed);
    assert_eq!(of(&newer, "phone"), None, "the same number, written otherwise");
    assert_eq!(of(&newer, "fax"), None, "what Cin7 does not know empties nothing");
    let older = diffs(Newer::QuickBooks, 0);
    assert!(!of(&older, "e-mail").unwrap().proposed, "QuickBooks was changed later");
    assert!(of(&older, "company name").unwrap().proposed, "QuickBooks has none");
    assert!(!of(&diffs(Newer::Cin7, 2), "e-mail").unwrap().proposed, "others are linked to it too");
}

#[test]
fn the_update_names_what_stood_there_and_never_the_name() {
    let diffs = diffs(Newer::Cin7, 0);
    let chosen: Vec<&FieldDiff> = diffs.iter().filter(|diff| diff.proposed).collect();
    let made = list_mod(&contact(7, ContactType::Customer), &party(), &chosen).unwrap();
    let email = made.changes.iter().find(|change| change.field == PartyField::Email).unwrap();
    assert_eq!(email.before, PartyValue::Text("OLD@acme.example".into()));
    assert_eq!(email.after, PartyValue::Text("new@acme.example".into()));
    assert_eq!((made.id.as_str(), made.contact), ("C1", 7));
    assert!(list_mod(&contact(7, ContactType::Customer), &party(), &[]).is_none());
}
