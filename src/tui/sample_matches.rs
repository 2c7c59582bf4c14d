//! What the sheets of the Match screen show in tests.
//!
//! Must never be compiled into the program.

use super::msg::Loaded;
use super::sample::contacts;
use crate::base::text::fold;
use crate::books::PartyList;
use crate::store::links::MatchRow;
use crate::workflow::links::{
    ContactCounts, ContactFilter, ContactList, NameSaid, SurePage, SureRow, TallyRow,
};

fn found(filter: &ContactFilter) -> Vec<MatchRow> {
    let leaves = |row: &MatchRow| filter.leaves(row.role, row.documents, row.standing(), &fold(&row.name));
    contacts().into_iter().filter(leaves).collect()
}

/// The contacts of the sample that a list asks for.
pub fn list(filter: &ContactFilter) -> ContactList {
    let ids = found(filter).iter().map(|row| (row.contact_id, row.role)).collect();
    ContactList { ids, counts: ContactCounts { all: contacts().len(), open: 4, unlike: 1 } }
}

/// The same in groups by state.
pub fn tally(filter: &ContactFilter) -> Vec<TallyRow> {
    let mut rows: Vec<TallyRow> = Vec::new();
    for row in found(filter) {
        let condition = format!("state:{}", row.standing().word());
        match rows.iter_mut().find(|known| known.0 == condition) {
            Some(known) => (known.1, known.2) = (known.1 + 1, known.2 + row.documents),
            None => rows.push((condition, 1, row.documents)),
        }
    }
    rows
}

/// Two sure matches of nineteen.
pub fn sure_page() -> SurePage {
    let row = |contact: i64, name: &str, party: &str| SureRow {
        who: (contact, PartyList::Customer),
        name: name.into(),
        list_id: format!("L{contact}"),
        party: party.into(),
        agrees: "name, phone, zip".into(),
    };
    SurePage {
        rows: vec![
            row(4101, "Abendroth & Sons Pottery Works", "Abendroth and Sons Pottery Works"),
            row(4102, "Bluff Street Market", "BLUFF STREET MARKET LLC"),
        ],
        total: 19,
        so_far: "auto: 412 accepted, 0 undone".into(),
    }
}

/// A name is free unless it says that it is taken.
pub fn name(text: &str) -> Loaded {
    let said = NameSaid {
        free: !text.contains("taken"),
        text: format!("{} of 41 characters.", text.chars().count()),
    };
    Loaded::NewName(text.to_string(), said)
}
