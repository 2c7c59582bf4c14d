//! What the sheets of the Match screen show in tests.
//!
//! Must never be compiled into the program.

use super::msg::Loaded;
use crate::books::PartyList;
use crate::workflow::links::{NameSaid, SurePage, SureRow};

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
